/** What is kept of a mail that holds a password: nothing that holds it, in whatever form. */
import { expect, test } from 'vitest';
import { blankedCopy, blankedSpans } from '../../src/robots/blanked-copy.ts';
import { holdsOneOf } from '../../src/robots/hidden-word.ts';
import { decoded } from '../kit/decoded.ts';
import { readOctets } from '../reading/read-file.ts';

const PASSWORD = 'Sommer=2026!';
const WORDS = [PASSWORD];
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const inLines = (text: string) => text.replace(/.{20}/g, '$&\n');
const HEADER = `Return-Path: <nic@ferrier.example>
Received: from mx.ferrier.example by support-ticket.example
DKIM-Signature: v=1; bh=${base64('x'.repeat(32))}; b=abc
From: Nic Ferrier <nic@ferrier.example>
To: password@support-ticket.example
Message-ID: <1@ferrier.example>
Date: Fri, 20 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
`;
const FILL = 'Please set it soon, since I cannot read my mail.\n'.repeat(4);
const text = `Set my password to ${PASSWORD}, please.\n${FILL}`;
const parts = (...all: readonly string[]) =>
  `Content-Type: multipart/mixed; boundary=b\n\n${all.map((part) => `--b\n${part}\n`).join('')}--b--\n`;
const plain = (body: string) => `Content-Type: text/plain; charset=utf-8\n\n${body}`;

const MAILS: readonly (readonly [string, string])[] = [
  ['as it is', plain(text)],
  [
    'in base64',
    `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${inLines(base64(text))}\n`,
  ],
  [
    'in base64 of UTF-16',
    `Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\n${inLines(base64(Buffer.from(text, 'utf16le')))}\n`,
  ],
  [
    'in quoted-printable, over the end of a line',
    `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n${text.replace(PASSWORD, 'Som=\nmer=3D20=\n26=21')}`,
  ],
  [
    'in HTML alone, as entities and across tags',
    `Content-Type: text/html; charset=utf-8\n\n<p>It is Som<b>mer&#61;20</b>26&#x21;, please.</p>${FILL}`,
  ],
  ['in text and HTML', parts(plain(text), `Content-Type: text/html\n\n<p>It is ${PASSWORD}</p>`)],
  ['in two parts', parts(plain(FILL), plain(text), plain(`Again: ${PASSWORD}`))],
  ['half in each of two parts', parts(plain(`${FILL}It is Sommer`), plain('=2026!'))],
  ['in the subject', `Subject: it is ${PASSWORD}\n${plain(FILL)}`],
  [
    'in the subject, in two encoded words',
    `Subject: =?utf-8?B?${base64('It is Somm')}?=\n =?utf-8?Q?er=3D2026!?=\n${plain(FILL)}`,
  ],
  [
    'in the name of a file, and in the file',
    parts(
      plain(FILL),
      `Content-Type: text/plain; name="=?utf-8?B?${base64(`${PASSWORD}.txt`)}?="\nContent-Disposition: attachment; filename*=utf-8''Sommer%3D2026%21.txt\nContent-Transfer-Encoding: base64\n\n${base64(PASSWORD)}`,
    ),
  ],
  [
    'before the first part and behind the last',
    `${parts(plain(FILL)).replace('--b', `${PASSWORD}\n--b`)}${PASSWORD}\n`,
  ],
  ['with soft hyphens and blanks in it', plain(`It is Som\u00admer=\u200b20 26!\n${FILL}`)],
  ['in a field of its own', `X-Password: ${PASSWORD}\n${plain(FILL)}`],
  ['in the name of its author', `Reply-To: "${PASSWORD}" <nic@ferrier.example>\n${plain(FILL)}`],
  ['in base64 within the text', plain(`${base64(`my password ${PASSWORD}`)}\n${FILL}`)],
];

test.each(MAILS)('a password %s is in no form of what is kept', async (_, rest) => {
  const raw = Buffer.from(HEADER + rest);
  const { message } = await readOctets(raw);
  const copy = blankedCopy(raw, message.text, WORDS);
  const squeezed = (all: string) => all.replace(/[\s\u00ad\u200b]/g, '');
  expect(squeezed(decoded(copy))).not.toContain(PASSWORD);
  expect(holdsOneOf(copy.toString(), WORDS)).toBe(false);
  expect(copy).toHaveLength(raw.length);
  const kept = await readOctets(copy);
  expect(kept.message.from?.address).toBe('nic@ferrier.example');
  expect(kept.message.messageId).toBe('<1@ferrier.example>');
  expect(kept.message.attachments).toEqual([]);
  expect(copy.toString()).not.toMatch(/dkim/i);
});

test('the rest of its text stays', async () => {
  const raw = Buffer.from(HEADER + plain(text));
  const { message } = await readOctets(raw);
  const kept = await readOctets(blankedCopy(raw, message.text, WORDS));
  expect(kept.message.text).toContain('Set my password to [blanked], please.');
  expect(kept.message.text).toContain('since I cannot read my mail.');
});

test('without words all of its text goes, and its subject', async () => {
  const raw = Buffer.from(`${HEADER}Subject: it is ${PASSWORD}\n${plain(text)}`);
  const { message } = await readOctets(raw);
  const kept = await readOctets(blankedCopy(raw, message.text, null));
  expect(kept.message.text.trim()).toBe('[blanked]');
  expect(kept.message.subject).toBe('[blanked]');
});

test('of a mail that has no room for a copy nothing is kept, and none is longer', () => {
  for (const raw of ['', 'x', `\n${PASSWORD}`, `From: a@x.example\n\n${PASSWORD}`]) {
    const copy = blankedCopy(Buffer.from(raw), raw, WORDS);
    expect(copy).toHaveLength(Buffer.from(raw).length);
    expect(copy.toString()).not.toContain(PASSWORD);
  }
});

test('what stands in the place of a word may have a word in it', () => {
  const raw = Buffer.from(HEADER + plain(`My blank check: blanked.\n${FILL}`));
  const copy = blankedCopy(raw, `My blank check: blanked.\n${FILL}`, ['blank']);
  expect(copy.toString()).toContain('My [blanked] check: [blanked]ed.');
});

test.each([
  ['a b c', ['b'], 'a [blanked] c'],
  ['secret secretary', ['secret', 'secretary'], '[blanked]'],
  ['SECRET', ['secret'], '[blanked]'],
  ['se\ncr\u00adet.', ['secret'], '[blanked].'],
  ['aaa', ['aa'], '[blanked]'],
  ['no', ['yes'], 'no'],
  ['no', ['\u200b'], 'no'],
])('%j without %j is %j', (whole, words, wanted) => {
  expect(blankedSpans(whole, words)).toBe(wanted);
});
