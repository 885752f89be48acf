/**
 * Octets in base64 that are no signs of its alphabet are left out (RFC 2045 6.8), wherever the base64
 * stands: the file or text is what it was.
 */
import { describe, expect, test } from 'vitest';
import { Base64Octets } from '../../src/reading/base64-octets.ts';
import { readOctets } from './read-file.ts';

const WORDS = 'A printer is on fire. Please come and look at it, somebody!';
const BASE64 = Buffer.from(WORDS).toString('base64');
const OF_THE_ALPHABET = /[A-Za-z0-9+/=]/;
const NOISE = Array.from({ length: 256 }, (_, octet) => octet).filter(
  (octet) => !OF_THE_ALPHABET.test(String.fromCharCode(octet)),
);
const chr = (octet: number) => String.fromCharCode(octet);
const withNoise = (octet: number) =>
  Buffer.from(BASE64.replace('wcm', `wc${chr(octet)}m`), 'latin1');

test('each octet, in pieces of any size', () => {
  for (const octet of NOISE) {
    for (const piece of [1, 3, 10, 1000]) {
      const decoder = new Base64Octets();
      const found: Buffer[] = [];
      const encoded = withNoise(octet);
      for (let at = 0; at < encoded.length; at += piece)
        found.push(decoder.decode(encoded.subarray(at, at + piece)));
      found.push(decoder.end());
      expect(Buffer.concat(found).toString(), `octet ${octet}`).toBe(WORDS);
    }
  }
});

describe('in a mail', () => {
  const file = 'Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n';
  const text = file.replace('application/pdf', 'text/plain');
  const multipart = 'Content-Type: multipart/mixed; boundary=b\n\n--b\n';
  const octets = [0xc1, 0xe1, 0xff, 0x80, 0x00, 0x2e];
  const mail = (start: string, octet: number) =>
    Buffer.concat([Buffer.from(`From: nic@ferrier.example\n${start}`), withNoise(octet)]);

  test.each([
    ['a part', `${multipart}${file}`],
    ['the mail itself', file],
    ['behind what is packed', `${multipart}${file.replace('pdf', 'ms-tnef')}QUJD\n--b\n${file}`],
  ])('a file: %s', async (_, start) => {
    for (const octet of octets) {
      const { files } = await readOctets(mail(start, octet));
      expect(files.at(-1)?.toString(), `octet ${octet}`).toBe(WORDS);
    }
  });

  test.each([
    ['a part', `${multipart}${text}`],
    ['the mail itself', text],
  ])('a text: %s', async (_, start) => {
    for (const octet of octets) {
      const { message } = await readOctets(mail(start, octet));
      expect(message.text.trim(), `octet ${octet}`).toBe(WORDS);
    }
  });
});
