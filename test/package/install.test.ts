/** install.sh: below a prefix, once more over what runs, and what becomes of a machine that cannot run it. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, runProgram, shortMail, type TestDesk } from '../process/desk.ts';
import { isRoot, unpack, VERSION } from './unpacked.ts';

let dir: string;
let home: string;
let prefix: string;
let desk: TestDesk;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-install-'));
  home = unpack(dir, { withBuilt: true });
  prefix = join(dir, 'a prefix');
  desk = await makeDesk();
});
afterEach(() => {
  desk.remove();
  rmSync(dir, { recursive: true, force: true });
});

const install = () =>
  spawnSync(join(home, 'install.sh'), ['--prefix', prefix], { encoding: 'utf8', env: {} });
const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

test('it runs below a prefix, with manual pages and completions', async () => {
  const { status, stdout, stderr } = install();
  const program = join(prefix, 'bin', 'mailrobot');
  expect(stderr).toBe('');
  expect(stdout).toBe(`mailrobot ${VERSION} is installed: ${program}\n`);
  expect(status).toBe(0);
  rmSync(home, { recursive: true });
  expect(await desk.run(['new'], { input: shortMail(1), program })).toMatchObject({ exit: 0 });
  expect((await desk.run(['ticket', 'show', '7102'], { program })).exit).toBe(0);
  for (const file of [
    'share/man/man1/mailrobot.1',
    'share/man/man1/mailrobot-ticket-show.1',
    'share/bash-completion/completions/mailrobot',
    'share/zsh/site-functions/_mailrobot',
    'share/fish/vendor_completions.d/mailrobot.fish',
    'lib/mailrobot/licences/bun.md',
    'lib/mailrobot/postfix/README.md',
  ]) {
    expect(statSync(join(prefix, file)).size, file).toBeGreaterThan(100);
  }
});

test('every user can run it, whatever the umask', () => {
  const line = 'umask 077; exec "$0" --prefix "$1"';
  expect(spawnSync('sh', ['-c', line, join(home, 'install.sh'), prefix]).status).toBe(0);
  const { stdout } = spawnSync('find', [prefix, '!', '-type', 'l', '!', '-perm', '-444']);
  expect(stdout.toString()).toBe('');
});

test('once more: the same files, and of an older version none', () => {
  install();
  const before = filesBelow(prefix);
  const old = join(prefix, 'lib', 'mailrobot', 'dist', 'of-an-older-version.cjs');
  writeFileSync(old, '');
  expect(install().status).toBe(0);
  expect(filesBelow(prefix)).toEqual(before);
});

test('while mail comes it is kept, or put off: nothing is lost', async () => {
  install();
  const program = join(prefix, 'bin', 'mailrobot');
  const installing = spawn(join(home, 'install.sh'), ['--prefix', prefix], { stdio: 'ignore' });
  const done = new Promise((resolve) => installing.on('close', resolve));
  const kept: number[] = [];
  let n = 0;
  while (installing.exitCode === null) {
    n += 1;
    const { exit, stdout } = await desk.run(['new'], { input: shortMail(n), program });
    expect([0, 75]).toContain(exit);
    expect(stdout).toMatch(/^(4\.\d\.\d [ -~]+\n)?$/);
    if (exit === 0) kept.push(n);
  }
  expect(await done).toBe(0);
  expect(kept.length).toBeGreaterThan(3);
  const { stdout } = await desk.run(['ticket', 'list', '--json', '--limit', '1000'], { program });
  const subjects = JSON.parse(stdout).map(({ subject }: { subject: string }) => Number(subject));
  expect(kept.filter((one) => !subjects.includes(one))).toEqual([]);
}, 120_000);

/** In a machine of its own as far as /etc/mailrobot goes, and without node if there is to be none. */
function selfTest(before: string): { readonly status: number | null; readonly said: string } {
  const line = `mkdir -p /etc/mailrobot && mount -t tmpfs none /etc/mailrobot || exit 99
${before}
"$0"; s=$?
echo "runtime: $(cat /etc/mailrobot/runtime 2>&1)"
printf 'Subject: x\\n\\nx\\n' | MAILROBOT_CONFIG='${desk.config}' '${join(home, 'bin/mailrobot')}' new; echo "new: $?"
exit $s`;
  const file = join(home, 'libexec', 'self-test');
  const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', line, file], {
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin:/usr/sbin` },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

const NO_NODE = `for n in /usr/bin/node /usr/local/bin/node '${process.execPath}'; do
  [ -e "$n" ] && mount --bind /etc/passwd "$n"
done`;
const spoil = () => writeFileSync(join(home, 'libexec', 'mailrobot'), 'This is no program.\n');

test.skipIf(!isRoot)('where the executable works, nothing is written (needs root)', () => {
  expect(existsSync('/etc/mailrobot/runtime')).toBe(false);
  expect(selfTest(NO_NODE)).toEqual({
    status: 0,
    said: expect.stringMatching(/^runtime: .*No such file.*\nnew: 0\n$/),
  });
});

test.skipIf(!isRoot)('where it does not, node runs it from then on (needs root)', () => {
  spoil();
  const { status, said } = selfTest('');
  expect(said).toContain('the executable does not work here');
  expect(said).toContain('runtime: node\nnew: 0\n');
  expect(status).toBe(0);
});

test.skipIf(!isRoot)('nor is there node: it fails, and mail is put off (needs root)', () => {
  spoil();
  const { status, said } = selfTest(NO_NODE);
  expect(said).toContain('no mail will be delivered');
  expect(said).toMatch(/new: 75\n/);
  expect(status).toBe(1);
});

test.skipIf(!isRoot)('what the administrator has written stays (needs root)', () => {
  const { status, said } = selfTest('echo node >/etc/mailrobot/runtime');
  expect(said).toContain('the executable works here, and /etc/mailrobot/runtime says node');
  expect(said).toContain('runtime: node\nnew: 0\n');
  expect(status).toBe(0);
});

test('a prefix where nothing can be written: it says so and fails', () => {
  writeFileSync(prefix, '');
  mkdirSync(join(dir, 'other'));
  const { status, stderr } = install();
  expect(status).not.toBe(0);
  expect(stderr).not.toBe('');
});

test('the licences of all that is in it are there', () => {
  const read = (name: string) => readFileSync(join(home, 'licences', name), 'utf8');
  expect(read('bun.md')).toContain('JavaScriptCore');
  expect(read('LGPL-2.txt')).toContain('GNU LIBRARY GENERAL PUBLIC LICENSE');
  expect(read('packages.txt')).toContain('nodemailer');
});

test('it needs no terminal, and wrong usage is 2', async () => {
  const { exit } = await runProgram(['--nonsense'], { program: join(home, 'install.sh') });
  expect(exit).toBe(2);
});
