/** What other systems may order, in both forms. */
import { expect, test } from 'vitest';
import { readOrder } from '../../src/feed/read-order.ts';

const DESK = {
  source: 'mailrobot://support-ticket.example/aa',
  names: { prefixes: ['SUPPORT', 'BILLING'], sharing: [] },
  by: 'root',
} as const;
const read = (value: unknown) => readOrder(JSON.stringify(value), DESK);
const act = (action: object, more: object = {}) => ({
  type: 'order',
  order: { type: 'act', ticket: ['SUPPORT-7102'], action, by: 'root', origin: null, ...more },
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
  const origin = { source: 'https://crm.example', id: '9', ticket: 'SUPPORT-7102' };
  expect(read({ ...event, subject: 'SUPPORT-7102' })).toEqual(
    act(action, { by: 'https://crm.example', origin }),
  );
  expect(read({ ...event, data: { ...data, ticket: 'support-7102', by: 'kim' } })).toEqual(
    act(action, { by: 'kim', origin: { ...origin, ticket: 'support-7102' } }),
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

test('a number is as good as a text where a ticket or an id is meant', () => {
  expect(read({ type: 'ticket.note', ticket: 7102, id: 5, text: 'x' })).toMatchObject({
    order: { ticket: ['SUPPORT-7102'], origin: { source: '', id: '5' } },
  });
});

test('another system may call a ticket by the name that it has there', () => {
  const event = { type: 'ticket.note', source: 'https://crm.example', id: '9', ticket: 'CRM-5' };
  expect(read({ ...event, text: 'x' })).toMatchObject({
    order: { ticket: null, origin: { ticket: 'CRM-5' } },
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
  const renamed = 'mailrobot://old-name.example/aa';
  expect(read({ ...own, source: renamed, data: { text: 'x' } })).toEqual({ type: 'own' });
  const automatic = { ticket: 'SUPPORT-7102', text: 'x', automatic: true };
  expect(read({ type: 'ticket.replied', source: 'x', id: '1', data: automatic })).toEqual({
    type: 'ignored',
  });
});

test('an event that was passed on is known by the id that it had first', () => {
  const event = { type: 'ticket.note', source: 's', id: 'bb.4.0', originid: '42', ticket: '7102' };
  expect(read({ ...event, text: 'x' })).toMatchObject({
    order: { origin: { source: 's', id: '42', ticket: '7102' } },
  });
});

test.each([
  ['{', 'not JSON'],
  ['[]', 'not an object'],
  ['"x"', 'not an object'],
  ['{}', '"type" is missing'],
  ['{"type": 7}', '"type" holds 7: must be a text'],
  [
    '{"type":"ticket.delete","ticket":"7102"}',
    '"type" holds "ticket.delete": must be ticket.create, ticket.reply, ticket.note, ticket.status, ticket.assign, ticket.command, recipient.add or recipient.remove',
  ],
  ['{"type":"ticket.reply","text":"x"}', '"ticket" is missing'],
  [
    '{"type":"ticket.reply","ticket":"X-1","text":"x"}',
    '"ticket" holds "X-1", which is not a ticket id',
  ],
  ['{"type":"ticket.reply","ticket":"7102"}', '"text" is missing'],
  ['{"type":"ticket.reply","ticket":"7102","text":["x"]}', '"text" holds a list: must be a text'],
  ['{"type":"ticket.assign","ticket":"7102"}', '"assignee" is missing'],
  [
    '{"type":"ticket.status","ticket":"7102","status":"gone"}',
    '"status" holds "gone": must be new, open, pending or resolved',
  ],
  ['{"type":"ticket.create"}', '"subject" is missing'],
  ['{"type":"ticket.create","subject":""}', '"subject" holds "": must be a subject'],
  [
    '{"type":"ticket.create","subject":"x","requestor":"nic"}',
    '"requestor" is no part of ticket.create',
  ],
  [
    '{"type":"ticket.create","subject":"x","requester":"nic"}',
    '"requester" holds "nic": must be an object with name and address',
  ],
  [
    '{"type":"ticket.create","subject":"x","requester":{"address":"x\\nBcc: y@z"}}',
    '"requester.address" holds "x\\nBcc: y@z": must be an address such as nic@ferrier.example',
  ],
  ['{"type":"ticket.note","ticket":"7102","text":"x","id":""}', '"id" holds "": must be an id'],
  ['{"type":"ticket.note","ticket":[[7102]],"text":"x"}', '"ticket" holds a list: must be a text'],
  [
    '{"type":"ticket.note","ticket":"7102","text":"x","constructor":1}',
    '"constructor" is no part of ticket.note',
  ],
])('%s is refused, and says why', (line, error) => {
  expect(readOrder(line, DESK)).toEqual({ type: 'error', error });
});

test('however deep or long a line is, it is refused in few words', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const long = 'x'.repeat(2_000_001);
  for (const line of [
    `{"type":"ticket.note","ticket":${deep},"text":"x"}`,
    `{"type":"ticket.note","ticket":"7102","text":${deep}}`,
    `{"type":"${long}","ticket":"7102"}`,
    `{"type":"ticket.create","subject":"${long}"}`,
    `{"type":"ticket.note","ticket":"7102","text":"${long}"}`,
    `{"type":"ticket.note","ticket":"7102","text":"x","by":"${long}"}`,
    `{"type":"ticket.note","ticket":"7102","text":"x","id":"1","source":"${long}"}`,
  ]) {
    const reading = readOrder(line, DESK);
    expect(reading.type).toBe('error');
    expect(JSON.stringify(reading).length).toBeLessThan(300);
  }
});
