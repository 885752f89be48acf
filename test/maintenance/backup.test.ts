/** A backup is whole or not there; what it brings back, to whom, and under which numbers. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { largeMailTo } from '../kit/large-mail.ts';
import {
  BARE_PATH,
  makeDesk,
  PROGRAM,
  runProgram,
  shortMail,
  type TestDesk,
} from '../process/desk.ts';

let desk: TestDesk;
let archive: string;
beforeEach(async () => {
  desk = await makeDesk();
  archive = join(desk.dir, 'desk.tar');
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

/** Runs a line of sh, in which $0 is the program. */
function shell(line: string, env: Readonly<Record<string, string>> = {}) {
  return spawnSync('sh', ['-c', line, PROGRAM], {
    encoding: 'utf8',
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config, ARCHIVE: archive, ...env },
  });
}

async function restored(...args: readonly string[]) {
  expect(await desk.run(['backup', archive])).toMatchObject({ exit: 0, stderr: '' });
  rmSync(desk.store, { recursive: true });
  return desk.run(['restore', archive, ...args]);
}

test.each([
  ['a disk that is full', 'ulimit -f 8; "$0" backup "$ARCHIVE"'],
  ['a store that is not there', 'mv store away; "$0" backup "$ARCHIVE"'],
  ['a store that is damaged', 'sed -i 1s/seq/qes/ store/journal/*1.ndjson; "$0" backup "$ARCHIVE"'],
  ['a store that is newer', `echo '{"v":9}' >store/store.json; "$0" backup "$ARCHIVE"`],
])('%s leaves no file behind', async (_, line) => {
  for (const n of [1, 2, 3]) await desk.here(['new'], { input: shortMail(n) });
  const { status, stdout, stderr } = shell(`cd "${desk.dir}"; ${line}`);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^mailrobot: .*\n$/);
  expect(readdirSync(desk.dir).filter((name) => name.startsWith('desk.tar'))).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'one that is stopped by %s leaves no file behind',
  async (signal) => {
    const input = `From: nic@ferrier.example\nSubject: x\n\n${'x'.repeat(70)}\n`;
    for (const n of [1, 2, 3]) await desk.here(['new'], { input: shortMail(n) });
    // Grown behind the journal's back: a backup takes raw mail as it is.
    writeFileSync(join(desk.store, 'raw/000000/0-in.eml'), input.repeat(400_000));
    const child = spawn(PROGRAM, ['backup', archive], {
      env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
    });
    const ended = new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
    while (!(existsSync(archive) && statSync(archive).size > 100_000)) await setImmediate();
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(existsSync(archive)).toBe(false);
  },
);

test('a mail that came to two addresses is two mails in the archive, as they came', async () => {
  const to = ['new@support-ticket.example', 'support-7102@support-ticket.example'];
  for (const [n, RECIPIENT] of to.entries()) {
    const input = largeMailTo(RECIPIENT);
    await desk.here([n === 0 ? 'new' : 'reply'], { input, env: { RECIPIENT } });
  }
  const raw = (seq: number) => join(desk.store, `raw/000000/${seq}-in.eml`);
  const isShared = () => statSync(raw(1)).ino === statSync(raw(2)).ino;
  expect(isShared()).toBe(true);
  const decided = async () =>
    JSON.parse((await desk.run(['replay', '--json', join(desk.store, 'raw')])).stdout);
  const before = await decided();
  expect(before).toHaveLength(2);
  expect(await desk.run(['backup', archive])).toMatchObject({ exit: 0, stderr: '' });
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0, stderr: '' });
  expect(isShared()).toBe(false);
  for (const [n, address] of to.entries()) {
    expect(readFileSync(raw(n + 1))).toEqual(largeMailTo(address));
  }
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  expect(await decided()).toEqual(before);
});

test('- is standard output, and a reader that goes away is no success', async () => {
  await desk.here(['new'], { input: shortMail(1) });
  expect(shell('"$0" backup - >"$ARCHIVE"')).toMatchObject({ status: 0, stdout: '' });
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0, stderr: '' });
  const piped = shell('"$0" backup - | cat | tar -tf - | wc -l');
  expect(Number(piped.stdout)).toBeGreaterThan(5);
  const cut = shell('{ "$0" backup -; echo "$?" >&2; } | true');
  expect(cut.stderr).toMatch(/^1$/m);
});

