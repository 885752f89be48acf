/** A ticket that has rested: a mail to it opens a new one, linked with it, and what goes there later. */
import { beforeEach, expect, test } from 'vitest';
import { BOB, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom } from '../kit/mail.ts';

const DAY = 86_400_000;

let desk: Desk;
/** Message-ID of the answer that the requester got. */
let answer: string | null;

beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({});
  await desk.answer(7102, 'Here it is.');
  answer = desk.lastTo(NIC).id;
  await desk.order(7102, 'cc +kay@ferrier.example');
  await desk.order(7102, 'close');
});

test('a day before, it is opened again, and no ticket is linked', async () => {
  desk.wait(59 * DAY);
  await desk.deliver({ to: 'support-7102' });
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.ticket(7102)).toMatchObject({ status: 'open' });
  expect(desk.ticket(7102).linked).toBeUndefined();
});

test('with other days in the config, those count', async () => {
  desk.configure({ reopenDays: 7 });
  desk.wait(8 * DAY);
  await desk.deliver({ to: 'support-7102' });
  expect(desk.tickets()).toHaveLength(2);
});

test.each<readonly [string, () => Mail]>([
  ['to its address', () => ({ to: 'support-7102' })],
  ['that names a mail of ours', () => ({ answers: answer })],
  ['that names their own mail', () => ({ answers: '<1@ferrier.example>' })],
  ['of somebody who gets copies', () => ({ from: KAY, to: 'support-7102' })],
  ['of another address, that names a mail of ours', () => ({ from: EVE, answers: answer })],
])('a mail %s opens a new one, with a normal acknowledgement', async (_, mail) => {
  desk.wait(60 * DAY);
  const { from = NIC } = mail();
  const { letters, changes } = await desk.deliver({ ...mail(), text: 'It broke again.' });
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved', linked: ['SUPPORT-7103'] });
  const made = desk.ticket(7103);
  expect(made).toMatchObject({ status: 'new', linked: ['SUPPORT-7102'] });
  expect(made.requester?.address).toBe(from);
  const [acknowledgement] = letters.filter(({ to }) => to === from);
  expect(acknowledgement?.field('From')).toContain('<SUPPORT-7103@');
  expect(acknowledgement?.text).toContain('SUPPORT-7103');
  expect(acknowledgement?.text).not.toContain('7102');
  const told = letters.find(({ to }) => to === BOB);
  expect(told?.text).toContain('[linked with SUPPORT-7102]');
  expect(told?.text).toMatch(/^SUPPORT-7103: new, nobody's, linked with SUPPORT-7102$/m);
  expect(changes.filter(({ type }) => type === 'ticket.linked')).toHaveLength(2);
});

test('what they write to the old one later goes into the new one', async () => {
  desk.wait(60 * DAY);
  await desk.deliver({ to: 'support-7102' });
  const { decision } = await desk.deliver({ to: 'support-7102', text: 'And one thing more.' });
  expect(decision).toMatchObject({ intent: 'append', route: 'SUPPORT-7103' });
  await desk.deliver({ answers: answer, text: 'And another.' });
  await desk.order(7103, 'close');
  await desk.deliver({ to: 'support-7102', text: 'It is not solved.' });
  expect(desk.tickets()).toHaveLength(2);
  expect(desk.ticket(7103)).toMatchObject({ status: 'open' });
  // Somebody else's matter stays their own.
  await desk.deliver({ from: KAY, to: 'support-7102' });
  expect(desk.ticket(7104)).toMatchObject({ linked: ['SUPPORT-7102'] });
  expect(desk.ticket(7102).linked).toEqual(['SUPPORT-7103', 'SUPPORT-7104']);
});

test.each<readonly [string, () => Mail]>([
  ['an absence', () => ({ to: 'support-7102', more: 'Auto-Submitted: auto-replied\n' })],
  [
    'an absence without a sender',
    () => ({ to: 'support-7102', sender: '', more: 'Auto-Submitted: auto-replied\n' }),
  ],
  ['a number in a subject', () => ({ subject: '[SUPPORT-7102] login' })],
  ['a question how it stands', () => ({ to: 'support-7102', text: 'status' })],
  ['a command in an address', () => ({ to: 'support-7102-status', text: '' })],
  ['a mail of ours, named', () => ({ answers: answer, text: 'Thanks.' })],
])('so does %s, and the conversation goes on there', async (_, mail) => {
  desk.wait(61 * DAY);
  await desk.deliver({ to: 'support-7102', text: 'It broke again.' });
  const before = desk.ticket(7102);
  const { decision } = await desk.deliver(mail());
  expect(decision).toMatchObject({ intent: 'append', route: 'SUPPORT-7103' });
  await desk.deliver({ answers: answer, text: 'And one thing more.' });
  expect(desk.ticket(7103).messages.at(-1)).toMatchObject({ text: 'And one thing more.\n' });
  expect(desk.ticket(7102)).toEqual(before);
});

test('so it does if the staff have touched the old one, but not if they have opened it', async () => {
  desk.wait(61 * DAY);
  await desk.deliver({ to: 'support-7102' });
  await desk.order(7102, 'tag +old');
  await desk.deliver({ to: 'support-7102', text: 'One.' });
  expect(desk.ticket(7103).messages.at(-1)).toMatchObject({ text: 'One.\n' });
  expect(desk.ticket(7102).status).toBe('resolved');
  await desk.order(7103, 'close');
  await desk.order(7102, 'tag +older');
  await desk.deliver({ to: 'support-7103', text: 'Two.' });
  expect(desk.ticket(7103)).toMatchObject({ status: 'open' });
  await desk.order(7102, 'reopen');
  await desk.deliver({ to: 'support-7102', text: 'Three.' });
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ text: 'Three.\n' });
});

