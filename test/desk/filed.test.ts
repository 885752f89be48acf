/** Staff who write to a customer from their own mailbox, with the desk in Cc or Bcc. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, DOMAIN, EVE, KAY, KIM, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom, signedBy } from '../kit/mail.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'My tablet has stopped.', id: '<own@ferrier.example>' });
});
const AS_BOB = { from: BOB, login: 'bob' } as const;
const toPeople = () => desk.letters.filter(({ to }) => to !== BOB).length;

describe('a reply to all, with a queue in Cc', () => {
  const replyAll = { ...AS_BOB, to: NIC, more: `Cc: new@${DOMAIN}\n`, rcpt: `new@${DOMAIN}` };

  test('is the answer of the ticket, and is sent to nobody again', async () => {
    const before = toPeople();
    const came = await desk.deliver({
      ...replyAll,
      answers: '<own@ferrier.example>',
      text: 'Send it in.',
    });
    expect(came.end).toBe('appended');
    expect(toPeople()).toBe(before);
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
      trust: 'staff',
      from: { address: BOB },
      text: expect.stringContaining('Send it in.'),
    });
    // The next answer of the desk names it, since the customer has got it.
    await desk.answer(7102, 'And the charger.');
    expect(desk.lastTo(NIC).field('References')).toContain(came.decision?.messageId ?? 'nothing');
  });

  test('is told to colleagues as one of the staff’s, and not as a stranger’s', async () => {
    await desk.order(7102, 'assign kim');
    await desk.deliver({ ...replyAll, answers: '<own@ferrier.example>', text: 'Send it in.' });
    const { text } = desk.lastTo(KIM);
    expect(text).toContain(`${BOB} (staff):\n`);
    expect(text).not.toContain('[they are not on');
  });

  test('without proof it is held', async () => {
    const came = await desk.deliver({
      ...replyAll,
      login: '',
      answers: '<own@ferrier.example>',
      text: 'Send it in.',
    });
    expect(came.end).toBe('held');
    expect(desk.ticket(7102).messages).toHaveLength(2);
  });

  test('a copy of an old one that somebody else sends is held', async () => {
    const came = await desk.deliver({
      ...{ ...replyAll, login: '', results: signedBy(BOB), date: new Date('2026-10-01T10:00:00Z') },
      text: 'Send it in.',
    });
    expect(came.end).toBe('held');
  });
});

describe('a conversation that one of the staff begins', () => {
  test('is a ticket of the customer, without an acknowledgement to anybody', async () => {
    const came = await desk.deliver({
      ...{ ...AS_BOB, to: KAY, more: `Cc: new@${DOMAIN}\n`, rcpt: `new@${DOMAIN}` },
      text: 'Your contract ends in May.',
    });
    expect(came.end).toBe('opened');
    expect(desk.to(KAY)).toHaveLength(0);
    expect(desk.to(BOB).filter(({ text }) => text.includes('has reached us'))).toHaveLength(0);
    expect(desk.ticket(7103)).toMatchObject({ requester: { address: KAY }, status: 'pending' });
    // Their answer, to all, joins it.
    const answer = await desk.deliver({
      from: KAY,
      to: 'new',
      answers: came.decision?.messageId ?? null,
      text: 'I know.',
    });
    expect(answer.end).toBe('appended');
    expect(desk.ticket(7103).messages.at(-1)).toMatchObject({
      text: expect.stringContaining('I know.'),
    });
  });

  test('also proven by its From', async () => {
    const came = await desk.deliver({
      ...{
        from: BOB,
        results: provenFrom(BOB),
        to: KAY,
        more: `Cc: new@${DOMAIN}\n`,
        rcpt: `new@${DOMAIN}`,
      },
      text: 'Your contract ends in May.',
    });
    expect(came.end).toBe('opened');
    expect(desk.ticket(7103)).toMatchObject({ requester: { address: KAY } });
  });

  test('a mail of theirs to a colleague is still a ticket of their own', async () => {
    await desk.deliver({
      ...AS_BOB,
      to: 'new',
      more: 'Cc: kim@support-ticket.example\n',
      text: 'My chair is broken.',
    });
    expect(desk.ticket(7103)).toMatchObject({ requester: { address: BOB } });
  });
});

describe('a mail to the ticket’s own address', () => {
  test('that names the customer, too, is not sent to them again', async () => {
    const before = desk.to(NIC).length;
    await desk.deliver({
      ...{
        ...AS_BOB,
        to: NIC,
        more: `Cc: support-7102@${DOMAIN}\n`,
        rcpt: `support-7102@${DOMAIN}`,
      },
      text: 'Send it in.',
    });
    expect(desk.to(NIC)).toHaveLength(before);
    expect(desk.ticket(7102)).toMatchObject({ status: 'pending' });
  });

  test('that names somebody else goes to the customer', async () => {
    await desk.deliver({
      ...AS_BOB,
      to: 'support-7102',
      more: `Cc: ${EVE}\n`,
      text: 'Send it in.',
    });
    expect(desk.lastTo(NIC).text).toBe('Send it in.\n');
  });

  test('as a blind copy, files what was sent already as a note', async () => {
    const before = desk.to(NIC).length;
    await desk.deliver({
      ...AS_BOB,
      to: NIC,
      rcpt: `support-7102@${DOMAIN}`,
      text: 'I have sent you a new one.',
    });
    expect(desk.to(NIC)).toHaveLength(before);
    expect(desk.ticket(7102).messages.at(-1)).toMatchObject({
      direction: 'internal',
      text: expect.stringContaining('a new one'),
    });
  });
});
