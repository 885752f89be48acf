/** One durable record for each mail, however often and from wherever it comes. */
import { beforeEach, expect, test } from 'vitest';
import { NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { mail } from '../kit/mail.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

test('a mail is one commit: ticket, message, reply and decision together', async () => {
  await desk.deliver({ text: 'Hello' });
  expect(desk.records).toHaveLength(1);
  const [record] = desk.records;
  expect(record?.changes.map(({ type }) => type)).toEqual([
    'ticket.created',
    'message.added',
    'message.added',
  ]);
  expect(record?.outgoing[0]).toMatchObject({ recipient: NIC, ticket: 'SUPPORT-7102' });
  expect(record?.delivery?.decision).toMatchObject({ intent: 'open' });
});

test('what the MTA tries again changes nothing', async () => {
  const tried = mail({ queueId: '4X1' });
  expect(await desk.deliver(tried)).toMatchObject({ end: 'opened' });
  for (let n = 0; n < 3; n += 1) {
    expect(await desk.deliver(tried)).toMatchObject({ end: 'duplicate', changes: [] });
  }
  expect(desk.records).toHaveLength(1);
});

test('two mails that share a Message-ID are two', async () => {
  await desk.deliver({ id: '<same@ferrier.example>', text: 'one' });
  await desk.deliver({ id: '<same@ferrier.example>', text: 'two' });
  expect(desk.tickets()).toHaveLength(2);
});

test('of two at once each has a number of its own', async () => {
  await Promise.all(['one', 'two', 'three'].map((text) => desk.deliver({ text })));
  expect(
    desk
      .tickets()
      .map(({ number }) => number)
      .toSorted(),
  ).toEqual([7102, 7103, 7104]);
});

test('a mail for a ticket that is merged while it is read goes where that is now', async () => {
  await desk.deliver({ text: 'one' });
  await desk.deliver({ text: 'two' });
  const [, came] = await Promise.all([
    desk.order(7102, 'merge 7103 together'),
    desk.deliver({ to: 'support-7102', text: 'and more' }),
  ]);
  expect(came).toMatchObject({ end: 'appended' });
  expect(desk.ticket(7103).messages.at(-1)).toMatchObject({ text: 'and more\n' });
});

test('what others change between the decision and the commit is decided on again', async () => {
  await desk.deliver({});
  const block = () => desk.order(7102, 'block', 'kim');
  expect(await desk.deliverWhile({ to: 'support-7102' }, once(block))).toMatchObject({
    end: 'recorded',
    changes: [{ type: 'mail.recorded', reason: 'blocked' }],
  });
  expect(desk.ticket(7102).messages.map(({ direction }) => direction)).toEqual(['in', 'out']);
});

test('a ticket that changes each time keeps no mail away: the last decision is made with it held still', async () => {
  await desk.deliver({});
  let notes = 0;
  const note = () => {
    notes += 1;
    return desk.order(7102, `note ${notes}`, 'kim');
  };
  const came = await desk.deliverWhile({ to: 'support-7102', text: 'More' }, note);
  expect(came.end).toBe('appended');
  expect(notes).toBe(4);
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
    direction: 'in',
    text: expect.stringMatching(/^More/),
  });
});

function once(work: () => Promise<unknown>): () => Promise<unknown> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await work();
  };
}
