/** The types for robots (robot.d.ts): what they let a robot say is what the desk takes. */
import { expect, test } from 'vitest';
import { robotTypes } from '../../generate/robot-types.ts';
import type { Order, RobotInput } from '../../robot.d.ts';
import { ROBOT_MAY } from '../../src/config/schema/robots.ts';
import type { OrderedDesk } from '../../src/feed/read-order.ts';
import { readOutput } from '../../src/robots/output.ts';

const ORDERS: { readonly [Type in Order['type']]: Order & { readonly type: Type } } = {
  reply: { type: 'reply', text: 'For a day: k7Qm-x2Ta', secrets: ['k7Qm-x2Ta'] },
  mail: { type: 'mail', to: 'nic@ferrier.example', subject: 'Hello', text: 'Hello.' },
  blank: { type: 'blank', words: ['hunter2'] },
  note: { type: 'note', text: 'Deployed.' },
  'ticket.note': { type: 'ticket.note', ticket: '7102', text: 'Deployed.' },
  'ticket.reply': { type: 'ticket.reply', ticket: '7102', text: 'It is deployed.' },
  'ticket.status': { type: 'ticket.status', ticket: '7102', status: 'resolved' },
  'ticket.assign': { type: 'ticket.assign', ticket: '7102', assignee: 'kim' },
  'ticket.create': {
    ...{ type: 'ticket.create', queue: 'SUPPORT', subject: 'New', text: 'Text.' },
    requester: { name: 'Nic', address: 'nic@ferrier.example' },
  },
  'ticket.command': { type: 'ticket.command', ticket: '7102', command: 'close' },
};

const ROBOT = { name: 'deploy', from: 'staff' as const, may: [...ROBOT_MAY] };
const DESK: OrderedDesk = {
  ...{ source: 'mailrobot://here/00', names: { prefixes: ['SUPPORT'], sharing: [] }, by: 'robot' },
};
const read = (order: object) =>
  readOutput(JSON.stringify(order), ROBOT, { onTicket: 'SUPPORT-7102' }, DESK);

test.each(Object.values(ORDERS))('$type, as its type has it, is taken', (order) => {
  expect(read(order)).toMatchObject({ type: 'orders' });
});

test('every order that there is has a type', () => {
  const all = read({ type: 'there is none' });
  const names = all.type === 'wrong' ? (all.why.split('must be one of ')[1] ?? '').split(', ') : [];
  expect(names.sort()).toEqual(Object.keys(ORDERS).sort());
});

test('what is not taken does not compile', () => {
  const wrong: readonly Order[] = [
    // @ts-expect-error: there is no such order.
    { type: 'delete' },
    // @ts-expect-error: nor such a status.
    { type: 'ticket.status', status: 'gone' },
    // @ts-expect-error: a note has a text.
    { type: 'note' },
  ];
  for (const order of wrong) expect(read(order)).toMatchObject({ type: 'wrong' });
  // @ts-expect-error: what is given has no such key.
  const key: keyof RobotInput = 'password';
  expect(key).toBe('password');
});

test('a schema that says what the types cannot is not left out in silence', () => {
  const schema = (type: object) => JSON.stringify({ type: 'object', properties: { x: type } });
  expect(robotTypes(schema({ type: ['string', 'null'] }))).toContain('x?: string | null;');
  expect(() => robotTypes(schema({ type: 'duration' }))).toThrow('duration');
  expect(() => robotTypes(schema({ not: {} }))).toThrow();
});