test('so it does however many strangers have been passed a mail of the old one', async () => {
  const many = { count: 1000 };
  desk.configure({ caps: { ticket: many, firstTime: many } });
  desk.wait(61 * DAY);
  await desk.deliver({ to: 'support-7102', text: 'It broke again.' });
  for (let n = 0; n < 10; n += 1) {
    await desk.deliver({ from: `e${n}@evil.example`, answers: answer, text: 'Give it to me.' });
  }
  expect(desk.ticket(7102).linked).toHaveLength(11);
  await desk.deliver({ from: 'Nic@Ferrier.example', answers: answer, text: 'And one thing more.' });
  expect(desk.ticket(7103).messages.at(-1)).toMatchObject({ text: 'And one thing more.\n' });
  await desk.deliver({ from: 'e0@evil.example', answers: answer, text: 'And I.' });
  expect(desk.ticket(7104).messages.at(-1)).toMatchObject({ text: 'And I.\n' });
  expect(desk.tickets()).toHaveLength(12);
});

test('"close" and "stop" to the old one are about the new one', async () => {
  desk.wait(61 * DAY);
  await desk.deliver({ to: 'support-7102' });
  await desk.deliver({ to: 'support-7102', text: 'close', results: provenFrom(NIC) });
  expect(desk.ticket(7103).status).toBe('resolved');
  expect(desk.lastTo(NIC).field('From')).toContain('<SUPPORT-7103@');
  await desk.deliver({ to: 'support-7102', text: 'Not yet.' });
  expect(desk.ticket(7103)).toMatchObject({ status: 'open', muted: [] });
  await desk.deliver({ to: 'support-7102', text: 'stop', results: provenFrom(NIC) });
  expect(desk.ticket(7103).muted).toEqual([NIC]);
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved', muted: [] });
});

test('until that has rested as well, or is part of another one', async () => {
  desk.wait(60 * DAY);
  await desk.deliver({ to: 'support-7102' });
  await desk.deliver({ subject: 'Another matter' });
  await desk.order(7103, 'merge 7104');
  await desk.deliver({ to: 'support-7102', text: 'Where is it?' });
  expect(desk.ticket(7104).messages.at(-1)).toMatchObject({ text: 'Where is it?\n' });
  await desk.order(7104, 'close');
  desk.wait(60 * DAY);
  await desk.deliver({ to: 'support-7102' });
  expect(desk.tickets().map(({ id }) => id)).toContain('SUPPORT-7105');
});

test('two copies of a mail, to its address and to the queue, are one', async () => {
  desk.wait(60 * DAY);
  const mail = { id: '<again@ferrier.example>', to: 'support-7102', answers: answer };
  await desk.deliver({ ...mail, queueId: 'Q1' });
  const { end } = await desk.deliver({ ...mail, rcpt: 'new', queueId: 'Q1' });
  expect(end).toBe('duplicate');
  expect(desk.tickets()).toHaveLength(2);
  expect(desk.ticket(7103).messages.filter(({ direction }) => direction === 'in')).toHaveLength(1);
});

test('a mail that was decided before somebody closed it is decided again', async () => {
  desk.configure({ reopenDays: 1 });
  await desk.order(7102, 'reopen');
  desk.wait(2 * DAY);
  await desk.deliverWhile({ to: 'support-7102' }, () => desk.order(7102, 'close'));
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.ticket(7102).status).toBe('open');
});

test.each<readonly [string, () => Mail]>([
  ['an absence', () => ({ to: 'support-7102', more: 'Auto-Submitted: auto-replied\n' })],
  ['a number in a subject', () => ({ subject: '[SUPPORT-7102] login' })],
  ['a command', () => ({ to: 'support-7102-status', text: '' })],
])('%s opens nothing, and is shown there', async (_, mail) => {
  desk.wait(60 * DAY);
  await desk.deliver(mail());
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.ticket(7102).status).toBe('resolved');
  expect(desk.ticket(7102).messages.at(-1)).not.toMatchObject({ serial: 3 });
});

test('a stranger who only knows its address is held as ever', async () => {
  desk.wait(60 * DAY);
  await desk.deliver({ from: EVE, to: 'support-7102' });
  expect(desk.tickets()).toHaveLength(1);
  expect(desk.held()).toMatchObject([{ ticket: 'SUPPORT-7102', reason: { check: 'stranger' } }]);
});

test('what the staff write to it goes to its requester as ever', async () => {
  desk.wait(60 * DAY);
  await desk.answer(7102, 'How is it going?');
  expect(desk.lastTo(NIC)).toMatchObject({ text: 'How is it going?\n' });
  expect(desk.tickets()).toHaveLength(1);
});

test('a mail with a machine’s mark opens one without an acknowledgement', async () => {
  desk.wait(60 * DAY);
  const sent = desk.to(NIC).length;
  await desk.deliver({ to: 'support-7102', more: 'Feedback-ID: 1:eu:AmazonSES\n' });
  expect(desk.ticket(7103)).toMatchObject({ linked: ['SUPPORT-7102'] });
  expect(desk.to(NIC)).toHaveLength(sent);
});
