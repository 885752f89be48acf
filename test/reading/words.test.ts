/** Characters out of octets: charsets, encoded words, format=flowed, parameters, addresses. */
import { expect, test } from 'vitest';
import { inUnicode, mailboxes } from '../../src/reading/addresses.ts';
import { decodeText } from '../../src/reading/charset.ts';
import { dateOf } from '../../src/reading/date.ts';
import { decodeWords, wordsAnew } from '../../src/reading/encoded-words.ts';
import { unflowed } from '../../src/reading/flowed.ts';
import { keyword, structuredField, withoutComments } from '../../src/reading/parameters.ts';
import { QuotedPrintable } from '../../src/reading/quoted-printable.ts';

test.each<readonly [string, string, readonly number[], string]>([
  ['UTF-8 that is declared', 'utf-8', [0xc3, 0xa4], 'ä'],
  ['UTF-8 that is declared as something else', 'iso-8859-1', [0xc3, 0xa4], 'ä'],
  ['UTF-8 that nobody declared', '', [0xc3, 0xa4], 'ä'],
  ['latin1 declared as UTF-8', 'utf-8', [0xe4, 0x80], 'ä€'],
  ['latin1 that nobody declared', '', [0xe4], 'ä'],
  ['windows-1252 under the name of latin1', 'iso-8859-1', [0x80, 0x93], '€“'],
  ['an unknown charset', 'x-none', [0xe4], 'ä'],
  ['koi8-r', 'KOI8-R', [0xf0, 0xd2], 'Пр'],
  ['Shift_JIS', 'shift_jis', [0x93, 0xfa], '日'],
  ['the name of a code page', 'cp932', [0x93, 0xfa], '日'],
  ['ISO-2022-JP', 'iso-2022-jp', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42], '日'],
  ['EUC-JP under the name of ISO-2022-JP', 'iso-2022-jp', [0xc6, 0xfc], '日'],
  ['UTF-16 with a mark', 'utf-16', [0xfe, 0xff, 0x65, 0xe5], '日'],
  ['UTF-16 by its mark, whatever is declared', 'utf-8', [0xff, 0xfe, 0xe4, 0x00], 'ä'],
  ['UTF-16 by its mark, undeclared', '', [0xfe, 0xff, 0x00, 0xe4, 0x00, 0x61], 'äa'],
  ['no UTF-16 without zeros', 'windows-1251', [0xff, 0xfe, 0xe4, 0xe4], 'яюдд'],
  ['half a character of UTF-16', 'utf-16le', [0x41, 0x00, 0x3d, 0xd8, 0x42, 0x00], 'A\uFFFDB'],
  ['UTF-16 of ASCII', 'utf-16le', [0x41, 0x00], 'A'],
  ['a charset that only iconv knows', 'cp850', [0x84], 'ä'],
  ['UTF-7', 'utf-7', [0x2b, 0x41, 0x44, 0x77, 0x2d], '<'],
  ['a mark at the beginning', 'utf-8', [0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xa4], 'aä'],
  ['the name of a property', '__proto__', [0xe4], 'ä'],
  ['a codec that is no charset', 'hex', [0xe4], 'ä'],
])('%s', (_, declared, octets, wanted) => {
  expect(decodeText(Buffer.from(octets), declared, false)).toBe(wanted);
});

test('HTML may name its charset itself', () => {
  const html = Buffer.from('<meta charset="koi8-r">\xf0', 'latin1');
  expect(decodeText(html, '', true)).toBe('<meta charset="koi8-r">П');
  expect(decodeText(html, '', false)).toBe('<meta charset="koi8-r">ð');
});

