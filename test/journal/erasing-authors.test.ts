/** Who a raw mail names as its author, by its header alone. */
import { expect, test } from 'vitest';
import { authorsIn, hasHeader, MAX_HEADER_BYTES } from '../../src/journal/erasing/authors.ts';

const NIC = 'nic@ferrier.example';

test.each([
  ['From', `From: Nic <${NIC}>\nTo: x@y.example\n\nnothing`],
  ['a folded From', `Subject: x\r\nFROM : Nic\r\n\t<${NIC}>\r\n\r\nnothing`],
  ['Reply-To', `Reply-To: ${NIC}\n\n`],
  ['Sender', `Sender: "Nic" <${NIC}>`],
])('%s', (_, mail) => {
  expect(authorsIn(Buffer.from(mail))).toEqual([NIC]);
});

test.each([
  ['of another field', `To: ${NIC}\n <${NIC}>\nX-From: ${NIC}\n\n`],
  ['of the body', `To: x\r\n\r\nFrom: ${NIC}\r\n`],
])('no address %s', (_, mail) => {
  expect(authorsIn(Buffer.from(mail))).toEqual([]);
});

test('no more is read than the header, and no more than its limit', () => {
  expect(
    [`From: ${NIC}\n`, `From: ${NIC}\r\n\r\n`].map((mail) => hasHeader(Buffer.from(mail))),
  ).toEqual([false, true]);
  expect(hasHeader(Buffer.alloc(MAX_HEADER_BYTES, 'x'))).toBe(true);
});
