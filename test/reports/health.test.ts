/** When a person should look. */
import { expect, test } from 'vitest';
import { type HealthFacts, LEVEL_EXIT, rowsOf, worst } from '../../src/reports/health.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const NONE = { count: 0, since: null };
const GIB = 1024 ** 3;
const WELL: HealthFacts = {
  ...{ now: NOW, outbox: NONE, underWay: 0, resting: null, held: NONE, failing: 0 },
  lastMail: '2026-11-20T11:58:00Z',
  sendmail: { path: '/usr/sbin/sendmail', isRunnable: true },
  space: { free: 50 * GIB, total: 100 * GIB },
};
const since = (minutes: number, count = 1) => ({ count, since: ago(minutes) });
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

test.each<readonly [string, Partial<HealthFacts>, number]>([
  ['nothing', {}, 0],
  ['a reply that waits for a moment', { outbox: since(5) }, 0],
  ['a reply that waits', { outbox: since(20, 2) }, 1],
  ['a reply that nobody sends any more', { outbox: since(130) }, 2],
  ['a restored store', { resting: ago(5) }, 1],
  ['a restored store that nobody lets go on', { resting: ago(130) }, 2],
  ['a mail that is held', { held: since(60) }, 0],
  ['a mail that is held since yesterday', { held: since(25 * 60) }, 1],
  ['a reply of a time to come: the clock was ahead', { outbox: since(-600) }, 2],
  ['a mail of a time to come', { held: since(-600) }, 1],
  ['an address that fails', { failing: 1 }, 1],
  ['no sendmail', { sendmail: { path: '/usr/sbin/sendmail', isRunnable: false } }, 2],
  ['no mail yet', { lastMail: null }, 0],
  ['little room', { space: { free: 5 * GIB, total: 100 * GIB } }, 1],
  ['no room', { space: { free: GIB, total: 100 * GIB } }, 2],
  ['little room on a small disk', { space: { free: GIB / 2, total: GIB } }, 1],
])('%s', (_, facts, exit) => {
  expect(LEVEL_EXIT[worst(rowsOf({ ...WELL, ...facts }))]).toBe(exit);
});

test('each row says what there is', () => {
  const rows = rowsOf({ ...WELL, outbox: since(20, 2) });
  expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
    store: 'can be read',
    outbox: '2, the oldest for 20 min',
    sendmail: '/usr/sbin/sendmail',
    held: '0',
    'failed addresses': '0',
    'last mail': '2 min ago',
    disk: '51200 MiB free (50 %)',
  });
});

test('a time that is later than now is no age, and is said so', () => {
  const rows = rowsOf({ ...WELL, held: since(-600, 3), lastMail: ago(-600) });
  const unknown = 'an unknown time (the clock was ahead)';
  expect(rows.flatMap(({ value }) => (value.includes('unknown') ? [value] : []))).toEqual([
    `3, the oldest for ${unknown}`,
    `${unknown} ago`,
  ]);
});

test('a mail that sendmail has right now is told apart', () => {
  const rows = rowsOf({ ...WELL, outbox: since(1), underWay: 1 });
  expect(rows.find(({ name }) => name === 'outbox')?.value).toBe(
    '1, the oldest for 1 min; 1 under way',
  );
});
