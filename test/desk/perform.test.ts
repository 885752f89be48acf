/** What can be done to a ticket, from whatever door it is ordered. */

import { expect, test } from 'vitest';
import type { ActionContext, DeskResult } from '../../src/desk/action.ts';
import { perform } from '../../src/desk/perform.ts';
import { currentTicketIn } from '../../src/journal/facts.ts';
import { applyChange, UNSORTED } from '../../src/ticket/apply-change.ts';
import { type Change, ticketOf } from '../../src/ticket/change.ts';
import type { FailedAddress } from '../../src/ticket/failing.ts';
import type { IncomingMessage, Ticket, TicketId } from '../../src/ticket/ticket.ts';
import { AllAsked } from '../kit/facts.ts';

const NIC = { name: 'Nic', address: 'nic@ferrier.example' };
const ALICE = { name: '', address: 'alice@ferrier.example' };
const mail = (serial: number, from = NIC): IncomingMessage => ({
  ...{ serial, direction: 'in', trust: 'claimed', from, to: [], newLines: [] },
  ...{ date: '2026-01-02T08:25:40.000Z', subject: `mail ${serial}`, text: 'x\n' },
  ...{ messageId: `<${serial}@ferrier.example>`, raw: `raw/${serial}`, attachments: [] },
});
const made = (number: number, more: Partial<Ticket> = {}): Ticket => ({
  ...{ id: `SUPPORT-${number}`, number, queue: 'SUPPORT', status: 'open', subject: 'x' },
  ...{ requester: NIC, ...UNSORTED, createdAt: '', updatedAt: '', messages: [mail(1)], ...more },
});

/** A desk of these tickets. */
function deskOf(...tickets: readonly Ticket[]) {
  const known = new AllAsked<TicketId, Ticket>(tickets.map((ticket) => [ticket.id, ticket]));
  const failed = new AllAsked<string, FailedAddress>();
  const context: ActionContext = {
    ...{ by: 'bob', nextNumber: 9000, sharing: [], withheld: [], control: 'control' },
    staff: ['bob', 'kim'].map((name) => ({ name, sasl: [] })),
    ...{ addresses: failed, tickets: known, fieldsOf: () => [] },
    own: { domain: 'support-ticket.example', queues: [], services: [], prefixes: ['SUPPORT'] },
  };
  const find = (number: number) => {
    const ticket = known.get(`SUPPORT-${number}`);
    if (ticket === null) throw new Error(`no ticket ${number}`);
    return ticket;
  };
  const apply = (change: Change) => {
    const id = ticketOf(change);
    const after = id === null ? null : applyChange(known.get(id) ?? null, change, '2026-02-01');
    if (id !== null && after !== null) known.set(id, after);
  };
  return {
    find,
    failed,
    current: (number: number) => currentTicketIn({ tickets: known }, find(number).id)?.id,
    act: (number: number, action: Parameters<typeof perform>[1]): DeskResult => {
      const result = perform(find(number), action, context);
      if ('refused' in result) throw new Error(result.refused);
      for (const change of result.changes) apply(change);
      return result;
    },
  };
}

test('tags are put on and taken off; one that is not there is named', () => {
  const { act, find } = deskOf(made(1));
  act(1, { type: 'tag', add: ['login', 'vip'], remove: [] });
  act(1, { type: 'tag', add: ['login'], remove: ['vip'] });
  expect(find(1).tags).toEqual(['login']);
  expect(act(1, { type: 'tag', add: ['login'], remove: [] }).changes).toEqual([]);
  expect(() => act(1, { type: 'tag', add: [], remove: ['vpi'] })).toThrow('no tag "vpi"');
  // What is gone already is no reason not to put another one on.
  act(1, { type: 'tag', add: ['new'], remove: ['vip'] });
  expect(find(1).tags).toEqual(['login', 'new']);
});

