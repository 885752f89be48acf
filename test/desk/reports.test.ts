/** What comes back of our mail: delivery reports, receipts, vacation answers; true and forged ones. */
import { beforeEach, expect, test } from 'vitest';
import { ticketPage } from '../../src/pages/ticket-page.ts';
import { isFailing } from '../../src/ticket/failing.ts';
import type { Message } from '../../src/ticket/ticket.ts';
import { BOB, EVE, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import type { Letter } from '../kit/letter.ts';
import { atDesk } from '../kit/mail.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk({
    staff: [],
    caps: { address: { count: 100 }, ticket: { count: 100 }, firstTime: { count: 100 } },
  });
  await desk.deliver({});
});

/** A person's answer, as it went out. */
async function answer(): Promise<Letter> {
  await desk.answer(7102, 'An answer.');
  return desk.lastTo(NIC);
}

interface Reported {
  readonly action?: string;
  readonly status?: string;
  readonly recipient?: string;
  readonly returned?: string;
}

let reports = 0;
/** As Postfix writes one (RFC 3464); `returned` is the mail that came back. */
function report({ action = 'failed', status = '5.1.1', recipient = NIC, returned }: Reported) {
  reports += 1;
  return `From: MAILER-DAEMON@mx.ferrier.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: support@support-ticket.example
Auto-Submitted: auto-replied
Message-ID: <report.${reports}@mx.ferrier.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.ferrier.example

Final-Recipient: rfc822; ${recipient}
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; 550 ${status} <${recipient}>: User unknown
${returned === undefined ? '' : `--b\nContent-Type: message/rfc822\n\n${returned}`}
--b--
`;
}

const deliver = (text: string, to: string, sender = '') =>
  desk.deliver({
    octets: Buffer.from(text),
    environment: { SENDER: sender, RECIPIENT: atDesk(to) },
    verb: 'any',
  });
const messages = () => desk.ticket(7102).messages;
const deliveryOf = (message: Message | undefined) =>
  message?.direction === 'out' ? message.delivery : null;
/** What became of the first answer. */
const fate = () => deliveryOf(messages().filter((one) => one.direction !== 'internal')[2]);
const page = () => ticketPage(desk.ticket(7102), { style: (_, text) => text, columns: 200 }, false);
const guessed = (address: string) => address.replace(/[a-z2-7]{16}@/, 'aaaaaaaaaaaaaaaa@');

test('an answer that comes back opens its ticket again, if that was closed', async () => {
  const sent = await answer();
  await desk.order(7102, 'close');
  await deliver(report({ returned: 'Message-ID: <x@y.example>\n\nx' }), sent.sender);
  expect(desk.ticket(7102).status).toBe('open');
  await desk.order(7102, 'close');
  await deliver(report({}), sent.sender);
  expect(desk.ticket(7102).status).toBe('resolved');
});

test('what a machine wrote, or only waits, opens nothing when it comes back', async () => {
  const sent = await answer();
  await desk.order(7102, 'close');
  await deliver(report({ action: 'delayed', status: '4.4.1' }), sent.sender);
  const [acknowledgement] = desk.to(NIC);
  const { messageId = '' } =
    desk.ticket(7102).messages.find((one) => one.direction === 'out') ?? {};
  const returned = `Message-ID: ${messageId}\n\n${acknowledgement?.text}`;
  await deliver(report({ returned }), 'support-7102');
  expect(desk.ticket(7102).status).toBe('resolved');
});

test('an answer that comes back is shown so, and its address gets no more mail until cleared', async () => {
  const sent = await answer();
  expect(sent.sender).toMatch(/^support-7102-b-3-[a-z2-7]{16}@support-ticket\.example$/);
  await deliver(report({}), sent.sender);
  expect(page()).toContain(`[could not be delivered to ${NIC}, 5.1.1 <${NIC}>: User unknown]`);
  expect(desk.ticket(7102).status).toBe('pending');
  expect(fate()).toBe('bounced');
  expect(messages().at(-1)).toMatchObject({ trust: 'automatic', report: { isProven: true } });
  await expect(answer()).rejects.toThrow(`mailrobot address clear ${NIC}`);
  const { changes } = await desk.deliver({ id: '<another@ferrier.example>' });
  expect(changes.find(({ type }) => type === 'reply.silenced')).toMatchObject({
    reason: { check: 'failing-address' },
  });
});

