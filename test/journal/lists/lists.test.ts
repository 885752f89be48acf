/** What each list has behind some commits, said once in plain rows: fsck, writer and rebuild share the rule itself. */
import { expect, test } from 'vitest';
import { Fold } from '../../../src/journal/lists/fold.ts';
import { nextNumber } from '../../../src/journal/lists/numbers.ts';
import type { ListName, TicketListName } from '../../../src/journal/lists/table.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { Decision } from '../../../src/ticket/decision.ts';
import type { HeldMail } from '../../../src/ticket/held.ts';
import type { Message, TicketId } from '../../../src/ticket/ticket.ts';
import { outgoingTo } from '../../kit/outgoing.ts';

type Made = Partial<Omit<JournalRecord, 'v' | 'seq'>>;

const DAY = '2026-11-20T13:25:10.700Z';
const NEXT_DAY = '2026-11-21T09:00:00Z';
const TICKET: TicketId = 'SUPPORT-7102';

function after(...commits: readonly Made[]) {
  const fold = new Fold();
  for (const [n, made] of commits.entries()) {
    fold.add({ v: 1, seq: n + 1, time: DAY, changes: [], outgoing: [], ...made });
  }
  return {
    keys: (name: ListName) => [...fold.rows(name).keys()],
    rows: <Name extends ListName>(name: Name) => [...fold.rows(name).values()],
    ticketKeys: (name: TicketListName) => [...fold.keys(name)],
  };
}

const changes = (...all: readonly Change[]): Made => ({ changes: all });
const created = (ticket: TicketId = TICKET, number = 7102): Change => {
  const queue = ticket.slice(0, ticket.lastIndexOf('-'));
  return { type: 'ticket.created', ticket, number, queue, subject: 'x', requester: null };
};
const status = (to: 'pending' | 'resolved' | 'open'): Change => {
  return { type: 'ticket.status', ticket: TICKET, from: 'new', to, by: 'kim' };
};
const held = (id: number): Change => {
  const mail: HeldMail = {
    ...{ id, from: null, date: DAY, subject: 'x', queue: 'SUPPORT', ticket: null },
    ...{ reason: { check: 'unknown-sender', evidence: 'x' }, raw: `raw/000000/${id}-in.eml` },
  };
  return { type: 'mail.held', mail };
};
const letIn = (id: number): Change => ({ type: 'mail.released', held: id, by: 'kim' });
const thrownAway = (id: number): Change => ({ type: 'mail.discarded', held: id, by: 'kim' });
const recorded = (expires: boolean): Change => {
  return { type: 'mail.recorded', raw: 'x', reason: 'list', evidence: 'x', expires };
};
const incoming = (messageId: string | null): Change => {
  const message: Message = {
    ...{ serial: 1, date: DAY, subject: 'x', text: 'x', attachments: [], direction: 'in' },
    ...{ newLines: [], trust: 'claimed', from: null, to: [], messageId, raw: 'x' },
  };
  return { type: 'message.added', ticket: TICKET, message };
};
const outgoing = (automatic: boolean, to = 'nic@ferrier.example'): Change => {
  const message: Message = {
    ...{ serial: 2, date: DAY, subject: 'x', text: 'x', attachments: [], direction: 'out' },
    ...{ automatic, delivery: 'waiting', from: { name: '', address: 'new@desk.example' } },
    ...{ to: [{ name: '', address: to }], messageId: '<2@desk.example>', raw: 'x' },
  };
  return { type: 'message.added', ticket: TICKET, message };
};
const mail = (serial: number, sender = '') =>
  outgoingTo('nic@ferrier.example', { ticket: TICKET, serial, sender });
const sent = (id: string): Change => ({ type: 'reply.sent', ticket: null, serial: 1, mail: id });
const failed = (id: string): Change => {
  return { type: 'reply.failed', ticket: null, serial: 1, mail: id, reason: 'x' };
};
const unknown = (id: string, again: boolean): Change => {
  return { type: 'reply.unknown', ticket: null, serial: 1, mail: id, again };
};
const delivery = (more: Partial<Decision> = {}): NonNullable<JournalRecord['delivery']> => ({
  ...{ hash: 'h', targets: ['SUPPORT', 'BILLING'], attempt: { queueId: 'Q1', to: 'new' } },
  ...{ incoming: '', size: 1, sha256: '' },
  decision: {
    ...{ messageId: '<1@x.example>', verb: 'new', sender: null, recipients: [], isNamed: null },
    ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
    ...{ route: 'SUPPORT', by: 'queue', intent: 'open', ...more },
  },
});

