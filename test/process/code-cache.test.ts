/** What node has compiled before: it is never needed, and never taken for another build's. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeDesk, ROOT, runProgram, shortMail } from './desk.ts';

let dir: string;
let program: string;
let cache: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-built-'));
  for (const name of ['bin', 'dist', 'package.json']) {
    cpSync(join(ROOT, name), join(dir, name), { recursive: true });
  }
  program = join(dir, 'bin', 'mailrobot');
  cache = join(dir, 'dist', 'cache');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

beforeEach(() => rmSync(cache, { recursive: true, force: true }));

const compiled = () => readdirSync(cache).map((name) => join(cache, name));

async function deliversWell(): Promise<void> {
  const desk = await makeDesk();
  const env = { MAILROBOT_CONFIG: desk.config };
  try {
    const ended = await runProgram(['new'], { program, env, input: shortMail(1) });
    expect(ended).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    const listed = await runProgram(['ticket', 'list', '--json'], { program, env });
    expect(JSON.parse(listed.stdout)).toHaveLength(1);
  } finally {
    await desk.settled();
    desk.remove();
  }
}

test('compile writes one file, that everybody may read, in the place of older ones', async () => {
  await runProgram(['compile'], { program });
  writeFileSync(join(cache, 'hot-of-another-build.cjs.v20.0.0-x64'), 'x');
  const ended = await runProgram(['compile'], { program });
  expect(ended).toMatchObject({ exit: 0, stderr: '' });
  expect(ended.stdout).toBe(`Compiled for node ${process.version}: ${compiled()[0]}\n`);
  expect(compiled()).toHaveLength(1);
  expect(spawnSync('stat', ['-c', '%a', cache, ...compiled()]).stdout.toString()).toBe(
    '755\n644\n',
  );
  await deliversWell();
});

test('without it all goes on as ever', deliversWell);

test.each([
  ['garbled', (octets: Buffer) => octets.fill(0x5a, 64, 4096)],
  ['cut off', (octets: Buffer) => octets.subarray(0, octets.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['something else', () => Buffer.from('not a code cache')],
])('one that is %s is not used', async (_, spoil) => {
  await runProgram(['compile'], { program });
  const [file = ''] = compiled();
  writeFileSync(file, spoil(readFileSync(file)));
  await deliversWell();
});

test('a pipe or a device in its place is not waited for, and compile puts it right', async () => {
  await runProgram(['compile'], { program });
  const [file = ''] = compiled();
  for (const command of [`mkfifo ${file}`, `ln -s /dev/zero ${file}`, `mkdir ${file}`]) {
    rmSync(file, { recursive: true, force: true });
    spawnSync('sh', ['-c', command]);
    await deliversWell();
  }
  expect(await runProgram(['compile'], { program })).toMatchObject({ exit: 0 });
  expect(spawnSync('test', ['-f', file]).status).toBe(0);
});

test('one that may not be read is not used', async () => {
  await runProgram(['compile'], { program });
  for (const file of compiled()) chmodSync(file, 0);
  await deliversWell();
});

test('where the build may not be written, compile says so in one line', async () => {
  writeFileSync(cache, 'a file in the place of the folder');
  const ended = await runProgram(['compile'], { program });
  expect(ended.exit).toBe(1);
  expect(ended.stderr).toMatch(/^mailrobot: .*\/cache\/.* cannot be written: .*\n$/);
  await deliversWell();
});
