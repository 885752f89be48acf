/** What other systems may order, in both forms. */
import { expect, test } from 'vitest';
import { readLine } from '../../src/feed/apply.ts';

const DESK = {
  source: 'mailrobot://support-ticket.example/aa',
  prefixes: ['SUPPORT', 'BILLING'],
  by: 'root',
} as const;
const read = (value: unknown) => readLine(JSON.stringify(value), DESK);
const act = (action: object, more: object = {}) => ({
  type: 'order',
  order: { type: 'act', ticket: 'SUPPORT-7102', action, by: 'root', origin: null, ...more },
});

test.each([
  [
    { type: 'ticket.reply', text: 'Fixed.' },
    { type: 'reply', text: 'Fixed.' },
  ],
  [
    { type: 'ticket.replied', text: 'Fixed.' },
    { type: 'reply', text: 'Fixed.' },
  ],
  [
    { type: 'ticket.note', text: 'x' },
    { type: 'note', text: 'x' },
  ],
  [
    { type: 'ticket.noted', text: 'x' },
    { type: 'note', text: 'x' },
  ],
  [
    { type: 'ticket.status', status: 'resolved' },
    { type: 'status', status: 'resolved' },
  ],
  [
    { type: 'ticket.assign', assignee: 'bob' },
    { type: 'assign', to: 'bob' },
  ],
  [
    { type: 'ticket.assigned', assignee: null },
    { type: 'assign', to: null },
  ],
])('%j is an order on a ticket', (line, action) => {
  expect(read({ ticket: 'SUPPORT-7102', ...line })).toEqual(act(action));
  expect(read({ ticket: '7102', by: 'kim', ...line })).toEqual(act(action, { by: 'kim' }));
  const { type, ...data } = line;
  const event = { specversion: '1.0', id: '9', source: 'https://crm.example', type, data };
  const origin = { source: 'https://crm.example', id: '9' };
  expect(read({ ...event, subject: 'SUPPORT-7102' })).toEqual(
    act(action, { by: 'https://crm.example', origin }),
  );
  expect(read({ ...event, data: { ...data, ticket: 'support-7102', by: 'kim' } })).toEqual(
    act(action, { by: 'kim', origin }),
  );
});

test('a ticket is created with what is known of it', () => {
  const requester = { name: 'Nic', address: 'nic@ferrier.example' };
  expect(read({ type: 'ticket.create', subject: 'By phone', requester, text: 'x' })).toEqual({
    type: 'order',
    order: {
      type: 'create',
      ticket: { queue: 'SUPPORT', subject: 'By phone', requester, text: 'x' },
      by: 'root',
      origin: null,
    },
  });
  expect(read({ type: 'ticket.create', subject: 'x', queue: 'billing' })).toMatchObject({
    order: { ticket: { queue: 'BILLING', requester: null, text: '' } },
  });
});

test('our own events are known again; those that order nothing are passed by', () => {
  const own = {
    type: 'ticket.replied',
    source: DESK.source,
    id: 'aa.1.0',
    subject: 'SUPPORT-7102',
  };
  expect(read({ ...own, data: { text: 'x' } })).toEqual({ type: 'own' });
  expect(read({ type: 'reply.sent', source: 'x', id: '1', data: {} })).toEqual({ type: 'ignored' });
  const automatic = { ticket: 'SUPPORT-7102', text: 'x', automatic: true };
  expect(read({ type: 'ticket.replied', source: 'x', id: '1', data: automatic })).toEqual({
    type: 'ignored',
  });
});

test('an event that was passed on is known by the id that it had first', () => {
  const event = { type: 'ticket.note', source: 's', id: 'bb.4.0', originid: '42', ticket: '7102' };
  expect(read({ ...event, text: 'x' })).toMatchObject({
    order: { origin: { source: 's', id: '42' } },
  });
});

test.each([
  ['{', 'not JSON'],
  ['[]', 'not an object'],
  ['"x"', 'not an object'],
  ['{}', '"type" is missing'],
  ['{"type": 7}', '"type" holds 7: a text is wanted'],
  [
    '{"type":"ticket.delete","ticket":"7102"}',
    '"type" holds "ticket.delete", which orders nothing',
  ],
  ['{"type":"ticket.reply","text":"x"}', '"ticket" is missing'],
  [
    '{"type":"ticket.reply","ticket":"X-1","text":"x"}',
    '"ticket" holds "X-1", which is no ticket id',
  ],
  ['{"type":"ticket.reply","ticket":"7102"}', '"text" is missing'],
  ['{"type":"ticket.reply","ticket":"7102","text":["x"]}', '"text" holds ["x"]: a text is wanted'],
  ['{"type":"ticket.assign","ticket":"7102"}', '"assignee" is missing'],
  [
    '{"type":"ticket.status","ticket":"7102","status":"gone"}',
    '"status" holds "gone": new, open, pending or resolved is wanted',
  ],
  ['{"type":"ticket.create"}', '"subject" is missing'],
  [
    '{"type":"ticket.create","subject":"x","requester":{"address":"x\\nBcc: y@z"}}',
    '"requester.address" holds "x\\nBcc: y@z": an address such as nic@ferrier.example is wanted',
  ],
  ['{"type":"ticket.note","ticket":"7102","text":"x","id":""}', '"id" holds "": an id is wanted'],
])('%s is refused, and says why', (line, error) => {
  expect(readLine(line, DESK)).toEqual({ type: 'error', error });
});
