/** A program that is not trusted: what it can do with its streams, and what is heard of it. */
import { afterAll, expect, test } from 'vitest';
import { type ConfinedEnd, runConfined } from '../../src/runtime/confined.ts';

const isRoot = process.geteuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };
/** As us, and as another user where that can be. */
const USERS = isRoot ? [null, NOBODY] : [null];

const run = (script: string, user: typeof NOBODY | null, input = 'the mail\n') =>
  runConfined(
    {
      argv: ['/bin/sh', '-c', script],
      ...{ user, environment: { PATH: '/usr/bin:/bin' }, directory: '/' },
      ...{ limitMs: 20_000, maxOutputBytes: 1024 * 1024 },
    },
    Buffer.from(input),
  );
const textOf = (end: ConfinedEnd) => (end.type === 'exit' ? end.output.toString() : end.type);

// As the program has it (entry.ts).
const outer = process.umask(0o077);
afterAll(() => {
  process.umask(outer);
});

test.each(USERS)('it opens its three streams by name (%o)', async (user) => {
  const script = 'cat /dev/stdin; echo by name >/dev/stdout; echo aloud >/dev/stderr; exit 7';
  const end = await run(script, user);
  expect(end).toMatchObject({ type: 'exit', code: 7, said: 'aloud\n' });
  expect(textOf(end)).toBe('the mail\nby name\n');
});

test.skipIf(!isRoot)(
  'another user can only read what it is given, and write what it says',
  async () => {
    const script = 'echo x >>/dev/stdin; timeout 2 cat </dev/stdout';
    const { said } = await run(script, NOBODY);
    expect(said.match(/Permission denied/g)).toHaveLength(2);
  },
);

test.each(USERS)('all of a mebioctet is heard, and not one octet more (%o)', async (user) => {
  const most = 1024 * 1024;
  const end = await run(`head -c ${most} /dev/zero`, user);
  expect(end.type === 'exit' && end.output.length).toBe(most);
  expect(await run(`head -c ${most + 1} /dev/zero`, user)).toMatchObject({ type: 'too much' });
});

test.each(USERS)('a gigabyte is neither kept nor waited for (%o)', async (user) => {
  expect(await run('head -c 1000000000 /dev/zero', user)).toMatchObject({ type: 'too much' });
});

test.each(USERS)('it ends as it ends: by a code, by a signal (%o)', async (user) => {
  expect(await run('exec 0<&-; exit 20', user, 'x'.repeat(3_000_000))).toMatchObject({ code: 20 });
  expect(await run('kill -TERM $$', user)).toMatchObject({ type: 'signal', signal: 'SIGTERM' });
  expect(await run('exit 143', user)).toMatchObject({ type: 'exit', code: 143 });
});

test.each(USERS)(
  'what has left its group, and holds its stdout open, is not waited for (%o)',
  async (user) => {
    const end = await run('setsid sleep 1000 & echo done; echo $! >&2', user);
    expect(textOf(end)).toBe('done\n');
    // It is alive, which is a limit that the docs name; the test ends it.
    process.kill(Number(end.said.trim()), 'SIGKILL');
  },
);
