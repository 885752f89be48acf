/** Where a customer wants answers: the Reply-To of their mail, and whom it may not reach. */
import { describe, expect, test } from 'vitest';
import { personOf } from '../../src/decision/trust.ts';
import { BOB, DOMAIN, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { type Mail, provenFrom } from '../kit/mail.ts';

const QUEUE = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
const HOME = 'nic.home@ferrier.example';
const SHOP = 'orders@shop.example';
const VICTIM = 'victim@bank.example';

async function opened(more: string, different: Mail = {}): Promise<Desk> {
  const desk = new Desk();
  await desk.deliver({ text: 'My tablet has stopped.', more, ...different });
  return desk;
}
const outside = (desk: Desk) =>
  desk.letters.map(({ to }) => to).filter((to) => personOf(to, desk.config.staff) === null);
const answer = (desk: Desk, text = 'We look into it.', letter = desk.lastTo(BOB)) =>
  desk.deliver({ from: BOB, to: letter.replyTo, answers: letter.id, text });
const first = (text: string) => text.split('\n', 1)[0];

test('the mail that opens a ticket says who gets its answers', async () => {
  const desk = await opened(`Reply-To: Nic at home <${HOME}>\n`);
  expect(desk.ticket(7102).requester).toEqual({ name: 'Nic at home', address: HOME });
  expect(desk.ticket(7102).messages[0]).toMatchObject({
    from: { address: NIC },
    replyTo: { address: HOME },
  });
  expect(outside(desk)).toEqual([HOME]);
  const { text } = desk.lastTo(BOB);
  expect(text).toContain(`An answer to this mail goes to ${HOME}.`);
  expect(text).not.toContain('Reply-To');
  const mailed = await answer(desk);
  expect(mailed.letters.map(({ to }) => to)).toEqual([HOME]);
  expect(mailed.letters[0]?.field('In-Reply-To')).toBe(
    desk.ticket(7102).messages.flatMap((one) => (one.direction === 'in' ? one.messageId : []))[0],
  );
});

test('of another domain, the first line says so, and nothing goes there by itself', async () => {
  const desk = await opened(`Reply-To: ${SHOP}\n`);
  expect(outside(desk)).toEqual([]);
  expect(desk.ticket(7102)).toMatchObject({
    requester: { name: 'Nic Ferrier', address: SHOP },
    silence: `reply-to: its Reply-To is of another domain: ${SHOP}`,
  });
  const { text } = desk.lastTo(BOB);
  expect(first(text)).toBe(`[Reply-To is of another domain than From: ${SHOP}]`);
  expect(text).toContain(`An answer to this mail goes to ${SHOP}.`);
  const mailed = await answer(desk);
  expect(mailed.letters.map(({ to }) => to)).toEqual([SHOP]);
});

test('a quote of the notification does not go out with an answer', async () => {
  const desk = await opened(`Reply-To: ${SHOP}\n`);
  const [line] = desk.lastTo(BOB).text.split('\n');
  const mailed = await answer(desk, `> ${line}\n> My tablet has stopped.\n\nWhich one?`);
  const [letter] = mailed.letters;
  expect(letter?.to).toBe(SHOP);
  expect(letter?.text).toContain('My tablet has stopped.');
  expect(letter?.text).not.toMatch(/Reply-To|another domain/);
});

test.each([
  ['two mailboxes', `Reply-To: ${HOME}, ${SHOP}\n`],
  ['two fields', `Reply-To: ${HOME}\nReply-To: ${SHOP}\n`],
  ['a group', `Reply-To: Friends: ${HOME}, ${SHOP};\n`],
  ['a group of one', `Reply-To: Friends: ${HOME};\n`],
  ['an empty group', 'Reply-To: Undisclosed:;\n'],
  ['nobody', 'Reply-To: <>\n'],
  ['nothing', 'Reply-To:\n'],
  ['its own From', `Reply-To: ${NIC.toUpperCase()}\n`],
  ['a queue of ours', `Reply-To: new@${DOMAIN}\n`],
  ['a queue, extended', `Reply-To: new+x@${DOMAIN}\n`],
  ['the control address', `Reply-To: control@${DOMAIN}\n`],
  ['a ticket of ours', `Reply-To: support-7101@${DOMAIN}\n`],
  ['a signed address of ours', `Reply-To: support-7101-a-1abc-abcdefghijklmnop@${DOMAIN}\n`],
  ['one of the staff', `Reply-To: ${BOB}\n`],
  ['one of the staff, extended', `Reply-To: ${BOB.replace('@', '+x@')}\n`],
  ['noreply', 'Reply-To: no-reply@shop.example\n'],
  ['do-not-reply', 'Reply-To: Do_Not_Reply@shop.example\n'],
  ['mailer-daemon', 'Reply-To: MAILER-DAEMON@shop.example\n'],
  ['the manager of a list', 'Reply-To: users-owner@lists.example\n'],
  ['a route', 'Reply-To: <@relay.example:nic@shop.example>\n'],
  ['a percent hack', 'Reply-To: victim%bank.example@shop.example\n'],
  ['a bang path', 'Reply-To: bank!victim@shop.example\n'],
  ['a quoted local part', `Reply-To: "${VICTIM}"@shop.example\n`],
  ['no domain', 'Reply-To: root\n'],
  ['an option', 'Reply-To: -oQ/tmp@shop.example\n'],
  ['an address encoded', 'Reply-To: =?utf-8?q?victim=40bank.example?=\n'],
  ['an encoded comma', `Reply-To: =?utf-8?q?${VICTIM}=2C?= ${HOME}, ${SHOP}\n`],
  ['a literal', 'Reply-To: nic@[192.0.2.1]\n'],
  ['control characters', 'Reply-To: ni\u200bc@shop.example\n'],
])('%s is no Reply-To that counts', async (_, more) => {
  const desk = await opened(more, { to: `new@${DOMAIN}` });
  const [ticket] = desk.tickets();
  expect(ticket?.requester?.address).toBe(NIC);
  expect(ticket?.messages[0]).not.toHaveProperty('replyTo');
  expect(desk.lastTo(BOB).text).not.toContain('Reply-To');
});

test.each([
  'List-Id: <users.lists.example>',
  'List-Post: <mailto:users@lists.example>',
  'Precedence: list',
])('%s: the list has set its Reply-To', async (field) => {
  const desk = new Desk({ queues: [{ ...QUEUE, bulk: 'open' }] });
  await desk.deliver({ more: `Reply-To: users@lists.example\n${field}\n` });
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
  expect(desk.ticket(7102).messages[0]).not.toHaveProperty('replyTo');
});

test.each([
  ['a name', `Reply-To: "Ferrier, Nic" <${HOME}>\n`, HOME],
  ['an encoded name with a comma', `Reply-To: =?utf-8?q?Ferrier=2C_Nic?= <${HOME}>\n`, HOME],
  ['a name like an address', `Reply-To: "${VICTIM}" <${HOME}>\n`, HOME],
  ['a comment like an address', `Reply-To: ${HOME} (${VICTIM})\n`, HOME],
  ['folded', `Reply-To: Nic\n\t<${HOME}>\n`, HOME],
  ['in capitals', `REPLY-TO: ${HOME}\n`, HOME],
  ['an international domain', 'Reply-To: nic@xn--bcher-kva.example\n', 'nic@bücher.example'],
])('%s: the mailbox counts', async (_, more, address) => {
  const desk = await opened(more);
  expect(desk.ticket(7102).requester?.address).toBe(address);
});

test('both ways to write an international domain are one domain', async () => {
  const from = 'nic@bücher.example';
  const desk = await opened('Reply-To: home@xn--bcher-kva.example\n', { from });
  expect(outside(desk)).toEqual(['home@xn--bcher-kva.example']);
});

test('a subdomain is another domain', async () => {
  const desk = await opened('Reply-To: nic@mail.ferrier.example\n');
  expect(first(desk.lastTo(BOB).text)).toContain('another domain');
  expect(outside(desk)).toEqual([]);
});

test('whoever names a victim reaches them by no machine of ours, whatever they ask for', async () => {
  const desk = await opened(`Reply-To: ${VICTIM}\n`);
  const [mail] = desk.ticket(7102).messages;
  const answers = mail?.direction === 'in' ? mail.messageId : null;
  for (const text of ['status', 'close', 'stop', 'help', 'Any news?']) {
    await desk.deliver({ to: 'support-7102', text, answers, more: `Reply-To: ${VICTIM}\n` });
    await desk.deliver({ text, subject: text, more: `Reply-To: ${VICTIM}\n` });
  }
  expect(outside(desk)).not.toContain(VICTIM);
});

test('of the same domain, a victim gets no more than the caps allow', async () => {
  const desk = new Desk();
  for (let n = 0; n < 40; n += 1)
    await desk.deliver({ from: `nic${n}@ferrier.example`, more: `Reply-To: ${HOME}\n` });
  expect(outside(desk).filter((to) => to === HOME).length).toBeLessThanOrEqual(
    desk.config.caps.address.count,
  );
});

test('mail of one of the staff is answered as the staff are', async () => {
  const desk = await opened(`Reply-To: ${SHOP}\n`, { from: BOB });
  expect(desk.ticket(7102).requester?.address).toBe(BOB);
});

test('whoever opened it writes again from there, and is on the ticket', async () => {
  const desk = await opened(`Reply-To: ${HOME}\n`);
  const before = desk.letters.length;
  const came = await desk.deliver({ to: 'support-7102', text: 'One thing more.' });
  expect(came.end).toBe('appended');
  const { text } = desk.lastTo(BOB);
  expect(text).toContain(`An answer to this mail goes to ${HOME}.`);
  expect(text).not.toContain('[not from');
  expect(desk.letters.slice(before).map(({ to }) => to)).not.toContain(NIC);
  const mailed = await answer(desk, 'We look into it.\n\n> One thing more.');
  expect(mailed.letters.map(({ to }) => to)).toEqual([HOME]);
});

test('a blocked address opens nothing as a Reply-To', async () => {
  const desk = await opened('', { from: SHOP });
  await desk.order(7102, 'block');
  const came = await desk.deliver({ more: `Reply-To: ${SHOP}\n` });
  expect(came.end).toBe('recorded');
});

const later = async (mail: (desk: Desk) => Mail) => {
  const desk = await opened('');
  await answer(desk);
  const more = `Reply-To: Somebody <${HOME}>\n`;
  const came = await desk.deliver({ to: 'support-7102', text: 'It is back.', more, ...mail(desk) });
  expect(came.end).toBe('appended');
  return desk;
};

test('later, a Reply-To that nothing proves is shown, and has no effect', async () => {
  const desk = await later(() => ({}));
  const { text } = desk.lastTo(BOB);
  expect(text).toContain(`[Reply-To does not count here: ${HOME}]`);
  expect(text).toContain(`An answer to this mail goes to ${NIC}.`);
  expect((await answer(desk)).letters.map(({ to }) => to)).toEqual([NIC]);
  expect(desk.ticket(7102).requester?.address).toBe(NIC);
});

test.each<[string, (desk: Desk) => Mail]>([
  ['that names a mail of ours', (desk) => ({ answers: desk.lastTo(NIC).id })],
  ['that our MTA proves', () => ({ results: provenFrom(NIC) })],
])('later, the Reply-To of a mail %s is where its answer goes', async (_, mail) => {
  const desk = await later(mail);
  await desk.order(7102, 'cc +kay@other.example');
  const { text } = desk.lastTo(BOB);
  expect(text).toContain(`An answer to this mail goes to ${HOME}.`);
  const mailed = await answer(desk);
  expect(mailed.letters.map(({ to }) => to)).toEqual([HOME, 'kay@other.example']);
  expect(desk.ticket(7102)).toMatchObject({ requester: { address: NIC }, status: 'pending' });
});

test('later, too, the first line names another domain', async () => {
  const desk = await later((before) => ({
    answers: before.lastTo(NIC).id,
    more: `Reply-To: ${SHOP}\n`,
  }));
  expect(first(desk.lastTo(BOB).text)).toBe(`[Reply-To is of another domain than From: ${SHOP}]`);
  expect((await answer(desk)).letters.map(({ to }) => to)).toEqual([SHOP]);
});

test('a Reply-To of somebody who is not on the ticket has no effect', async () => {
  const desk = await opened('');
  const stranger = { from: 'eve@evil.example', text: 'Me too.', answers: desk.lastTo(NIC).id };
  await desk.deliver({ ...stranger, to: 'support-7102', more: `Reply-To: ${VICTIM}\n` });
  const { text } = desk.lastTo(BOB);
  expect(text).toContain(`[Reply-To does not count here: ${VICTIM}]`);
  expect((await answer(desk)).letters.map(({ to }) => to)).toEqual(['eve@evil.example']);
});

test('what a later copy proves changes nothing of whom the staff were told that they answer', async () => {
  const desk = await opened('');
  const more = `Reply-To: ${HOME}\n`;
  const still = { ...{ to: 'support-7102', id: '<2@ferrier.example>', text: 'It is back.' }, more };
  await desk.deliver({ ...still, date: desk.now, queueId: 'ONE' });
  const shown = desk.lastTo(BOB);
  await desk.deliver({ ...still, date: desk.now, queueId: 'TWO', results: provenFrom(NIC) });
  expect(desk.ticket(7102).messages.at(-1)).toMatchObject({ trust: 'authenticated' });
  expect((await answer(desk, 'We look.', shown)).letters.map(({ to }) => to)).toEqual([NIC]);
});

test('who proves their From has proven no other address: it is counted as a new one', async () => {
  const desk = new Desk({ caps: { firstTime: { count: 2, hours: 1 } } });
  for (let n = 0; n < 4; n += 1) {
    const more = `Reply-To: nic${n}@ferrier.example\n`;
    await desk.deliver({ more, text: `Help ${n}`, results: provenFrom(NIC) });
  }
  expect(outside(desk)).toHaveLength(2);
});

describe('whoever opened it from another address', () => {
  const ask = async (text: string) => {
    const desk = await opened(`Reply-To: ${HOME}\n`);
    await answer(desk);
    const before = desk.letters.length;
    await desk.deliver({ to: 'support-7102', text, results: provenFrom(NIC) });
    return { desk, mailed: desk.letters.slice(before).map(({ to }) => to) };
  };

  test('closes it, and hears so where they have asked', async () => {
    const { desk, mailed } = await ask('close');
    expect(desk.ticket(7102).status).toBe('resolved');
    expect(mailed).toContain(NIC);
    expect(mailed).not.toContain(HOME);
  });

  test('stops the mail that goes to the other, and has it again if they write', async () => {
    const { desk } = await ask('stop');
    expect(desk.ticket(7102).muted).toEqual([HOME]);
    await desk.deliver({ to: 'support-7102', text: 'I need help again.' });
    expect(desk.ticket(7102).muted).toEqual([]);
  });

  test('is proven at that address alone, if somebody blocks the other', async () => {
    const desk = await opened(`Reply-To: ${HOME}\n`, { results: provenFrom(NIC) });
    await desk.order(7102, 'block');
    const blocked = { type: 'address.blocked', address: HOME, isProven: false };
    expect(desk.records.at(-1)?.changes[0]).toMatchObject(blocked);
  });
});

test('a message that is split off takes a Reply-To along that counted, and no other', async () => {
  const unproven = await later(() => ({}));
  await unproven.order(7102, `split ${unproven.ticket(7102).messages.at(-1)?.serial}`);
  expect(unproven.ticket(7103).requester?.address).toBe(NIC);
  expect(unproven.ticket(7103).messages[0]).not.toHaveProperty('replyTo');
  const proven = await later((desk) => ({ answers: desk.lastTo(NIC).id }));
  await proven.order(7102, `split ${proven.ticket(7102).messages.at(-1)?.serial}`);
  expect(proven.ticket(7103).requester?.address).toBe(HOME);
});
