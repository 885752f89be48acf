/** Base64 of a text, as gateways leave it. */
import { expect, test } from 'vitest';
import { fromBase64 } from '../../src/reading/base64.ts';

const WORDS = 'Grüße, der Server läuft nicht. Bitte um schnelle Hilfe, er steht in Halle 3.';
const wrapped = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');
const FOOTER = '_______\nkunde mailing list\nhttps://lists.example/kunde\n';

function read(encoded: string): string {
  return fromBase64(Buffer.from(encoded, 'latin1')).octets.toString();
}

test.each([
  ['one line', Buffer.from('Hi').toString('base64'), 'Hi'],
  ['lines of 76', wrapped(WORDS), WORDS],
  ['lines with CRLF', wrapped(WORDS).replaceAll('\n', '\r\n'), WORDS],
  ['two pieces, each padded', `${wrapped('Hello ')}\n${wrapped('Nic!')}\n`, 'Hello Nic!'],
  ['no padding', wrapped('Hello').replace('=', ''), 'Hello'],
  ['signs of no alphabet within', 'SGVs*bG8=', 'Hello'],
  ['blanks within', 'SGVs bG8=', 'Hello'],
  ['nothing', '', ''],
])('%s', (_, encoded, wanted) => {
  expect(read(encoded)).toBe(wanted);
  expect(fromBase64(Buffer.from(encoded)).plain).toBe('none');
});

test.each([
  ['padded', WORDS],
  ['not padded, with a short last line', `${WORDS}!!`],
  ['not padded, in one line', 'Hello!'],
  ['in one long line', WORDS.repeat(3).slice(0, -1)],
])('a plain footer behind base64 that is %s is text', (_, words) => {
  for (const gap of ['', '\n', '\r\n\r\n']) {
    const encoded = `${wrapped(words)}\n${gap}${FOOTER}`;
    const { octets, plain } = fromBase64(Buffer.from(encoded));
    expect(plain).toBe('end');
    expect(octets.toString().replace(/[\r\n]+(?=_)/, '\n')).toBe(`${words}\n${FOOTER}`);
  }
});

test('a footer of one word alone is taken for what the parser takes it for', () => {
  expect(fromBase64(Buffer.from(`${wrapped(WORDS)}\nVirusfree\n`)).plain).toBe('none');
});

test('a text that only says that it is base64 stays as it is', () => {
  const text = 'Hello Nic, the printer is on fire. Please come!\n';
  expect(fromBase64(Buffer.from(text))).toEqual({ octets: Buffer.from(text), plain: 'all' });
});

test('what is encoded need not be UTF-8', () => {
  const gbk = Buffer.from([0xb4, 0xf2, 0xd3, 0xa1, 0xbb, 0xfa]);
  const { octets, plain } = fromBase64(Buffer.from(`${gbk.toString('base64')}\n${FOOTER}`));
  expect([plain, octets.subarray(0, 6)]).toEqual(['end', gbk]);
});