test('a report to a queue finds its ticket by the mail that came back', async () => {
  const { content } = await answer();
  const returned = content.slice(0, content.indexOf('\n\n'));
  await deliver(report({ returned }), 'new');
  expect(fate()).toBe('bounced');
  expect(desk.failed()).toHaveLength(1);
});

test('a forged report silences nobody', async () => {
  const sent = await answer();
  const returned = sent.content.replace(sent.id ?? 'no id', guessed(sent.id ?? ''));
  expect(returned).not.toBe(sent.content);
  await deliver(report({}), guessed(sent.sender));
  await deliver(report({}), 'support-7102');
  await deliver(report({ returned }), 'support-7102');
  expect(messages()).toHaveLength(6);
  expect(fate()).not.toBe('bounced');
  expect(messages().at(-1)).toMatchObject({ report: { isProven: false } });
  expect(page()).toContain('it says, unproven: could not');
  expect(desk.failed()).toEqual([]);
});

test('a person who sends a report on silences nobody either', async () => {
  const sent = await answer();
  const forwarded = report({ returned: sent.content })
    .replace('Auto-Submitted: auto-replied', `In-Reply-To: ${sent.id}`)
    .replace('multipart/report', 'multipart/mixed')
    .replace('MAILER-DAEMON@mx.ferrier.example (Mail Delivery System)', `Nic <${NIC}>`);
  await deliver(forwarded, 'support-7102', NIC);
  expect(messages().at(-1)).toMatchObject({ trust: 'thread' });
  expect(messages().at(-1)).not.toHaveProperty('report');
  expect(desk.failed()).toEqual([]);
});

test('who writes to a bounce address is a machine, whatever it says', async () => {
  const sent = await answer();
  await desk.order(7102, 'close');
  await deliver(`From: ${NIC}\nSubject: Are you a person?\n\nClick here.\n`, sent.sender, NIC);
  const after = desk.ticket(7102);
  expect(after.status).toBe('resolved');
  expect(after.messages.at(-1)).toMatchObject({ trust: 'automatic' });
  await deliver(`From: ${EVE}\n\nLet me in.\n`, guessed(sent.sender), EVE);
  expect(desk.held()).toHaveLength(1);
  expect(desk.ticket(7102)).toEqual(after);
});

test('a full mailbox stops mail after the third that came back, each counted once', async () => {
  for (let n = 1; n <= 3; n += 1) {
    const { sender } = await answer();
    for (let again = 0; again < 2; again += 1) await deliver(report({ status: '5.2.2' }), sender);
    const [known] = desk.failed();
    expect(known?.failures).toHaveLength(n);
    expect(known !== undefined && isFailing(known)).toBe(n === 3);
  }
});

test('a delay is shown and counts for nothing', async () => {
  await deliver(report({ action: 'delayed', status: '4.4.1' }), (await answer()).sender);
  expect(page()).toContain('[not delivered yet to nic');
  expect(desk.failed()).toEqual([]);
});

test('an address behind that of the customer does not silence them', async () => {
  await deliver(report({ recipient: 'n@elsewhere.example' }), (await answer()).sender);
  expect(fate()).toBe('bounced');
  expect(desk.failed()).toEqual([]);
});

test('a receipt says that the mail was shown (RFC 8098)', async () => {
  const sent = await answer();
  const receipt = report({}).replace(
    /--b\nContent-Type: message\/delivery-status[\s\S]*$/,
    `--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; ${NIC}
Original-Message-ID: ${sent.id}
Disposition: manual-action/MDN-sent-manually; displayed
--b--
`,
  );
  await deliver(receipt, 'support-7102', NIC);
  expect(page()).toContain(`[shown to ${NIC}]`);
});

