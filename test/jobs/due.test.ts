/** What the desk does by itself after a time, with a clock that the test owns. */
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { candidates, carryOutDue, dueContext } from '../../src/jobs/due.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import { compose } from '../../src/letters/compose.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import type { Change } from '../../src/ticket/change.ts';
import type { Status, TicketId } from '../../src/ticket/ticket.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { letterIn } from '../kit/outgoing.ts';
import { extract } from '../stores/files/extract.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KIM = { name: 'kim', addresses: ['kim@home.example'] };

let today = new Date();
let line: PipeLine;
afterEach(async () => {
  const root = join(line.dir, 'store');
  const { findings } = await maintenanceOf({
    ...{ root, now: () => today, extract, compose },
  }).check();
  line.remove();
  expect(findings).toEqual([]);
});

function begin(due: Record<string, number>, more: Record<string, unknown> = {}): void {
  today = new Date(Date.now() - 300 * DAY);
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', due };
  line = makePipeLine({ now: () => today, config: { queues: [queue], ...more } });
}

const later = (ms: number) => {
  today = new Date(today.getTime() + ms);
};
const mail = (n: number, more = '', text = 'x') =>
  Buffer.from(
    `From: Nic <nic@ferrier.example>\nSubject: ${n}\nMessage-ID: <${n}@x>\n${more}\n${text}\n`,
  );
const due = () => dueContext(line.context);
const chores = () => doChores({ ...line.context, config: line.context.config });
const answer = (id: TicketId = 'SUPPORT-1') =>
  carryOut(
    {
      ...{ type: 'act', ticket: id, by: 'kim', origin: null },
      action: { type: 'reply', text: 'Have you tried again?' },
    },
    line.context,
  );
const setStatus = (status: Status, id: TicketId = 'SUPPORT-1') =>
  carryOut(
    {
      ...{ type: 'act', ticket: id, by: 'kim', origin: null },
      action: { type: 'status', status },
    },
    line.context,
  );
const ticket = (id: TicketId = 'SUPPORT-1') => line.store.ticket(id);
const records = (): readonly JournalRecord[] => line.all();
const changesOf = (type: Change['type']) =>
  records()
    .flatMap(({ changes }) => changes)
    .filter((change) => change.type === type);
const mailsTo = (address: string) =>
  records()
    .flatMap(({ outgoing }) => outgoing)
    .filter(({ recipient }) => recipient === address)
    .map((mail) => ({ ...letterIn(mail), sender: mail.sender }));
const reminders = () =>
  mailsTo('nic@ferrier.example').filter(({ text }) => /waiting for your reply/.test(text));

test('no answer for so many hours: the staff are told once, at the hour and not before', async () => {
  begin({ answerHours: 24 }, { staff: [KIM] });
  await line.deliver(mail(1));
  later(24 * HOUR - 1000);
  await chores();
  expect(changesOf('ticket.overdue')).toEqual([]);
  later(1000);
  await chores();
  expect(changesOf('ticket.overdue')).toMatchObject([{ ticket: 'SUPPORT-1', assignee: null }]);
  const told = mailsTo('kim@home.example').at(-1);
  expect(told?.subject).toBe('SUPPORT-1 waits for an answer');
  expect(told?.text).toContain('mailrobot ticket show SUPPORT-1');
  later(100 * DAY);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(1);
});

test('whoever was answered and writes again waits anew', async () => {
  begin({ answerHours: 24 });
  await line.deliver(mail(1));
  later(30 * HOUR);
  await chores();
  await answer();
  later(DAY);
  await line.deliver(mail(2, 'In-Reply-To: <1@x>\n'));
  expect((await ticket())?.status).toBe('open');
  later(23 * HOUR);
  await line.deliver(mail(3, 'In-Reply-To: <1@x>\n'));
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(1);
  later(HOUR);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(2);
});

test('only who works on the ticket is told, where somebody does', async () => {
  const bob = { name: 'bob', addresses: ['bob@home.example'], notify: 'assigned' };
  begin({ answerHours: 1 }, { staff: [KIM, bob] });
  await line.deliver(mail(1));
  const before = mailsTo('kim@home.example').length;
  await carryOut(
    {
      ...{ type: 'act', ticket: 'SUPPORT-1', by: 'kim', origin: null },
      action: { type: 'assign', to: 'bob' },
    },
    line.context,
  );
  later(HOUR);
  await chores();
  expect(mailsTo('bob@home.example').at(-1)?.subject).toContain('waits for an answer');
  expect(mailsTo('kim@home.example')).toHaveLength(before);
});

