import { expect, test } from 'vitest';
import { cappedBy } from '../../src/decision/caps.ts';
import {
  appendToTicket,
  holdMail,
  openTicket,
  type ReceivedMail,
} from '../../src/desk/incoming.ts';
import { perform } from '../../src/desk/perform.ts';
import { OWN_NUMBER } from '../../src/journal/own-names.ts';
import type { Answered } from '../../src/ticket/answered.ts';
import { applyChange, UNSORTED } from '../../src/ticket/apply-change.ts';
import type { Status, Ticket, TicketId } from '../../src/ticket/ticket.ts';
import { AllAsked } from '../kit/facts.ts';

const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const MAIL: ReceivedMail = {
  from: NIC,
  replyTo: null,
  to: [],
  date: '2026-01-02T08:25:40.000Z',
  subject: 'x',
  text: 'x',
  newLines: [],
  foundLines: [],
  guesses: [],
  messageId: '<1@a.example>',
  references: [],
  trust: 'claimed',
  mark: null,
  faults: [],
  report: null,
  bounce: null,
  raw: 'raw/1',
  nonce: 1,
  attachments: () => [],
};
const append = (mail: ReceivedMail, to: Ticket, mayReopen: boolean) =>
  appendToTicket(mail, to, { mayReopen, customerCommand: null, silence: () => null });
const ticket = (status: Status): Ticket => ({
  id: 'SUPPORT-7102',
  number: 7102,
  queue: 'SUPPORT',
  status,
  subject: 'x',
  requester: NIC,
  ...UNSORTED,
  createdAt: '',
  updatedAt: '',
  messages: [],
});

test.each<readonly [Status, boolean, Status | null]>([
  ['resolved', true, 'open'],
  ['pending', true, 'open'],
  ['new', true, null],
  ['open', true, null],
  ['resolved', false, null],
  ['pending', false, null],
])(
  'a ticket that is %s and gets a mail that may reopen (%j) becomes %s',
  (status, mayReopen, wanted) => {
    const { changes, drafts } = append(MAIL, ticket(status), mayReopen);
    const set = changes.find(({ type }) => type === 'ticket.status');
    expect(set === undefined ? null : 'to' in set && set.to).toBe(wanted);
    expect(drafts).toEqual([]);
  },
);

test('held mail makes no mail and changes no ticket', () => {
  const reason = { check: 'stranger', evidence: 'x' };
  const held = { id: 5, queue: 'SUPPORT', ticket: 'SUPPORT-7102', reason } as const;
  expect(holdMail(MAIL, held)).toEqual({
    drafts: [],
    changes: [
      {
        type: 'mail.held',
        mail: {
          ...{ ...held, from: NIC, date: MAIL.date, subject: 'x', raw: 'raw/1' },
          beginning: expect.any(String),
        },
      },
    ],
  });
});

test('a new ticket is acknowledged to its sender alone, and to nobody where there is none', () => {
  const opening = {
    queue: 'SUPPORT',
    number: 7102,
    language: null,
    isFirstTime: false,
    isToldAlone: null,
    repeats: null,
  };
  const { drafts } = openTicket({ ...MAIL, references: ['<0@a.example>'] }, opening, () => null);
  expect(drafts).toMatchObject([
    { to: NIC, inReplyTo: '<1@a.example>', references: ['<0@a.example>', '<1@a.example>'] },
  ]);
  expect(openTicket({ ...MAIL, from: null }, opening, () => null).drafts).toEqual([]);
});

const act = (on: Ticket, action: Parameters<typeof perform>[1], staff: readonly string[] = []) =>
  perform(on, action, {
    ...{ by: 'bob', addresses: new AllAsked<string, never>(), fieldsOf: () => [] },
    staff: staff.map((name) => ({ name, sasl: [] })),
    ...{ tickets: new AllAsked<TicketId, never>(), nextNumber: 7103, sharing: [] },
    ...{ withheld: [], control: 'control' },
    own: { domain: 'support-ticket.example', queues: [], services: [], prefixes: [] },
  });

test('an answer goes to the requester on record and leaves the ticket waiting', () => {
  const result = act(ticket('new'), { type: 'reply', text: 'Done.' });
  expect(result).toMatchObject({
    drafts: [{ to: NIC, text: 'Done.\n' }],
    changes: [{ to: 'pending' }],
  });
  expect(act(ticket('new'), { type: 'reply', text: ' \n' })).toHaveProperty('refused');
  expect(act({ ...ticket('new'), requester: null }, { type: 'reply', text: 'x' })).toHaveProperty(
    'refused',
  );
});