test('a bounce of the old kind, all in text, is in its ticket and proves nothing', async () => {
  const { content } = await answer();
  const text = `From: MAILER-DAEMON@mx.ferrier.example\nSubject: failure notice\n\nHi. This is the qmail-send program.\n\n<${NIC}>:\n192.0.2.1 does not like recipient.\n\n--- Below this line is a copy of the message.\n\n${content}`;
  await deliver(text, 'new');
  expect(messages().at(-1)).toMatchObject({ trust: 'automatic' });
  expect(fate()).not.toBe('bounced');
});

test('a vacation answer to the bounce address reopens nothing and notifies nobody', async () => {
  desk.configure({ staff: [{ name: 'bob', addresses: [BOB] }] });
  const { sender } = await answer();
  await desk.order(7102, 'close');
  const before = desk.letters.length;
  await deliver(
    `From: ${NIC}\nSubject: away\nAuto-Submitted: auto-replied\n\nI am away.\n`,
    sender,
    NIC,
  );
  expect(desk.ticket(7102)).toMatchObject({ status: 'resolved' });
  expect(messages().at(-1)).toMatchObject({ trust: 'automatic' });
  expect(desk.letters).toHaveLength(before);
});

/** The message of that serial. */
const message = (serial: number, ticket = 7102) =>
  desk.ticket(ticket).messages.find((one) => one.serial === serial);

test('a ticket that machines have filled up still takes the first report on each mail of ours', async () => {
  for (let n = 0; n < 120; n += 1) {
    const more = 'Auto-Submitted: auto-replied\n';
    await desk.deliver({ to: 'support-7102', more, subject: String(n), text: 'away' });
  }
  expect(messages()).toHaveLength(102);
  for (const serial of [103, 105]) {
    const { sender } = await answer();
    await deliver(report({ status: '5.2.2' }), sender);
    expect(message(serial)).toMatchObject({ delivery: 'bounced', reports: 1 });
    expect(message(serial + 1)).toMatchObject({ report: { isProven: true } });
    for (let n = 0; n < 3; n += 1) await deliver(report({ status: '5.2.2' }), sender);
    expect(message(serial)).toMatchObject({ delivery: 'bounced', reports: 4 });
  }
  expect(messages()).toHaveLength(106);
  expect(desk.failed()[0]?.failures).toHaveLength(2);
});

test('further reports are a number where there is room, too, and what they say is not lost', async () => {
  const { sender } = await answer();
  const delayed = { action: 'delayed', status: '4.4.1' };
  await deliver(report(delayed), sender);
  expect(messages()).toHaveLength(4);
  const { changes } = await deliver(report(delayed), sender);
  expect(changes).toMatchObject([
    { type: 'mail.recorded', reason: 'reported-again' },
    { type: 'mail.reported', serial: 3 },
  ]);
  expect(messages()).toHaveLength(4);
  expect(message(3)).toMatchObject({ delivery: 'sent', reports: 2 });
  // That it failed in the end is news.
  await deliver(report({}), sender);
  expect(messages()).toHaveLength(5);
  expect(message(3)).toMatchObject({ delivery: 'bounced', reports: 3 });
});

test('a report that nothing proves is no report on our mail', async () => {
  await answer();
  for (let n = 0; n < 3; n += 1) await deliver(report({}), 'support-7102');
  expect(message(3)).toMatchObject({ delivery: 'sent' });
  expect(message(3)).not.toHaveProperty('reports');
});

test('a report on a mail of a ticket that was merged marks that mail, and is shown where its mail goes', async () => {
  await desk.deliver({ subject: 'Again' });
  await desk.answer(7103, 'Try again.');
  const { sender } = desk.lastTo(NIC);
  await desk.order(7103, 'merge 7102 together');
  await deliver(report({}), sender);
  expect(message(3, 7103)).toMatchObject({ delivery: 'bounced', reports: 1 });
  expect(messages().at(-1)).toMatchObject({ report: { isProven: true } });
});