test('their days begin when an answer goes out, and not when it was written', async () => {
  begin({ remindDays: 3, closeDays: 2 });
  await line.deliver(mail(1));
  await line.store.noteRun('timer');
  await carryOut(
    {
      ...{ type: 'act', ticket: 'SUPPORT-1', by: 'kim', origin: null },
      action: { type: 'reply', text: 'Have you tried again?', at: 'in 5 days' },
    },
    line.context,
  );
  // It goes at nine, and the test begins at any hour.
  for (const days of [4, 1, 1, 1]) {
    later(days * DAY);
    await chores();
    await chores();
    expect(reminders()).toEqual([]);
  }
  later(2 * DAY);
  await chores();
  expect(reminders()).toHaveLength(1);
  later(2 * DAY);
  await chores();
  expect(await ticket()).toMatchObject({ status: 'resolved' });
});

test('nor is a ticket closed in which one still waits, although they were reminded before', async () => {
  begin({ remindDays: 3, closeDays: 2 });
  await line.deliver(mail(1));
  await answer();
  later(3 * DAY);
  await chores();
  expect(reminders()).toHaveLength(1);
  await line.store.noteRun('timer');
  await carryOut(
    {
      ...{ type: 'act', ticket: 'SUPPORT-1', by: 'kim', origin: null },
      action: { type: 'reply', text: 'One thing more.', at: 'in 9 days' },
    },
    line.context,
  );
  later(8 * DAY);
  await chores();
  expect(reminders()).toHaveLength(1);
  expect(await ticket()).toMatchObject({ status: 'pending' });
});

test('a customer who is silent is reminded once, and later his ticket is closed', async () => {
  begin({ remindDays: 7, closeDays: 5 });
  await line.deliver(
    mail(
      1,
      '',
      'Ich kann mich nicht anmelden, und das ist für uns nicht gut. Bitte helfen Sie mir.',
    ),
  );
  later(DAY);
  await answer();
  later(7 * DAY);
  await chores();
  const [reminder] = mailsTo('nic@ferrier.example').slice(-1);
  expect(reminder).toMatchObject({ automatic: 'auto-generated', inReplyTo: '<1@x>' });
  expect(reminder?.text).toContain('in 5 Tagen geschlossen');
  expect(reminder?.sender).toBe('');
  expect(await ticket()).toMatchObject({ status: 'pending', waiting: { for: 'customer' } });
  later(5 * DAY - 1000);
  await chores();
  expect((await ticket())?.status).toBe('pending');
  later(1000);
  await chores();
  expect(await ticket()).toMatchObject({ status: 'resolved', waiting: null });
  expect(changesOf('ticket.status').at(-1)).toMatchObject({ to: 'resolved', by: 'mailrobot' });
  later(50 * DAY);
  await chores();
  expect(changesOf('ticket.reminded')).toHaveLength(1);
  // And his answer opens it again.
  await line.deliver(mail(2, 'In-Reply-To: <1@x>\n'));
  expect(await ticket()).toMatchObject({ status: 'open', waiting: { for: 'desk' } });
});

test('whoever answers is not reminded, and another answer of ours begins another time', async () => {
  begin({ remindDays: 7, closeDays: 5 });
  await line.deliver(mail(1));
  await answer();
  later(6 * DAY);
  await line.deliver(mail(2, 'In-Reply-To: <1@x>\n'));
  later(DAY);
  await answer();
  later(6 * DAY);
  await chores();
  expect(reminders()).toHaveLength(0);
  later(DAY);
  await chores();
  expect(reminders()).toHaveLength(1);
  await answer();
  later(5 * DAY);
  await chores();
  expect((await ticket())?.status).toBe('pending');
  later(2 * DAY);
  await chores();
  expect(reminders()).toHaveLength(2);
});

test('an answer that leaves the ticket open is an answer; what he writes then waits anew', async () => {
  begin({ answerHours: 24 });
  await line.deliver(mail(1));
  later(30 * HOUR);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(1);
  await answer();
  await setStatus('open');
  expect(await ticket()).toMatchObject({ status: 'open', waiting: null });
  later(100 * HOUR);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(1);
  await line.deliver(mail(2, 'In-Reply-To: <1@x>\n'));
  later(24 * HOUR);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(2);
});

