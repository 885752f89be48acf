/** What a robot has written, and what it may order. */
import { expect, test } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import { type Output, readOutput } from '../../src/robots/output.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';

const DESK = {
  source: 'mailrobot://support-ticket.example/00',
  names: { prefixes: ['SUPPORT'], sharing: [] },
  by: 'robot',
} as const;
const OWN: TicketId = 'SUPPORT-7102';

type Robot = Pick<RobotConfig, 'name' | 'from' | 'may'>;
const STAFFS: Robot = {
  name: 'deploy',
  from: 'staff',
  may: ['reply', 'note', 'status', 'command'],
};
const ANYBODYS: Robot = { name: 'deploy', from: 'anybody', may: ['reply', 'note'] };

function read(text: string, robot: Robot = STAFFS, onTicket: TicketId | null = OWN): Output {
  return readOutput(text, robot, { onTicket }, DESK);
}
const line = (value: object) => `${JSON.stringify(value)}\n`;
const whyOf = (output: Output) => (output.type === 'wrong' ? output.why : output.type);

test('nothing is nothing', () => {
  for (const text of ['', ' \n\n', '\uFEFF']) expect(read(text)).toEqual({ type: 'nothing' });
});

test('a text is the reply to the sender', () => {
  expect(read('Done.\n')).toEqual({ type: 'orders', orders: [], reply: 'Done.\n' });
});

test('lines of JSON are orders, by the robot and on the ticket of its mail', () => {
  const text = line({ type: 'note', text: 'x' }) + line({ type: 'reply', text: 'Done.' });
  expect(read(text)).toMatchObject({
    ...{ type: 'orders', reply: 'Done.' },
    orders: [
      { type: 'act', by: 'robot deploy', ticket: [OWN], action: { type: 'note', text: 'x' } },
    ],
  });
});

test('what it says on a ticket is said by a machine', () => {
  expect(read(line({ type: 'ticket.reply', text: 'Done.' }))).toMatchObject({
    orders: [{ action: { type: 'reply', isAutomatic: true } }],
  });
});

test.each([
  ['what it may not', { type: 'ticket.assign', assignee: 'kim' }, 'it may not order "assign"'],
  ['a ticket', { type: 'ticket.create', subject: 'x' }, 'it may not order "create"'],
  ['an event', { type: 'ticket.replied', text: 'x' }, '"type" must be one of'],
  ['whatever', { type: 'rm' }, '"type" must be one of'],
  ['in the name of one of the staff', { type: 'note', text: 'x', by: 'kim' }, '"by" is not for'],
  ['as another system', { type: 'note', text: 'x', source: 'y', id: '1' }, 'is not for a robot'],
  ['a forward', { type: 'ticket.command', command: 'forward eve@evil.example' }, 'not a command'],
  [
    'a reply to whom it likes',
    { type: 'reply', text: 'x', to: 'eve@evil.example' },
    'nothing else',
  ],
  ['a reply without words', { type: 'reply', text: ' ' }, 'a reply has a "text"'],
  ['a slip', { type: 'note', txet: 'x' }, 'txet'],
])('it does not order %s', (_, order, why) => {
  expect(whyOf(read(line(order)))).toContain(why);
});

test('one wrong line makes all of it wrong, and is named', () => {
  expect(whyOf(read(`${line({ type: 'note', text: 'x' })}no JSON\n`))).toBe(
    'line 2: not a JSON object',
  );
});

test('a robot that anybody starts speaks of the ticket of its mail alone', () => {
  const note = { type: 'note', text: 'x' };
  expect(read(line(note), ANYBODYS).type).toBe('orders');
  expect(read(line({ ...note, ticket: '7102' }), ANYBODYS).type).toBe('orders');
  for (const ticket of ['7103', 'SUPPORT-7103']) {
    expect(whyOf(read(line({ ...note, ticket }), ANYBODYS))).toContain('its mail alone');
    expect(whyOf(read(line({ ...note, ticket }), ANYBODYS, null))).toContain('its mail alone');
  }
  expect(read(line({ ...note, ticket: '7103' }), STAFFS).type).toBe('orders');
});

test('without a ticket there is nothing to note on', () => {
  expect(whyOf(read(line({ type: 'note', text: 'x' }), STAFFS, null))).toContain('"ticket"');
});

test('who may not reply says nothing to the sender', () => {
  const mute: Robot = { ...STAFFS, may: ['note'] };
  expect(whyOf(read('Hello', mute))).toBe('it wrote a reply, and may only note');
  expect(whyOf(read(line({ type: 'reply', text: 'x' }), mute))).toContain('may not order "reply"');
});

test('one mail makes one reply, and not any number of orders', () => {
  const reply = line({ type: 'reply', text: 'x' });
  expect(whyOf(read(reply + reply))).toBe('it replies to the sender twice');
  expect(whyOf(read(line({ type: 'note', text: 'x' }).repeat(1001)))).toBe('more than 1000 orders');
});
