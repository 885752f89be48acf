import { expect, test } from 'vitest';
import { DeliveryHash } from '../../src/intake/delivery-hash.ts';

function hash(message: string, pieces = 1): string {
  const whole = Buffer.from(message, 'latin1');
  const hasher = new DeliveryHash();
  const size = Math.ceil(whole.length / pieces);
  for (let at = 0; at < whole.length; at += size) hasher.update(whole.subarray(at, at + size));
  return hasher.finish();
}

const RECEIVED = 'Received: from a by b with ESMTP id 4dCG2Q3b9Kz1x; Fri, 2 Jan 2026\n';
const MAIL = 'Message-ID: <1@a.example>\nSubject: x\n folded\n\nbody\n\nmore\n';

test.each([
  ['another Received', `${RECEIVED}${MAIL}`],
  ['fields of the MTA', `Return-Path: <a@b>\nX-Original-To: a\nDelivered-To: a\n${MAIL}`],
  ['filter headers', `X-Spam-Status: No\nAuthentication-Results: mx; dmarc=pass\n${MAIL}`],
  ['CRLF', MAIL.replaceAll('\n', '\r\n')],
])('is the same with %s', (_, other) => {
  expect(hash(other)).toBe(hash(MAIL));
});

test.each([
  ['another body', MAIL.replace('more', 'less')],
  ['another subject', MAIL.replace('folded', 'unfolded')],
  ['a bare CR', MAIL.replace('body', 'bo\rdy')],
  ['one line more', `${MAIL}\n`],
])('differs with %s', (_, other) => {
  expect(hash(other)).not.toBe(hash(MAIL));
});

test('is the same with a field by which the config knows spam', () => {
  const hasher = new DeliveryHash(['X-Ours-Says']);
  hasher.update(Buffer.from(`x-ours-says: pills\n and more\n${MAIL}`));
  expect(hasher.finish()).toBe(hash(MAIL));
  expect(hash(`X-Ours-Says: pills\n${MAIL}`)).not.toBe(hash(MAIL));
});

test('without a Message-ID the queue id of the topmost Received tells mails apart', () => {
  const bare = 'Subject: x\n\nbody\n';
  expect(hash(RECEIVED + bare)).not.toBe(hash(RECEIVED.replace('4dCG', '4dCH') + bare));
  expect(hash(RECEIVED + bare)).toBe(hash(RECEIVED.replace('Fri', 'Sat') + bare));
});

test('does not depend on how the message is cut into pieces', () => {
  const crlf = (RECEIVED + MAIL).replaceAll('\n', '\r\n');
  for (let pieces = 1; pieces <= crlf.length; pieces += 1)
    expect(hash(crlf, pieces)).toBe(hash(crlf));
});

test('also where the header section is above 1 MiB', () => {
  const long = `Received: x\nX: ${'y'.repeat(1024 * 1024)}\nSubject: x\n\nbody\n`;
  const wanted = hash(long);
  for (const pieces of [2, 3, 16, 17]) expect(hash(long, pieces)).toBe(wanted);
});

test.each(['', '\n', '\r\n', 'no header', 'A: b', 'A: b\n', '\r', 'A: b\r\n\r'])(
  'takes %j',
  (odd) => {
    expect(hash(odd)).toMatch(/^[0-9a-f]{64}$/);
  },
);
