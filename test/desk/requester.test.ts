/** Whose ticket it is: the staff say so, and who had it before stays on it. */
import { beforeEach, expect, test } from 'vitest';
import { BOB, KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'My tablet has stopped.' });
});
const people = () => {
  const { requester, participants } = desk.ticket(7102);
  return [requester, ...participants].map((person) => person?.address);
};
const answer = (text: string, letter = desk.lastTo(BOB)) =>
  desk.deliver({ from: BOB, login: 'bob', to: letter.replyTo, answers: letter.id, text });
/** Kay has got a mail of ours from Nic. */
const passedOn = () =>
  desk.deliver({
    ...{ from: KAY, to: 'support-7102', text: 'It is mine, in fact.' },
    answers: desk.lastTo(NIC).id,
  });

test('the former requester gets copies, and cc - ends that', async () => {
  await desk.order(7102, `requester ${KAY}`);
  expect(people()).toEqual([KAY, NIC]);
  await desk.order(7102, `cc -${NIC}`);
  expect(people()).toEqual([KAY]);
  await desk.deliver({ to: 'support-7102', text: 'Still there?' });
  expect(desk.held()).toHaveLength(1);
});

test('whoever gets copies becomes it, and is named once', async () => {
  await desk.order(7102, `cc +${KAY}`);
  await desk.order(7102, `requester ${KAY.toUpperCase()}`);
  expect(people()).toEqual([KAY.toUpperCase(), NIC]);
  const records = desk.records.length;
  await desk.order(7102, `requester ${KAY}`);
  expect(desk.records).toHaveLength(records);
});

test('nothing goes to them by itself', async () => {
  const before = desk.letters.length;
  await desk.order(7102, `requester ${KAY}`);
  expect(desk.letters).toHaveLength(before);
});

test.each([
  ['a lone command', `requester ${KAY}\n\nHello Kay, it is yours now.`],
  ['a field', `Requester: ${KAY}\n\nHello Kay, it is yours now.`],
])('above an answer, as %s, it says who gets it', async (_, text) => {
  const came = await answer(text);
  expect(came.end).toBe('carried-out');
  const mailed = came.letters.filter(({ to }) => to !== BOB);
  expect(mailed.map(({ to }) => to)).toEqual([KAY, NIC]);
  expect(mailed[0]?.text.trim()).toBe('Hello Kay, it is yours now.');
  expect(desk.lastTo(BOB).text).toContain(
    `SUPPORT-7102 is the ticket of ${KAY} now; copies go to ${NIC}.`,
  );
});

test.each(['requester', 'requester +', 'Requester: +'])(
  '"%s" alone means whoever wrote the mail that is answered',
  async (text) => {
    await passedOn();
    const shown = desk.lastTo(BOB);
    expect(shown.text).toContain(`An answer to this mail goes to ${KAY} and to nobody else.`);
    expect((await answer(text, shown)).end).toBe('carried-out');
    expect(people()).toEqual([KAY, NIC]);
    await desk.deliver({ from: KAY, to: 'support-7102', text: 'Thanks.' });
    expect(desk.lastTo(BOB).text).not.toContain('nobody else');
  },
);

test('with words below it, these go to them alone, and the ticket waits for them', async () => {
  await passedOn();
  const came = await answer('requester +\n\nHello Kay, it is yours now.');
  expect(came.letters.map(({ to }) => to).filter((to) => to !== BOB)).toEqual([KAY]);
  expect(desk.ticket(7102).status).toBe('pending');
});

test.each([
  ['nobody', 'requester kay'],
  ['two', `requester ${KAY} ${NIC}`],
  ['an option', 'requester -oQ/tmp@x.example'],
  ['a name', `requester Kay <${KAY}>`],
])('%s is refused', async (_, words) => {
  await expect(desk.order(7102, words)).rejects.toThrow(/is not an address/);
});

test('if nobody else has written, it needs an address', async () => {
  await expect(desk.order(7102, 'requester +')).rejects.toThrow(
    'whoever has written is on SUPPORT-7102 already',
  );
});

test('a stranger and a customer cannot say it', async () => {
  for (const from of [NIC, KAY]) {
    await desk.deliver({ from, to: 'support-7102', text: `requester ${KAY}` });
    await desk.deliver({ from, to: 'control', text: `requester 7102 ${KAY}` });
  }
  expect(people()).toEqual([NIC]);
});

test('who was it before is it again, with their name', async () => {
  await desk.order(7102, `requester ${KAY}`);
  await desk.order(7102, `requester ${NIC}`);
  expect(people()).toEqual([NIC, KAY]);
  expect(desk.ticket(7102).requester?.name).toBe('Nic Ferrier');
});

test('the change names both', async () => {
  await desk.order(7102, `requester ${KAY}`, 'bob');
  expect(desk.records.at(-1)?.changes[0]).toEqual({
    ...{ type: 'ticket.requester', ticket: 'SUPPORT-7102', by: 'bob' },
    ...{ from: { name: 'Nic Ferrier', address: NIC }, to: { name: '', address: KAY } },
  });
});

test.each([
  ['requester ', 'new@support-ticket.example'],
  ['requester ', 'SUPPORT-7102@support-ticket.example'],
  ['Cc: +', 'control@support-ticket.example'],
])('"%s" takes no address of the desk itself: %s', async (command, address) => {
  const came = await answer(`${command}${address}`);
  expect(came.letters.at(-1)?.text).toContain(`he address ${address} is the desk's own`);
  expect(people()).toEqual([NIC]);
});
