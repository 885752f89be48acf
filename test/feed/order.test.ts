/** What another system orders: carried out once, on the ticket that it means, or refused with a reason. */
import { beforeEach, expect, test } from 'vitest';
import { NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

const SOURCE = 'https://crm.example';
const event = (id: string, type: string, data: object) => ({
  ...{ specversion: '1.0', source: SOURCE, id, type },
  data,
});

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'first' });
});

test('a reply goes to the customer, and leaves the ticket pending', async () => {
  const ordered = await desk.apply({ type: 'ticket.reply', ticket: '7102', text: 'Done.' });
  expect(ordered).toMatchObject({ end: 'done', ticket: 'SUPPORT-7102', made: null });
  expect(desk.ticket(7102).status).toBe('pending');
  expect(desk.lastTo(NIC).text).toContain('Done.');
});

test('an event is carried out once, however often it comes', async () => {
  const order = event('1', 'ticket.reply', { ticket: 'SUPPORT-7102', text: 'Done.' });
  expect(await desk.apply(order)).toMatchObject({ end: 'done' });
  const sent = desk.to(NIC).length;
  for (let n = 0; n < 3; n += 1) {
    expect(await desk.apply(order)).toEqual({ end: 'duplicate', ticket: 'SUPPORT-7102' });
  }
  expect(desk.to(NIC)).toHaveLength(sent);
});

test('an event that changes nothing is remembered all the same', async () => {
  const order = event('2', 'ticket.status', { ticket: 'SUPPORT-7102', status: 'new' });
  expect(await desk.apply(order)).toMatchObject({ end: 'unchanged' });
  await desk.order(7102, 'close');
  expect(await desk.apply(order)).toMatchObject({ end: 'duplicate' });
  expect(desk.ticket(7102).status).toBe('resolved');
});

test('what is refused changes nothing and is not remembered', async () => {
  const order = event('3', 'ticket.reply', { ticket: 'SUPPORT-7199', text: 'Done.' });
  expect(await desk.apply(order)).toMatchObject({
    ...{ end: 'refused', reason: 'there is no ticket SUPPORT-7199' },
  });
  const before = desk.records.length;
  expect(await desk.apply(order)).toMatchObject({ end: 'refused' });
  expect(desk.records).toHaveLength(before);
});

test('a ticket that it had created is known by the name that it gave', async () => {
  const created = event('4', 'ticket.created', { ticket: 'CRM-1', subject: 'A new one' });
  expect(await desk.apply(created)).toMatchObject({ end: 'done', ticket: 'SUPPORT-7103' });
  const noted = event('5', 'ticket.noted', { ticket: 'CRM-1', text: 'They call back.' });
  expect(await desk.apply(noted)).toMatchObject({ end: 'done', ticket: 'SUPPORT-7103' });
  expect(desk.ticket(7103).messages.at(-1)).toMatchObject({ text: 'They call back.\n' });
});

test('an order goes where its ticket has been merged into', async () => {
  await desk.deliver({ text: 'second' });
  await desk.order(7103, 'merge 7102 together');
  expect(
    await desk.apply({ type: 'ticket.note', ticket: '7103', text: 'They call back.' }),
  ).toMatchObject({ end: 'done', ticket: 'SUPPORT-7102' });
});

test('what is split off is named', async () => {
  await desk.deliver({ to: 'support-7102', text: 'and another thing' });
  expect(
    await desk.apply({ type: 'ticket.command', ticket: '7102', command: 'split 3' }),
  ).toMatchObject({ end: 'done', ticket: 'SUPPORT-7102', made: 'SUPPORT-7103' });
});
