/** A mail that one of the staff passes on is a ticket of whoever wrote it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { MIXED, parts, provenFrom } from '../kit/mail.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
const ticket = (number = 7102) => desk.ticket(number);

const FORWARDED =
  '---------- Forwarded message ---------\nFrom: Nic Ferrier <nic@ferrier.example>\nDate: Fri, 20 Nov 2026 at 10:00\nSubject: Login fails\nTo: Bob\n\nHello, please help.';
const ATTACHED = parts(
  ['Content-Type: text/plain', 'Please see to it.'],
  [
    'Content-Type: message/rfc822\nContent-Disposition: attachment',
    'From: Nic Ferrier <nic@ferrier.example>\nSubject: Login fails\nMessage-ID: <his@ferrier.example>\n\nHello, please help.',
  ],
);

describe('what one of the staff passes on', () => {
  const passing = { from: BOB, subject: 'Fwd: Login fails', login: 'bob' } as const;

  test.each([
    ['a copy in its text', `FYI\n\n${FORWARDED}`, '', null],
    ['an attachment', ATTACHED, MIXED, '<his@ferrier.example>'],
  ])('is a ticket of whoever wrote it: %s', async (_, text, more, id) => {
    await desk.deliver({ ...passing, text, more });
    expect(ticket()).toMatchObject({
      ...{ subject: 'Login fails', requester: { name: 'Nic Ferrier', address: NIC } },
      messages: [{ from: { address: BOB }, trust: 'staff' }, { to: [{ address: NIC }] }],
    });
    expect(ticket().messages[0]?.text).toContain('Hello, please help.');
    expect(desk.lastTo(NIC).subject).toBe('RE: Login fails');
    expect(desk.lastTo(NIC).field('In-Reply-To')).toBe(id);
    expect(desk.everythingTo(NIC)).not.toContain(BOB);
    expect(desk.to(BOB)).toHaveLength(0);
    await desk.answer(7102, 'Done.');
    expect(desk.lastTo(NIC).text).toBe('Done.\n');
  });

  test('is their own without a proof, if it may be a copy, and where that is switched off', async () => {
    const own = { requester: { address: BOB } };
    await desk.deliver({ from: BOB, subject: 'Fwd: Login fails', text: FORWARDED });
    expect(ticket()).toMatchObject(own);
    const copied = { results: provenFrom(BOB), date: new Date(0) };
    await desk.deliver({ ...passing, login: '', ...copied, text: FORWARDED });
    expect(ticket(7103)).toMatchObject(own);
    desk.configure({ onBehalf: false });
    await desk.deliver({ ...passing, text: FORWARDED });
    expect(ticket(7104)).toMatchObject(own);
    expect(desk.to(NIC)).toHaveLength(0);
  });

  test('once, if only the From proves it: another copy opens no other ticket', async () => {
    const once = { id: '<fwd@x.example>', login: '', results: provenFrom(BOB), text: FORWARDED };
    await desk.deliver({ ...passing, ...once });
    await desk.deliver({ ...passing, ...once, more: 'X-More: 1\n' });
    expect(ticket()).toMatchObject({ requester: { address: NIC } });
    expect(desk.to(NIC)).toHaveLength(1);
  });
});
