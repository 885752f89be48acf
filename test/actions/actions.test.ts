import { expect, test } from 'vitest';
import { answer, setStatus } from '../../src/actions/desk.ts';
import { appendToTicket, openTicket, type ReceivedMail } from '../../src/actions/incoming.ts';
import type { Status, Ticket } from '../../src/ticket/ticket.ts';

const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const MAIL: ReceivedMail = {
  from: NIC,
  to: [],
  date: '2026-01-02T08:25:40.000Z',
  subject: 'x',
  text: 'x',
  newLines: [],
  messageId: '<1@a.example>',
  references: [],
  trust: 'claimed',
  faults: [],
  raw: 'raw/1',
  attachments: () => [],
};
const ticket = (status: Status): Ticket => ({
  id: 'SUPPORT-7102',
  number: 7102,
  queue: 'SUPPORT',
  status,
  subject: 'x',
  requester: NIC,
  createdAt: '',
  updatedAt: '',
  messages: [],
});

test.each<readonly [Status, Partial<ReceivedMail>, Status | null]>([
  ['resolved', {}, 'open'],
  ['pending', {}, 'open'],
  ['new', {}, null],
  ['open', {}, null],
  ['resolved', { trust: 'automatic' }, null],
  ['resolved', { from: { name: '', address: 'eve@x.example' } }, null],
  ['resolved', { from: null }, null],
  ['resolved', { from: { name: '', address: 'NIC@Ferrier.example' } }, 'open'],
])('a ticket that is %s and gets %j becomes %s', (status, change, wanted) => {
  const { changes, drafts } = appendToTicket({ ...MAIL, ...change }, ticket(status));
  const set = changes.find(({ type }) => type === 'ticket.status');
  expect(set === undefined ? null : 'to' in set && set.to).toBe(wanted);
  expect(drafts).toEqual([]);
});

test('a new ticket is acknowledged to its sender alone, and to nobody where there is none', () => {
  const opening = { queue: 'SUPPORT', number: 7102 };
  const { drafts } = openTicket({ ...MAIL, references: ['<0@a.example>'] }, opening);
  expect(drafts).toMatchObject([
    { to: NIC, inReplyTo: '<1@a.example>', references: ['<0@a.example>', '<1@a.example>'] },
  ]);
  expect(openTicket({ ...MAIL, from: null }, opening).drafts).toEqual([]);
});

test('an answer goes to the requester on record and leaves the ticket waiting', () => {
  const result = answer(ticket('new'), 'Done.', 'bob');
  expect(result).toMatchObject({
    drafts: [{ to: NIC, text: 'Done.\n' }],
    changes: [{ to: 'pending' }],
  });
  expect(answer(ticket('new'), ' \n', 'bob')).toHaveProperty('refused');
  expect(answer({ ...ticket('new'), requester: null }, 'x', 'bob')).toHaveProperty('refused');
});

test('a status that is set already changes nothing', () => {
  expect(setStatus(ticket('resolved'), 'resolved', 'bob')).toEqual({ changes: [], drafts: [] });
});

test('a ticket stays readable: beyond its measure texts are left to the raw mail, then mails are recorded', () => {
  const { changes } = openTicket(
    { ...MAIL, text: 'x'.repeat(1000) },
    { queue: 'SUPPORT', number: 7102 },
  );
  const added = changes.find(({ type }) => type === 'message.added');
  if (added?.type !== 'message.added') throw new Error('no message');
  const full = { ...ticket('open'), messages: Array(8400).fill(added.message) };
  expect(appendToTicket(MAIL, full).changes).toMatchObject([
    { type: 'message.added', message: { text: '', fault: expect.stringContaining('full') } },
  ]);
  const crowded = {
    ...ticket('open'),
    messages: Array(10_000).fill({ ...added.message, text: '' }),
  };
  expect(appendToTicket(MAIL, crowded).changes).toMatchObject([
    { type: 'mail.recorded', reason: 'ticket-full' },
  ]);
});
