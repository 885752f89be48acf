/** install.sh: below a prefix, by whomever it was unpacked, and once more over what runs. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, runProgram, shortMail, type TestDesk } from '../process/desk.ts';
import { unpack, VERSION } from './unpacked.ts';

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

test('nor whoever unpacked it, for themselves alone', async () => {
  spawnSync('chmod', ['-R', 'go=', home]);
  expect(install().status).toBe(0);
  const { stdout } = spawnSync('find', [prefix, '!', '-type', 'l', '!', '-perm', '-444']);
  expect(stdout.toString()).toBe('');
  const programs = ['bin/mailrobot', 'lib/mailrobot/libexec/mailrobot'];
  for (const program of programs) expect(statSync(join(prefix, program)).mode & 0o777).toBe(0o755);
});

test('called by a link, it installs what lies beside itself, and nothing else', () => {
  const folder = join(dir, 'of a person');
  mkdirSync(folder);
  writeFileSync(join(folder, 'secret'), 'of theirs');
  symlinkSync(join(home, 'install.sh'), join(folder, 'install'));
  const { status } = spawnSync(join(folder, 'install'), ['--prefix', prefix]);
  expect(status).toBe(0);
  expect(existsSync(join(prefix, 'lib', 'mailrobot', 'secret'))).toBe(false);
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

test.each([
  ['--nonsense'],
  ['--prefix'],
  // As from a variable that nobody has set: nothing goes to where the shell happens to be.
  ['--prefix', ''],
  ['--prefix='],
  ['--prefix=/dev/null/none', 'more'],
])('it needs no terminal, and wrong usage is 2: %s %s', async (...args) => {
  const given = args.filter((arg) => arg !== undefined);
  const { exit } = await runProgram(given, { program: join(home, 'install.sh') });
  expect(exit).toBe(2);
});
