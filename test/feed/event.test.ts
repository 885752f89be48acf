/** What the journal looks like from outside. */
import { expect, test } from 'vitest';
import { eventsOf, type FeedCommit } from '../../src/feed/event.ts';
import type { Change } from '../../src/ticket/change.ts';
import { EVENT_TYPES } from '../../src/ticket/event-type.ts';
import type { Message } from '../../src/ticket/ticket.ts';
import { SAMPLES } from '../journal/every-change.ts';
import { problemsOf } from './event-schema.ts';

const DESK = 'mailrobot://support-ticket.example/0123456789abcdef';
const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const ticket = 'SUPPORT-7102';
const base = { date: '2026-01-02T08:25:40.000Z', subject: 'Hi', text: 'Hello\n' } as const;
const report = {
  isProven: true,
  recipients: [{ address: 'a@b', action: 'failed', status: '5.1.1', reason: 'no such user' }],
};
const file = {
  filename: 'a.png',
  contentType: 'image/png',
  size: 8,
  sha256: 'a'.repeat(64),
  path: 'x',
};
const incoming: Message = {
  ...{ ...base, serial: 1, direction: 'in', trust: 'claimed', from: NIC, to: [], newLines: [] },
  ...{ messageId: null, raw: 'raw/1', attachments: [file], fault: 'too deep', report },
};
const outgoing: Message = {
  ...{ ...base, serial: 2, direction: 'out', automatic: false, delivery: 'waiting', from: NIC },
  ...{ to: [NIC], by: 'bob', messageId: '<1@x>', raw: 'raw/2', attachments: [] },
};
const reason = { check: 'stranger', evidence: 'x' };
const mail = {
  id: 3,
  from: null,
  date: base.date,
  subject: 'x',
  queue: 'SUPPORT',
  raw: 'raw/3',
  reason,
};
const failure = { ticket, serial: 2, status: '5.1.1', reason: 'gone' } as const;

/** One of each kind that there is. */
const CHANGES: readonly Change[] = [
  { type: 'ticket.created', ticket, number: 7102, queue: 'SUPPORT', subject: 'x', requester: NIC },
  { type: 'message.added', ticket, message: incoming },
  { type: 'message.added', ticket, message: outgoing },
  {
    ...{ type: 'message.proven', ticket, serial: 1, from: 'claimed', to: 'authenticated' },
    raw: 'raw/4',
  },
  { type: 'ticket.status', ticket, from: 'new', to: 'open', by: 'bob' },
  { type: 'ticket.assigned', ticket, from: null, to: 'bob', by: 'kim' },
  { type: 'ticket.tagged', ticket, added: ['login'], removed: [], by: 'kim' },
  { type: 'ticket.priority', ticket, from: 'normal', to: 'high', by: 'kim' },
  { type: 'ticket.field', ticket, field: 'order', value: '1234', isFound: true, by: 'mailrobot' },
  { type: 'ticket.retitled', ticket, from: 'x', to: 'y', by: 'kim' },
  { type: 'ticket.requester', ticket, from: NIC, to: { name: '', address: 'a@b' }, by: 'kim' },
  { type: 'ticket.participants', ticket, added: [NIC], removed: ['a@b'], by: 'kim' },
  { type: 'ticket.muted', ticket, address: 'a@b', isMuted: true, by: 'a@b' },
  { type: 'ticket.legalhold', ticket, isOnHold: true, by: 'bob' },
  { type: 'person.erased', tickets: [ticket], commits: [], by: 'bob' },
  { type: 'ticket.watched', ticket, person: 'bob', isWatching: true, by: 'bob' },
  { type: 'ticket.merged', ticket, into: 'SUPPORT-7090', by: 'kim' },
  { type: 'ticket.absorbed', ticket: 'SUPPORT-7090', other: ticket },
  { type: 'ticket.split', ticket, serial: 3, to: 'SUPPORT-7103', by: 'kim' },
  {
    ...{ type: 'ticket.moved', ticket, from: 'SUPPORT', queue: 'BILLING', by: 'kim' },
    into: 'BILLING-1',
  },
  { type: 'ticket.named', ticket: 'BILLING-1', number: 1, queue: 'BILLING', into: ticket },
  { type: 'ticket.linked', ticket, other: 'SUPPORT-7103' },
  { type: 'message.added', ticket, message: { ...outgoing, copyOf: 1 } },
  { type: 'address.blocked', address: 'a@b', by: 'kim' },
  { type: 'note.added', ticket, serial: 3, text: 'secret\n', by: 'bob' },
  { type: 'ticket.overdue', ticket, since: '2026-01-02T08:25:41.000Z', assignee: null },
  { type: 'ticket.reminded', ticket },
  { type: 'ticket.asked', ticket, serial: 3 },
  { type: 'ticket.rated', ticket, serial: 3, score: 4 },
  { type: 'ticket.rated', ticket, serial: 3, score: 5, person: 'bob' },
  { type: 'ticket.reminded', ticket, silence: reason },
  { type: 'template.failed', queue: 'SUPPORT', file: 'help.txt', problem: 'is not UTF-8' },
  { type: 'reply.silenced', ticket, reason },
  { type: 'mail.recorded', raw: 'raw/1', reason: 'list', evidence: 'x', expires: true },
  { type: 'mail.expired', mails: [1] },
  { type: 'mail.bounced', ...failure },
  { type: 'address.failed', address: 'a@b', ...failure },
  { type: 'address.cleared', address: 'a@b', by: 'bob' },
  { type: 'recipient.added', address: 'a@b', destination: 'c@d', by: 'bob' },
  { type: 'recipient.added', address: 'a@b', destination: 'c@d', before: 'e@f', by: 'bob' },
  { type: 'recipient.removed', address: 'a@b', destination: 'c@d', by: 'bob' },
  { type: 'staff.away', person: 'bob', until: null, isAway: true, by: 'bob' },
  { type: 'staff.notified', people: ['bob'] },
  { type: 'mail.held', mail: { ...mail, ticket } },
  { type: 'mail.held', mail: { ...mail, ticket: null } },
  { type: 'mail.again', earlier: 3, was: 'held' },
  { type: 'mail.released', held: 3, by: 'bob' },
  { type: 'mail.discarded', held: 3, by: 'bob' },
  SAMPLES['ticket.snoozed'],
  SAMPLES['ticket.woken'],
  SAMPLES['robot.planned'],
  { ...SAMPLES['robot.queued'], confirms: 7 },
  SAMPLES['robot.doubted'],
  { ...SAMPLES['robot.ended'], plan: 7 },
  SAMPLES['robot.lapsed'],
  { type: 'reply.sent', ticket, serial: 2, mail: '1.0' },
  { type: 'reply.failed', ticket, serial: 2, mail: '1.0', reason: 'too large' },
  { type: 'reply.unknown', ticket, serial: 2, mail: '1.0', again: true },
  { type: 'reply.sent', ticket: null, serial: 1, mail: '2.0' },
  { type: 'reply.unknown', ticket: null, serial: 1, mail: '2.0', again: false },
  { type: 'reply.undone', ticket, serial: 2, mail: '1.0', by: 'bob' },
];