test.each([
  ['=?utf-8?Q?K=C3=B6ln?=', 'Köln'],
  ['=?utf-8?B?S8O2bG4=?= am Rhein', 'Köln am Rhein'],
  ['a =?utf-8?q?b?= =?utf-8?q?c?= d', 'a bc d'],
  ['=?utf-8?q?=C3?= =?utf-8?b?tg==?=', 'ö'],
  ['=?utf-8?Q?K=F6ln?=', 'Köln'],
  ['=?UTF-8?Q?what?_yes?=', 'what? yes'],
  ['=?utf-8?Q?raw blanks?=', 'raw blanks'],
  ['=?utf-8*en?Q?a?=', 'a'],
  ['=?utf-7?Q?+ADw-?=', '<'],
  ['=?x?Q?never ends', '=?x?Q?never ends'],
  ['=?utf-8?Q?K=C3=B6ln', 'Köln'],
  ['a =?utf-8?B?S8O2bG4', 'a Köln'],
  ['=?utf-8?Q?K=C3=B6ln?', 'Köln'],
  ['=?x?Q?K=C3=B6ln', '=?x?Q?K=C3=B6ln'],
  ['=?__proto__?Q?a?=', 'a'],
  ['=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?=', '日本'],
  ['=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=', '日本'],
])('the word %s says %s', (word, wanted) => {
  expect(decodeWords(word)).toBe(wanted);
});

test('a word in another charset than it says is in that of the mail, if one is known', () => {
  const word = `=?utf-8?B?${Buffer.from([0xb4, 0xf2, 0xd3, 0xa1, 0xbb, 0xfa]).toString('base64')}?=`;
  const read = (charset: string) => decodeWords(wordsAnew(word, false, undefined, charset));
  expect(read('gbk')).toBe('打印机');
  expect(read('utf-8')).toBe('´òÓ¡»ú');
  const cut = '=?utf-8?B?U3TDtnJ1bmcgw7w=?= =?utf-8?B?w7w=?='.replace('w7w=?=', 'w7zD?=');
  expect(decodeWords(wordsAnew(cut, false, undefined, 'gbk'))).toContain('Störung ü');
});