test('config and templates come back beside the present ones, private, and never over them', async () => {
  const templates = join(desk.dir, 'templates');
  mkdirSync(join(templates, 'SUPPORT'), { recursive: true });
  writeFileSync(join(templates, 'acknowledgement.txt'), 'We have got it.\n');
  writeFileSync(join(templates, 'SUPPORT', 'acknowledgement.de.txt'), 'Ist da.\n');
  writeFileSync(join(templates, 'notes.txt~'), 'x');
  const before = readFileSync(desk.config, 'utf8');
  expect(await desk.run(['backup', archive])).toMatchObject({ exit: 0, stderr: '' });
  desk.configure((config) => {
    config['control'] = 'orders';
  });
  const present = readFileSync(desk.config, 'utf8');
  rmSync(join(templates, 'SUPPORT'), { recursive: true });
  for (const end of ['.restored', '.restored', '.restored.2']) {
    if (end === '.restored.2') writeFileSync(`${desk.config}.restored`, 'mine');
    rmSync(desk.store, { recursive: true });
    const { stdout, exit } = await desk.run(['restore', archive]);
    expect(exit).toBe(0);
    expect(stdout).toContain(`Its config is ${desk.config}${end}, its templates beside it;`);
    expect(readFileSync(`${desk.config}${end}`, 'utf8')).toBe(before);
    expect(statSync(`${desk.config}${end}`).mode & 0o777).toBe(0o600);
    const again = join(`${templates}${end}`, 'SUPPORT', 'acknowledgement.de.txt');
    expect(readFileSync(again, 'utf8')).toBe('Ist da.\n');
    expect(statSync(again).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(`${desk.config}.restored`, 'utf8')).toBe('mine');
  expect(readFileSync(desk.config, 'utf8')).toBe(present);
  expect(existsSync(join(templates, 'SUPPORT'))).toBe(false);
});

test('snippets come back beside the present ones, with their files; a link is left out, and said', async () => {
  const snippets = join(desk.dir, 'snippets');
  mkdirSync(join(snippets, 'SUPPORT'), { recursive: true });
  writeFileSync(join(snippets, 'vpn.md'), 'Attach: Die Seite.pdf\n\nHello.\n');
  writeFileSync(join(snippets, 'Die Seite.pdf'), Buffer.from([37, 80, 0, 255]));
  writeFileSync(join(snippets, 'SUPPORT', 'vpn.de.md'), 'Hallo.\n');
  symlinkSync('/etc/hostname', join(snippets, 'link.md'));
  const { exit, stderr } = await desk.run(['backup', archive]);
  expect([exit, stderr]).toEqual([
    0,
    expect.stringMatching(/link\.md is not in the backup: is a s/),
  ]);
  rmSync(desk.store, { recursive: true });
  const { stdout } = await desk.run(['restore', archive]);
  expect(stdout).toContain('config.json.restored, its snippets beside it;');
  const back = `${snippets}.restored`;
  expect(readdirSync(back).sort()).toEqual(['Die Seite.pdf', 'SUPPORT', 'vpn.md']);
  expect(readFileSync(join(back, 'Die Seite.pdf'))).toEqual(Buffer.from([37, 80, 0, 255]));
  expect(readFileSync(join(back, 'SUPPORT', 'vpn.de.md'), 'utf8')).toBe('Hallo.\n');
});

test('a restore that finds no room leaves nothing behind', async () => {
  for (const n of [1, 2, 3]) await desk.here(['new'], { input: shortMail(n) });
  await desk.run(['backup', archive]);
  rmSync(desk.store, { recursive: true });
  const before = readdirSync(desk.dir).sort();
  expect(shell('ulimit -f 8; "$0" restore "$ARCHIVE"')).toMatchObject({ status: 1, stdout: '' });
  expect(readdirSync(desk.dir).sort()).toEqual(before);
});

test('a store that lies behind a link is restored where it lay', async () => {
  const place = join(desk.dir, 'elsewhere');
  renameSync(desk.store, place);
  symlinkSync(place, desk.store);
  await desk.run(['backup', archive]);
  rmSync(place, { recursive: true });
  mkdirSync(place);
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0, stderr: '' });
  expect(existsSync(join(place, 'store.json'))).toBe(true);
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
});

test('a template that cannot be read is said, and keeps nothing else out', async () => {
  const templates = join(desk.dir, 'templates');
  mkdirSync(join(templates, 'acknowledgement.txt'), { recursive: true });
  writeFileSync(join(templates, 'close.txt'), 'Closed.\n');
  const ended = await desk.run(['backup', archive]);
  expect(ended.exit).toBe(0);
  expect(ended.stderr).toMatch(/^mailrobot: .*acknowledgement\.txt is not in the backup: .*\n$/);
  expect(shell('tar -tf "$ARCHIVE"').stdout).toContain('templates/close.txt\n');
});

