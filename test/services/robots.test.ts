/**
 * Robots as programs: as another user, within their limits, and what becomes of their mail.
 *
 * The store is daemon's, and the robots are nobody's: both users are on every machine.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Ended, makeDesk, PROGRAM, type TestDesk } from '../process/desk.ts';

const isRoot = process.geteuid?.() === 0;
const DAEMON = 1;
const NOBODY = 65_534;

let desk: TestDesk;
/** All mail that has gone out. */
const said = (): string =>
  desk
    .sent()
    .map(({ content }) => content)
    .join('\n');
/** Where robots may write. */
let theirs: string;
beforeEach(async () => {
  desk = await makeDesk();
  theirs = mkdtempSync(join(tmpdir(), 'mailrobot-theirs-'));
  mkdirSync(join(desk.dir, 'robots'));
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
  rmSync(theirs, { recursive: true, force: true });
});

function robots(...rows: readonly object[]): void {
  desk.configure((config) => {
    config['robots'] = rows;
  });
}

function robot(name: string, script: string, row: object = {}): void {
  writeFileSync(join(desk.dir, 'robots', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(desk.dir, 'robots', name), 0o755);
  robots({ name, from: 'anybody', may: ['reply-unproven', 'note'], user: 'nobody', ...row });
}

function give(name: string, text = 'please', n = 1, more = ''): Promise<Ended> {
  return desk.run(['run', name], {
    input: `From: Nic <nic${n}@ferrier.example>\nTo: ${name}@support-ticket.example\nSubject: go\nMessage-ID: <${n}@ferrier.example>\n${more}\n${text}\n`,
    env: { SENDER: `nic${n}@ferrier.example`, RECIPIENT: `${name}@support-ticket.example` },
  });
}

const runAll = () => desk.run(['robot', 'run', '--once']);
interface Listed {
  readonly waiting: readonly { readonly tries: number; readonly why: string | null }[];
}
async function waiting(): Promise<Listed['waiting']> {
  const rows: readonly Listed[] = JSON.parse((await desk.run(['robot', 'list', '--json'])).stdout);
  return rows.flatMap((row) => row.waiting);
}
const held = async (): Promise<readonly { readonly reason: { readonly evidence: string } }[]> =>
  JSON.parse((await desk.here(['held', 'list', '--json'])).stdout);

test('a name that is no robot leaves the mail with the MTA, and starts nothing', async () => {
  robot('deploy', `touch ${theirs}/ran`, { user: 'owner' });
  for (const name of ['../robots/deploy', '/bin/sh', 'deploy/', '..', 'DEPLOY', 'deploy;', '']) {
    const { exit, stdout } = await give(name);
    expect({ name, exit }).toEqual({ name, exit: 75 });
    expect(stdout).toMatch(/^4\.3\.5 /);
  }
  expect(existsSync(`${theirs}/ran`)).toBe(false);
  expect(await desk.run(['run'], { input: 'From: a@b.example\n\nx\n' })).toMatchObject({
    exit: 75,
  });
});

test('a robot of the owner is started by its mail, at once', async () => {
  robot('hello', 'echo "You said: $MAILROBOT_FIRST_LINE"', { user: 'owner' });
  expect(await give('hello', 'good morning')).toMatchObject({ exit: 0, stdout: '' });
  await desk.settled();
  expect(said()).toContain('You said: good morning');
  expect(await waiting()).toEqual([]);
});

test('a robot within the delivery is done when that ends, and 75 of it is 75 of the pipe', async () => {
  const script = `[ -e ${theirs}/go ] || exit 75; echo "You said: $MAILROBOT_FIRST_LINE"`;
  robot('now', script, { user: 'owner', when: 'now' });
  expect(await give('now', 'good morning')).toMatchObject({
    ...{ exit: 75, stdout: '4.3.0 mailrobot: kept, and its robot is to try again\n' },
  });
  expect(await waiting()).toMatchObject([{ tries: 1, why: 'it ended with 75' }]);
  writeFileSync(`${theirs}/go`, '');
  await desk.run(['robot', 'retry', 'now']);
  expect(await give('now', 'good morning')).toMatchObject({ exit: 0, stdout: '' });
  expect(desk.sent().filter(({ content }) => content.includes('good morning'))).toHaveLength(1);
});

test('only a robot of the owner can be run within a delivery', async () => {
  robots(
    { name: 'a', when: 'now' },
    { name: 'b', when: 'now', user: 'owner', seconds: 200 },
    { name: 'c', when: 'now', user: 'owner' },
  );
  const { stdout } = await desk.run(['config', 'check']);
  expect(stdout).toMatch(/"robots\.0\.when" holds "now", which takes "user": "owner"/);
  expect(stdout).toMatch(/"robots\.1\.when" .* 180 at most/);
  expect(stdout).not.toContain('robots.2');
});

test('a wrong row stops the mail of that robot, and no other', async () => {
  robots({ name: 'deploy', sceonds: 4 }, { name: 'good', command: ['/bin/true'] });
  expect(await give('deploy')).toMatchObject({ exit: 75 });
  expect(await give('good')).toMatchObject({ exit: 0 });
  const check = await desk.run(['config', 'check']);
  expect(check).toMatchObject({ exit: 1 });
  expect(check.stdout).toContain('"robots.0.sceonds" is not a key that mailrobot knows');
});

test('only a robot of the staff may do more than reply and note', async () => {
  robots(
    { name: 'a', from: 'authenticated', may: ['status'] },
    { name: 'b', from: 'staff', may: ['status'] },
    { name: 'c', from: 'anybody', may: ['reply', 'command'] },
  );
  const { exit, stdout } = await desk.run(['config', 'check']);
  expect(exit).toBe(1);
  expect(stdout).toMatch(/"robots\.0\.may" .* order "status"/);
  expect(stdout).toMatch(/"robots\.2\.may" .* order "command"/);
  expect(stdout).not.toContain('robots.1');
  expect(await give('a')).toMatchObject({ exit: 75 });
});

const HELLO = 'From: nic@ferrier.example\nSubject: hi\n\ngood morning\n';

test('a dry run shows what the robot says and the very mail, and keeps nothing', async () => {
  robot('hello', 'echo "You said: $MAILROBOT_FIRST_LINE"', { user: 'owner' });
  const env = { RECIPIENT: 'hello@support-ticket.example', SENDER: 'nic@ferrier.example' };
  const tried = await desk.run(['run', 'hello', '--dry-run'], { input: HELLO, env });
  expect(tried.exit).toBe(0);
  expect(tried.stdout).toMatch(/The robot says:\nYou said: good morning\n\nIt would be: done\n/);
  expect(tried.stdout).toMatch(/^Auto-Submitted: auto-replied$/m);
  expect(await waiting()).toEqual([]);
  expect(desk.sent()).toEqual([]);
});

test('a robot whose user is not there is a fault of the config, also when it is tried', async () => {
  robot('hello', 'echo hello', { user: 'nobody-at-all' });
  const tried = await desk.run(['run', 'hello', '--dry-run'], { input: HELLO });
  const stdout = '4.3.5 mailrobot: unusable config, mailrobot doctor says why\n';
  expect(tried).toMatchObject({ exit: 75, stdout });
  expect((await desk.run(['config', 'check'])).stdout).toContain(
    'it is never started: there is no',
  );
  const { stdout: found } = await desk.run(['doctor', '--json']);
  expect(found).toContain('The robot hello is never started: there is no user nobody-at-all');
});

test('a robot is tried with a folder of mails, each with what it should say beside it', async () => {
  robot('hello', '[ "$MAILROBOT_SUBJECT" = no ] && exit 20; echo "$MAILROBOT_FIRST_LINE"', {
    user: 'owner',
  });
  const folder = join(desk.dir, 'hello.cases');
  mkdirSync(folder);
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  put('a.eml', HELLO);
  put('a.out', 'good morning\n');
  put('b.eml', HELLO.replace('hi', 'no'));
  put('b.out', '');
  put('b.end', 'refused\n');
  const run = () => desk.run(['run', 'hello', '--test', folder]);
  expect(await run()).toMatchObject({ exit: 0, stdout: 'ok      a.eml\nok      b.eml\n' });
  put('a.out', 'good evening\n');
  put('b.end', 'done');
  put('c.eml', `Auto-Submitted: auto-generated\n${HELLO}`);
  expect(await run()).toMatchObject({
    exit: 75,
    stdout: [
      'not ok  a.eml: it wrote "good morning\\n"',
      'not ok  b.eml: it is refused, and not done',
      'not ok  c.eml: the robot does not get it: auto-submitted: auto-submitted: auto-generated',
      '',
    ].join('\n'),
  });
  expect(await waiting()).toEqual([]);
});

test('config check warns of a robot that runs as the owner of the store', async () => {
  robot('hello', 'true', { user: 'owner' });
  const { exit, stdout } = await desk.run(['config', 'check']);
  expect(exit).toBe(0);
  expect(stdout).toContain('warning: robot hello: it runs as the owner of the store');
});

describe.skipIf(!isRoot)('robots of another user (needs root)', () => {
  beforeEach(() => {
    // The sendmail of the test and what it writes are the owner's.
    spawnSync('chown', ['-R', `${DAEMON}:${DAEMON}`, desk.dir]);
    chmodSync(desk.dir, 0o711);
    chownSync(theirs, NOBODY, NOBODY);
  });
  const keepConfigPrivate = () => {
    chownSync(desk.config, 0, DAEMON);
    chmodSync(desk.config, 0o640);
  };

  test('it runs as its user, with three streams and nothing of ours', async () => {
    robot(
      'look',
      [
        `exec 3>${theirs}/seen`,
        'id -u >&3; id -g >&3; id -G >&3',
        'grep -h "^Cap[PEA]" /proc/self/status | cut -f2 | sort -u >&3',
        'for fd in 0 1 2; do link=$(readlink /proc/$$/fd/$fd); echo "$link" >&3; done',
        // By the shell itself: a pipe to another program would be seen as well.
        'for fd in /proc/$$/fd/*; do [ -e "$fd" ] && all="$all $(basename "$fd")"; done; echo "$all" >&3',
        'env | cut -d= -f1 | sort | tr "\\n" " " >&3',
      ].join('\n'),
    );
    keepConfigPrivate();
    expect(await give('look')).toMatchObject({ exit: 0 });
    expect(await runAll()).toMatchObject({ exit: 0, stderr: '' });
    const seen = readFileSync(`${theirs}/seen`, 'utf8').split('\n');
    expect(seen.slice(0, 4)).toEqual(['65534', '65534', '65534', '0000000000000000']);
    // Files that nobody else finds: they have lost their names.
    for (const path of seen.slice(4, 7)) expect(path).toMatch(/^\/tmp\/.* \(deleted\)$/);
    // 3 is its own, and so is the descriptor of the script.
    expect(
      seen[7]
        ?.trim()
        .split(' ')
        .map(Number)
        .filter((fd) => fd > 3 && fd !== 10),
    ).toEqual([]);
    expect(
      seen[8]
        ?.trim()
        .split(' ')
        .filter((name) => !name.startsWith('MAILROBOT_')),
    ).toEqual(
      ['HOME', 'LANG', 'LOGNAME', 'PATH', 'PWD', 'USER'].filter((name) => seen[8]?.includes(name)),
    );
  });

  test('it reads nothing that is not its own: config, keys, mails, journal', async () => {
    robot(
      'spy',
      [
        `for file in ${desk.config} ${desk.store}/keys.json ${desk.store}/raw ${desk.store}/journal; do`,
        '  cat $file 2>&1 || ls $file 2>&1',
        'done',
        `kill -9 $PPID && echo killed || true`,
      ].join('\n'),
    );
    keepConfigPrivate();
    await give('spy');
    await runAll();
    const all = said();
    expect(all.match(/Permission denied/g)?.length).toBeGreaterThanOrEqual(4);
    expect(all).not.toContain('5a5a');
    expect(all).not.toContain('"domain"');
    expect(all).not.toMatch(/^killed$/m);
  });

  test('it gets the mail as JSON, and its files at paths that it can read', async () => {
    robot(
      'files',
      `cat >${theirs}/in.json; cat $(grep -o '"path":"[^"]*"' ${theirs}/in.json | head -1 | cut -d'"' -f4) >${theirs}/file`,
    );
    const parts =
      '--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename="../../a.csv"\n\n1;2\n--b--';
    const mime = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';
    await give('files', parts, 1, mime);
    await runAll();
    const document = JSON.parse(readFileSync(`${theirs}/in.json`, 'utf8'));
    expect(document).toMatchObject({ v: 1, robot: 'files', run: 1, newText: 'hello' });
    expect(readFileSync(`${theirs}/file`, 'utf8').trim()).toBe('1;2');
    expect(existsSync(document.message.attachments[0].path)).toBe(false);
  });

  test('or the raw mail', async () => {
    robot('raw', `cat >${theirs}/mail`, { input: 'mail' });
    await give('raw', 'as it came');
    await runAll();
    expect(readFileSync(`${theirs}/mail`, 'utf8')).toMatch(/^From: Nic .*\n\nas it came\n$/s);
  });

  test.each<readonly [string, string, string]>([
    ['writes a gigabyte', 'head -c 1000000000 /dev/zero', 'it wrote too much to stdout'],
    [
      'complains a gigabyte',
      'head -c 1000000000 /dev/zero >&2; echo "at last" >&2; exit 3',
      'at last',
    ],
    ['takes all memory', 'exec tail /dev/zero', 'ended with'],
    ['is not executable', 'true\n#', 'ended with 126'],
    ['says what it may not', `echo '{"type":"ticket.status","status":"open"}'`, 'may not order'],
  ])('a robot that %s is held, and the staff are told', async (what, script, why) => {
    robot('bad', script);
    if (what === 'is not executable') {
      robots({
        name: 'bad',
        command: [join(desk.dir, 'robots', 'bad')],
        from: 'anybody',
        user: 'nobody',
      });
      chmodSync(join(desk.dir, 'robots', 'bad'), 0o644);
    }
    await give('bad');
    expect(await runAll()).toMatchObject({ exit: 0 });
    const [mail] = await held();
    expect(mail?.reason.evidence).toContain(why);
    expect(await waiting()).toEqual([]);
    expect(desk.sent().filter(({ args }) => args.includes('ferrier'))).toEqual([]);
  });

  test('one that never ends is ended, with all that it has started, and run again', async () => {
    robot('slow', `sleep 1000 & echo $! >${theirs}/pid; (sleep 1000 &) ; sleep 1000`, {
      seconds: 1,
    });
    await give('slow');
    await runAll();
    expect(await waiting()).toMatchObject([{ tries: 1, why: 'it was not done within 1 s' }]);
    expect(isAlive(readFileSync(`${theirs}/pid`, 'utf8').trim())).toBe(false);
  });

  test('one that leaves processes behind is done when it ends, and they are ended', async () => {
    robot('forks', `sleep 1000 & echo $! >${theirs}/pid; echo done`);
    await give('forks');
    await runAll();
    expect(said()).toContain('done');
    expect(isAlive(readFileSync(`${theirs}/pid`, 'utf8').trim())).toBe(false);
  });

  test('one that reads nothing, or closes its stdin, is done all the same', async () => {
    robot('deaf', 'exec 0<&-; echo done');
    await give('deaf', 'x\n'.repeat(500_000));
    await runAll();
    expect(said()).toContain('done');
  });

  test('a runner that is killed takes its robot along, and the next one runs the mail once', async () => {
    robot('once', `echo x >>${theirs}/runs; [ -e ${theirs}/go ] || sleep 1000; echo done`);
    await give('once');
    const runner = spawn(PROGRAM, ['robot', 'run', '--once'], {
      env: { PATH: process.env['PATH'], MAILROBOT_CONFIG: desk.config },
      stdio: 'ignore',
    });
    const runsOf = () =>
      existsSync(`${theirs}/runs`) ? readFileSync(`${theirs}/runs`, 'utf8') : '';
    while (runsOf() === '') await new Promise((resolve) => setTimeout(resolve, 10));
    const robotPids = () =>
      readdirSync('/proc').filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${desk.dir}/robots/once`);
        } catch {
          return false;
        }
      });
    for (const pid of runnersOf(desk)) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => runner.once('exit', resolve));
    while (robotPids().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    writeFileSync(`${theirs}/go`, '');
    expect(await runAll()).toMatchObject({ exit: 0 });
    expect(await runAll()).toMatchObject({ exit: 0 });
    expect(desk.sent().filter(({ content }) => content.includes('done'))).toHaveLength(1);
  });

  test('who may start robots opens nothing of the store, and who reads the mail may start none', async () => {
    robot(
      'waits',
      `echo x >>${theirs}/runs; until [ -e ${theirs}/go ]; do sleep 0.05; done; echo done`,
    );
    await give('waits');
    const runner = spawn(PROGRAM, ['robot', 'run', '--once'], {
      env: { PATH: process.env['PATH'], MAILROBOT_CONFIG: desk.config },
      stdio: 'ignore',
    });
    while (!existsSync(`${theirs}/runs`)) await new Promise((resolve) => setTimeout(resolve, 10));
    const owners = runnersOf(desk).filter((pid) => uidOf(pid) === DAEMON);
    const seen = owners.map((pid) => ({
      rights: /^CapEff:\s*(\S+)$/m.exec(textAt(`/proc/${pid}/status`))?.[1],
      opens: openFilesOf(pid).filter((path) => path.startsWith(desk.store)).length,
    }));
    // CAP_KILL, CAP_SETGID, CAP_SETUID.
    expect(seen).toEqual([
      { rights: '00000000000000e0', opens: 0 },
      { rights: '0000000000000000', opens: expect.any(Number) },
    ]);
    expect(seen[1]?.opens).toBeGreaterThan(0);
    // Whoever reads may be killed by what they read: the other one ends, and the robot with it.
    process.kill(owners[1] ?? 0, 'SIGKILL');
    await new Promise((resolve) => runner.once('exit', resolve));
    writeFileSync(`${theirs}/go`, '');
    expect(said()).toBe('');
    await runAll();
    expect(desk.sent().filter(({ content }) => content.includes('done'))).toHaveLength(1);
  });

  test('without the right to start it, its mail waits, and status says so', async () => {
    robot('later', 'echo done');
    await give('later');
    const as = ['--reuid=1', '--regid=1', '--clear-groups', '--', PROGRAM];
    const run = (...args: readonly string[]) =>
      spawnSync('setpriv', [...as, ...args], {
        env: { PATH: process.env['PATH'], MAILROBOT_CONFIG: desk.config },
        encoding: 'utf8',
      });
    const ran = run('robot', 'run', '--once');
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain('1 mail waits for robots of other users');
    expect(await waiting()).toHaveLength(1);
    expect((await desk.run(['status'])).stdout).toMatch(/robots +ok +1, .*nobody may start them/);
    await runAll();
    expect(await waiting()).toEqual([]);
  });

  test('a mail that is held because its robot failed is run again by a person', async () => {
    robot('flaky', `[ -e ${theirs}/mended ] || { echo broken >&2; exit 1; }; echo done`);
    await give('flaky');
    await runAll();
    expect((await held())[0]?.reason.evidence).toBe('robot flaky: it ended with 1\nbroken');
    writeFileSync(`${theirs}/mended`, '');
    expect(await desk.run(['robot', 'retry', 'flaky'])).toMatchObject({ exit: 0 });
    expect(await held()).toEqual([]);
    await runAll();
    expect(said()).toContain('done');
    const log = (await desk.run(['robot', 'log', 'flaky'])).stdout;
    expect(log).toMatch(/queued\n.*held: it ended with 1\n.*queued again by .*\n.*done\n$/s);
    expect((await desk.run(['explain', '<1@ferrier.example>'])).stdout).toContain('held: it ended');
    expect((await desk.run(['fsck'])).exit).toBe(0);
  });

  const COUNTS = 'cd "$MAILROBOT_STATE" && echo x >>mails && grep -c x mails';

  test('it has a memory of its own, which nobody else reads and which is not in the store', async () => {
    robot('counts', `${COUNTS}; pwd >&2`);
    // Only root makes it: the folder of the desk is not the owner's here.
    for (const n of [1, 2]) await give('counts', 'please', n);
    expect(await runAll()).toMatchObject({ exit: 0, stderr: '' });
    // In which order two people get theirs is nobody's promise.
    expect(said().match(/^\d$/gm)?.toSorted()).toEqual(['1', '2']);
    const state = `${desk.store}-robots/counts/state`;
    expect(readFileSync(`${state}/mails`, 'utf8')).toBe('x\nx\n');
    expect(statSync(state)).toMatchObject({ uid: NOBODY, mode: 0o40_700 });
    expect(statSync(join(state, '..'))).toMatchObject({ uid: DAEMON, mode: 0o40_711 });
  });

  test('while its memory is made, nobody else gets in, by whatever name they know', async () => {
    const OTHER = 2;
    const prepared = join(theirs, 'prepared');
    mkdirSync(prepared);
    writeFileSync(join(prepared, 'x'), '');
    for (const path of [theirs, prepared]) chownSync(path, OTHER, OTHER);
    robot('counts', COUNTS);
    const memories = `${desk.store}-robots`;
    const other = (path: string) =>
      spawnSync(
        'setpriv',
        [
          ...[`--reuid=${OTHER}`, `--regid=${OTHER}`, '--clear-groups', '--', 'sh', '-c'],
          ...['mv -T "$1" "$2/state" || mkdir "$2/x" || ls "$2"', 'sh', prepared, path],
        ],
        { encoding: 'utf8' },
      );
    const isOpen = (name: string) =>
      [name, join(name, 'robot')].some(
        (path) => ((statSync(join(memories, path), { throwIfNoEntry: false })?.mode ?? 0) & 2) > 0,
      );
    let tried: readonly ReturnType<typeof other>[] = [];
    // On a busy machine it may be over before we see it.
    for (let n = 1; tried.length === 0 && n <= 20; n += 1) {
      rmSync(join(memories, 'counts'), { recursive: true, force: true });
      await give('counts', 'please', n);
      const runner = spawn(PROGRAM, ['robot', 'run', '--once'], {
        env: { PATH: process.env['PATH'], MAILROBOT_CONFIG: desk.config },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => runner.once('exit', resolve));
      const ownersPids = () => runnersOf(desk).filter((pid) => uidOf(pid) === DAEMON);
      let pid = ownersPids()[0];
      while (pid === undefined && runner.exitCode === null && runner.signalCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        [pid] = ownersPids();
      }
      if (pid === undefined) continue;
      let unfinished: string | undefined;
      // It waits for the child that makes the folder: not one turn of ours is to be lost.
      const isMade = () => existsSync(join(memories, 'counts'));
      while (unfinished === undefined && !isMade() && isAlive(String(pid))) {
        unfinished = readdirSync(memories).find((name) => name.startsWith('.') && isOpen(name));
      }
      if (unfinished === undefined || !isAlive(String(pid))) {
        await ended;
        continue;
      }
      process.kill(pid, 'SIGSTOP');
      if (existsSync(join(memories, unfinished))) {
        const inside = join(memories, unfinished);
        const within = readdirSync(inside, { recursive: true, encoding: 'utf8' });
        tried = [inside, ...within.map((name) => join(inside, name))].map(other);
      }
      process.kill(pid, 'SIGCONT');
      await ended;
    }
    // That it was stopped in the middle of it.
    expect(tried.length).toBeGreaterThan(0);
    for (const { status, stderr } of tried) {
      expect(status).not.toBe(0);
      expect(stderr).toContain('Permission denied');
    }
    expect(readdirSync(memories)).toEqual(['counts']);
    expect(statSync(join(memories, 'counts', 'state'))).toMatchObject({ uid: NOBODY });
    expect(said()).toMatch(/^1$/m);
  });

  test('what a tried robot does not let go is left, and not removed in its place', async () => {
    const keep = 'mkdir "$MAILROBOT_STATE/d"; echo x >"$MAILROBOT_STATE/d/mine"';
    const open = 'chmod 777 "$MAILROBOT_STATE"; chmod 577 "$MAILROBOT_STATE/d"';
    robot('keeps', `${keep}; ${open}; echo "at $MAILROBOT_STATE."`);
    const tried = await desk.run(['run', 'keeps', '--dry-run'], { input: HELLO });
    expect(tried.exit).toBe(0);
    const [, state = ''] = /^at (\/tmp\/\S+)\.$/m.exec(tried.stdout) ?? [];
    expect(readFileSync(join(state, 'd', 'mine'), 'utf8')).toBe('x\n');
    const scratch = join(state, '..', '..', '..');
    expect(readdirSync(scratch)).toEqual(['memories']);
    rmSync(scratch, { recursive: true });
  });

  test('whatever else the runner starts has no right of its own: the reader of a mail, too', async () => {
    robot('looks', 'true');
    // So long a text is read apart.
    await give('looks', 'hello\n'.repeat(50_000));
    const runner = spawn(PROGRAM, ['robot', 'run', '--once'], {
      env: { PATH: process.env['PATH'], MAILROBOT_CONFIG: desk.config },
      stdio: 'ignore',
    });
    const isOver = { ended: false };
    runner.once('exit', () => {
      isOver.ended = true;
    });
    const seen = new Map<string, string>();
    while (!isOver.ended) {
      const pids = runnersOf(desk).filter((pid) => uidOf(pid) === DAEMON);
      for (const child of pids.flatMap(childrenOf)) {
        const words = textAt(`/proc/${child}/cmdline`).split('\0');
        const [, rights] = /^CapEff:\s*(\S+)$/m.exec(textAt(`/proc/${child}/status`)) ?? [];
        // Not yet another program, or the one that takes them away.
        const isBegun = !words.includes('robot') && !['', 'setpriv'].includes(words[0] ?? '');
        if (isBegun && rights !== undefined) seen.set(words.join(' '), rights);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...seen.keys()].filter((words) => words.includes('"attachments":'))).toHaveLength(1);
    for (const rights of seen.values()) expect(rights).toBe('0000000000000000');
  });

  test('a robot that is tried has another memory, which is empty and shared by all mails', async () => {
    robot('counts', COUNTS);
    const folder = join(desk.dir, 'counts.cases');
    mkdirSync(folder);
    for (const [n, name] of ['a', 'b'].entries()) {
      writeFileSync(join(folder, `${name}.eml`), HELLO);
      writeFileSync(join(folder, `${name}.out`), `${n + 1}\n`);
    }
    for (const _ of [1, 2]) {
      const tried = await desk.run(['run', 'counts', '--test', folder]);
      expect(tried).toMatchObject({ exit: 0, stdout: 'ok      a.eml\nok      b.eml\n' });
    }
    expect(existsSync(`${desk.store}-robots/counts`)).toBe(false);
  });

  test('a robot whose memory is of another user is held, and says whose folder it is', async () => {
    robot('counts', COUNTS);
    const state = `${desk.store}-robots/counts/state`;
    mkdirSync(state, { recursive: true });
    chownSync(`${desk.store}-robots`, DAEMON, DAEMON);
    chmodSync(`${desk.store}-robots`, 0o711);
    await give('counts');
    await runAll();
    expect((await held())[0]?.reason.evidence).toContain('is no folder of nobody');
  });

  test('root tries a robot as its user', async () => {
    robot('who', 'id -un');
    const tried = await desk.run(['run', 'who', '--dry-run'], { input: HELLO });
    expect(tried.exit).toBe(0);
    expect(tried.stdout).toMatch(/The robot says:\nnobody\n/);
  });

  test('a mail can be left out', async () => {
    robot('never', 'echo done');
    await give('never');
    expect(await desk.run(['robot', 'skip', '1'])).toMatchObject({ exit: 0 });
    expect(await desk.run(['robot', 'skip', '1'])).toMatchObject({ exit: 1 });
    await runAll();
    expect(desk.sent()).toEqual([]);
  });
});

/** What has ended and that nobody has asked for is dead. */
function isAlive(pid: string): boolean {
  const stat = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'latin1') : '';
  return stat !== '' && !/^.*\) [ZX]/.test(stat);
}

/** Nothing of what has ended meanwhile. */
function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function openFilesOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return [];
    }
  });
}

function uidOf(pid: number): number {
  return Number(/^Uid:\s*(\d+)/m.exec(textAt(`/proc/${pid}/status`))?.[1] ?? -1);
}

function childrenOf(pid: number): readonly string[] {
  return textAt(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
}

/** The processes of the program that serve this desk. */
function runnersOf({ config }: TestDesk): readonly number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const words = /^\d+$/.test(pid)
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        : [];
      return words.includes('robot') && words.includes(config) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
