/** A ticket that nobody looks at until a date, or until its customer writes. */
import { expect, test } from 'vitest';
import { doChores } from '../../src/jobs/chores.ts';
import { isSnoozed } from '../../src/ticket/snoozed.ts';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const DAY = 86_400_000;
const KIM = 'kim@support-ticket.example';
const STAFF = [
  { name: 'bob', addresses: [BOB], sasl: ['bob'] },
  { name: 'kim', addresses: [KIM], sasl: ['kim'], timeZone: 'America/New_York' },
];
const QUEUE = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };

/** It is Friday, 20 November 2026, 11:00 in Berlin. */
async function desk(due: Record<string, number> = {}): Promise<Desk> {
  const made = new Desk({
    ...{ staff: STAFF, timeZone: 'Europe/Berlin', queues: [{ ...QUEUE, due }] },
  });
  await made.deliver({ from: NIC, to: 'new', text: 'I cannot log in.' });
  return made;
}

const control = (made: Desk, text: string, login = 'bob') =>
  made.deliver({ from: login === 'bob' ? BOB : KIM, to: 'control', login, text });
const mailed = async (made: Desk, text: string, login = 'bob') => {
  const { letters } = await control(made, text, login);
  return letters.map((letter) => letter.text).join('\n');
};
const run = (made: Desk) => made.during((context) => doChores(context));
const changes = (made: Desk, type: string) =>
  made.records.flatMap((record) => record.changes.filter((change) => change.type === type));

test('the understood date is said back in full, in the zone of whoever says it', async () => {
  const made = await desk();
  expect(await mailed(made, 'snooze 7102 until monday 9:00')).toContain(
    'SUPPORT-7102 is snoozed until Monday, 23 November 2026, 09:00 (Europe/Berlin).',
  );
  expect(await mailed(made, 'snooze 7102 bis Dienstag 9 Uhr', 'kim')).toContain(
    'SUPPORT-7102 is snoozed until Tuesday, 24 November 2026, 09:00 (America/New_York).',
  );
  expect(made.ticket(7102).snoozed).toEqual({
    ...{ until: '2026-11-24T14:00:00.000Z', timeZone: 'America/New_York', by: 'kim' },
  });
  // And whoever reads it reads it in theirs.
  expect(await mailed(made, 'show 7102')).toContain(
    'until Tuesday, 24 November 2026, 15:00 (Europe/Berlin), by kim',
  );
  expect(await mailed(made, 'unsnooze 7102')).toContain('SUPPORT-7102 is not snoozed any more.');
  expect(await mailed(made, 'unsnooze 7102')).toContain(
    'Nothing to be done: SUPPORT-7102 is not snoozed.',
  );
  expect(made.ticket(7102)).not.toHaveProperty('snoozed');
});

test('a date with numbers is one, and no other ticket', async () => {
  const made = await desk();
  await made.deliver({ from: NIC, to: 'new' });
  expect(await mailed(made, 'snooze 7102 until 7 December 2026 14:00')).toContain(
    'SUPPORT-7102 is snoozed until Monday, 7 December 2026, 14:00 (Europe/Berlin).',
  );
  expect(await mailed(made, 'snooze 7102, 7103 in 3 days')).toContain(
    'SUPPORT-7103 is snoozed until Monday, 23 November 2026, 09:00 (Europe/Berlin).',
  );
});

test('what is past or vague is refused, and nothing is done', async () => {
  const made = await desk();
  for (const [said, why] of [
    ['snooze 7102 until yesterday', 'is past'],
    ['snooze 7102 until next week', 'does not say which day'],
    ['snooze 7102 until 3/4', 'can be read as two dates'],
    ['snooze 7102 until pigs fly', 'is not understood as a date'],
    ['snooze 7102 in 5 years', 'too far ahead'],
    ['snooze 7102', 'It needs a date'],
    ['status 7102 pending until whenever', 'is not understood as a date'],
  ] as const) {
    expect(await mailed(made, said), said).toContain(why);
  }
  expect(made.ticket(7102)).toMatchObject({ status: 'new' });
  expect(made.ticket(7102)).not.toHaveProperty('snoozed');
});