test.each([
  ['a mail that is held', [changes(held(1))], ['1']],
  ['and is let in', [changes(held(1)), changes(letIn(1))], []],
  [
    'and is thrown away, beside another',
    [changes(held(1)), changes(held(2), thrownAway(1))],
    ['2'],
  ],
])('held: %s', (_, commits, keys) => {
  expect(after(...commits).keys('held')).toEqual(keys);
});

test.each([
  ["a machine's mail, from its day", [changes(recorded(true))], ['1'], ['20261120']],
  ['not what a person may have written', [changes(recorded(false))], [], []],
  [
    'held mail, from when it is let in',
    [changes(held(1)), { time: NEXT_DAY, ...changes(letIn(1)) }],
    ['1'],
    ['20261121'],
  ],
  [
    'or thrown away',
    [changes(held(1)), { time: NEXT_DAY, ...changes(thrownAway(1)) }],
    ['1'],
    ['20261121'],
  ],
  [
    'nothing that is removed',
    [changes(recorded(true)), changes({ type: 'mail.expired', mails: [1] })],
    [],
    [],
  ],
])('expiring: %s', (_, commits, keys, days) => {
  const { keys: found, rows } = after(...commits);
  expect([found('expiring'), rows('expiring')]).toEqual([keys, days]);
});

test.each([
  [
    'an acknowledgement',
    [changes(created(), outgoing(true))],
    ['1.0 acknowledgement SUPPORT-7102'],
  ],
  [
    'a reminder',
    [changes(created()), changes({ type: 'ticket.reminded', ticket: TICKET }, outgoing(true))],
    ['2.0 reminder SUPPORT-7102'],
  ],
  [
    'what else a machine says',
    [changes(created()), changes(outgoing(true))],
    ['2.0 service SUPPORT-7102'],
  ],
  [
    'also in no ticket, and two in one commit',
    [
      changes(
        { type: 'mail.answered', address: 'nic@ferrier.example', about: 'help' },
        { type: 'mail.answered', address: 'kim@ferrier.example', about: 'control' },
      ),
    ],
    ['1.0 help null', '1.1 control null'],
  ],
  ['not what a person says', [changes(created(), outgoing(false))], []],
])('answered: %s', (_, commits, wanted) => {
  const { keys, rows } = after(...commits);
  const found = rows('answered').map(
    ({ kind, ticket }, n) => `${keys('answered')[n]} ${kind} ${ticket}`,
  );
  expect(found).toEqual(wanted);
  for (const { at } of rows('answered')) expect(at).toEqual(new Date('2026-11-20T13:25:10Z'));
});

test.each([
  ['every mail of a commit', [{ outgoing: [mail(1), mail(2)] }], ['1.0', '1.1']],
  ['until it has gone', [{ outgoing: [mail(1), mail(2)] }, changes(sent('1.0'))], ['1.1']],
  ['or never will', [{ outgoing: [mail(1)] }, changes(failed('1.0'))], []],
  ['or nobody knows', [{ outgoing: [mail(1)] }, changes(unknown('1.0', false))], []],
  [
    'marked as repeated if it goes again',
    [{ outgoing: [mail(1)] }, changes(unknown('1.0', true))],
    ['1.0 again'],
  ],
  [
    'and so if that is told once more',
    [{ outgoing: [mail(1)] }, changes(unknown('1.0', true)), changes(unknown('1.0', true))],
    ['1.0 again'],
  ],
  [
    'and nothing of one that is gone already',
    [{ outgoing: [mail(1)] }, changes(sent('1.0')), changes(unknown('1.0', true))],
    [],
  ],
])('outbox: %s', (_, commits, wanted) => {
  const rows = after(...commits).rows('outbox');
  expect(rows.map(({ id, repeated }) => (repeated ? `${id} again` : id))).toEqual(wanted);
});

test('outbox: where its copy will lie', () => {
  expect(after({ outgoing: [mail(3, 'kim@desk.example')] }).rows('outbox')[0]).toMatchObject({
    ...{ seq: 1, serial: 3, sender: 'kim@desk.example', raw: 'raw/000000/1-out-3.eml', since: DAY },
  });
});