test.each([
  [
    'a pipe, which nothing waits for',
    (path: string) => void spawnSync('mkfifo', [path]),
    'no file',
  ],
  [
    'larger than a restore takes',
    (path: string) => writeFileSync(path, 'x'.repeat(2 ** 20 + 1)),
    'more than 1048576 octets',
  ],
])('a template that is %s is left out, and said', async (_, put, why) => {
  const templates = join(desk.dir, 'templates');
  mkdirSync(templates);
  put(join(templates, 'close.txt'));
  const { exit, stderr } = await desk.run(['backup', archive]);
  expect(exit).toBe(0);
  expect(stderr).toMatch(/^mailrobot: .*close\.txt is not in the backup: .*\n$/);
  expect(stderr).toContain(why);
  rmSync(desk.store, { recursive: true });
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0, stderr: '' });
});

test('a template is in the backup by every name that it may have', async () => {
  const names = ['close.txt', 'close.de.txt', 'answer-2nd-line.txt'];
  mkdirSync(join(desk.dir, 'templates'));
  for (const name of names) writeFileSync(join(desk.dir, 'templates', name), 'x\n');
  await desk.run(['backup', archive]);
  rmSync(desk.store, { recursive: true });
  await desk.run(['restore', archive]);
  expect(readdirSync(join(desk.dir, 'templates.restored')).sort()).toEqual(names.toSorted());
});

test('where the config is lost, that of the backup comes first, for a person to look at', async () => {
  await desk.here(['new'], { input: shortMail(1) });
  await desk.run(['backup', archive]);
  rmSync(desk.store, { recursive: true });
  const config = readFileSync(desk.config, 'utf8');
  rmSync(desk.config);
  for (let n = 0; n < 2; n += 1) {
    const ended = await desk.run(['restore', archive]);
    expect(ended).toMatchObject({ exit: 1, stdout: '' });
    expect(ended.stderr).toContain(`look at that of the backup, ${desk.config}.restored,`);
    expect(existsSync(desk.store)).toBe(false);
  }
  expect(readFileSync(`${desk.config}.restored`, 'utf8')).toBe(config);
  renameSync(`${desk.config}.restored`, desk.config);
  expect(await desk.run(['restore', archive])).toMatchObject({ exit: 0 });
  expect(await desk.here(['ticket', 'show', '7102'])).toMatchObject({ exit: 0 });
});

