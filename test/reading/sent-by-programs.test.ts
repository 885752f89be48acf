/** Small mails as clients, gateways and phones send them, and what a person must see of each. */
import { expect, test } from 'vitest';
import type { ParsedMessage } from '../../src/reading/message.ts';
import { readOctets } from './read-file.ts';

/** Characters are octets where they are below U+0100. */
function read(header: string, body: string): Promise<ParsedMessage> {
  const mail = `From: nic@ferrier.example\n${header}\n\n${body}`;
  return readOctets(Buffer.from(mail, 'latin1')).then(({ message }) => message);
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const PRINTER_IN_JIS = '\x1b$B%W%j%s%?\x1b(B';
const PRINTER_IN_SJIS = '\x83v\x83\x8a\x83\x93\x83^';

test.each([
  ['escapes of ISO-2022-JP as they are', `Subject: ${PRINTER_IN_JIS}`, 'プリンタ'],
  [
    'the same, with a charset that says something else',
    `Subject: ${PRINTER_IN_JIS}\nContent-Type: text/plain; charset=utf-8`,
    'プリンタ',
  ],
  [
    'raw Shift_JIS',
    `Subject: ${PRINTER_IN_SJIS}\nContent-Type: text/plain; charset=shift_jis`,
    'プリンタ',
  ],
  [
    'raw UTF-8, folded within a character',
    'Subject: Ger\xc3\n \xa4t der \xc3\x9cberwachung',
    'Überwachung',
  ],
  ['raw UTF-8, cut within a character', 'Subject: Ger\xc3\xa4t \xc3', 'Gerät \uFFFD'],
  ['words without a blank between them', 'Subject: =?utf-8?Q?Ger=C3?==?utf-8?Q?=A4t?=', 'Gerät'],
  ['a word with its charset in quotes', 'Subject: =?"utf-8"?Q?Ger=C3=A4t?=', 'Gerät'],
  [
    'a word that was encoded twice',
    'Subject: =?utf-8?Q?=3D=3Futf-8=3FQ=3FGer=3DC3=3DA4t=3F=3D?=',
    'Gerät',
  ],
  ['base64 without padding', 'Subject: =?utf-8?B?R2Vyw6R0?=', 'Gerät'],
  [
    'gb2312 that is UTF-8',
    `Subject: =?gb2312?B?${Buffer.from('打印机坏了请帮忙').toString('base64')}?=`,
    '打印机坏了请帮忙',
  ],
])('subject: %s', async (_, header, wanted) => {
  expect((await read(header, 'x')).subject).toContain(wanted);
});

test.each([
  ['a comma within a word', '=?utf-8?Q?M=C3=BCller, Nic?= <nic@ferrier.example>', 'Müller, Nic'],
  [
    'a comma within a word, encoded',
    '=?utf-8?Q?M=C3=BCller=2C_Nic?= <nic@ferrier.example>',
    'Müller, Nic',
  ],
  ['a word in quotes', '"=?utf-8?Q?M=C3=BCller?=" <nic@ferrier.example>', 'Müller'],
  ['a comment', 'nic@ferrier.example (=?utf-8?Q?M=C3=BCller?=)', 'Müller'],
  ['escapes of ISO-2022-JP', `"${PRINTER_IN_JIS}" <nic@ferrier.example>`, 'プリンタ'],
])('name: %s', async (_, from, name) => {
  const { message } = await readOctets(Buffer.from(`From: ${from}\n\nx`, 'latin1'));
  expect(message.from).toEqual({ name, address: 'nic@ferrier.example' });
});

test.each([
  [
    'UTF-16 with a mark that says UTF-8',
    'text/plain; charset=utf-8\nContent-Transfer-Encoding: base64',
    Buffer.from('\ufeffGrüße', 'utf16le').toString('base64'),
    'Grüße',
  ],
  [
    'a calendar alone that is called an application',
    'application/ics; name=invite.ics',
    'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Look at it\nEND:VEVENT\nEND:VCALENDAR\n',
    'Look at it',
  ],
  ['a log as text', 'text/x-log; charset=iso-8859-1', 'Ger\xe4t aus', 'Gerät aus'],
  ['a card that is the mail', 'text/vcard; charset=utf-8', utf8('FN:Jürgen'), 'FN:Jürgen'],
  [
    'what a monitor says',
    'application/json',
    utf8('{"state":"Gerät aus"}'),
    '{"state":"Gerät aus"}',
  ],
  ['the same in XML', 'application/vnd.x+xml', '<state>off</state>', '<state>off</state>'],
  ['plain text, misspelled', 'text/x-plain; charset=koi8-r', '\xe4\xc1', 'Да'],
  ['a page, misspelled', 'application/html', '<p>One</p>', 'One'],
  [
    'quoted-printable, in short',
    'text/plain; charset=utf-8\nContent-Transfer-Encoding: QP',
    'Gr=C3=BC=C3=9Fe',
    'Grüße',
  ],
  [
    'base64, in short',
    'text/plain; charset=utf-8\nContent-Transfer-Encoding: b64',
    'R3LDvMOfZQ==',
    'Grüße',
  ],
  [
    'quoted-printable, misspelled',
    'text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printible',
    'Gr=C3=BC=C3=9Fe',
    'Grüße',
  ],
  [
    'quoted-printable with a footer of 8 bits',
    'text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable',
    'Es l=C3=A4uft.\ngepr\xfcft',
    'Es läuft.\ngeprüft',
  ],
  [
    'a page that is called plain text',
    'text/plain',
    '<!DOCTYPE html>\n<html><body><p>One</p><p>Two</p></body></html>\n',
    'One\n\nTwo',
  ],
  [
    'a charset as RFC 2231 has it',
    "text/plain; charset*=us-ascii'en'windows-1251",
    '\xcf\xf0\xe8',
    'При',
  ],
  [
    'a file of no known type that is called .txt',
    'application/octet-stream; name=body.txt',
    'The only words',
    'The only words',
  ],
  [
    'a smile of Outlook',
    'text/html',
    '<p>Thanks <span style="font-family:Wingdings">J</span></p>',
    'Thanks 😊',
  ],
  [
    'a letter in that font which is none',
    'text/html',
    '<p>Thanks <span style="font-family:Wingdings">Judy</span></p>',
    'Thanks Judy',
  ],
  [
    'quoted-printable that nobody declared',
    'text/plain; charset=utf-8',
    'Gr=C3=BC=C3=9Fe: es l=C3=A4uft=\n wieder.',
    'Grüße: es läuft wieder.',
  ],
  [
    'a formula that is none',
    'text/plain; charset=utf-8',
    'a=C3=BC, b=C3=BC, c=C3=BC, d = 5',
    'a=C3=BC, b=C3=BC, c=C3=BC, d = 5',
  ],
  ['CESU-8', 'text/plain; charset=utf-8', 'Danke \xed\xa0\xbd\xed\xb8\x80', 'Danke 😀'],
  ['iso-8859-15@euro', 'text/plain; charset=iso-8859-15@euro', '5 \xa4', '5 €'],
  ['a code page of Windows', 'text/plain; charset=cp51949', '\xc7\xc1\xb8\xb0\xc5\xcd', '프린터'],
  ['another one', 'text/plain; charset=cp20936', '\xb4\xf2\xd3\xa1\xbb\xfa', '打印机'],
])('text: %s', async (_, type, body, wanted) => {
  expect((await read(`Content-Type: ${type}`, body)).text).toContain(wanted);
});

function withFile(header: string): Promise<ParsedMessage> {
  const part = `--b\nContent-Type: text/plain; charset=utf-8\n\n${utf8('für')}\n--b\n${header}\n--b--\n`;
  return read('Content-Type: multipart/mixed; boundary=b', part);
}

test.each([
  [
    'raw octets in the charset that its own part declares',
    `Content-Type: application/pdf; charset=shift_jis\nContent-Disposition: attachment; filename="${PRINTER_IN_SJIS}.pdf"\n\nx`,
    'プリンタ.pdf',
  ],
  [
    'as in a URL',
    'Content-Type: application/pdf\nContent-Disposition: attachment; filename="%E6%95%85%E9%9A%9C.pdf"\n\nx',
    '故障.pdf',
  ],
  [
    'a mail with a raw subject, in its own charset',
    'Content-Type: message/rfc822\n\nSubject: Gr\xfc\xdfe\nContent-Type: text/plain; charset=iso-8859-1\n\nx',
    'Grüße.eml',
  ],
  [
    'a mail with an encoded subject',
    'Content-Type: message/rfc822\n\nSubject: =?gbk?B?tPLToQ==?=\n\nx',
    '打印.eml',
  ],
])('name of a file: %s', async (_, header, filename) => {
  expect((await withFile(header)).attachments).toMatchObject([{ filename }]);
});

test('a page that is called plain text is shown, and becomes no file: no filter has seen a page', async () => {
  const { text, attachments } = await read('Content-Type: text/plain', '<html><p>One</p></html>');
  expect(text).toBe('One');
  expect(attachments).toEqual([]);
});
