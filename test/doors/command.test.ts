/** What test/postfix/shim.test.ts cannot wait for: a command that outlives its time, and odd streams. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { fateOf, worst } from '../../src/doors/fate.ts';
import { withUnixLineEnds } from '../../src/doors/line-ends.ts';
import { runAliasCommand } from '../../src/runtime/programs.ts';

const run = (command: string, input = 'x'.repeat(1_000_000), limitMs = 5000) =>
  runAliasCommand(
    { command, environment: { PATH: '/usr/bin:/bin' }, directory: '/', limitMs },
    Readable.from([Buffer.from(input)]),
  );

/** A command that does not end before the test has: who waits for it waits for ever. */
function endless(): string {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-endless-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return `sh -c 'while [ -e "${dir}" ]; do sleep 0.1; done'`;
}

test('a command that outlives its time is killed with its children, and the mail refused', async () => {
  const command = endless();
  const end = await run(`${command} & ${command}`, '', 300);
  expect(end).toEqual({ type: 'timeout' });
  expect(fateOf(end)).toMatchObject({ reply: 554, status: '5.3.0' });
});

test('one whose child has left its group and holds the output does not outlive its time either', async () => {
  const command = endless();
  for (const held of [`setsid ${command} & exit 0`, `setsid ${command}; true`]) {
    expect(await run(held, '', 300)).toEqual({ type: 'timeout' });
  }
});

test('one that reads nothing of a large mail is judged by its exit', async () => {
  expect(await run('exit 0')).toMatchObject({ type: 'exit', code: 0 });
  expect(await run('exit 75')).toMatchObject({ type: 'exit', code: 75 });
});

test('the worst of several fates: a deferral, a refusal, all is well', () => {
  const [taken, later, never] = [0, 75, 1].map((code) =>
    fateOf({ type: 'exit', code, output: '' }),
  );
  if (taken === undefined || later === undefined || never === undefined) throw new Error('no fate');
  expect(worst([taken, never, later]).reply).toBe(451);
  expect(worst([taken, never]).reply).toBe(554);
  expect(worst([taken]).reply).toBe(250);
  expect(worst([]).reply).toBe(250);
});

test.each([
  [['a\r\nb\r\n'], 'a\nb\n'],
  [['a\r', '\nb'], 'a\nb'],
  [['a\r', 'b\r'], 'a\rb\r'],
  [['a\r\r\n', '\r', '\n'], 'a\r\n\n'],
  [['\n\n'], '\n\n'],
])('line ends of %j', async (chunks, wanted) => {
  let text = '';
  for await (const chunk of withUnixLineEnds(
    Readable.from(chunks.map((one) => Buffer.from(one))),
  )) {
    text += chunk.toString();
  }
  expect(text).toBe(wanted);
});
