/**
 * The clock was a year ahead, and is right again: what was written down meanwhile is long past,
 * and holds nothing up for a year. The clock is the test's.
 */
import { existsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { compose } from '../../src/letters/compose.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { extract } from '../stores/files/extract.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const YEAR = 365 * DAY;
const KIM = { name: 'kim', addresses: ['kim@home.example'] };

let today = new Date();
let line: PipeLine;
afterEach(async () => {
  const root = join(line.dir, 'store');
  const options = { root, now: () => today, extract, compose };
  const { findings } = await maintenanceOf(options).check();
  line.remove();
  expect(findings).toEqual([]);
});

function begin(config: Record<string, unknown> = {}): void {
  today = new Date(Date.now() - 3 * YEAR);
  line = makePipeLine({ now: () => today, config });
}
const pass = (ms: number) => {
  today = new Date(today.getTime() + ms);
};
const ahead = async <T>(work: () => Promise<T>): Promise<T> => {
  pass(YEAR);
  try {
    return await work();
  } finally {
    pass(-YEAR + MINUTE);
  }
};
const mail = (n: number, more = '') =>
  Buffer.from(`From: nic@ferrier.example\nSubject: ${n}\nMessage-ID: <${n}@x>\n${more}\nx\n`);
const sentTo = (address: string) =>
  line
    .all()
    .flatMap(({ outgoing }) => outgoing)
    .filter(({ recipient }) => recipient === address).length;
const chores = () => doChores(line.context);
const expired = () =>
  line
    .all()
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.type === 'mail.expired' ? change.mails : []));

test('caps: what was answered then does not count, what is answered now does', async () => {
  const cap = { count: 2, hours: 24 };
  begin({ caps: { address: cap, domain: cap, ticket: cap, total: cap, firstTime: cap } });
  await ahead(async () => {
    for (const n of [1, 2, 3]) await line.deliver(mail(n));
  });
  expect(sentTo('nic@ferrier.example')).toBe(2);
  for (const n of [4, 5, 6]) await line.deliver(mail(n));
  expect(sentTo('nic@ferrier.example')).toBe(4);
});

test('notices: staff who were told then are told again now, and rest after that', async () => {
  begin({ staff: [KIM] });
  const spam = (n: number) => mail(n, 'To: support-1@support-ticket.example\n');
  const stranger = (n: number) =>
    line.deliver(Buffer.from(String(spam(n)).replace('nic@ferrier', 'eve@elsewhere')), {
      ORIGINAL_RECIPIENT: 'support-1@support-ticket.example',
    });
  await line.deliver(mail(1));
  const before = sentTo('kim@home.example');
  await ahead(async () => {
    expect(await stranger(2)).toBe('held');
  });
  expect(sentTo('kim@home.example')).toBe(before + 1);
  await stranger(3);
  expect(sentTo('kim@home.example')).toBe(before + 2);
  await stranger(4);
  expect(sentTo('kim@home.example')).toBe(before + 2);
});

const due = { answerHours: 24, remindDays: 7, closeDays: 7 };
const withDue = {
  queues: [{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 1, due }],
  staff: [KIM],
};

test('waiting: what waits since then is due, once, and what waits since now is not', async () => {
  begin(withDue);
  await ahead(() => line.deliver(mail(1)));
  await line.deliver(mail(2));
  const told = () =>
    line
      .all()
      .flatMap(({ changes }) => changes)
      .flatMap((change) => (change.type === 'ticket.overdue' ? [change.ticket] : []));
  await chores();
  expect(told()).toEqual(['SUPPORT-1']);
  await chores();
  expect(told()).toEqual(['SUPPORT-1']);
  pass(DAY);
  await chores();
  expect(told()).toEqual(['SUPPORT-1', 'SUPPORT-2']);
});

test('waiting: a customer who was answered then is reminded now, and the ticket closed a week later', async () => {
  begin(withDue);
  await line.deliver(mail(1));
  const order = { type: 'act', ticket: 'SUPPORT-1', by: 'kim', origin: null } as const;
  await ahead(() =>
    carryOut({ ...order, action: { type: 'reply', text: 'Have you tried again?' } }, line.context),
  );
  const statusNow = async () => {
    await chores();
    return line.store.ticket('SUPPORT-1');
  };
  expect(await statusNow()).toMatchObject({ status: 'pending', waiting: { for: 'customer' } });
  expect((await statusNow())?.waiting?.told).not.toBeNull();
  pass(6 * DAY);
  expect(await statusNow()).toMatchObject({ status: 'pending' });
  pass(2 * DAY);
  expect(await statusNow()).toMatchObject({ status: 'resolved' });
});

test('a reply that waits since then is asked of the MTA no more', async () => {
  begin({ sendmail: '/bin/false' });
  expect(await line.deliver(mail(1))).toBe('reply-waits');
  expect(await line.deliver(mail(1))).toBe('reply-waits');
  await ahead(async () => {
    expect(await line.deliver(mail(2))).toBe('reply-waits');
  });
  expect(await line.deliver(mail(2))).toBe('duplicate');
});

test('outbox: what was tried then is tried by the next run, before what was tried a while ago', async () => {
  begin({ sendmail: '/bin/false' });
  await ahead(() => line.deliver(mail(1)));
  await chores();
  expect(await line.store.unsent()).toMatchObject([{ lastTried: today.toISOString() }]);
  await line.deliver(mail(2));
  const [first, second] = await line.store.unsent();
  if (first === undefined || second === undefined) throw new Error('two mails wait');
  await line.store.noteFailure(
    { ...first, lastTried: new Date(today.getTime() - DAY).toISOString() },
    1,
  );
  await line.store.noteFailure(
    { ...second, lastTried: new Date(today.getTime() + YEAR).toISOString() },
    1,
  );
  const claimed = await line.store.exclusive((transaction) => transaction.claim('all', 1));
  expect(claimed).toMatchObject([{ id: second.id }]);
});

test('retention: mail of then goes with what came after it, and not before', async () => {
  begin({ retentionDays: 30 });
  const machine = (n: number) => line.deliver(mail(n, 'Auto-Submitted: auto-replied\n'));
  await ahead(() => machine(1));
  await machine(2);
  await chores();
  expect(expired()).toEqual([]);
  pass(32 * DAY);
  await chores();
  expect(expired().toSorted()).toEqual([1, 2]);
});

test('retention: a clock that is behind takes nothing away', async () => {
  begin({ retentionDays: 30 });
  for (const n of [1, 2]) await line.deliver(mail(n, 'Auto-Submitted: auto-replied\n'));
  pass(-10 * YEAR);
  await line.deliver(mail(3, 'Auto-Submitted: auto-replied\n'));
  await chores();
  pass(10 * YEAR);
  expect(expired()).toEqual([]);
});

test('the hour of a leftover of then begins when it is seen', async () => {
  begin();
  // Judged by its file's time, which is the real one.
  today = new Date();
  const incoming = join(line.dir, 'store', 'incoming');
  const left = join(incoming, `${'a'.repeat(64)}.0123456789ab`);
  writeFileSync(left, 'x', { mode: 0o600 });
  const then = new Date(today.getTime() + YEAR);
  utimesSync(left, then, then);
  await line.deliver(mail(1));
  expect(statSync(left).mtime.getTime()).toBeLessThanOrEqual(today.getTime());
  const longAgo = new Date(today.getTime() - 2 * 60 * 60 * 1000);
  utimesSync(left, longAgo, longAgo);
  await line.deliver(mail(2));
  expect(existsSync(left)).toBe(false);
});
