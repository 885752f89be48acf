/** Whose mail it is that somebody passes on. */
import { expect, test } from 'vitest';
import {
  forwardedIn,
  isForward,
  withoutForwardMark,
} from '../../../src/reading/quotes/forwarded.ts';

const NIC = { name: 'Nic Ferrier', address: 'nic@ferrier.example' };

test.each([
  [
    'Gmail',
    'FYI\n\n---------- Forwarded message ---------\nFrom: Nic Ferrier <nic@ferrier.example>\nDate: Fri, 20 Nov 2026 at 10:00\nSubject: Login fails\nTo: Bob <bob@support-ticket.example>\n\nHello\n',
  ],
  [
    'Apple Mail',
    'See below.\n\nBegin forwarded message:\n\n> From: Nic Ferrier <nic@ferrier.example>\n> Subject: Login fails\n> Date: 20 November 2026 at 10:00:00 CET\n> To: bob@support-ticket.example\n> \n> Hello\n',
  ],
  [
    'Outlook, German',
    '\n________________________________\nVon: Nic Ferrier <nic@ferrier.example>\nGesendet: Freitag, 20. November 2026 10:00\nAn: Bob\nBetreff: Login fails\n\nHello\n',
  ],
  [
    'Outlook, with mailto',
    '-----Original Message-----\nFrom: Nic Ferrier [mailto:nic@ferrier.example]\nSent: Friday, 20 November 2026 10:00\nTo: Bob\nSubject: Login fails\n\nHello\n',
  ],
  [
    'Outlook, with the address as a link',
    'From: Nic Ferrier <nic@ferrier.example<mailto:nic@ferrier.example>>\nSent: Friday, 20 November 2026 10:00\nTo: Bob\nSubject: Login fails\n\nHello\n',
  ],
  [
    'Outlook, Polish',
    'Od: Nic Ferrier <nic@ferrier.example>\nWysłano: piątek, 20 listopada 2026 10:00\nDo: Bob\nTemat: Login fails\n\nHello\n',
  ],
  [
    'Thunderbird',
    '-------- Forwarded Message --------\nSubject: \tLogin fails\nDate: \tFri, 20 Nov 2026 10:00:00 +0100\nFrom: \tNic Ferrier <nic@ferrier.example>\nTo: \tbob@support-ticket.example\n\nHello\n',
  ],
  [
    'HTML made into text',
    '*From:* Nic Ferrier <nic@ferrier.example>\n*Sent:* Friday\n*To:* Bob\n*Subject:* Login fails\n\nHello',
  ],
])('%s', (_, text) => {
  expect(forwardedIn(text)).toEqual({ from: NIC, subject: 'Login fails' });
});

test('the first header counts, whatever a stranger has written below it', () => {
  const header = (address: string) =>
    `From: ${address}\nDate: Friday\nSubject: x\nTo: bob@support-ticket.example\n\n`;
  const text = `${header('nic@ferrier.example')}Hello\n\n${header('eve@evil.example')}`;
  expect(forwardedIn(text)).toMatchObject({ from: { name: '', address: 'nic@ferrier.example' } });
});

test('where the first header names no address, nothing below it is believed', () => {
  const text =
    'From: Nic Ferrier\nSent: Friday\nTo: Bob\nSubject: x\n\nFrom: ceo@bank.example\nTo: x@y.example\nSubject: pay\n';
  expect(forwardedIn(text)).toBe('nobody');
});

test('a name that looks like an address is a name', () => {
  const from = "'ann@victim.example' via Sales <nic@ferrier.example>";
  const text = `From: ${from}\nDate: Friday\nSubject: x\n\nHello`;
  expect(forwardedIn(text)).toMatchObject({
    from: {
      name: 'ann@victim.example via Sales',
      address: 'nic@ferrier.example',
    },
  });
});

test.each([
  ['no header', 'Hello,\n\nFrom: here on it works.\nSubject: to change\n'],
  ['a header without an address', 'From: Nic\nDate: Friday\nSubject: x\n\nHello'],
  [
    'a header in an unknown language',
    'Odosielateľ: Nic <nic@ferrier.example>\nPoslané: piatok\nPredmetka: x\n\nFrom: ceo@bank.example\nTo: x@y.example\nSubject: pay\n',
  ],
  [
    'an attribution above a header',
    'Am 20.11.2026 um 10:00 schrieb Nic <nic@ferrier.example>:\n> Hello\n> From: victim@bank.example\n> To: a\n> Subject: b\n> Date: c',
  ],
  [
    'two authors',
    'From: victim@bank.example\nFrom: Nic <nic@ferrier.example>\nDate: x\nSubject: y',
  ],
  ['nothing', ''],
])('%s is nobody', (_, text) => {
  expect([null, 'nobody']).toContain(forwardedIn(text));
});

test('marks of a forward, in several languages', () => {
  for (const subject of [
    'Fwd: x',
    'FW: x',
    'WG: x',
    'Tr: x',
    'Fwd: FW: x',
    'PD: x',
    'I: x',
    'VL: x',
  ]) {
    expect(isForward(subject)).toBe(true);
    expect(withoutForwardMark(subject)).toBe('x');
  }
  expect(isForward('Re: x')).toBe(false);
});

test('a name in angle brackets is a name', () => {
  const text = 'From: "<victim@bank.example>" <nic@ferrier.example>\nDate: x\nSubject: y\n';
  expect(forwardedIn(text)).toMatchObject({ from: { address: 'nic@ferrier.example' } });
});
