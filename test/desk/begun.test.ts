/** A ticket that one of the staff begins in the terminal: `mailrobot ticket new`. */
import { beforeEach, expect, test } from 'vitest';
import { carryOut } from '../../src/feed/order.ts';
import { KAY, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
const begin = (text: string, requester = { name: 'Kay', address: KAY }) =>
  desk.during((context) =>
    carryOut(
      {
        ...{ type: 'begin', by: 'bob', origin: null },
        ticket: { queue: 'SUPPORT', subject: 'Your tablet', requester, text },
      },
      context,
    ),
  );

test('the customer gets its first mail, under its own subject, and it waits for them', async () => {
  expect(await begin('It is ready.')).toMatchObject({ end: 'done', ticket: 'SUPPORT-7102' });
  expect(desk.letters.map(({ to, subject, text }) => [to, subject, text])).toEqual([
    [KAY, 'Your tablet', 'It is ready.\n'],
  ]);
  expect(desk.ticket(7102)).toMatchObject({
    ...{ status: 'pending', subject: 'Your tablet', requester: { name: 'Kay', address: KAY } },
    messages: [{ direction: 'out', by: 'bob', automatic: false }],
  });
});

test('their reply is on it, opens it, and the answer to that is one', async () => {
  await begin('It is ready.');
  const { id, field } = desk.lastTo(KAY);
  await desk.deliver({ from: KAY, to: field('From')?.match(/<(.*)>/)?.[1] ?? '', answers: id });
  expect(desk.ticket(7102)).toMatchObject({ status: 'open', messages: [{}, { trust: 'thread' }] });
  await desk.answer(7102, 'Until six.', 'bob');
  expect(desk.lastTo(KAY).subject).toBe('RE: Your tablet');
});

test.each([
  ['an empty text', async () => '  \n'],
  ['an address that is blocked', () => desk.order(7102, 'block').then(() => 'Hello')],
])('%s opens nothing', async (_, prepared) => {
  await desk.deliver({});
  const text = await prepared();
  expect(await begin(text, { name: '', address: NIC })).toMatchObject({ end: 'refused' });
  expect(desk.tickets()).toHaveLength(1);
});
