/** Names of files, in every way that programs write them. */
import { expect, test } from 'vitest';
import { fileNameIn, fileNameParameter } from '../../src/reading/file-name.ts';
import { structuredField } from '../../src/reading/parameters.ts';

const octets = (text: string) => Buffer.from(text).toString('latin1');
const of = (disposition: string, type = 'x/y', charset = '') =>
  fileNameIn(structuredField(disposition).parameters, structuredField(type).parameters, charset);

test.each([
  ['as RFC 2231 has it', "attachment; filename*=utf-8'de'M%C3%A4rz.pdf", 'März.pdf'],
  [
    'in pieces',
    "attachment; filename*0*=utf-8''M%C3%A4; filename*1*=rz; filename*2=.pdf",
    'März.pdf',
  ],
  [
    'in pieces, with a percent sign',
    'a; filename*0*=utf-8\'\'100; filename*1="% sure.pdf"',
    '100% sure.pdf',
  ],
  ['as it stands in a URL', 'a; filename="%E6%95%85%E9%9A%9C.pdf"', '故障.pdf'],
  ['with a percent sign', 'a; filename="100%C3.pdf"', '100%C3.pdf'],
  ['cut within a character', "a; filename*0*=utf-8''M%C3; filename*1*=%A4rz.pdf", 'März.pdf'],
  ['without a charset', 'attachment; filename*=%E2%82%AC.pdf', '€.pdf'],
  ['by the wrong parameter', 'attachment; filename="utf-8\'\'%E2%82%AC.pdf"', '€.pdf'],
  ['as an encoded word', 'attachment; filename="=?utf-8?Q?M=C3=A4rz.pdf?="', 'März.pdf'],
  ['as two of them', 'a; filename="=?utf-8?Q?M=C3=A4?= =?utf-8?Q?rz.pdf?="', 'März.pdf'],
  [
    'as encoded words in pieces',
    'a; filename*0="=?utf-8?Q?M=C3=A4"; filename*1="rz.pdf?="',
    'März.pdf',
  ],
  ['raw', octets('attachment; filename="März.pdf"'), 'März.pdf'],
  ['raw, and its last octet is A0', octets('attachment; filename=qualità'), 'qualità'],
  ['with parentheses', 'attachment; filename="a(1).pdf"', 'a(1).pdf'],
  ['with quotes', 'attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'],
  ['none at all', 'attachment', ''],
  ['empty', 'attachment; filename=""', ''],
])('%s', (_, disposition, wanted) => {
  expect(of(disposition)).toBe(wanted);
});

test('of two names the one counts that could be written', () => {
  const type = 'application/pdf; name="=?utf-8?Q?M=C3=A4rz.pdf?="';
  expect(of('attachment; filename="M?rz.pdf"', type)).toBe('März.pdf');
  expect(of('attachment; filename="April.pdf"', type)).toBe('April.pdf');
});

test('raw octets are in the charset of the mail', () => {
  const name = Buffer.from('attachment; filename="\xd5\xca\xb5\xa5.pdf"', 'latin1');
  expect(of(name.toString('latin1'), 'x/y', 'gb2312')).toBe('帐单.pdf');
});

test.each(['März.pdf', "it's (1).pdf", 'a;b="c".pdf', '\ud800.pdf', '100%.pdf'])(
  'the parser gets %j as it is',
  (name) => {
    const written = structuredField(`attachment; ${fileNameParameter(name)}`).parameters;
    expect(fileNameIn(written, new Map(), '')).toBe(name.replace('\ud800', '\ufffd'));
  },
);
