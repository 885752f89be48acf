/** A raw mail is read in pieces (stores/disk/read-pieces.ts): how large they are must change nothing. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { parseMessage } from '../../src/reading/message.ts';

/** What the store reads at once. */
const PIECE = 65_536;

/** Found by fuzzing: a header line of half a megabyte, then what looks like a header once more. */
const LONG_HEADER = [
  'Subject: this is a subject\r',
  'MIME-version: 1.0',
  'Content-Type: text/html;',
  'Content-Disposition: =?utf-8?Q?invalid?=',
  `Content-${' '.repeat(500_000)}Transfer-Encoding: quoted-printable`,
  'Content-Disposition: =?utf-8?Q?invalid?=',
  'Content-Type: text/plain; name==?koi8-r?B?89DJ08/LLmRvYw==?=\r',
  '\r',
  'A simple body.\r',
  '',
].join('\n');

async function attachmentsOf(mail: Buffer, piece: number): Promise<readonly string[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < mail.length; at += piece) pieces.push(mail.subarray(at, at + piece));
  const found: string[] = [];
  const openAttachment = () => {
    const digest = createHash('sha256');
    return {
      write: (chunk: Uint8Array) => digest.update(chunk),
      close: () => found.push(digest.digest('hex')),
    };
  };
  await parseMessage({ chunks: () => pieces, openAttachment }, DEFAULT_LIMITS);
  return found;
}

test('a header without an end gives the same attachments, in whatever pieces it is read', async () => {
  const mail = Buffer.from(LONG_HEADER);
  const whole = await attachmentsOf(mail, PIECE);
  expect(whole).toHaveLength(1);
  for (const piece of [100, 4096, 65_535]) expect(await attachmentsOf(mail, piece)).toEqual(whole);
});

const filesOf = (mail: string, piece: number) => attachmentsOf(Buffer.from(mail), piece);

test.each([8191, 8192, 8193, 30_000, 40_000])(
  'a line of %i octets in the header of a file, which is no field, is taken the same way',
  async (length) => {
    const file = `Content-Type: application/pdf\n${'QUJD'.repeat(length).slice(0, length)}`;
    const parts = [`${file}\nX-Field: a\n\nfile`, `${file}\n ${' b'.repeat(9000)}\nno field`];
    const mail = `Content-Type: multipart/mixed; boundary=":"\n\n${parts.map((part) => `--:\n${part}\n`).join('')}--:--\n`;
    const whole = await filesOf(mail, PIECE * 10);
    expect(whole).toHaveLength(2);
    for (const piece of [4096, 8192, 10_000, 65_535])
      expect(await filesOf(mail, piece), `in pieces of ${piece}`).toEqual(whole);
  },
);
