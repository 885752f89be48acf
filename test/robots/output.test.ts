/** What a robot has written, and what it may order. */
import { expect, test } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import { type Output, readOutput, readRefusal } from '../../src/robots/output.ts';
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
  expect(read('Done.\n')).toMatchObject({ orders: [], reply: { text: 'Done.\n' } });
});

test('lines of JSON are orders, by the robot and on the ticket of its mail', () => {
  const text = line({ type: 'note', text: 'x' }) + line({ type: 'reply', text: 'Done.' });
  expect(read(text)).toMatchObject({
    ...{ type: 'orders', reply: { text: 'Done.', secretText: null } },
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

const MAILER: Robot = { ...STAFFS, may: ['reply', 'note', 'mail', 'blank'] };
const PASSWORD = 'k7Qm-x2Ta';

test('a reply is kept without its secret, and so is all else that the run says', () => {
  const reply = { type: 'reply', text: `Use ${PASSWORD}.`, secrets: [PASSWORD] };
  const note = { type: 'note', text: `They got ${PASSWORD}.` };
  expect(read(line(note) + line(reply), MAILER)).toMatchObject({
    orders: [{ action: { text: 'They got [blanked].' } }],
    reply: { text: 'Use [blanked].', secretText: `Use ${PASSWORD}.` },
  });
});

test('a mail has its own secrets, and not those of another mail', () => {
  const mail = { type: 'mail', to: 'nic@ferrier.example', subject: 'Hello', text: 'Use abcd-1.' };
  const output =
    line({ ...mail, secrets: ['abcd-1'] }) +
    line({ type: 'reply', text: `It is ${PASSWORD}, not abcd-1.`, secrets: [PASSWORD] });
  expect(read(output, MAILER)).toMatchObject({
    mails: [{ ...{ to: 'nic@ferrier.example', subject: 'Hello' }, secretText: 'Use abcd-1.' }],
    reply: {
      text: 'It is [blanked], not [blanked].',
      secretText: `It is ${PASSWORD}, not [blanked].`,
    },
  });
});

test('a secret that is part of another one leaves nothing of either', () => {
  const secrets = ['k7Qm', PASSWORD];
  expect(read(line({ type: 'reply', text: `${PASSWORD} k7Qm`, secrets }), MAILER)).toMatchObject({
    reply: { text: '[blanked] [blanked]', secretText: `${PASSWORD} k7Qm` },
  });
});

test('what is blanked goes out to nobody', () => {
  const reply = line({ type: 'reply', text: 'Never mail hunter2 to us.' });
  const blank = line({ type: 'blank', words: ['hunter2'] });
  for (const read of [readOutput, readRefusal]) {
    expect(read(reply + blank, MAILER, { onTicket: null }, DESK)).toMatchObject({
      reply: { text: 'Never mail [blanked] to us.', secretText: null },
      blank: { words: ['hunter2'] },
    });
  }
  expect(read(line({ type: 'blank' }), MAILER)).toMatchObject({ blank: { words: null } });
});

test('why it is wrong has no secret in it', () => {
  const text = `Your password is ${PASSWORD}.`;
  const wrong = [
    { type: 'reply', text, secrets: [PASSWORD], [PASSWORD]: 1 },
    { type: 'note', [PASSWORD]: text },
    { type: 'note', text: [text] },
    { type: `note ${PASSWORD}`, text },
  ];
  const reply = line({ type: 'reply', text, secrets: [PASSWORD] });
  for (const one of wrong) {
    const output = read(reply + line(one), MAILER);
    expect(output.type).toBe('wrong');
    expect(JSON.stringify(output)).not.toContain(PASSWORD);
  }
});

test.each([
  ['that is not in its text', { text: 'x', secrets: [PASSWORD] }, 'is not in its text'],
  ['that is no text', { text: 'x 12345', secrets: [12345] }, '"secrets" is a list'],
  ['alone', { text: PASSWORD, secrets: PASSWORD }, '"secrets" is a list'],
  ['of two words', { text: 'my dog', secrets: ['my dog'] }, 'without white space'],
  ['that any text may hold', { text: 'a', secrets: ['a'] }, '4 to 200'],
])('a reply has no secret %s', (_, reply, why) => {
  expect(whyOf(read(line({ type: 'reply', ...reply }), MAILER))).toContain(why);
});

test.each([
  ['nobody', { to: 'nic', subject: 'x', text: 'y' }, '"to" is one address'],
  ['two', { to: 'a@x.example, b@x.example', subject: 'x', text: 'y' }, '"to" is one address'],
  ['a list', { to: ['a@x.example'], subject: 'x', text: 'y' }, '"to" is one address'],
  ['in copy', { to: 'a@x.example', cc: 'b@x.example', subject: 'x', text: 'y' }, 'nothing else'],
  ['without a subject', { to: 'a@x.example', text: 'y' }, 'a mail has "to"'],
  [
    'with a secret in its subject',
    { to: 'a@x.example', subject: PASSWORD, text: PASSWORD, secrets: [PASSWORD] },
    'a secret is in its subject',
  ],
])('a mail goes to %s: it does not', (_, mail, why) => {
  expect(whyOf(read(line({ type: 'mail', ...mail }), MAILER))).toContain(why);
});

test('who may not mail or blank does not', () => {
  const mail = line({ type: 'mail', to: 'a@x.example', subject: 'x', text: 'y' });
  expect(whyOf(read(mail))).toContain('it may not order "mail"');
  expect(whyOf(read(line({ type: 'blank', words: ['x'] })))).toContain('it may not order "blank"');
});

test('a robot that refuses a mail replies and blanks, and orders nothing', () => {
  const refused = (text: string) => whyOf(readRefusal(text, MAILER, { onTicket: OWN }, DESK));
  expect(refused('No.')).toBe('orders');
  expect(refused(line({ type: 'note', text: 'x' }))).toContain('must be one of reply, blank');
});