test('pending until a date is both', async () => {
  const made = await desk();
  expect(await mailed(made, 'status 7102 pending until monday')).toContain(
    'SUPPORT-7102 is pending, and snoozed until Monday, 23 November 2026, 09:00 (Europe/Berlin).',
  );
  expect(made.ticket(7102)).toMatchObject({ status: 'pending', snoozed: { by: 'bob' } });
});

test('another status ends it, and what is resolved cannot be snoozed', async () => {
  const made = await desk();
  await made.order(7102, 'snooze until monday');
  await made.order(7102, 'status open');
  expect(made.ticket(7102)).not.toHaveProperty('snoozed');
  await made.order(7102, 'close');
  expect(await mailed(made, 'snooze 7102 until monday')).toContain('is resolved: reopen it first');
});

test('it is gone from the list until its time, whether or not somebody has run by then', async () => {
  const made = await desk();
  await control(made, 'snooze 7102 until monday 9:00');
  expect(await mailed(made, 'list')).toContain('There are none.');
  expect(await mailed(made, 'list snoozed')).toContain('SUPPORT-7102');
  expect(await mailed(made, 'list all')).toContain('SUPPORT-7102');
  made.now = new Date('2026-11-23T07:59:59Z');
  expect(isSnoozed(made.ticket(7102), made.now)).toBe(true);
  expect(await mailed(made, 'show 7102')).toMatch(/^Snoozed +until Monday/m);
  made.now = new Date('2026-11-23T08:00:00Z');
  expect(isSnoozed(made.ticket(7102), made.now)).toBe(false);
  expect(await mailed(made, 'show 7102')).not.toMatch(/^Snoozed/m);
  expect(await mailed(made, 'list')).toContain('SUPPORT-7102');
});

test('whoever runs next after its time tells its assignee, once', async () => {
  const made = await desk();
  await made.order(7102, 'assign bob');
  await made.order(7102, 'snooze until monday 9:00');
  const before = made.to(BOB).length;
  made.now = new Date('2026-11-23T07:59:59Z');
  await run(made);
  expect(changes(made, 'ticket.woken')).toEqual([]);
  made.now = new Date('2026-11-23T08:00:00Z');
  await run(made);
  await run(made);
  expect(changes(made, 'ticket.woken')).toEqual([
    {
      ...{ type: 'ticket.woken', ticket: 'SUPPORT-7102', assignee: 'bob' },
      until: '2026-11-23T08:00:00.000Z',
    },
  ]);
  const told = made.to(BOB).slice(before);
  expect(told.map(({ subject }) => subject)).toEqual(['SUPPORT-7102 is back']);
  expect(made.to(KIM).filter(({ subject }) => subject.includes('is back'))).toEqual([]);
  expect(made.ticket(7102)).not.toHaveProperty('snoozed');
  made.wait(30 * DAY);
  await run(made);
  expect(changes(made, 'ticket.woken')).toHaveLength(1);
});

test('one of nobody is told to all who get mail of its queue, and a clock that is behind tells nothing', async () => {
  const made = await desk();
  await made.order(7102, 'snooze until monday 9:00');
  made.now = new Date('2026-11-01T00:00:00Z');
  await run(made);
  expect(changes(made, 'ticket.woken')).toEqual([]);
  made.now = new Date('2026-12-01T00:00:00Z');
  await run(made);
  for (const person of [BOB, KIM]) {
    expect(made.to(person).map(({ subject }) => subject)).toContain('SUPPORT-7102 is back');
  }
});

test("the customer's next mail ends it, and a machine's does not", async () => {
  const made = await desk();
  await made.order(7102, 'snooze until monday 9:00');
  await made.deliver({
    ...{ from: NIC, to: 'support-7102', text: 'I am away.' },
    more: 'Auto-Submitted: auto-replied\n',
  });
  expect(made.ticket(7102)).toHaveProperty('snoozed');
  await made.deliver({ from: NIC, to: 'support-7102', text: 'It works now.' });
  expect(made.ticket(7102)).not.toHaveProperty('snoozed');
  made.now = new Date('2026-11-24T08:00:00Z');
  await run(made);
  expect(changes(made, 'ticket.woken')).toEqual([]);
});