describe('the next number that a restore announces is the one that comes', () => {
  const QUEUES = [
    { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
    { prefix: 'SALES', address: 'sales', name: 'Sales', first: 10 },
    { prefix: 'PRESS', address: 'press', name: 'Press', first: 9000 },
  ];
  test.each([
    ['own', 'SUPPORT-8103, SALES-1010, PRESS-10000'],
    ['shared', 'SUPPORT-8103, SALES-8103, PRESS-8103'],
  ])('with numbers of their %s', async (numbers, announced) => {
    await desk.here(['new'], { input: shortMail(1) });
    desk.configure((config) => {
      config['queues'] = QUEUES.map((queue) => ({ ...queue, numbers }));
    });
    expect((await restored()).stdout).toContain(`the next ticket is ${announced}.`);
    for (const [n, next] of announced.split(', ').entries()) {
      const address = QUEUES[n]?.address ?? '';
      await desk.here(['new'], {
        input: shortMail(10 + n),
        env: { RECIPIENT: `${address}@support-ticket.example` },
      });
      const number = numbers === 'own' ? next : next.replace(/\d+/, String(8103 + n));
      expect((await desk.here(['ticket', 'show', number])).stdout).toContain(number);
    }
  });
});

const isRoot = process.geteuid?.() === 0;
describe.skipIf(!isRoot)('as root (needs root)', () => {
  const NOBODY = Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout);
  const ownersBelow = (dir: string) =>
    new Set([
      statSync(dir).uid,
      ...readdirSync(dir, { recursive: true }).map((name) => statSync(join(dir, String(name))).uid),
    ]);
  const root = (...args: readonly string[]) =>
    runProgram([...args, '--config', join(desk.dir, 'theirs', 'config.json')]);
  let store: string;

  beforeEach(async () => {
    chmodSync(desk.dir, 0o755);
    store = join(desk.dir, 'theirs', 'store');
    const dir = join(desk.dir, 'theirs');
    const domain = ['--domain', 'support-ticket.example'];
    const made = await runProgram(['init', '--dir', dir, ...domain, '--user', 'nobody']);
    expect(made).toMatchObject({ exit: 0 });
  });

  test('what init makes belongs to the user, all of it', () => {
    expect(ownersBelow(store)).toEqual(new Set([NOBODY]));
    expect(statSync(join(desk.dir, 'theirs', 'config.json')).uid).toBe(NOBODY);
  });

  test("a folder that is somebody's already makes the store theirs, without being told", async () => {
    const dir = join(desk.dir, 'packaged');
    mkdirSync(join(dir, 'store'), { recursive: true });
    chownSync(join(dir, 'store'), NOBODY, -1);
    const made = await runProgram(['init', '--dir', dir, '--domain', 'support-ticket.example']);
    expect(made).toMatchObject({ exit: 0 });
    expect(ownersBelow(join(dir, 'store'))).toEqual(new Set([NOBODY]));
    expect(statSync(join(dir, 'config.json')).uid).toBe(NOBODY);
    expect(made.stdout).toContain(`\nchown -R nobody ${join(dir, 'postfix')}\n`);
  });

  test('a restored store belongs to whom it belonged to, and so do config and templates', async () => {
    expect(await root('backup', archive)).toMatchObject({ exit: 0 });
    expect(statSync(archive).uid).toBe(0);
    rmSync(store, { recursive: true });
    expect(await root('restore', archive)).toMatchObject({ exit: 0, stderr: '' });
    expect(ownersBelow(store)).toEqual(new Set([NOBODY]));
    expect(statSync(join(desk.dir, 'theirs', 'config.json.restored')).uid).toBe(NOBODY);
    expect(await root('fsck')).toMatchObject({ exit: 0 });
    rmSync(store, { recursive: true });
    expect(await root('restore', archive, '--user', 'root')).toMatchObject({ exit: 0 });
    expect(ownersBelow(store)).toEqual(new Set([0]));
  });

  test('a store that is a volume of its own is restored into it', async () => {
    await root('backup', archive);
    rmSync(store, { recursive: true });
    mkdirSync(store);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3M', 'tmpfs', store]);
    if (mounted.status !== 0) return console.log(`skipped: ${mounted.stderr}`);
    try {
      expect(await root('restore', archive)).toMatchObject({ exit: 0, stderr: '' });
      expect(ownersBelow(store)).toEqual(new Set([NOBODY]));
      expect(statSync(store).mode & 0o777).toBe(0o700);
      expect(readdirSync(store)).not.toContain('.restoring');
      expect(await root('fsck')).toMatchObject({ exit: 0 });
    } finally {
      spawnSync('umount', [store]);
    }
  });

  test('an owner who does not exist here is named in one line, and nothing is made', async () => {
    expect(await root('backup', archive)).toMatchObject({ exit: 0 });
    const octets = readFileSync(archive, 'latin1').replace('"owner":"nobody"', '"owner":"noboby"');
    writeFileSync(archive, octets, 'latin1');
    rmSync(store, { recursive: true });
    const ended = await root('restore', archive);
    expect(ended).toMatchObject({ exit: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^mailrobot: the store belonged to "noboby", .*--user\n$/);
    expect(readdirSync(join(desk.dir, 'theirs'))).toEqual(['config.json']);
  });

  test('what cannot be finished in a folder of root alone is removed', async () => {
    const dir = join(desk.dir, 'private');
    mkdirSync(dir, { mode: 0o700 });
    const { status } = shell(`ulimit -f 2; "$0" backup "${dir}/x.tar"`, {
      MAILROBOT_CONFIG: join(desk.dir, 'theirs', 'config.json'),
    });
    expect(status).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('no link in a folder of the user leads root astray', async () => {
    const target = join(desk.dir, 'root-only');
    writeFileSync(target, 'kept', { mode: 0o600 });
    const dir = join(desk.dir, 'trap');
    mkdirSync(dir);
    chownSync(dir, NOBODY, NOBODY);
    symlinkSync(target, join(dir, 'config.json.new'));
    const domain = ['--domain', 'support-ticket.example'];
    await runProgram(['init', '--dir', dir, ...domain, '--user', 'nobody']);
    const theirs = join(desk.dir, 'theirs');
    chownSync(theirs, NOBODY, NOBODY);
    await root('backup', archive);
    rmSync(store, { recursive: true });
    symlinkSync(target, join(theirs, 'config.json.restored'));
    symlinkSync(desk.dir, join(theirs, 'store.restoring'));
    await root('restore', archive);
    rmSync(join(theirs, 'store.restoring'), { force: true });
    await root('restore', archive);
    expect(readFileSync(target, 'utf8')).toBe('kept');
    expect(statSync(target).uid).toBe(0);
  });
});