test('what nobody has answered waits on where its ticket is merged into one that was answered', async () => {
  begin({ answerHours: 24, remindDays: 7, closeDays: 7 });
  await line.deliver(mail(1));
  await answer();
  await line.deliver(mail(2));
  await carryOut(
    {
      ...{ type: 'act', ticket: 'SUPPORT-2', by: 'kim', origin: null },
      action: { type: 'merge', into: ['SUPPORT-1'], isTogether: true },
    },
    line.context,
  );
  expect(await ticket()).toMatchObject({ status: 'open', waiting: { for: 'desk' } });
  later(DAY);
  await chores();
  expect(changesOf('ticket.overdue')).toMatchObject([{ ticket: 'SUPPORT-1' }]);
});

test('a merge keeps the time of what nobody has answered; a message that is split off takes its own along', async () => {
  begin({ answerHours: 24 });
  await line.deliver(mail(1));
  await answer();
  await line.deliver(mail(2));
  later(20 * HOUR);
  const merge = { type: 'merge', into: ['SUPPORT-1'], isTogether: true } as const;
  await carryOut(
    { ...{ type: 'act', ticket: 'SUPPORT-2', by: 'kim', origin: null }, action: merge },
    line.context,
  );
  later(4 * HOUR);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(1);
  await answer();
  await line.deliver(mail(3, 'In-Reply-To: <1@x>\n'));
  const serial = (await ticket())?.messages.at(-1)?.serial ?? 0;
  await carryOut(
    {
      ...{ type: 'act', ticket: 'SUPPORT-1', by: 'kim', origin: null },
      action: { type: 'split', serial },
    },
    line.context,
  );
  expect((await ticket())?.waiting).toBe(null);
  expect((await ticket('SUPPORT-3'))?.waiting).toMatchObject({ for: 'desk' });
});

test('what a machine writes changes no time', async () => {
  begin({ remindDays: 7 });
  await line.deliver(mail(1));
  await answer();
  later(6 * DAY);
  await line.deliver(mail(2, 'In-Reply-To: <1@x>\nAuto-Submitted: auto-replied\n'));
  later(DAY);
  await chores();
  expect(reminders()).toHaveLength(1);
});

test('an address that fails, and one that wants no mail, is not reminded; the ticket is closed in its time', async () => {
  begin({ remindDays: 1, closeDays: 1 });
  await line.deliver(mail(1));
  await answer();
  await line.store.exclusive((transaction) =>
    transaction.commit({
      changes: [
        {
          ...{ type: 'address.failed', address: 'nic@ferrier.example', ticket: 'SUPPORT-1' },
          ...{ serial: 3, status: '5.1.1', reason: 'unknown user' },
        },
      ],
      outgoing: [],
    }),
  );
  later(DAY);
  await chores();
  expect(reminders()).toHaveLength(0);
  expect(changesOf('ticket.reminded')).toMatchObject([
    { ticket: 'SUPPORT-1', silence: { check: 'failing-address' } },
  ]);
  later(DAY);
  await chores();
  expect((await ticket())?.status).toBe('resolved');
});

test('nothing is reminded or closed while a mail to the ticket is held, or one of ours waits', async () => {
  begin({ remindDays: 1, closeDays: 1 });
  await line.deliver(mail(1));
  await answer();
  later(DAY);
  await chores();
  expect(reminders()).toHaveLength(1);
  await line.deliver(
    Buffer.from(
      'From: nic@home.example\nTo: SUPPORT-1@support-ticket.example\nSubject: x\nMessage-ID: <h@x>\n\nIt is me.\n',
    ),
    { RECIPIENT: 'SUPPORT-1@support-ticket.example', SENDER: 'nic@home.example' },
  );
  expect(await line.store.held()).toHaveLength(1);
  later(10 * DAY);
  await chores();
  expect((await ticket())?.status).toBe('pending');
  expect((await carryOutDue(await candidates(due(), 9), due())).all).toMatchObject([
    { end: 'kept back', why: 'a mail to it is held: mailrobot held list' },
  ]);
});

