/** When a person should look. */
import { expect, test } from 'vitest';
import { perfdata } from '../../src/reports/figures.ts';
import { type HealthFacts, type Row, rowsOf as rowsFor } from '../../src/reports/health.ts';
import { LEVEL_EXIT, worst } from '../../src/reports/level.ts';
import { configOf } from '../kit/config.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const worstOf = (rows: readonly Row[]) => worst(rows.map(({ level }) => level));
const NONE = { count: 0, since: null };
const GIB = 1024 ** 3;
const FULL_IS_FINE = {
  diskPercent: { warning: 0, critical: 0 },
  diskMegabytes: { warning: 0, critical: 0 },
};
const rowsOf = (facts: HealthFacts, status: object = {}) =>
  rowsFor(facts, configOf({ status }).status);
const WELL: HealthFacts = {
  ...{ now: NOW, outbox: NONE, underWay: 0, resting: null, held: NONE, failing: 0 },
  lastMail: '2026-11-20T11:58:00Z',
  sendmail: { path: '/usr/sbin/sendmail', isRunnable: true },
  smtp: null,
  space: { free: 50 * GIB, total: 100 * GIB },
  inodes: { free: 500, total: 1000 },
  recorded: { count: 4, isAll: true },
  subscribers: { count: 2, failing: [] },
  robots: null,
  badTemplates: [],
  strangers: [],
  log: null,
};
const SMTP = { host: '127.0.0.1', port: 25 };
const since = (minutes: number, count = 1) => ({ count, since: ago(minutes) });
function failingFor(minutes: number): HealthFacts['subscribers'] {
  return { count: 2, failing: [{ name: 'crm', since: ago(minutes) }] };
}
const clock = (minutes: number) => ({
  ...({ ran: [{ clock: 'timer', at: ago(minutes) }], isWanted: false } as const),
});
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
  ['a server for mail that listens', { smtp: { ...SMTP, isHeard: true } }, 0],
  ['a server for mail on another machine', { smtp: { ...SMTP, isHeard: null } }, 0],
  ['no server for mail where it should be', { smtp: { ...SMTP, isHeard: false } }, 2],
  ['no mail yet', { lastMail: null }, 0],
  ['little room', { space: { free: 5 * GIB, total: 100 * GIB } }, 1],
  ['no room', { space: { free: GIB, total: 100 * GIB } }, 2],
  ['little room on a small disk', { space: { free: GIB / 2, total: GIB } }, 1],
  ['hardly any more files', { inodes: { free: 5, total: 100 } }, 1],
  ['no more files', { inodes: { free: 1, total: 100 } }, 2],
  ['a disk that does not count its files', { inodes: { free: 0, total: 0 } }, 0],
  ['a subscriber that has just failed', { subscribers: failingFor(10) }, 0],
  ['a subscriber that fails', { subscribers: failingFor(90) }, 1],
  ['a subscriber that fails for days', { subscribers: failingFor(3000) }, 2],
  ['a text that cannot be used', { badTemplates: ['a.txt: line 1: no'] }, 1],
  ["somebody else's file in the store", { strangers: ['/x belongs to root'] }, 2],
  ['a clock that is behind the last mail', { lastMail: ago(-600) }, 1],
  ['a timer that has stopped, and nothing that waits for it', { clock: clock(600) }, 0],
  ['a timer that has stopped, and an answer of a later time', { clock: clock(600), later: 1 }, 1],
  ['an answer that no clock has sent', { clock: clock(600), missed: since(70) }, 1],
  ['an answer that a clock is about to send', { clock: clock(3), missed: since(2) }, 0],
  ['a log', { log: { place: '/x', problem: null } }, 0],
  ['a log that cannot be written', { log: { place: '/x', problem: 'ENOENT' } }, 1],
])('%s', (_, facts, exit) => {
  expect(LEVEL_EXIT[worstOf(rowsOf({ ...WELL, ...facts }))]).toBe(exit);
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
    inodes: '500 free (50 %)',
    recorded: '4',
    subscribers: '2',
    templates: 'can be used',
    owners: 'as they should be',
    clock: 'not behind the last mail',
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

test('an answer that no clock has sent is told with what mends it', () => {
  const value = (facts: Partial<HealthFacts>) =>
    rowsOf({ ...WELL, ...facts }).find(({ name }) => name === 'timer')?.value;
  const START = 'systemctl enable --now mailrobot-due.timer';
  expect(value({ clock: clock(600), missed: since(70) })).toBe(
    `none runs (the timer ran 10 h ago): 1 mail waits that should have gone 70 min ago: ${START}`,
  );
  expect(value({ clock: { ran: [], isWanted: false }, missed: since(180, 2) })).toBe(
    `none runs: 2 mails wait that should have gone 3 h ago: ${START}`,
  );
  expect(value({ clock: clock(600), later: 1 })).toBe(
    `none runs: no answer can be sent later, or be taken back: ${START}`,
  );
});

test('a mail that sendmail has right now is told apart', () => {
  const rows = rowsOf({ ...WELL, outbox: since(1), underWay: 1 });
  expect(rows.find(({ name }) => name === 'outbox')?.value).toBe(
    '1, the oldest for 1 min; 1 under way',
  );
});

test.each<readonly [string, Partial<HealthFacts>, object, number]>([
  [
    'mail may wait for a day',
    { outbox: since(1000) },
    { unsentMinutes: { warning: 1440, critical: 2880 } },
    0,
  ],
  ['held mail is critical', { held: since(90) }, { heldMinutes: { warning: 1, critical: 60 } }, 2],
  ['three addresses may fail', { failing: 3 }, { failedAddresses: { warning: 3 } }, 0],
  ['four may not', { failing: 4 }, { failedAddresses: { warning: 3 } }, 1],
  ['a full disk is no matter', { space: { free: 0, total: GIB } }, FULL_IS_FINE, 0],
  [
    'files matter early',
    { inodes: { free: 80, total: 100 } },
    { inodesPercent: { warning: 90 } },
    1,
  ],
])('by the config, %s', (_, facts, status, exit) => {
  expect(LEVEL_EXIT[worstOf(rowsOf({ ...WELL, ...facts }, status))]).toBe(exit);
});

test('what is critical counts more than what only warns, and both more than what is unknown', () => {
  const rows = (['ok', 'unknown', 'warning', 'critical'] as const).map((level) => {
    return { name: 'x', level, value: '', figures: [] };
  });
  expect([1, 2, 3, 4].map((count) => worstOf(rows.slice(0, count)))).toEqual([
    ...['ok', 'unknown', 'warning', 'critical'],
  ]);
  expect(LEVEL_EXIT).toEqual({ ok: 0, warning: 1, critical: 2, unknown: 3 });
});

test('figures are those of monitoring plugins, with the ranges of the config', () => {
  const facts = { ...WELL, outbox: since(20, 2), held: since(-600) };
  expect(perfdata(rowsOf(facts, { failedAddresses: { warning: 2, critical: 9 } }))).toBe(
    [
      'outbox=2 outbox_age=1200s;900;7200 held=1 failed_addresses=0;2;9',
      'disk_free=51200MB;1024:;100: disk_free_share=50%;10:;2: inodes_free_share=50%;10:;2:',
      'recorded=4 subscribers_failing=0',
    ].join(' '),
  );
});