test('what is taken off twice is taken off once, and makes room for one', () => {
  const tags = Array.from({ length: 50 }, (_, n) => `t${n}`);
  const { act, find } = deskOf(made(1, { tags }));
  expect(() => act(1, { type: 'tag', add: ['a', 'b'], remove: ['t1', 't1'] })).toThrow('50 tags');
  expect(act(1, { type: 'tag', add: ['a'], remove: ['t1', 't1'] }).changes).toMatchObject([
    { added: ['a'], removed: ['t1'] },
  ]);
  expect(find(1).tags).toHaveLength(50);
  act(1, { type: 'cc', add: [ALICE.address], remove: [] });
  const twice = [ALICE.address, 'Alice@Ferrier.example'];
  expect(act(1, { type: 'cc', add: [], remove: twice }).changes).toMatchObject([
    { removed: [ALICE.address] },
  ]);
});

test('priority and subject are what was said last, and the same again changes nothing', () => {
  const { act, find } = deskOf(made(1));
  act(1, { type: 'priority', priority: 'high' });
  act(1, { type: 'retitle', subject: ' Login \n fails ' });
  expect(find(1)).toMatchObject({ priority: 'high', subject: 'Login fails' });
  expect(act(1, { type: 'retitle', subject: 'Login fails' }).changes).toEqual([]);
  expect(() => act(1, { type: 'retitle', subject: ' ' })).toThrow('1 to 500');
});

test('an answer goes to the requester and to those on copy, each with a mail of his own', () => {
  const { act, find } = deskOf(made(1));
  act(1, { type: 'cc', add: [ALICE.address, NIC.address, ALICE.address], remove: [] });
  expect(find(1).participants).toEqual([ALICE]);
  const { drafts } = act(1, { type: 'reply', text: 'Done.' });
  expect(drafts).toMatchObject([
    { to: NIC, cc: [ALICE], serial: 2 },
    { to: ALICE, cc: [NIC], serial: 3, copyOf: 2 },
  ]);
  act(1, { type: 'cc', add: [], remove: ['ALICE@ferrier.example'] });
  expect(act(1, { type: 'reply', text: 'Done.' }).drafts).toHaveLength(1);
});

test('nothing goes to who wants no more mail, to who is blocked, or to whom mail comes back from', () => {
  const people = { participants: [ALICE] };
  const { act, failed } = deskOf(
    made(1, { ...people, muted: [ALICE.address] }),
    made(2),
    made(3, { ...people, muted: [NIC.address] }),
  );
  expect(act(1, { type: 'reply', text: 'x' }).drafts).toMatchObject([{ to: NIC, cc: [] }]);
  expect(() => act(3, { type: 'reply', text: 'x' })).toThrow('no more mail');
  expect(act(2, { type: 'block' }).changes).toMatchObject([{ address: NIC.address }]);
  failed.set(NIC.address, { address: NIC.address, failures: [], blockedBy: 'bob' });
  expect(() => act(2, { type: 'reply', text: 'x' })).toThrow('bob has blocked');
  expect(act(2, { type: 'block' }).changes).toEqual([]);
  expect(act(2, { type: 'unblock' }).changes).toMatchObject([{ type: 'address.cleared' }]);
});

test('people who are on one of two tickets alone are not brought together by mistake', () => {
  const kay = { name: 'Kay', address: 'kay@ferrier.example' };
  const merge = { type: 'merge', into: ['SUPPORT-1'] } as const;
  for (const [one, other] of [
    [made(1), made(2, { requester: kay })],
    [made(1, { requester: kay }), made(2)],
    [made(1), made(2, { participants: [kay] })],
  ] as const) {
    const desk = deskOf(one, other);
    expect(() => desk.act(2, merge)).toThrow('"merge SUPPORT-2 SUPPORT-1 together" does it');
    desk.act(2, { ...merge, isTogether: true });
    expect(desk.find(2).mergedInto).toBe('SUPPORT-1');
  }
  for (const [one, other] of [
    [made(1), made(2)],
    [made(1, { participants: [kay] }), made(2, { requester: kay })],
    [made(1), made(2, { requester: null })],
    [made(1, { requester: null }), made(2)],
  ] as const) {
    const desk = deskOf(one, other);
    desk.act(2, merge);
    expect(desk.find(2).mergedInto).toBe('SUPPORT-1');
  }
});

