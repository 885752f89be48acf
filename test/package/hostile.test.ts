/**
 * Whatever surrounds the executable, and whatever becomes of it: a mail is kept and the launcher
 * ends with 0, or it ends with 75 and says at most one line. Each line of the table is met once;
 * `always` says of some that they may not even put a mail off.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { deliver, isRoot, STATUS_LINE, unpack } from './unpacked.ts';

let dir: string;
let home: string;
let desk: TestDesk;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-hostile-'));
  home = unpack(dir);
  desk = await makeDesk();
});
afterAll(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

interface Hostile {
  readonly what: string;
  readonly line?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It must be delivered. */
  readonly always?: true;
  /** The shell of the launcher says something, or does not start: aliases end with `|| exit 75`. */
  readonly beforeUs?: true;
}

const limited = (what: string, values: readonly number[], beforeUs?: true): readonly Hostile[] =>
  values.map((value) => ({
    what: `ulimit ${what} ${value}`,
    line: `ulimit ${what} ${value}; "$0" new || exit 75`,
    ...(beforeUs && { beforeUs }),
  }));

/** In a mount namespace of its own, as root. */
const mounted = (what: string, mounts: string, always?: true): Hostile => ({
  what: `${what} (needs root)`,
  line: `exec unshare -m sh -c '${mounts}\nexec "$0" new' "$0"`,
  ...(always && { always }),
});

const FOR_ALL: readonly Hostile[] = [
  { what: 'stdin closed', line: 'exec "$0" new <&-' },
  { what: 'all three closed', line: 'exec "$0" new <&- >&- 2>&-' },
  { what: 'stdout closed', line: 'exec "$0" new >&-', always: true },
  { what: 'stderr closed', line: 'exec "$0" new 2>&-', always: true },
  { what: 'both closed', line: 'exec "$0" new >&- 2>&-', always: true },
  {
    what: 'the folder that it is started in is removed',
    line: 'd=$(mktemp -d); cd "$d"; rmdir "$d"; exec "$0" new',
    always: true,
    beforeUs: true,
  },
  {
    what: 'the folder may not be looked into',
    line: 'd=$(mktemp -d); cd "$d"; chmod 0 "$d"; "$0" new; s=$?; rmdir "$d"; exit $s',
    always: true,
  },
  { what: 'PATH empty', env: { PATH: '' }, always: true },
  { what: 'PATH of nothing', env: { PATH: '/nonexistent' }, always: true },
  { what: 'no PATH', line: 'unset PATH; exec "$0" new', always: true },
  {
    what: 'only the config',
    line: 'exec env -i MAILROBOT_CONFIG="$MAILROBOT_CONFIG" "$0" new',
    always: true,
  },
  { what: 'a HOME that is a file', env: { HOME: '/etc/passwd' }, always: true },
  {
    what: 'a TMPDIR that is not there',
    env: { TMPDIR: '/nonexistent', BUN_TMPDIR: '/nonexistent' },
    always: true,
  },
  {
    what: 'a locale and a zone of nonsense',
    env: { LC_ALL: 'xx_YY.Z', LANG: '\u00ff', TZ: ':../../etc/passwd' },
    always: true,
  },
  {
    what: 'IFS and ENV of a shell',
    env: { IFS: 'ae/', ENV: '/etc/passwd', BASH_ENV: '/etc/passwd', CDPATH: '/' },
    always: true,
  },
  { what: 'NODE_ENV=test', env: { NODE_ENV: 'test' }, always: true },
  { what: 'a large environment', env: { LARGE: 'x'.repeat(100_000) }, always: true },
  {
    what: 'SIGPIPE, SIGHUP, SIGTERM ignored',
    line: 'trap \'\' PIPE HUP TERM; exec "$0" new',
    always: true,
  },
  { what: 'a umask of 0777', line: 'umask 0777; exec "$0" new', always: true },
  { what: 'the lowest priority', line: 'exec nice -n 19 "$0" new', always: true },
  ...limited('-n', [3, 4, 5, 6, 8, 10], true),
  ...limited('-n', [11, 12, 16, 24, 32]),
  ...limited('-v', [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]),
  ...limited('-d', [1_000, 10_000, 50_000, 200_000]),
  ...limited('-s', [16, 64, 256]),
  ...limited('-f', [0, 1, 8]),
  // The kernel may stop the shell of the launcher itself.
  ...limited('-t', [0], true),
  ...limited('-l', [0]),
];

/** prctl(2), PR_SET_MDWE: what MemoryDenyWriteExecute= of systemd comes to. There is no JIT then. */
const WITHOUT_JIT: Hostile = {
  what: 'memory that is never both written and run (needs python3)',
  line: `exec python3 -c 'import ctypes, os, sys
assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0
os.execv(sys.argv[1], [sys.argv[1], "new"])' "$0"`,
  always: true,
};
const hasPython = spawnSync('python3', ['--version']).status === 0;