const commit = (more: Partial<FeedCommit> = {}): FeedCommit => ({
  ...{
    seq: 7,
    hash: 'c0ffee00'.repeat(4),
    epoch: '0123456789abcdef',
    time: '2026-01-02T08:25:41.000Z',
  },
  ...{ changes: CHANGES, origin: null, isRestored: false, ...more },
});
const all = [...eventsOf(commit(), DESK), ...eventsOf(commit({ isRestored: true }), DESK)];

test('every event is one by its JSON Schema, and there is one of each type', () => {
  for (const { event } of all) expect(problemsOf(event)).toBe('');
  expect(new Set(all.map(({ event }) => event.type))).toEqual(new Set(EVENT_TYPES));
});

test('the schema refuses what is no event', () => {
  const [first] = all;
  if (first === undefined) throw new Error('no event');
  for (const wrong of [
    { ...first.event, type: 'ticket.gone' },
    { ...first.event, id: '1' },
    { ...first.event, extra: true },
    { ...first.event, data: { ...first.event.data, note: 'secret' } },
    { ...first.event, data: {} },
  ]) {
    expect(problemsOf(wrong)).not.toBe('');
  }
});

test('the id says where in the journal, whatever else is private there', () => {
  expect(all[0]?.event.id).toBe('0123456789abcdef.7.0.c0ffee00');
  const ids = eventsOf(commit(), DESK).map(({ event }) => event.id.split('.')[2]);
  // A change that is nobody's business leaves its place empty.
  const silent = CHANGES.findIndex(({ type }) => type === 'ticket.absorbed');
  expect(ids.slice(silent - 1, silent + 1)).toEqual([String(silent - 1), String(silent + 1)]);
});

test('notes and held mail need their scope, and nothing of them is in another event', () => {
  const open = eventsOf(commit(), DESK).filter(({ scope }) => scope === null);
  const text = JSON.stringify(open);
  expect(text).not.toContain('secret');
  expect(open.map(({ event }) => event.type)).not.toContain('mail.held');
  const scopes = Object.fromEntries(all.map(({ event, scope }) => [event.type, scope]));
  expect(scopes).toMatchObject({
    'ticket.noted': 'notes',
    'mail.held': 'held',
    'mail.recorded': 'held',
  });
});

test('what was applied keeps its source and its id there', () => {
  const origin = { source: 'https://crm.example', id: '42' };
  for (const { event } of eventsOf(commit({ origin }), DESK)) {
    const isOurs = event.type.startsWith('reply.');
    expect(event.source).toBe(isOurs ? DESK : 'https://crm.example');
    const place = event.id.split('.')[2];
    expect(event.originid).toBe(isOurs ? undefined : place === '0' ? '42' : `42/${place}`);
    expect(problemsOf(event)).toBe('');
  }
  const unnamed = eventsOf(commit({ origin: { source: '', id: '1' } }), DESK);
  expect(unnamed[0]?.event.source).toBe(DESK);
});