test('a status that is set already changes nothing', () => {
  expect(act(ticket('resolved'), { type: 'status', status: 'resolved' })).toEqual({
    changes: [],
    drafts: [],
  });
});

test('a ticket stays readable: beyond its measure texts are left to the raw mail, then mails wait for a person', () => {
  const { changes } = openTicket(
    { ...MAIL, text: 'x'.repeat(2000) },
    {
      queue: 'SUPPORT',
      number: 7102,
      language: null,
      isFirstTime: false,
      isToldAlone: null,
      repeats: null,
    },
    () => null,
  );
  const added = changes.find(({ type }) => type === 'message.added');
  if (added?.type !== 'message.added') throw new Error('no message');
  const full = { ...ticket('open'), messages: Array(7200).fill(added.message) };
  const long = { ...MAIL, text: 'x'.repeat(2_000_000) };
  expect(append(long, full, true).changes).toMatchObject([
    { type: 'message.added', message: { text: '', fault: expect.stringContaining('full') } },
  ]);
  const crowded = {
    ...ticket('open'),
    messages: Array(10_000).fill({ ...added.message, text: '' }),
  };
  expect(append(MAIL, crowded, true).changes).toMatchObject([
    { type: 'mail.held', mail: { id: OWN_NUMBER, ticket: null, reason: { check: 'ticket-full' } } },
  ]);
});

test('machines cannot fill a ticket up for people', () => {
  const automatic = { ...MAIL, trust: 'automatic' as const, text: 'x'.repeat(100_000) };
  let now = ticket('open');
  for (let n = 0; n < 200; n += 1) {
    for (const change of append(automatic, now, false).changes) {
      now = applyChange(now, change, '') ?? now;
    }
  }
  expect(JSON.stringify(now).length).toBeLessThan(2_000_000);
  expect(append(automatic, now, false).changes).toMatchObject([
    { type: 'mail.recorded', reason: 'ticket-full' },
  ]);
  expect(append({ ...MAIL, text: 'My printer is on fire' }, now, true).changes).toMatchObject([
    { type: 'message.added', message: { text: 'My printer is on fire' } },
  ]);
});

test('past a cap the ticket is opened, nothing goes out, and the desk sees why', () => {
  const reason = { check: 'cap-address', evidence: 'x' };
  const opened = openTicket(
    MAIL,
    {
      queue: 'SUPPORT',
      number: 7102,
      language: null,
      isFirstTime: false,
      isToldAlone: null,
      repeats: null,
    },
    () => reason,
  );
  expect(opened.drafts).toEqual([]);
  expect(opened.changes.map(({ type }) => type)).toEqual([
    'ticket.created',
    'message.added',
    'reply.silenced',
  ]);
  let made: Ticket | null = null;
  for (const change of opened.changes) made = applyChange(made, change, '2026-01-01');
  expect(made).toMatchObject({ silence: 'cap-address: x' });
});

const CAPS = {
  address: { count: 2, hours: 24 },
  domain: { count: 3, hours: 1 },
  ticket: { count: 1, hours: 24 },
  total: { count: 5, hours: 1 },
  firstTime: { count: 4, hours: 1 },
  all: { count: 6, hours: 24 },
};
const NOW = new Date('2026-11-20T12:00:00Z');
const before = (
  hours: number,
  address: string,
  number = 1,
  kind: Answered['kind'] = 'acknowledgement',
): Answered => ({
  at: new Date(NOW.getTime() - hours * 3_600_000),
  ...{ address, ticket: `SUPPORT-${number}`, kind },
});
const nic = (hours: number, kind: Answered['kind'], tag = '') =>
  before(hours, `Nic${tag}@a.example`, 1, kind);

const strangers = (count: number) =>
  Array.from({ length: count }, (_, n) => before(0.5, `x@${n}.example`, 1, 'first-time'));

