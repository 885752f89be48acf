/** A group address in front of a queue: who wrote is answered, and the group never. */
import { beforeEach, expect, test } from 'vitest';
import { BOB, DOMAIN, EVE, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom } from '../kit/mail.ts';

const GROUP = 'support@groups.example';
const FIELDS =
  'List-Id: <support.groups.example>\nPrecedence: list\nList-Post: <mailto:support@groups.example>\n';

let desk: Desk;
beforeEach(() => {
  desk = new Desk({ groups: ['support.groups.example'] });
});
const passedOn = (more: string, different: Mail = {}) =>
  desk.deliver({
    ...{ from: GROUP, sender: 'support+bounces@groups.example', to: GROUP, rcpt: 'new' },
    ...{ text: 'My tablet has stopped.', more: FIELDS + more, ...different },
  });
const answer = (text = 'We look into it.', letter = desk.lastTo(BOB)) =>
  desk.deliver({ from: BOB, to: letter.replyTo, answers: letter.id, text });
const mailedTo = (letters: readonly { readonly to: string }[]) => letters.map(({ to }) => to);

test.each([
  ['X-Original-From', `X-Original-From: Nic Ferrier <${NIC}>\nReply-To: ${GROUP}\n`],
  ['Reply-To', `Reply-To: Nic Ferrier <${NIC}>\n`],
])('whom %s names is the requester, and gets acknowledgement and answer alone', async (_, more) => {
  await passedOn(more);
  expect(desk.ticket(7102).requester).toMatchObject({ address: NIC });
  expect(mailedTo(desk.letters)).not.toContain(GROUP);
  expect(desk.to(NIC)).toHaveLength(1);
  expect(mailedTo((await answer()).letters)).toEqual([NIC]);
});

test('who names nobody is answered by nobody, and no mail goes to the group', async () => {
  await passedOn(`Reply-To: ${GROUP}\n`);
  expect(desk.ticket(7102).requester).toBeNull();
  expect(desk.lastTo(BOB).text).toContain('An answer to this mail comes back');
  await answer();
  expect(mailedTo(desk.letters).filter((to) => to !== BOB)).toEqual([]);
});

test('a group that leaves From as it is has set the Reply-To', async () => {
  await passedOn(`Reply-To: ${GROUP}\n`, { from: NIC });
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
  await passedOn(`Reply-To: ${KAY}\n`, { from: NIC });
  expect(desk.ticket(7103).requester?.address).toBe(KAY);
});

test('an answer to all does not go to the group', async () => {
  await passedOn(`X-Original-From: ${NIC}\nCc: ${KAY}\n`);
  const told = desk.lastTo(BOB);
  expect(told.text).toContain(`In copy: ${KAY}`);
  expect(told.text).not.toContain(`In copy: ${GROUP}`);
  const more = `Cc: ${told.field('Cc')}\n`;
  const { replyTo: to, id: answers } = told;
  const came = await desk.deliver({ from: BOB, to, answers, text: 'Send it in.', more });
  expect(mailedTo(came.letters)).toEqual([NIC, KAY]);
});

test('what the group proves is nothing about whoever it names', async () => {
  const results = provenFrom(GROUP);
  const more = `X-Original-From: eve@groups.example\n`;
  await passedOn(more, { results });
  expect(desk.ticket(7102).messages[0]).toMatchObject({ trust: 'claimed' });
  await passedOn(`X-Original-From: ${BOB}\n`, { results, to: 'control', text: 'close 7102' });
  expect(desk.ticket(7102).status).toBe('new');
});

test('whoever stands in a mail of a group proves nothing by what everybody in it has read', async () => {
  await passedOn(`X-Original-From: ${NIC}\n`);
  const answers = desk.lastTo(NIC).id;
  await passedOn(`X-Original-From: ${NIC}\n`, {
    answers,
    to: 'support-7102',
    rcpt: 'support-7102',
    text: 'close',
  });
  expect(desk.ticket(7102)).toMatchObject({ status: 'new' });
  expect(desk.ticket(7102).messages.at(-2)).toMatchObject({ asks: 'close', trust: 'claimed' });
});

test('a mail of ours that comes back through it opens nothing', async () => {
  const came = await passedOn(`X-Original-From: support-7102@${DOMAIN}\n`);
  expect(came.end).toBe('held');
  expect(desk.tickets()).toEqual([]);
});

test('a List-Id that the config does not name is that of a list', async () => {
  desk.configure({ groups: [] });
  expect((await passedOn(`X-Original-From: ${EVE}\n`)).end).toBe('held');
});