test('a merged ticket is resolved, its mail goes to the other one, and so do its people', () => {
  const eve = { name: '', address: 'kay@ferrier.example' };
  const { act, find, current } = deskOf(made(1), made(2, { requester: eve }), made(3));
  act(2, { type: 'merge', into: ['SUPPORT-1'], isTogether: true });
  expect(find(2)).toMatchObject({ mergedInto: 'SUPPORT-1', status: 'resolved' });
  expect(find(1)).toMatchObject({ merged: ['SUPPORT-2'], participants: [eve] });
  act(1, { type: 'merge', into: ['SUPPORT-3'], isTogether: true });
  expect(current(2)).toBe('SUPPORT-3');
  expect(() => act(3, { type: 'merge', into: ['SUPPORT-2'], isTogether: true })).toThrow(
    'into itself',
  );
  expect(() => act(2, { type: 'merge', into: ['SUPPORT-3'], isTogether: true })).toThrow(
    'part of SUPPORT-1 already',
  );
  expect(() => act(3, { type: 'merge', into: ['SUPPORT-4'], isTogether: true })).toThrow(
    'no ticket SUPPORT-4',
  );
});

test('a message that is split off begins a ticket of whoever wrote it', () => {
  const { act, find } = deskOf(made(1, { messages: [mail(1), mail(2, ALICE)] }));
  expect(act(1, { type: 'split', serial: 2 })).toMatchObject({ made: 'SUPPORT-9000', drafts: [] });
  expect(find(9000)).toMatchObject({
    ...{ requester: ALICE, subject: 'mail 2', status: 'new' },
    messages: [{ serial: 1, text: 'x\n', raw: 'raw/2' }],
  });
  expect(find(1).messages).toMatchObject([{ serial: 1 }, { movedTo: 'SUPPORT-9000' }]);
  expect(() => act(1, { type: 'split', serial: 2 })).toThrow('SUPPORT-9000 already');
  expect(() => act(1, { type: 'split', serial: 1 })).toThrow('all that came in');
  expect(() => act(1, { type: 'split', serial: 7 })).toThrow('no message 7');
});

test('what was said last is forwarded, with its files, and its answer is no customer answer', () => {
  const file = { ...{ filename: 'a.png', contentType: 'image/png' }, ...{ size: 1, sha256: 'x' } };
  const attachments = [{ ...file, path: 'tickets/0/SUPPORT-1/attachments/1-1.png' }];
  const { act } = deskOf(made(1, { messages: [{ ...mail(1), attachments }] }));
  const [draft] = act(1, { type: 'forward', to: 'dev@lab.example', text: 'Look!' }).drafts;
  expect(draft).toMatchObject({ to: { address: 'dev@lab.example' }, attachments, references: [] });
  expect(draft?.kind === 'answer' && draft.text).toMatch(
    /^Look!\n\n-+ Forwarded.*From: Nic <nic@/s,
  );
});

test('a note is never mail, whoever is on the ticket', () => {
  const { act, find } = deskOf(made(1, { participants: [ALICE] }));
  const staffMail = { raw: 'raw/9', attachments: () => [] };
  expect(act(1, { type: 'note', text: 'secret', staffMail }).drafts).toEqual([]);
  expect(find(1).messages[1]).toMatchObject({ direction: 'internal', written: 'raw/9' });
});

test('nobody is told the Message-ID of a mail that he has not got', () => {
  const out = (serial: number, to: typeof NIC) => ({
    ...{ serial, direction: 'out', automatic: false, delivery: 'sent', from: NIC, to: [to] },
    ...{ date: '', subject: 'x', text: 'x', attachments: [], raw: `raw/${serial}` },
    messageId: `<${serial}@support-ticket.example>`,
  });
  const dev = { name: '', address: 'dev@lab.example' };
  const messages = [mail(1), out(2, NIC), out(3, dev), out(4, ALICE)] as Ticket['messages'];
  const { act } = deskOf(made(1, { messages, participants: [ALICE] }));
  const [first, copy] = act(1, { type: 'reply', text: 'Done.' }).drafts;
  expect(first?.references).toEqual(['<1@ferrier.example>', '<2@support-ticket.example>']);
  expect(copy).toMatchObject({ inReplyTo: null, references: ['<4@support-ticket.example>'] });
});