test.each([
  ['=?koi8-r?Q?=F0?= =?utf-8?Q?_x?= <a@b.example>', ['П x'], ' <a@b.example>'],
  ['=?utf-8?Q?Ferrier,_Nic?= <a@b.example>', ['Ferrier, Nic'], ' <a@b.example>'],
  ['=?utf-8?Q?Ferrier, Nic?= <a@b.example>', ['Ferrier, Nic'], ' <a@b.example>'],
  ['=?utf-8?Q?a <a@b.example>, b?= <c@d.example>', [], ''],
  ['=?utf-8?Q?a, =?utf-8?Q?b?= <c@d.example>', [], ''],
])('among addresses %s has the words %j', (text, words, behind) => {
  const anew = wordsAnew(text, true);
  const encoded = words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`);
  expect(anew).toBe(words.length === 0 ? text : encoded.join('') + behind);
});

test.each([
  ['soft breaks', 'one \ntwo\nthree', 'one two\nthree'],
  ['quotes of one depth', '> one \n> two\nthree', '> one two\nthree'],
  ['quotes of two depths', '>> one \n> two', '>> one \n> two'],
  ['stuffing', ' >no quote\n From', '>no quote\nFrom'],
  ['the signature line', 'one \n-- \nNic', 'one \n-- \nNic'],
])('flowed: %s', (_, text, wanted) => {
  expect(unflowed(text, false)).toBe(wanted);
});

test('flowed: DelSp takes the blank away', () => {
  expect(unflowed('日 \n本', true)).toBe('日本');
});

test.each([
  ['text/plain; charset="utf-8"', 'text/plain', { charset: 'utf-8' }],
  ['Multipart/Mixed; boundary="a;b\\"c"', 'multipart/mixed', { boundary: 'a;b"c' }],
  ['attachment; ; filename = x ;', 'attachment', { filename: 'x' }],
  ['x; __proto__=1', 'x', { ['__proto__']: '1' }],
])('%s', (field, value, parameters) => {
  const read = structuredField(field);
  expect(read.value).toBe(value);
  expect([...read.parameters]).toEqual(Object.entries(parameters));
});

test.each([
  ['no (comment (nested) \\) here)', 'no  '],
  ['"(quoted)" x', '"(quoted)" x'],
  ['a (never ends', 'a (never ends'],
])('%s without comments', (field, wanted) => {
  expect(withoutComments(field)).toBe(wanted);
});

test('a keyword has neither comments nor parameters', () => {
  expect(keyword('Auto-Replied (vacation); x=y')).toBe('auto-replied');
});

test.each([
  ['nic@xn--bcher-kva.example', 'nic@bücher.example'],
  ['nic@BÜCHER.example', 'nic@bücher.example'],
  ['nic@Ferrier.example', 'nic@Ferrier.example'],
  ['no address', 'no address'],
  ['nic@xn--', 'nic@xn--'],
])('%s is shown as %s', (address, wanted) => {
  expect(inUnicode(address)).toBe(wanted);
});

test('groups are flattened, and no more addresses are taken than wanted', () => {
  const field = {
    value: [
      { name: 'g', group: [{ name: 'a\r\nb', address: 'a@x.example' }, { address: '' }] },
      { name: '', address: 'b@x.example' },
      { name: '', address: 'c@x.example' },
    ],
  };
  expect(mailboxes(field, 2)).toEqual([
    { name: 'a b', address: 'a@x.example' },
    { name: '', address: 'b@x.example' },
  ]);
  expect(mailboxes(undefined, 2)).toEqual([]);
});

test.each([
  ['Fri, 20 Nov 2026 08:00:00 +0100', '2026-11-20T07:00:00.000Z'],
  ['20 Nov 2026 08:00 -0730 (comment)', '2026-11-20T15:30:00.000Z'],
  ['Fri, 20 Nov 2026 08:00:00', '2026-11-20T08:00:00.000Z'],
  ['Fri, 20 Nov 26 08:00:00 EST', '2026-11-20T13:00:00.000Z'],
  ['Fri, 20 Nov 1998 08:00:00 XYZ', '1998-11-20T08:00:00.000Z'],
  ['20 Nov 98 08:00:00 GMT', '1998-11-20T08:00:00.000Z'],
  ['2026-11-20 08:00:00', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T08:00:00+01:00', '2026-11-20T07:00:00.000Z'],
  ['1', null],
  ['yesterday', null],
  ['Fri, 20 Nov 99999 08:00:00 +0000', null],
  ['Fri, 20 Foo 2026 08:00:00 +0000', null],
  ['', null],
])('the date %j is %j, in any time zone', (field, wanted) => {
  expect(dateOf(field)).toBe(wanted);
});

function decoded(text: string, size: number): string {
  const decoder = new QuotedPrintable();
  const out: Buffer[] = [];
  const octets = Buffer.from(text, 'latin1');
  for (let at = 0; at < octets.length; at += size)
    out.push(decoder.decode(octets.subarray(at, at + size)));
  return Buffer.concat([...out, decoder.end()]).toString('latin1');
}

test.each([
  ['=C3=A4 =c3', '\xc3\xa4 \xc3'],
  ['soft=\nbreak=\r\ns', 'softbreaks'],
  ['blanks behind =  \t\nthe mark', 'blanks behind the mark'],
  ['blanks at the end \t \nof a line', 'blanks at the end\nof a line'],
  ['an encoded blank=20\n', 'an encoded blank \n'],
  ['broken =ZZ =4 =', 'broken =ZZ =4 '],
  ['rules =====\n====', 'rules ======='],
  ['==g\n==41', '==g\n=A'],
  [`${' '.repeat(998)}\nx`, '\nx'],
  [`${' '.repeat(999)}\nx`, `${' '.repeat(999)}\nx`],
  ['a=\n=3D\r\n', 'a=\r\n'],
  ['x \r\ny\rz', 'x\r\ny\rz'],
])('quoted-printable: %j is %j, however it comes', (text, wanted) => {
  for (const size of [1, 2, 3, 100, 5000]) expect(decoded(text, size)).toBe(wanted);
});
