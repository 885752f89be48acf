/** Reports on our own mail: the first one always counts, however many come. */
import { afterEach, expect, test } from 'vitest';
import type { Action } from '../../src/desk/action.ts';
import { carryOut } from '../../src/feed/order.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';

const NIC = 'nic@ferrier.example';
const NEW = 'new@support-ticket.example';
const TICKET = 'support-1@support-ticket.example';
let line: PipeLine | undefined;

afterEach(() => line?.remove());

async function begin() {
  const made = makePipeLine();
  line = made;
  let mails = 0;
  const deliver = (head: string, body: string, SENDER: string, RECIPIENT: string) => {
    mails += 1;
    const text = `${head}\nTo: ${RECIPIENT}\nMessage-ID: <${mails}@ferrier.example>\n\n${body}\n`;
    return made.deliver(Buffer.from(text), { SENDER, RECIPIENT });
  };
  const act = (action: Action, ticket: 'SUPPORT-1' | 'SUPPORT-2' = 'SUPPORT-1') =>
    carryOut({ type: 'act', ticket, action, by: 'bob', origin: null }, made.context);
  const sent = () =>
    made
      .all()
      .flatMap(({ outgoing }) => outgoing)
      .at(-1);
  const bounce = (to: string, action = 'failed', status = '5.1.1') =>
    deliver(
      'From: MAILER-DAEMON@ferrier.example\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b',
      `--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.ferrier.example\n\nFinal-Recipient: rfc822; ${NIC}\nAction: ${action}\nStatus: ${status}\n--b--`,
      '',
      to,
    );
  const message = async (serial: number, ticket: 'SUPPORT-1' | 'SUPPORT-2' = 'SUPPORT-1') =>
    (await made.store.ticket(ticket))?.messages.find((one) => one.serial === serial);
  const length = async () => (await made.store.ticket('SUPPORT-1'))?.messages.length;
  await deliver(`From: ${NIC}\nSubject: Hi`, 'Hello', NIC, NEW);
  return { ...made, deliver, act, sent, bounce, message, length };
}

test('a ticket that machines have filled up still takes the first report on each mail of ours', async () => {
  const { deliver, act, sent, bounce, message, length, store } = await begin();
  for (let n = 0; n < 120; n += 1) {
    await deliver(`From: ${NIC}\nSubject: ${n}\nAuto-Submitted: auto-replied`, 'away', NIC, TICKET);
  }
  expect(await length()).toBe(102);
  for (const serial of [103, 105]) {
    await act({ type: 'reply', text: 'Try again.' });
    const to = sent()?.sender ?? '';
    await bounce(to, 'failed', '5.2.2');
    expect(await message(serial)).toMatchObject({ delivery: 'bounced', reports: 1 });
    expect(await message(serial + 1)).toMatchObject({ report: { isProven: true } });
    for (let n = 0; n < 3; n += 1) await bounce(to, 'failed', '5.2.2');
    expect(await message(serial)).toMatchObject({ delivery: 'bounced', reports: 4 });
  }
  expect(await length()).toBe(106);
  expect((await store.failedAddresses())[0]?.failures).toHaveLength(2);
}, 60_000);

test('further reports are a number where there is room, too, and what they say is not lost', async () => {
  const { act, sent, bounce, message, length, last } = await begin();
  await act({ type: 'reply', text: 'Try again.' });
  const to = sent()?.sender ?? '';
  await bounce(to, 'delayed', '4.4.1');
  expect(await length()).toBe(4);
  await bounce(to, 'delayed', '4.4.1');
  expect(last().changes).toMatchObject([
    { type: 'mail.recorded', reason: 'reported-again' },
    { type: 'mail.reported', serial: 3 },
  ]);
  expect(await length()).toBe(4);
  expect(await message(3)).toMatchObject({ delivery: 'sent', reports: 2 });
  // That it failed in the end is news.
  await bounce(to);
  expect(await length()).toBe(5);
  expect(await message(3)).toMatchObject({ delivery: 'bounced', reports: 3 });
});

test('a report that nothing proves is no report on our mail', async () => {
  const { act, bounce, message } = await begin();
  await act({ type: 'reply', text: 'Try again.' });
  for (let n = 0; n < 3; n += 1) await bounce(TICKET);
  expect(await message(3)).toMatchObject({ delivery: 'sent' });
  expect(await message(3)).not.toHaveProperty('reports');
});

test('a report on a mail of a ticket that was merged marks that mail, and is shown where its mail goes', async () => {
  const { deliver, act, sent, bounce, message, length } = await begin();
  await deliver(`From: ${NIC}\nSubject: Again`, 'Hello again', NIC, NEW);
  await act({ type: 'reply', text: 'Try again.' }, 'SUPPORT-2');
  const to = sent()?.sender ?? '';
  await act({ type: 'merge', into: ['SUPPORT-1'] }, 'SUPPORT-2');
  await bounce(to);
  expect(await message(3, 'SUPPORT-2')).toMatchObject({ delivery: 'bounced', reports: 1 });
  expect(await message((await length()) ?? 0)).toMatchObject({ report: { isProven: true } });
});
