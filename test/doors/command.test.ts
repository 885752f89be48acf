/** What test/postfix/shim.test.ts cannot wait for: a command that outlives its time, and odd streams. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { fateOf, worst } from '../../src/doors/fate.ts';
import { withUnixLineEnds } from '../../src/doors/line-ends.ts';
import { runAliasCommand } from '../../src/runtime/programs.ts';

const run = (command: string, input = 'x'.repeat(1_000_000), limitMs = 5000) =>
  runAliasCommand(
    { command, environment: { PATH: '/usr/bin:/bin' }, directory: '/', limitMs },
    Readable.from([Buffer.from(input)]),
  );

test('a command that outlives its time is killed with its children, and the mail refused', async () => {
  const begun = Date.now();
  const end = await run('sleep 60 & sleep 60', '', 300);
  expect(end).toEqual({ type: 'timeout' });
  expect(fateOf(end)).toMatchObject({ reply: 554, status: '5.3.0' });
  expect(Date.now() - begun).toBeLessThan(15_000);
});

test('one whose child has left its group and holds the output does not outlive its time either', async () => {
  const begun = Date.now();
  for (const command of ['setsid sleep 20 & exit 0', 'setsid sleep 20; true']) {
    expect(await run(command, '', 300)).toEqual({ type: 'timeout' });
  }
  expect(Date.now() - begun).toBeLessThan(15_000);
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