test.each([
  ['the number behind the last ticket', [changes(created())], { SUPPORT: 7103 }],
  ['for each queue', [changes(created(), created('BILLING-5', 5))], { SUPPORT: 7103, BILLING: 6 }],
  [
    'never a smaller one',
    [changes(created('SUPPORT-9', 9)), changes(created('SUPPORT-3', 3))],
    { SUPPORT: 10 },
  ],
  [
    'what a restore skips to',
    [changes(created()), { restored: { epoch: 'x', numbers: { SUPPORT: 8103 } } }],
    { SUPPORT: 8103 },
  ],
])('numbers: %s', (_, commits, wanted) => {
  const { keys, rows } = after(...commits);
  expect(Object.fromEntries(keys('numbers').map((key, n) => [key, rows('numbers')[n]]))).toEqual(
    wanted,
  );
});

test('numbers: queues that count together go on where one of them was', () => {
  const known = (queue: string) => ({ SUPPORT: 9, SALES: 12 })[queue] ?? null;
  expect(nextNumber(known, ['SUPPORT', 'SALES'], 1)).toBe(12);
  expect(nextNumber(known, ['BILLING'], 7102)).toBe(7102);
});

const named = (name: 'deliveries' | 'messages' | 'orders' | 'acts', ...commits: readonly Made[]) =>
  after(...commits)
    .rows(name)
    .map(({ name: by, ticket, seq }) => [by, ticket, seq]);

test('deliveries: by the attempt, and by what is the same in every copy for each place', () => {
  expect(
    named('deliveries', { delivery: delivery(), ...changes(created(), incoming(null)) }),
  ).toEqual([
    ['attempt Q1 new h', TICKET, 1],
    ['SUPPORT h', TICKET, 1],
    ['BILLING h', TICKET, 1],
  ]);
});

test('messages: every one of a ticket, and a mail that is in none', () => {
  const opened = {
    delivery: delivery(),
    ...changes(created(), incoming('<1@x.example>'), outgoing(true)),
  };
  const kept = { delivery: delivery({ messageId: '<3@x.example>' }), ...changes(recorded(true)) };
  expect(named('messages', opened, kept)).toEqual([
    ['<1@x.example>', TICKET, 1],
    ['<2@desk.example>', TICKET, 1],
    ['<3@x.example>', null, 2],
  ]);
});

test('orders: by the event; and by the name that its source gives a ticket, if one was created', () => {
  const origin = { source: 'shop', id: '1', ticket: 'A' };
  const second = { source: 'shop', id: '2', ticket: 'A' };
  expect(
    named(
      'orders',
      { origin, ...changes(created()) },
      { origin: second, ...changes(sent('1.0'), status('open')) },
    ),
  ).toEqual([
    ['["shop","1"]', TICKET, 1],
    ['["shop","ticket","A"]', TICKET, 1],
    ['["shop","2"]', TICKET, 2],
  ]);
});

test('acts: a mail that has acted for somebody, by its Message-ID', () => {
  expect(named('acts', { delivery: delivery({ actor: 'kim' }) })).toEqual([
    ['["kim","<1@x.example>"]', null, 1],
  ]);
  expect(
    named(
      'acts',
      { delivery: delivery() },
      { delivery: delivery({ actor: 'kim', messageId: null }) },
    ),
  ).toEqual([]);
});

test.each([
  ['a new ticket', [created()], [TICKET], ['desk-SUPPORT/2026112013/2510-SUPPORT-7102']],
  [
    'one that waits for its customer',
    [created(), status('pending')],
    [TICKET],
    ['customer-SUPPORT/2026112013/2510-SUPPORT-7102'],
  ],
  [
    'who has been reminded',
    [created(), status('pending'), { type: 'ticket.reminded', ticket: TICKET }],
    [TICKET],
    ['reminded-SUPPORT/2026112013/2510-SUPPORT-7102'],
  ],
  [
    'of which the desk was told',
    [created(), { type: 'ticket.overdue', ticket: TICKET, since: DAY, assignee: null }],
    [TICKET],
    [],
  ],
  ['one that is resolved', [created(), status('resolved')], [], []],
] as const)('open and waiting: %s', (_, all, open, waiting) => {
  const { ticketKeys } = after(changes(...all));
  expect([ticketKeys('open'), ticketKeys('waiting')]).toEqual([open, waiting]);
});