test.each<readonly [string, readonly Answered[], string | null]>([
  ['nothing', [], null],
  ['one to the same address', [before(1, 'nic@a.example')], null],
  [
    'two to the same address',
    [before(23, 'NIC@a.example'), before(1, 'nic@A.example')],
    'cap-address',
  ],
  ['two, one of them long ago', [before(25, 'nic@a.example'), before(1, 'nic@a.example')], null],
  [
    'three to the domain',
    [before(0.1, 'x@a.example'), before(0.2, 'y@a.example'), before(0.3, 'z@a.example')],
    'cap-domain',
  ],
  ['one about the ticket', [before(1, 'x@b.example', 9)], 'cap-ticket'],
  ['many of another kind', [1, 2, 3, 4, 5].map((n) => nic(n, 'help')), null],
  [
    'many of every kind',
    (['help', 'service', 'reminder'] as const).flatMap((kind) => [nic(2, kind), nic(3, kind)]),
    'cap-all',
  ],
  ['two that an older program has counted', [nic(1, null), nic(2, null)], 'cap-address'],
  [
    'two with tags',
    [nic(1, 'acknowledgement', '+a'), nic(2, 'acknowledgement', '+b+c')],
    'cap-address',
  ],
  ['many who wrote for the first time', strangers(4), null],
  [
    'two to the same address, once for the first time',
    [nic(2, 'first-time'), nic(1, 'acknowledgement')],
    'cap-address',
  ],
  ['five in all', [1, 2, 3, 4, 5].map((n) => before(0.5, `x@${n}.example`)), 'cap-total'],
])('caps: after %s', (_, answered, wanted) => {
  const next = {
    at: NOW,
    address: 'nic@a.example',
    ticket: 'SUPPORT-9',
    kind: 'acknowledgement',
  } as const;
  expect(cappedBy(answered, next, CAPS)?.check ?? null).toBe(wanted);
});

test.each<readonly [string, readonly Answered[], string | null]>([
  ['three of them', strangers(3), null],
  ['four of them', strangers(4), 'cap-first-time'],
  [
    'many acknowledgements to others',
    [1, 2, 3, 4, 5, 6].map((n) => before(0.5, `x@${n}.example`)),
    null,
  ],
  ['one to the same domain each', [1, 2, 3].map(() => before(0.5, 'x@a.example')), 'cap-domain'],
])('caps of who writes for the first time: after %s', (_, answered, wanted) => {
  const next = {
    at: NOW,
    address: 'nic@a.example',
    ticket: 'SUPPORT-9',
    kind: 'first-time',
  } as const;
  expect(cappedBy(answered, next, CAPS)?.check ?? null).toBe(wanted);
});

test('a note is for the desk alone, whoever writes it in whatever ticket', () => {
  const noted = act(ticket('pending'), { type: 'note', text: '\n call him back \n' });
  expect(noted).toEqual({
    drafts: [],
    changes: [
      {
        type: 'note.added',
        ticket: 'SUPPORT-7102',
        serial: 1,
        text: ' call him back\n',
        by: 'bob',
      },
    ],
  });
  expect(act(ticket('new'), { type: 'note', text: ' ' })).toHaveProperty('refused');
});

test('a ticket is assigned to one of the staff, to nobody, or it is refused', () => {
  const to = (name: string | null) => act(ticket('new'), { type: 'assign', to: name }, ['bob']);
  expect(to('bob')).toMatchObject({ changes: [{ from: null, to: 'bob' }] });
  expect(to(null)).toEqual({ changes: [], drafts: [] });
  expect(to('eve')).toEqual({ refused: 'nobody on the staff is called "eve": bob' });
});

test('an answer names no note, and answers the mail before it', () => {
  const known = ticket('new');
  const note = {
    serial: 2,
    direction: 'internal',
    date: MAIL.date,
    by: 'bob',
    text: 'secret\n',
    attachments: [],
  } as const;
  const before = act(known, { type: 'reply', text: 'x' });
  const after = act(
    { ...known, messages: [...known.messages, note] },
    { type: 'reply', text: 'x' },
  );
  if ('refused' in before || 'refused' in after) throw new Error('refused');
  expect(after.drafts).toEqual([{ ...before.drafts[0], serial: 3 }]);
});

test('what is told of a held mail has no words that no filter has seen', () => {
  const foundLines = [{ from: 2, to: 2, foundIn: 'smime' } as const];
  const mail = { ...MAIL, text: 'Hello\nhidden', foundLines };
  const reason = { check: 'x', evidence: 'x' };
  const { changes } = holdMail(mail, { id: 1, queue: 'SUPPORT', ticket: null, reason });
  const [held] = changes;
  expect(JSON.stringify(held)).toContain('Hello');
  expect(JSON.stringify(held)).not.toContain('hidden');
});
