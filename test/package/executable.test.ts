/** An unpacked package delivers mail by itself, and nothing that lies about makes another program of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeDesk, runProgram, type TestDesk } from '../process/desk.ts';
import { deliver, isRoot, unpack, VERSION } from './unpacked.ts';

let dir: string;
let home: string;
let desk: TestDesk;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-package-'));
  home = unpack(dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeEach(async () => {
  desk = await makeDesk();
});
afterEach(() => desk.remove());

test('a mail is delivered and answered where the tarball was unpacked', async () => {
  expect(await deliver(desk, home)).toEqual({ exit: 0, isKept: true, said: '' });
  expect(desk.sent()).toHaveLength(1);
  const program = join(home, 'bin', 'mailrobot');
  expect((await runProgram(['--version'], { program })).stdout).toBe(`${VERSION}\n`);
  expect((await desk.run(['ticket', 'show', '7102'], { program })).stdout).toContain(
    'SUPPORT-7102',
  );
});

test('a mail that is not plain is read in a process of its own', async () => {
  const mail = `MIME-Version: 1.0\nContent-Type: text/html\n\n${'<p>please help me</p>\n'.repeat(20_000)}`;
  expect(await deliver(desk, home, { mail })).toEqual({ exit: 0, isKept: true, said: '' });
  const { stdout } = await desk.run(['ticket', 'show', '7102', '--json']);
  expect(stdout).toContain('please help me');
});

test.skipIf(!isRoot)('there need be no node on the machine (needs root)', async () => {
  const hide = `for node in /usr/bin/node /usr/local/bin/node '${process.execPath}'; do
  [ -e "$node" ] && mount --bind /etc/passwd "$node"
done
exec "$0" new`;
  const line = `exec unshare -m sh -c ${quoted(hide)} "$0"`;
  expect(await deliver(desk, home, { line })).toEqual({ exit: 0, isKept: true, said: '' });
});

/** Leaves a mark if anybody runs it. */
function plant(name: string, mark: string): string {
  const file = join(dir, name);
  writeFileSync(file, `require('fs').writeFileSync(${JSON.stringify(mark)}, '');`);
  return file;
}

test('nothing of the folder that it is started in is loaded', async () => {
  const mark = join(dir, 'mark');
  const folder = join(dir, 'planted');
  mkdirSync(folder);
  const evil = plant('planted/evil.cjs', mark);
  writeFileSync(join(folder, 'bunfig.toml'), `preload = [${JSON.stringify(evil)}]\n`);
  writeFileSync(join(folder, '.env'), 'MAILROBOT_CONFIG=/nonexistent\nBUN_OPTIONS=--no-such\n');
  writeFileSync(join(folder, '.env.production'), 'MAILROBOT_CONFIG=/nonexistent\n');
  writeFileSync(
    join(folder, 'package.json'),
    '{"name":"x","type":"module","imports":{"#x":"./evil.cjs"}}',
  );
  const paths = JSON.stringify({ '*': ['./evil.cjs'], 'node:fs': ['./evil.cjs'] });
  writeFileSync(
    join(folder, 'tsconfig.json'),
    `{"compilerOptions":{"baseUrl":".","paths":${paths}}}`,
  );
  for (const name of ['nodemailer', 'mailparser', 'iconv-lite', 'bun:ffi', 'fs']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    plant(join('planted', 'node_modules', name, 'index.js'), mark);
  }
  expect(await deliver(desk, home, { cwd: folder })).toEqual({ exit: 0, isKept: true, said: '' });
  // The commands of the desk, too; without MAILROBOT_CONFIG it would come from .env.
  const line = 'unset MAILROBOT_CONFIG; exec "$0" ticket list';
  const { stderr } = spawnSync('sh', ['-c', line, join(home, 'bin', 'mailrobot')], { cwd: folder });
  expect(stderr.toString()).not.toContain('nonexistent');
  expect(existsSync(mark)).toBe(false);
  // It is Bun, and would load them if it were not told otherwise.
  writeFileSync(join(folder, 'harmless.cjs'), '');
  const env = { BUN_BE_BUN: '1' };
  spawnSync(join(home, 'libexec', 'mailrobot'), ['run', './harmless.cjs'], { cwd: folder, env });
  expect(existsSync(mark)).toBe(true);
});

test('no variable makes another program of it', async () => {
  const mark = join(dir, 'mark-of-variables');
  const evil = plant('evil.cjs', mark);
  const env = {
    BUN_BE_BUN: '1',
    BUN_OPTIONS: `--preload=${evil}`,
    BUN_INSPECT: '1',
    BUN_INSPECT_PRELOAD: evil,
    BUN_BYTECODE_ORDER_OUT: mark,
    NODE_OPTIONS: `--require=${evil}`,
    MAILROBOT_PART: 'reader',
    MAILROBOT_DONE: '75',
  };
  expect(await deliver(desk, home, { env })).toEqual({ exit: 0, isKept: true, said: '' });
  const program = join(home, 'bin', 'mailrobot');
  const listed = await desk.run(['ticket', 'list', '--json'], { program, env });
  expect(JSON.parse(listed.stdout)).toHaveLength(1);
  expect(existsSync(mark)).toBe(false);
  // Without the launcher they do.
  spawnSync(join(home, 'libexec', 'mailrobot'), ['--version'], {
    env: { BUN_OPTIONS: `--preload=${evil}` },
  });
  expect(existsSync(mark)).toBe(true);
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