const FOR_ROOT: readonly Hostile[] = [
  mounted(
    'a read-only /tmp, and the store elsewhere',
    'mount --bind /tmp /tmp; mount -o remount,bind,ro /tmp',
  ),
  mounted('no /proc', 'umount -l /proc'),
  mounted('an empty /proc', 'mount -t tmpfs none /proc'),
  mounted('no /sys', 'umount -l /sys; true', true),
  mounted('an empty /dev', 'mount -t tmpfs none /dev'),
  mounted(
    'a /dev of null alone',
    'touch /tmp/null.$$; mount --bind /dev/null /tmp/null.$$; mount -t tmpfs none /dev; touch /dev/null; mount --bind /tmp/null.$$ /dev/null',
  ),
  mounted('a flock that fails', 'mount --bind /bin/false /usr/bin/flock'),
  mounted('a flock that is none', 'mount --bind /etc/passwd /usr/bin/flock'),
  mounted(
    'no node',
    `for n in /usr/bin/node /usr/local/bin/node; do [ -e $n ] && mount --bind /etc/passwd $n; done`,
    true,
  ),
];

describe('an environment', () => {
  test.each([...FOR_ALL, ...(hasPython ? [WITHOUT_JIT] : []), ...(isRoot ? FOR_ROOT : [])])(
    '$what',
    async ({ line, env, always, beforeUs }) => {
      const ended = await deliver(desk, home, { ...(line && { line }), ...(env && { env }) });
      expect(ended.exit === 75 || (ended.exit === 0 && ended.isKept), JSON.stringify(ended)).toBe(
        true,
      );
      if (!beforeUs) expect(ended.said).toMatch(STATUS_LINE);
      if (always) expect(ended).toMatchObject({ exit: 0, isKept: true });
    },
  );
});

/** A launcher of its own, and an executable that may be spoilt. */
function copyOfPackage(name: string): string {
  const own = join(dir, name);
  for (const folder of ['bin', 'libexec']) mkdirSync(join(own, folder), { recursive: true });
  for (const file of ['bin/mailrobot', 'libexec/mailrobot'])
    copyFileSync(join(home, file), join(own, file));
  return own;
}

describe('an executable that is none any more', () => {
  test.each<readonly [string, (file: string) => void]>([
    ['empty', (file) => truncateSync(file, 0)],
    ['one octet', (file) => truncateSync(file, 1)],
    ['the beginning of it', (file) => truncateSync(file, 4096)],
    ['half of it', (file) => truncateSync(file, statSync(file).size / 2)],
    [
      'the program that was compiled into it, cut off',
      (file) => truncateSync(file, statSync(file).size - 100_000),
    ],
    ['full of zeros', (file) => writeFileSync(file, Buffer.alloc(65_536))],
    ['a text', (file) => writeFileSync(file, 'This is no program.\n')],
    ['a script that ends well', (file) => writeFileSync(file, 'exit 0\n')],
    ['another program', (file) => copyFileSync('/bin/true', file)],
    ['for another processor', (file) => writeFileSync(file, otherProcessor(file))],
    ['not to be run', (file) => chmodSync(file, 0o644)],
    ['removed, and there is no build', (file) => rmSync(file)],
    [
      'a folder',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('%s: 75', async (what, spoil) => {
    const own = copyOfPackage(`spoilt ${what}`);
    spoil(join(own, 'libexec', 'mailrobot'));
    const ended = await deliver(desk, own);
    rmSync(own, { recursive: true });
    expect([ended.exit, ended.isKept]).toEqual([75, false]);
    expect(ended.said).toMatch(STATUS_LINE);
    expect(ended.said).not.toBe('');
  });
});

/** elf(5): e_machine is of a processor that this machine has not. */
function otherProcessor(file: string): Buffer {
  const octets = readFileSync(file);
  octets.writeUInt16LE(8, 18);
  return octets;
}

describe('killed', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGILL', 'SIGBUS', 'SIGABRT', 'SIGINT'] as const)(
    'by %s while it reads: 75, and at most one line',
    async (signal) => {
      const child = spawn(join(home, 'bin', 'mailrobot'), ['new'], {
        env: { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: desk.config },
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text) => {
          said += text;
        });
      child.stdin.write('Subject: half a');
      const ended = new Promise((resolve) => child.on('close', resolve));
      process.kill(await childOf(child.pid ?? 0), signal);
      expect(await ended).toBe(75);
      expect(said).toMatch(STATUS_LINE);
    },
  );

  test('at any time: what is not in the store comes again, once', async () => {
    for (let ms = 0; ms <= 60; ms += 4) {
      const line = `f=$(mktemp); cat >"$f"; "$0" new <"$f" & p=$!; sleep ${ms / 1000}
{ for c in $(cat /proc/$p/task/$p/children); do kill -9 $c; done; } 2>/dev/null
wait $p; s=$?; rm "$f"; exit $s`;
      const ended = await deliver(desk, home, { line });
      expect([0, 75]).toContain(ended.exit);
      if (ended.exit === 0) expect(ended.isKept).toBe(true);
      expect(ended.said).toMatch(STATUS_LINE);
    }
    expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
  });
});

/** The executable below the launcher's shell, once it waits for the rest of the mail. */
async function childOf(shell: number): Promise<number> {
  for (let tries = 0; tries < 500; tries += 1) {
    const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim();
    if (/^\d+$/.test(children) && isExecutable(children)) {
      await sleep(STARTED_MS);
      return Number(children);
    }
    await sleep(5);
  }
  throw new Error('it did not start');
}

const STARTED_MS = 300;

/** No longer the shell that becomes it. */
function isExecutable(pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith('/libexec/mailrobot');
  } catch {
    return false;
  }
}