test('where whoever works on it is gone, all of the queue are told; where nobody is, that is said', async () => {
  begin({ answerHours: 1 }, { staff: [KIM, { name: 'bob', addresses: ['bob@home.example'] }] });
  await line.deliver(mail(1));
  await carryOut(
    {
      ...{ type: 'act', ticket: 'SUPPORT-1', by: 'kim', origin: null },
      action: { type: 'assign', to: 'bob' },
    },
    line.context,
  );
  await line.deliver(Buffer.from('From: eve@x.example\nSubject: x\nMessage-ID: <e@x>\n\nx\n'));
  later(HOUR);
  const without = (staff: readonly { name: string }[]) => ({
    ...line.context,
    config: {
      ...line.context.config,
      staff: line.context.config.staff.filter(({ name }) => staff.some((one) => one.name === name)),
    },
  });
  const [first, second] = await candidates(due(), 9);
  const told = first === undefined ? null : await carryOutDue([first], dueContext(without([KIM])));
  expect(told?.all).toMatchObject([{ id: 'SUPPORT-1', end: 'done' }]);
  expect(changesOf('ticket.overdue')).toMatchObject([{ ticket: 'SUPPORT-1', assignee: null }]);
  const nobody = second === undefined ? null : await carryOutDue([second], dueContext(without([])));
  expect(nobody?.all).toMatchObject([
    { id: 'SUPPORT-2', end: 'silent', why: 'nobody of the staff gets mail about it' },
  ]);
});

test('past a cap a reminder waits, and hides no other; nothing is closed that was not reminded', async () => {
  const other = 'eve@other.example';
  begin({ remindDays: 2, closeDays: 1 }, { caps: { address: { count: 5, hours: 24 } } });
  for (let n = 1; n <= 8; n += 1) await line.deliver(mail(n));
  await line.deliver(Buffer.from(`From: ${other}\nSubject: x\nMessage-ID: <e@x>\n\nx\n`));
  later(1000);
  for (let n = 1; n <= 9; n += 1) await answer(`SUPPORT-${n}`);
  later(2 * DAY);
  for (let run = 0; run < 3; run += 1) await chores();
  expect(reminders()).toHaveLength(5);
  expect(mailsTo(other).at(-1)?.text).toContain('waiting for your reply');
  expect(mailsTo(other).at(-1)?.text).toMatch(/closed tomorrow/);
  later(DAY - 1000);
  await chores();
  expect(reminders()).toHaveLength(5);
  later(1000);
  await chores();
  expect(reminders()).toHaveLength(8);
  const tickets = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => ticket(`SUPPORT-${n}`)));
  const statuses = tickets.map((one) => one?.status);
  expect(statuses.filter((status) => status === 'resolved')).toHaveLength(5);
  expect(statuses.filter((status) => status === 'pending')).toHaveLength(3);
});

test('one run does a little of it, the next ones the rest, each thing once', async () => {
  begin({ answerHours: 1 });
  for (let n = 1; n <= 25; n += 1) await line.deliver(mail(n));
  later(2 * HOUR);
  await chores();
  expect(changesOf('ticket.overdue')).toHaveLength(10);
  for (let run = 0; run < 6; run += 1) await chores();
  const told = changesOf('ticket.overdue').map((change) => 'ticket' in change && change.ticket);
  expect(new Set(told).size).toBe(25);
  expect(told).toHaveLength(25);
});

test('two who do it at once do each thing once', async () => {
  begin({ answerHours: 1 });
  for (let n = 1; n <= 5; n += 1) await line.deliver(mail(n));
  later(2 * HOUR);
  const wanted = await candidates(due(), 100);
  await carryOutDue(wanted, due());
  expect((await carryOutDue(wanted, due())).all).toEqual([]);
  expect(changesOf('ticket.overdue')).toHaveLength(5);
});

test('what is closed, or waits for the desk by order of a person, is left alone', async () => {
  begin({ remindDays: 1, closeDays: 1 });
  await line.deliver(mail(1));
  await answer();
  await setStatus('resolved');
  await line.deliver(mail(2));
  await answer('SUPPORT-2');
  await setStatus('open', 'SUPPORT-2');
  later(100 * DAY);
  await chores();
  expect(changesOf('ticket.reminded')).toEqual([]);
  expect((await ticket('SUPPORT-2'))?.status).toBe('open');
});

test('nothing is due by itself', async () => {
  begin({});
  await line.deliver(mail(1));
  await line.deliver(mail(2));
  await answer();
  const before = records().length;
  later(100 * DAY);
  await chores();
  expect(
    records()
      .slice(before)
      .flatMap(({ changes }) => changes.map(({ type }) => type)),
  ).toEqual([]);
});