test('an answer of the staff does not end it', async () => {
  const made = await desk();
  await made.order(7102, 'snooze until monday 9:00');
  await made.act(7102, { type: 'reply', text: 'We look into it on Monday.' }, 'bob');
  expect(made.ticket(7102)).toHaveProperty('snoozed');
});

test('nothing becomes due meanwhile, and then it is counted from its time on', async () => {
  const made = await desk({ answerHours: 24, remindDays: 5, closeDays: 3 });
  await made.order(7102, 'snooze until 20 December 2026 9:00');
  made.wait(20 * DAY);
  await run(made);
  expect(changes(made, 'ticket.overdue')).toEqual([]);
  made.now = new Date('2026-12-20T08:00:00Z');
  await run(made);
  await run(made);
  expect(changes(made, 'ticket.woken')).toHaveLength(1);
  expect(changes(made, 'ticket.overdue')).toEqual([]);
  expect(made.ticket(7102).waiting).toMatchObject({
    since: '2026-11-20T10:00:00.000Z',
    resumed: '2026-12-20T08:00:00.000Z',
  });
  made.wait(DAY);
  await run(made);
  expect(changes(made, 'ticket.overdue')).toHaveLength(1);
});

test('a pending one is neither reminded nor closed meanwhile', async () => {
  const made = await desk({ remindDays: 5, closeDays: 3 });
  await made.act(7102, { type: 'reply', text: 'Have you tried again?' }, 'bob');
  await made.order(7102, 'status pending');
  made.wait(6 * DAY);
  await run(made);
  expect(changes(made, 'ticket.reminded')).toHaveLength(1);
  await made.order(7102, 'snooze in 30 days');
  made.wait(20 * DAY);
  await run(made);
  expect(made.ticket(7102).status).toBe('pending');
  made.wait(11 * DAY);
  await run(made);
  await run(made);
  expect(made.ticket(7102).status).toBe('pending');
  made.wait(3 * DAY);
  await run(made);
  expect(made.ticket(7102).status).toBe('resolved');
});

test('the log says who did it', async () => {
  const made = await desk();
  await made.order(7102, 'snooze until monday 9:00', 'bob');
  expect(changes(made, 'ticket.snoozed')).toEqual([
    {
      ...{ type: 'ticket.snoozed', ticket: 'SUPPORT-7102', by: 'bob' },
      ...{ until: '2026-11-23T08:00:00.000Z', timeZone: 'Europe/Berlin' },
    },
  ]);
});

test('a mail of its customer that comes by a merge ends it, though it waited for the desk before', async () => {
  const made = await desk();
  await made.order(7102, 'snooze until monday 9:00');
  made.wait(DAY / 24);
  await made.deliver({ from: NIC, to: 'new', text: 'The same, and it is worse now.' });
  expect(made.ticket(7103).waiting).toMatchObject({ for: 'desk' });
  const { since } = made.ticket(7102).waiting ?? {};
  await made.order(7103, 'merge 7102');
  expect(made.ticket(7102)).not.toHaveProperty('snoozed');
  expect(made.ticket(7102)).toMatchObject({ status: 'new', waiting: { for: 'desk', since } });
});

test('a merge of what is answered ends no snooze', async () => {
  const made = await desk();
  await made.deliver({ from: NIC, to: 'new', text: 'The same, and it is worse now.' });
  await made.answer(7103, 'We look into it.');
  await made.order(7102, 'snooze until monday 9:00');
  await made.order(7103, 'merge 7102');
  expect(made.ticket(7102).snoozed).toMatchObject({ by: 'admin' });
});

test('after a merge a ticket waits since the older of two mails that nobody has answered', async () => {
  const made = await desk();
  const { waiting } = made.ticket(7102);
  made.wait(DAY);
  await made.deliver({ from: NIC, to: 'new', text: 'Nobody has answered me.' });
  await made.order(7102, 'merge 7103');
  expect(made.ticket(7103).waiting).toEqual(waiting);
});
