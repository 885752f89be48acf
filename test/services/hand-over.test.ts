/**
 * What becomes of a mail that has been given to sendmail, whatever becomes of those who
 * gave it: nobody of ours ends it, nobody sends it twice, and how it ended is known.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  age,
  BARE_PATH,
  filesBelow,
  makeDesk,
  PROGRAM,
  shortMail,
  type TestDesk,
} from '../process/desk.ts';

let desk: TestDesk;
const started: ChildProcess[] = [];

beforeEach(async () => {
  desk = await makeDesk();
});

afterEach(async () => {
  writeFileSync(join(desk.dir, 'go'), '');
  await desk.settled();
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  desk.remove();
});

/** One that says its number, takes the mail only when it is told to, and then ends with `exit`. */
function slowSendmail(exit = 0): void {
  rmSync(join(desk.dir, 'go'), { force: true });
  const path = join(desk.dir, 'slow');
  const script = `#!/bin/sh
echo "a word of sendmail's" >&2
echo $$ >>"${desk.dir}/pids"
# What sleeps must not have the claim when this one is killed.
while [ ! -e "${desk.dir}/go" ]; do sleep 0.05 2>/dev/null 3>&-; done
[ ${exit} -eq 0 ] || exit ${exit}
exec "${desk.dir}/sendmail" "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
  useSendmail(path);
}

function useSendmail(path: string): void {
  desk.configure((config) => {
    config['sendmail'] = path;
  });
}

const numbers = (): readonly number[] =>
  existsSync(join(desk.dir, 'pids'))
    ? readFileSync(join(desk.dir, 'pids'), 'utf8').split('\n').filter(Boolean).map(Number)
    : [];

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 40_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const letGo = async () => {
  writeFileSync(join(desk.dir, 'go'), '');
  await desk.settled();
};

/** The program in a process group of its own, as local(8) starts it; `before` stands in front of it. */
function begin(args: readonly string[], input = '', before: readonly string[] = []): ChildProcess {
  const [program = PROGRAM, ...rest] = [...before, PROGRAM, ...args];
  const child = spawn(program, rest, {
    env: { PATH: `${BARE_PATH}:/usr/sbin:/sbin`, MAILROBOT_CONFIG: desk.config },
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.push(child);
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return child;
}

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.on('exit', resolve));

/** The shell that holds the claim, and sendmail below it: as when the host dies. */
async function killHandOver(): Promise<void> {
  const pid = numbers().at(-1) ?? 0;
  const shell = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  process.kill(shell, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await until(() => [shell, pid].every(hasClosedItsFiles));
  await desk.settled();
}

/** It has no command line any more before the kernel takes its locks: a zombie has none. */
function hasClosedItsFiles(pid: number): boolean {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

async function killGroup(child: ChildProcess): Promise<void> {
  const gone = ended(child);
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await gone;
}

const show = async (): Promise<{ text: string; messages: Record<string, unknown>[] }> => ({
  text: (await desk.here(['ticket', 'show', '7102'])).stdout,
  ...JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout),
});

const journal = () => readFileSync(join(desk.store, 'journal', '000000000001.ndjson'), 'utf8');
const fates = () =>
  [...journal().matchAll(/"type":"(reply\.\w+)","ticket":"?([\w-]+)"?/g)].map(
    ([, type, ticket]) => `${type} ${ticket}`,
  );
const outbox = () => filesBelow(join(desk.store, 'outbox'));
const messageIds = () =>
  desk.sent().map(({ content }) => /^Message-ID: (.*)$/m.exec(content)?.[1] ?? '');

describe('a sendmail that takes long', () => {
  test('a run waits 30 s for its own, then ends with 0; it goes on, is shown as under way, and the next run knows its end', async () => {
    slowSendmail();
    const before = performance.now();
    // Ends when nobody has its stdout any more, as local(8) waits.
    const { exit, stdout } = await desk.here(['new'], { input: shortMail(1) });
    const seconds = (performance.now() - before) / 1000;
    expect([exit, stdout]).toEqual([0, '']);
    // No longer than that: its sendmail is held until it is let go, below.
    expect(seconds).toBeGreaterThan(29);
    expect(numbers()).toHaveLength(1);
    const underWay = await show();
    expect(underWay.text).toContain(', automatic, under way: the MTA has not taken it yet');
    expect(underWay.messages.at(-1)).toMatchObject({ direction: 'out', delivery: 'under-way' });
    const { checks } = JSON.parse((await desk.run(['status', '--json'])).stdout);
    expect(checks[1].value).toMatch(/; 1 under way$/);
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
    expect((await desk.run(['fsck'])).exit).toBe(0);
    expect((await desk.run(['rebuild'])).exit).toBe(0);
    expect(numbers()).toHaveLength(1);
    await letGo();
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'sent' });
    expect(desk.sent()).toHaveLength(1);
    expect(fates()).toEqual(['reply.sent SUPPORT-7102']);
    expect(outbox()).toEqual([]);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  }, 120_000);

  test('one that another run left is not ended after 5 s, and goes out once', async () => {
    useSendmail('/nonexistent/sendmail');
    await desk.here(['ticket', 'list']);
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(75);
    const path = join(desk.store, 'outbox', '1.0.json');
    const waiting = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...waiting, lastTried: '2026-01-02T08:00:00Z' }));
    slowSendmail();
    expect((await desk.here(['ticket', 'list'])).exit).toBe(0);
    expect((await desk.here(['ticket', 'list'])).exit).toBe(0);
    expect(numbers()).toHaveLength(1);
    await letGo();
    await desk.here(['ticket', 'list']);
    expect(desk.sent()).toHaveLength(1);
    expect(fates()).toEqual(['reply.sent SUPPORT-7102']);
  });

  test('a reminder that a run sends by the way goes out once', async () => {
    await desk.here(['new'], { input: shortMail(1) });
    await desk.here(['ticket', 'status', '7102', 'pending']);
    await age(desk, 8);
    desk.configure((config) => {
      const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
      config['queues'] = [{ ...queue, due: { remindDays: 7 } }];
    });
    slowSendmail();
    for (let n = 0; n < 3; n += 1) expect((await desk.here(['ticket', 'list'])).exit).toBe(0);
    expect(numbers()).toHaveLength(1);
    await letGo();
    await desk.here(['ticket', 'list']);
    expect(desk.sent()).toHaveLength(2);
    expect((await show()).messages.at(-1)).toMatchObject({ automatic: true, delivery: 'sent' });
  });

  test('that it failed in the end is known, too, with its word, and it goes out later', async () => {
    slowSendmail(75);
    const run = begin(['new'], shortMail(1));
    await until(() => numbers().length === 1);
    process.kill(-(run.pid ?? 0), 'SIGKILL');
    await letGo();
    useSendmail(join(desk.dir, 'sendmail'));
    await desk.here(['ticket', 'list']);
    expect(desk.sent()).toEqual([]);
    await desk.here(['new'], { input: shortMail(2) });
    const [waiting = ''] = outbox().filter((name) => name.startsWith('1.0.'));
    expect(readFileSync(join(desk.store, 'outbox', waiting), 'utf8')).toContain(
      "a word of sendmail's",
    );
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
    expect(new Set(messageIds()).size).toBe(2);
    expect(desk.sent()).toHaveLength(2);
  });

  test('what ends a run and its whole process group does not end it', async () => {
    slowSendmail();
    const run = begin(['new'], shortMail(1));
    await until(() => numbers().length === 1);
    process.kill(-(run.pid ?? 0), 'SIGKILL');
    await ended(run);
    // The MTA comes again, and others come.
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
    expect((await desk.here(['ticket', 'list'])).exit).toBe(0);
    await letGo();
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'sent' });
    expect(desk.sent()).toHaveLength(1);
  });

  test('it gets its arguments as they are, no limit of ours, and nothing of ours but its claim', async () => {
    const path = join(desk.dir, 'looks');
    const script = `#!/bin/sh
{ ulimit -S -t; readlink /proc/$$/fd/4 /proc/$$/fd/2; printf '[%s]' "$@"; } 4>&1 >"${desk.dir}/seen"
exec "${desk.dir}/sendmail"
`;
    writeFileSync(path, script, { mode: 0o755 });
    const odd = ['a b', '*', '$(exit 3)', '`id`', '\'"', '-n', '\\', '; exit 3', '$0'];
    desk.configure((config) => {
      config['sendmail'] = [path, ...odd];
    });
    const hard = spawnSync('sh', ['-c', 'ulimit -H -t'], { encoding: 'utf8' }).stdout;
    expect(await desk.here(['new'], { input: shortMail(1) })).toMatchObject({
      exit: 0,
      stdout: '',
    });
    const [limit, stdout, stderr, ...args] = readFileSync(join(desk.dir, 'seen'), 'utf8').split(
      '\n',
    );
    expect([`${limit}\n`, stdout]).toEqual([hard, '/dev/null']);
    expect(stderr).toMatch(/\/store\/outbox\/1\.0\.claim$/);
    const after = ['-i', '-f', '<>', '--', 'nic1@ferrier.example'];
    expect(args.join('\n')).toBe([...odd, ...after].map((arg) => `[${arg}]`).join(''));
  });

  test('a service that is stopped lets it write its end down', async () => {
    slowSendmail();
    const run = begin(['ticket', 'reply', '7102', '-m', 'x']);
    expect(await ended(run)).toBe(1);
    const answered = begin(['new'], shortMail(1));
    await until(() => numbers().length === 1);
    const pid = numbers()[0] ?? 0;
    const shell = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    process.kill(-shell, 'SIGTERM');
    expect(await ended(answered)).toBe(75);
    const waiting = JSON.parse(readFileSync(join(desk.store, 'outbox', '1.0.json'), 'utf8'));
    expect(waiting.lastError).toContain('exit 143');
  });
});

describe('an answer whose time has come', () => {
  const count = () => desk.sent().filter(({ content }) => content.includes('Good morning.')).length;
  const handedOver = async () => {
    await desk.here(['new'], { input: shortMail(1) });
    await desk.here(['due']);
    await desk.here(['ticket', 'reply', '7102', '--at', 'tomorrow 8:00', '-m', 'Good morning.']);
    await age(desk, 3);
    slowSendmail();
    const run = begin(['due']);
    await until(() => numbers().length === 1);
    await killGroup(run);
  };
  const undo = () => desk.here(['ticket', 'undo', '7102']);
  const ON_ITS_WAY = 'has gone out, or is on its way';

  test('the run that hands it over is killed: it goes out once, and undo says so', async () => {
    await handedOver();
    expect(await undo()).toMatchObject({ exit: 1, stderr: expect.stringContaining(ON_ITS_WAY) });
    await letGo();
    await desk.here(['due']);
    expect(count()).toBe(1);
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'sent' });
    expect((await undo()).exit).toBe(1);
    expect(numbers()).toHaveLength(1);
  });

  test('all of it is killed: it goes once more, and undo never says that it went to nobody', async () => {
    await handedOver();
    await killHandOver();
    useSendmail('/nonexistent/sendmail');
    expect(await undo()).toMatchObject({ exit: 1, stderr: expect.stringContaining(ON_ITS_WAY) });
    expect(fates().at(-1)).toBe('reply.unknown SUPPORT-7102');
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'waiting', repeated: true });
    useSendmail(join(desk.dir, 'sendmail'));
    const path = join(desk.store, 'outbox', outbox().find((one) => one.endsWith('.json')) ?? '');
    const waiting = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...waiting, lastTried: '2026-01-02T08:00:00Z' }));
    await desk.here(['due']);
    await desk.here(['ticket', 'list']);
    expect(count()).toBe(1);
    expect(outbox()).toEqual([]);
  });
});

describe('a hand-over that ended without a word', () => {
  test("a person's answer goes once more with the same Message-ID, is shown so, and not a third time", async () => {
    await desk.here(['new'], { input: shortMail(1) });
    await desk.here(['ticket', 'list']);
    slowSendmail();
    const run = begin(['ticket', 'reply', '7102', '-m', 'Once.']);
    await until(() => numbers().length === 1);
    await killGroup(run);
    await killHandOver();
    const again = begin(['ticket', 'list']);
    await until(() => numbers().length === 2);
    expect(fates().at(-1)).toBe('reply.unknown SUPPORT-7102');
    await letGo();
    await ended(again);
    const shown = await show();
    expect(shown.text).toMatch(/^#3 .* by \w+, once more \(it may have come twice\) /m);
    expect(shown.messages.at(-1)).toMatchObject({ delivery: 'sent', repeated: true });
    expect(messageIds().at(-1)).toBe(String(shown.messages.at(-1)?.['messageId']));
    expect(desk.sent()).toHaveLength(2);
    expect((await desk.run(['fsck'])).exit).toBe(0);

    slowSendmail();
    const second = begin(['ticket', 'reply', '7102', '-m', 'Twice.']);
    await until(() => numbers().length === 3);
    await killGroup(second);
    await killHandOver();
    const third = begin(['ticket', 'list']);
    await until(() => numbers().length === 4);
    await killGroup(third);
    await killHandOver();
    expect((await desk.run(['rebuild'])).exit).toBe(0);
    const lost = await show();
    expect(lost.messages.at(-1)).toMatchObject({ delivery: 'unknown', repeated: true });
    expect(lost.text).toContain('PERHAPS NOT SENT');
    expect(numbers()).toHaveLength(4);
    expect(outbox()).toEqual([]);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  });

  test('what a machine says does not go again, and is shown so', async () => {
    slowSendmail();
    const run = begin(['new'], shortMail(1));
    await until(() => numbers().length === 1);
    await killGroup(run);
    await killHandOver();
    // The MTA comes again.
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
    const shown = await show();
    expect(shown.messages.at(-1)).toMatchObject({ automatic: true, delivery: 'unknown' });
    expect(shown.text).toContain(', automatic, PERHAPS NOT SENT');
    expect(numbers()).toHaveLength(1);
    expect(fates()).toEqual(['reply.unknown SUPPORT-7102']);
    expect(outbox()).toEqual([]);
  });

  test('where only the shell died, the lock is still held: it is under way', async () => {
    slowSendmail();
    const run = begin(['new'], shortMail(1));
    await until(() => numbers().length === 1);
    process.kill(-(run.pid ?? 0), 'SIGKILL');
    const pid = numbers()[0] ?? 0;
    const shell = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    process.kill(shell, 'SIGKILL');
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(0);
    expect((await show()).messages.at(-1)).toMatchObject({ delivery: 'under-way' });
    expect(numbers()).toHaveLength(1);
  });

  test('one that was claimed and had not begun is just sent', async () => {
    useSendmail('/nonexistent/sendmail');
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(75);
    const path = join(desk.store, 'outbox', '1.0.json');
    const waiting = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...waiting, lastTried: null, lastError: null }));
    writeFileSync(join(desk.store, 'outbox', '1.0.claim'), '');
    useSendmail(join(desk.dir, 'sendmail'));
    await desk.here(['ticket', 'list']);
    expect(desk.sent()).toHaveLength(1);
    await desk.here(['ticket', 'list']);
    expect(fates()).toEqual(['reply.sent SUPPORT-7102']);
    expect(outbox()).toEqual([]);
  });

  test('after a power cut only the name of a claim is left: it may have begun', async () => {
    useSendmail('/nonexistent/sendmail');
    expect((await desk.here(['new'], { input: shortMail(1) })).exit).toBe(75);
    expect((await desk.here(['ticket', 'reply', '7102', '-m', 'Once.'])).exit).toBe(0);
    for (const id of ['1.0', '2.0']) {
      const path = join(desk.store, 'outbox', `${id}.json`);
      const waiting = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify({ ...waiting, lastTried: null, lastError: null }));
      writeFileSync(join(desk.store, 'outbox', `${id}.claim`), '');
    }
    rmSync(join(desk.store, 'head.json'));
    useSendmail(join(desk.dir, 'sendmail'));
    await desk.here(['ticket', 'list']);
    const deliveries = (await show()).messages.map(({ delivery }) => delivery);
    expect(deliveries).toEqual([undefined, 'unknown', 'sent']);
    expect(desk.sent()).toHaveLength(1);
    expect(outbox()).toEqual([]);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  });
});

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc'] as const;
const noNamespaces =
  process.getuid?.() === 0 && spawnSync('unshare', [...NAMESPACE.slice(1), 'true']).status === 0
    ? undefined
    : 'a pid namespace needs root, and a machine that lets it';

describe.skipIf(noNamespaces !== undefined)(`pid namespaces ${noNamespaces ?? ''}`, () => {
  test.each([
    ['begun outside, met inside', [], NAMESPACE],
    ['begun inside, met outside', NAMESPACE, []],
    ['begun inside one, met inside another', NAMESPACE, NAMESPACE],
  ])('no reply goes twice: %s', async (_, first, second) => {
    slowSendmail();
    const run = begin(['new'], shortMail(1), first);
    await until(() => numbers().length === 1);
    expect(await ended(begin(['new'], shortMail(1), second))).toBe(0);
    expect(await ended(begin(['ticket', 'list'], '', second))).toBe(0);
    expect(numbers()).toHaveLength(1);
    writeFileSync(join(desk.dir, 'go'), '');
    expect(await ended(run)).toBe(0);
    await desk.settled();
    await desk.here(['ticket', 'list']);
    expect(desk.sent()).toHaveLength(1);
    expect(fates()).toEqual(['reply.sent SUPPORT-7102']);
  });

  test('12 of each at once, of the same 3 mails: 3 tickets, 3 replies', async () => {
    const path = join(desk.dir, 'slower');
    writeFileSync(path, `#!/bin/sh\nsleep 0.5\nexec "${desk.dir}/sendmail" "$@"\n`, {
      mode: 0o755,
    });
    useSendmail(path);
    const runs = Array.from({ length: 24 }, (_, n) =>
      begin(['new'], shortMail(n % 3), n % 2 === 0 ? NAMESPACE : []),
    );
    expect(new Set(await Promise.all(runs.map(ended)))).toEqual(new Set([0]));
    await desk.settled();
    await desk.here(['ticket', 'list']);
    expect(desk.sent()).toHaveLength(3);
    expect(new Set(messageIds()).size).toBe(3);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  });
});
