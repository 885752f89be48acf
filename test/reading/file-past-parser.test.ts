/**
 * Files go past the parser of MIME (file-content.ts). They are the same octets, in the same order, as
 * if they went through it, whatever the mail is made to be.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, type ReadLimits } from '../../src/config/limits.ts';
import { Attachments } from '../../src/reading/attachments.ts';
import { BoundedMail } from '../../src/reading/bounded-mail.ts';
import { octetsThrough } from '../../src/reading/bounded-octets.ts';
import { parse } from '../../src/reading/mail-parser.ts';
import { PartOctets } from '../../src/reading/part-octets.ts';
import { type Choose, choiceOf, roundsOf, SEED } from '../kit/random.ts';

interface Cut {
  readonly limits: ReadLimits;
  /** Octets that come at once. */
  readonly piece: number;
}

async function readOf(mail: Buffer, way: 'past' | 'through', { limits, piece }: Cut) {
  const files: string[] = [];
  const bounded = new BoundedMail(limits, '', 'x');
  const attachments = new Attachments((n) => {
    const chunks: Uint8Array[] = [];
    return {
      write: (chunk) => chunks.push(Buffer.from(chunk)),
      close: () => {
        files[n - 1] = Buffer.concat(chunks).toString('latin1');
      },
    };
  });
  const octets = new PartOctets(bounded.parts, attachments);
  if (way === 'past') bounded.passFilesTo(octets.takePast);
  const pieces: Buffer[] = [];
  for (let at = 0; at < mail.length; at += piece) pieces.push(mail.subarray(at, at + piece));
  const parsing = { headers: new Map() };
  await parse(octetsThrough(bounded, pieces), octets.take, limits.parts, parsing);
  attachments.closeOpen();
  const texts = [...octets.texts].map(([{ type }, text]) => [type, text.toString('latin1')]);
  return { files, known: attachments.all, texts, outline: bounded.outline };
}

async function expectSame(mail: Buffer, cut: Cut, name: string): Promise<number> {
  const [past, through] = [await readOf(mail, 'past', cut), await readOf(mail, 'through', cut)];
  expect(past, name).toEqual(through);
  return past.files.length;
}

test('files of the fixtures', async () => {
  const root = join(import.meta.dirname, '..', '..', 'fixtures');
  const mails = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.eml'),
  );
  let files = 0;
  for (const name of mails) {
    const mail = readFileSync(join(root, name));
    files += await expectSame(mail, { limits: DEFAULT_LIMITS, piece: 65_536 }, name);
  }
  expect(files).toBeGreaterThan(50);
});

const SIGNS = [
  'A',
  'z',
  '9',
  '+',
  '/',
  '=',
  '==',
  '-',
  '_',
  ' ',
  '\t',
  '*',
  '\xc1',
  '\r',
  '\n',
  '\r\n',
];

function content(choose: Choose, end: string): string {
  const kind = choose(['lines', 'signs', 'nothing', 'dashes', 'qp', 'long', 'padded']);
  const times = choose([1, 2, 3, 50]);
  if (kind === 'nothing') return choose(['', end, `${end}${end}`, '\r']);
  if (kind === 'dashes') return `--${choose(['b', 'B', 'b0', '-'])}${end}`.repeat(times);
  if (kind === 'qp') return `a=20=${end}b =3D${choose(['=', ' ', ''])}${end}`.repeat(times);
  if (kind === 'long') return 'QUJD'.repeat(choose([1, 300, 20_000])) + choose(['', end]);
  if (kind === 'padded')
    return `${choose(['QQ==', 'QUI=', 'QUJD'])}${choose(['', end])}`.repeat(times);
  if (kind === 'signs') return Array.from({ length: times * 7 }, () => choose(SIGNS)).join('');
  return (
    `${choose(['QUJDREVG', 'QUJDREVGR', 'text of a file'])}${end}`.repeat(times) +
    choose(['', 'QQ'])
  );
}

function part(choose: Choose, depth: number, end: string): string {
  if (depth < 3 && choose([true, false, false, false])) return multipart(choose, depth + 1, end);
  const type = choose([
    ...['application/pdf', 'image/png', 'text/csv', 'text/plain', 'text/html', 'message/rfc822'],
    ...['application/ms-tnef', 'application/x-uuencode', 'multipart/mixed', ''],
  ]);
  const fields = [
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    ...choose([[], ['Content-Disposition: attachment; filename=a.bin'], ['Content-ID: <a@b>']]),
    ...choose([
      [],
      ['Content-Transfer-Encoding: base64'],
      ['Content-Transfer-Encoding: quoted-printable'],
      ['Content-Transfer-Encoding: x-unknown'],
    ]),
  ];
  const over = choose([end, end, end, '']);
  return `${fields.map((field) => `${field}${end}`).join('')}${over}${content(choose, end)}`;
}

function multipart(choose: Choose, depth: number, end: string): string {
  const boundary = choose(['b', 'b0', `B${depth}`]);
  const said = choose([boundary, boundary, boundary, 'another']);
  const parts = Array.from({ length: choose([1, 2, 3, 5]) }, () => part(choose, depth, end));
  const body = parts.map((one) => `--${boundary}${end}${one}${choose([end, end, ''])}`).join('');
  const closing = choose([`--${boundary}--${end}`, `--${boundary}--${end}`, '', `--${boundary}--`]);
  const kind = choose(['mixed', 'alternative', 'related']);
  return `Content-Type: multipart/${kind}; boundary="${said}"${end}${end}${body}${closing}`;
}

test('a CR at the very end of a mail is one of its file, also in a multipart that hides its boundary', async () => {
  const file = 'Content-Type: application/pdf\n\nfile\r';
  for (const said of ['b', 'another']) {
    const mail = `Content-Type: multipart/mixed; boundary=${said}\n\n--b\n\ntext\n--b\n${file}`;
    const cut = { limits: DEFAULT_LIMITS, piece: 65_536 };
    await expectSame(Buffer.from(mail), cut, said);
    expect((await readOf(Buffer.from(mail), 'past', cut)).files).toEqual(['file\r']);
  }
});

test(`files of random mails (SEED=${SEED})`, async () => {
  const choose = choiceOf(SEED);
  for (let round = 0; round < roundsOf(200); round += 1) {
    const end = choose(['\n', '\n', '\r\n']);
    const form = choose([multipart, multipart, multipart, part]);
    const whole = `From: a@b.example${end}${form(choose, 0, end)}`;
    const mail = Buffer.from(whole, 'latin1');
    const limits = choose([DEFAULT_LIMITS, DEFAULT_LIMITS, { ...DEFAULT_LIMITS, attachments: 2 }]);
    const piece = choose([65_536, 1000, 17, 1]);
    const cut = { limits, piece: mail.length > 20_000 ? 65_536 : piece };
    await expectSame(mail, cut, `SEED=${SEED}, round ${round}`);
  }
});
