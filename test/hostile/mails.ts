/**
 * Mails made to stall, exhaust or crash whoever reads them, each by name.
 *
 * Every one is a generator of chunks; the largest are of 48 MB. `wanted` is what a person must still find in the ticket. The
 * sizes are those of the promise (docs/limits.md): far above what real mail
 * has, below the largest message that is taken.
 */
import { compressedMail } from '../kit/compressed.ts';

const MEBIBYTE = 1024 * 1024;

export interface HostileMail {
  readonly name: string;
  chunks(): Iterable<Buffer>;
  /** Words that the ticket's text must hold. */
  readonly wanted: string;
  /** The ticket must say that it does not show everything. */
  readonly isCut: boolean;
}

const HEAD = `From: Mallory <mallory@ferrier.example>
To: new@support-ticket.example
Subject: hostile
Message-ID: <hostile@ferrier.example>
Date: Fri, 20 Nov 2026 08:00:00 +0000
MIME-Version: 1.0
`;

function mail(
  name: string,
  isCut: boolean,
  pieces: () => Iterable<string>,
  wanted = 'please help me',
): HostileMail {
  return {
    name,
    wanted,
    isCut,
    *chunks() {
      let held: string[] = [];
      let length = 0;
      for (const piece of pieces()) {
        held.push(piece);
        length += piece.length;
        if (length < 65536) continue;
        yield Buffer.from(held.join(''), 'latin1');
        held = [];
        length = 0;
      }
      if (length > 0) yield Buffer.from(held.join(''), 'latin1');
    },
  };
}

function* times(count: number, piece: (n: number) => string): Generator<string> {
  for (let n = 0; n < count; n += 1) yield piece(n);
}

const TEXT = 'please help me\n';
const COMPRESSED_TEXT = `Content-Type: text/plain\n\n${TEXT}`;
const PLAIN = `${HEAD}Content-Type: text/plain; charset=utf-8\n\n`;
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\n${TEXT}`;

/** CMS in hex, of indefinite lengths, up to what was signed; 30 octets. */
const SIGNED_BEFORE =
  '308006092a864886f70d010702a0803080020101310030800609' + '2a864886f70d010701a080';

export const HOSTILE: readonly HostileMail[] = [
  mail('10,000 nested parts', true, function* () {
    yield `${HEAD}Content-Type: multipart/mixed; boundary=b0\n\n--b0\n\n${TEXT}`;
    yield* times(10_000, (n) => `--b${n}\nContent-Type: multipart/mixed; boundary=b${n + 1}\n\n`);
    yield '--b10000\n\nthe innermost\n';
    yield* times(10_001, (n) => `--b${10_000 - n}--\n`);
  }),
  mail('10,000 nested parts, one boundary', true, function* () {
    yield MIXED;
    yield* times(10_000, () => '--b\nContent-Type: multipart/mixed; boundary=b\n\n');
  }),
  mail('10,000 nested mails', true, function* () {
    yield MIXED;
    yield* times(10_000, () => '--b\nContent-Type: message/rfc822\n\n');
  }),
  mail('100,000 parts', true, function* () {
    yield MIXED;
    yield* times(100_000, (n) => `--b\n\npart ${n}\n`);
    yield '--b--\n';
  }),
  mail('100,000 empty parts', true, function* () {
    yield MIXED;
    yield* times(100_000, () => '--b\n');
  }),
  mail('20,000 attachments', true, function* () {
    yield MIXED;
    yield* times(
      20_000,
      (n) => `--b\nContent-Disposition: attachment; filename=${n}.txt\n\n${n}\n`,
    );
    yield '--b--\n';
  }),
  mail('100,000 recipients', true, function* () {
    yield 'To: ';
    yield* times(100_000, (n) => `"P. ${n}" <p${n}@ferrier.example>,\n `);
    yield `new@support-ticket.example\n${HEAD.replace(/^To:.*\n/m, '')}\n${TEXT}`;
  }),
  mail('a header of 2 MB in one field', true, function* () {
    yield `${HEAD}X-Long: ${'x'.repeat(2 * MEBIBYTE)}\n\n${TEXT}`;
  }),
  mail('a header of 2 MB before the others', true, function* () {
    yield* times(2 * 1024, (n) => `X-Field-${n}: ${'x'.repeat(1000)}\n`);
    yield `${HEAD}\n${TEXT}`;
  }),
  mail('a header of 2 MB, folded', true, function* () {
    yield `${HEAD}References: `;
    yield* times(40_000, (n) => `<${n}.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@ferrier.example>\n `);
    yield `<x@y.example>\n\n${TEXT}`;
  }),
  mail('100,000 header fields', true, function* () {
    yield HEAD;
    yield* times(100_000, (n) => `X-${n}: ${n}\n`);
    yield `\n${TEXT}`;
  }),
  mail('10,000 parameters', true, function* () {
    yield `${HEAD}Content-Type: text/plain`;
    yield* times(10_000, (n) => `;\n p${n}=v${n}`);
    yield `\n\n${TEXT}`;
  }),
  mail('10,000 continued parameters', true, function* () {
    yield `${HEAD}Content-Type: text/plain`;
    yield* times(10_000, (n) => `;\n name*${n}*=utf-8''%41${n}`);
    yield `\n\n${TEXT}`;
  }),
  mail('100 KB of blanks and of letters in a type', false, function* () {
    yield `${HEAD}Content-Type: text${' '.repeat(40_000)}plain ${'a'.repeat(40_000)} b=c\n`;
    yield `Content-Disposition: inline${' '.repeat(40_000)}(${'('.repeat(9_000)}${')'.repeat(9_001)}\n\n${TEXT}`;
  }),
  mail('5,000 nested groups', false, function* () {
    yield HEAD.replace(/^To:.*\n/m, '');
    yield 'To: ';
    yield* times(5_000, (n) => `g${n}:`);
    yield* times(5_000, () => ';');
    yield `\n\n${TEXT}`;
  }),
  mail('5,000 nested comments and quotes', false, function* () {
    yield HEAD.replace(/^From:.*\n/m, '');
    yield `From: ${'('.repeat(5_000)}${'"'.repeat(5_001)} mallory@ferrier.example\n\n${TEXT}`;
  }),
  mail('encoded words without an end', true, function* () {
    yield HEAD.replace(/^Subject:.*\n/m, '');
    yield `Subject: ${'=?utf-8?q?'.repeat(50_000)}\n\n${TEXT}`;
  }),
  mail('50,000 encoded words', true, function* () {
    yield `${HEAD.replace(/^Subject:.*\n/m, '')}Subject:`;
    yield* times(50_000, () => ' =?utf-8?b?w6Q=?=\n');
    yield `\n${TEXT}`;
  }),
  mail('blanks for slow expressions', true, function* () {
    yield HEAD.replace(/^Subject:.*\n/m, '');
    yield `Subject: a${' '.repeat(100_000)}b\nX-A: ${'\t'.repeat(100_000)}\n\n`;
    yield `${TEXT}${' '.repeat(500_000)}x\n${'\n'.repeat(200_000)}x\n${'> '.repeat(200_000)}x\n`;
  }),
  mail('a line of host labels', true, function* () {
    yield `${PLAIN}${TEXT}${'xn--a.'.repeat(100_000)} ${'a@'.repeat(100_000)} ${'http://'.repeat(50_000)}\n`;
  }),
  mail('quote marks and signatures', true, function* () {
    yield `${PLAIN}${TEXT}`;
    yield* times(20_000, () => 'On Mon, Nov 16, 2026 at 9:00 AM, Nic <nic@ferrier.example>\n');
    yield* times(20_000, (n) => `${'>'.repeat(n % 100)} quoted\n-- \n`);
  }),
  mail('HTML of 50,000 nested elements', true, function* () {
    yield `${HEAD}Content-Type: text/html\n\n<p>please help me</p>`;
    yield* times(50_000, () => '<div>');
    yield* times(50_000, (n) => `<blockquote><table><tr><td>${n}`);
  }),
  mail('HTML of open brackets', true, function* () {
    yield `${HEAD}Content-Type: text/html\n\n<p>please help me</p>`;
    yield* times(200_000, () => '<a <!-- ');
  }),
  mail('HTML of 500,000 entities', true, function* () {
    yield `${HEAD}Content-Type: text/html\n\n<p>please help me</p>`;
    yield* times(500_000, () => '&lt;&#x41;&notanentity');
  }),
  mail('48 MB of text', true, function* () {
    yield `${PLAIN}${TEXT}`;
    yield* times(48 * 1024, () => `${'a line of text. '.repeat(64).trimEnd()}\n`);
  }),
  mail('48 MB in one line', true, function* () {
    yield `${PLAIN}${TEXT}`;
    yield* times(48 * 1024, () => 'x'.repeat(1024));
  }),
  mail('48 MB of HTML', true, function* () {
    yield `${HEAD}Content-Type: text/html\n\n<p>please help me</p>`;
    yield* times(48 * 1024, () => `<p>${'a line of text. '.repeat(63)}</p>\n`);
  }),
  mail('48 MB of empty lines', true, function* () {
    yield `${PLAIN}${TEXT}`;
    yield* times(48 * 1024, () => '\n'.repeat(1024));
  }),
  mail('48 MB of quoted-printable Chinese', true, function* () {
    yield `${HEAD}Content-Type: text/plain; charset=iso-2022-jp\n`;
    yield `Content-Transfer-Encoding: quoted-printable\n\n${TEXT}`;
    yield* times(48 * 1024, () => `${'=1B=24=42=34=41'.repeat(68)}\n`);
  }),
  mail('48 MB of header', true, function* () {
    yield HEAD;
    yield* times(48 * 1024, (n) => `X-Field-${n}: ${'x'.repeat(1000)}\n`);
    yield `\n${TEXT}`;
  }),
  mail('48 MB of header under invented names', true, function* () {
    yield HEAD;
    yield* times(
      480,
      (n) => `Content-${String.fromCharCode(97 + (n % 26), 97 + n / 26)}: ${'x'.repeat(102_000)}\n`,
    );
    yield `\n${TEXT}`;
  }),
  mail('48 MB in one line and no header', true, function* () {
    yield TEXT.trim();
    yield* times(48 * 1024, () => 'x'.repeat(1024));
  }),
  mail('48 MB of delimiters', true, function* () {
    yield MIXED;
    yield* times(48 * 1024, () => '--b\n--c\n-- \n'.repeat(85));
  }),
  mail('1 MB of HTML behind a boundary on a type that has no parts', false, function* () {
    yield `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\n${TEXT}`;
    yield '--b\nContent-Type: application/x; boundary=c\n\n--c\nContent-Type: text/html\n\n';
    yield* times(300_000, () => '<b>');
  }),
  mail('20 MB of text that is inline in an encoded word', false, function* () {
    yield `${MIXED}--b\nContent-Type: text/plain\nContent-Disposition: =?utf-8?q?inline?=\n\n`;
    yield* times(10 * 1024 * 1024, () => 'x\n');
  }),
  mail('6 MB of HTML, inline and with an empty name', false, function* () {
    yield MIXED;
    const disposition = 'Content-Disposition: inline; filename=""';
    for (let n = 0; n < 6; n += 1) {
      yield `--b\nContent-Type: text/html\n${disposition}\n\n`;
      yield* times(1000, () => '<b>'.repeat(340));
      yield '\n';
    }
  }),
  mail('48 long boundaries and lines that nearly are', true, function* () {
    const near = 'q'.repeat(1000);
    yield `${HEAD}Content-Type: multipart/mixed; boundary="${near}0"\n\n--${near}0\n\n${TEXT}`;
    for (let n = 0; n < 47; n += 1) {
      yield `--${near}${n}\nContent-Type: multipart/mixed; boundary="${near}${n + 1}"\n\n`;
    }
    yield `--${near}47\n\n`;
    yield* times(16 * 1024, () => `--${near}x\n`);
  }),
  mail('1 MB of blanks in quoted-printable', false, function* () {
    yield `${MIXED}--b\nContent-Type: application/pdf\n`;
    yield 'Content-Transfer-Encoding: quoted-printable\n\n';
    yield `${' '.repeat(1024 * 1024)}x\n`;
  }),
  mail('40,000 files in yEnc and BinHex, and 20,000 beginnings of uuencode', true, function* () {
    yield `${PLAIN}${TEXT}`;
    yield* times(10_000, (n) => `begin 644 file ${n}\nM\n`);
    yield* times(10_000, (n) => `begin-base64 644 file ${n}\nQUJD\n`);
    yield* times(20_000, () => '=ybegin line=128 name=a\n=yend\n');
    yield* times(20_000, () => '(This file must be converted with BinHex 4.0)\n:\n');
  }),
  mail('30 multiparts in base64, one within the other', false, function* () {
    let inner = '--b\n\nthe innermost\n--b--\n';
    for (let n = 0; n < 30; n += 1) {
      const encoded = Buffer.from(inner).toString('base64');
      inner = `--b\nContent-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n${encoded}\n--b--\n`;
    }
    yield `${MIXED}--b\nContent-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n`;
    yield `${Buffer.from(inner).toString('base64')}\n--b--\n`;
  }),
  mail('a multipart of 34 MB in base64', true, function* () {
    yield `${MIXED}--b\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: base64\n\n`;
    yield Buffer.from('--c\n\nwords\n--c\nContent-Type: x/y\n\n').toString('base64');
    yield* times(34 * 1024, () => `\n${'QUJD'.repeat(255)}`);
    yield '\n--b--\n';
  }),
  mail('a multipart of 20 MB in base64, full of delimiters', true, function* () {
    yield `${MIXED}--b\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: base64\n\n`;
    const delimiters = Buffer.from('--c\n--d\n-- \n'.repeat(85)).toString('base64');
    yield* times(15 * 1024, () => `${delimiters}\n`);
    yield '\n--b--\n';
  }),
  mail('a file of 20 MB under uuencode', false, function* () {
    yield `${MIXED}--b\nContent-Type: x/y; name=a\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n`;
    yield* times(320 * 1024, () => `M${'!'.repeat(60)}\n`);
    yield 'end\n--b--\n';
  }),
  mail('12 MB of S/MIME in octet strings of one octet', true, function* () {
    yield `${MIXED}--b\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n`;
    yield Buffer.from(`${SIGNED_BEFORE}2480`, 'hex').toString('base64').replace(/=/g, '');
    yield* times(4096, () => `\n${Buffer.from('040141'.repeat(1024), 'hex').toString('base64')}`);
    yield '\n--b--\n';
  }),
  mail('S/MIME of a million levels', false, function* () {
    yield `${MIXED}--b\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n`;
    yield Buffer.from(SIGNED_BEFORE, 'hex').toString('base64').replace(/=/g, '');
    yield* times(1024, () => `\n${Buffer.from('2480'.repeat(1023), 'hex').toString('base64')}`);
    yield '\n--b--\n';
  }),
  mail('winmail.dat of 100,000 files and a million properties', true, function* () {
    yield `${MIXED}--b\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n`;
    const properties = Buffer.from(`ffffffff${'0300011000000000'.repeat(1_000_000)}`, 'hex');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(properties.length);
    const attribute = Buffer.concat([Buffer.from('0103900600', 'hex'), length, properties]);
    const file = Buffer.from(`0202900600000000000000${'02108001000200000061000000'}`, 'hex');
    const files = Buffer.concat(Array.from({ length: 100_000 }, () => file));
    const all = [Buffer.from('789f3e220100', 'hex'), attribute, Buffer.alloc(2), files];
    yield Buffer.concat(all).toString('base64');
    yield '\n--b--\n';
  }),
  mail('24 MB of quoted-printable attached', false, function* () {
    yield `${MIXED}--b\nContent-Type: text/csv; name=a.csv\nContent-Disposition: attachment\n`;
    yield 'Content-Transfer-Encoding: quoted-printable\n\n';
    yield* times(24 * 1024 * 14, () => `${'r=C3=A4t;'.repeat(8)}=\n`);
  }),
  mail('48 MB of dashes attached', false, function* () {
    yield `${MIXED}--b\nContent-Type: application/pdf\n\n`;
    yield* times(16 * 1024, () => '--\n'.repeat(1024));
  }),
  mail(
    '16 million header lines',
    true,
    function* () {
      yield HEAD;
      yield* times(16 * 1024, () => 'a:\n'.repeat(1024));
      yield `\n${TEXT}`;
    },
    '',
  ),
  mail('98 parts with 64 KB of header each', true, function* () {
    yield MIXED;
    for (const field of ['To: a,', 'Bcc:a\n', 'b:\n', 'Content-Type: x; n="=?a?q? ']) {
      yield* times(24, () => `--b\n${field.repeat(64_000 / field.length)}\n\nx\n`);
    }
  }),
  mail('900 parts full of recipients', false, function* () {
    yield MIXED;
    yield* times(900, () => `--b\nTo: ${'a,'.repeat(24_000)}\n\nx\n`);
  }),
  mail('130,000 short lines', true, function* () {
    yield `${PLAIN}${TEXT}`;
    yield* times(120_000, () => 'x\n');
  }),
  mail('48 MB attached', false, function* () {
    yield `${MIXED}--b\nContent-Type: application/pdf; name=a.pdf\n`;
    yield 'Content-Transfer-Encoding: base64\n\n';
    yield* times(48 * 1024, () => `${'QUJD'.repeat(19)}\n`.repeat(13));
    yield '--b--\n';
  }),
  mail('20,000 pictures in HTML, the last of them without an end', true, function* () {
    yield `${HEAD}Content-Type: text/html; charset=utf-8\n\n<p>${TEXT}</p>`;
    yield* times(20_000, () => '<img src="data:image/png;base64,iVBORw0KGgo=">');
    yield* times(40, () => '<img src="data:image/png;base64,');
  }),
  mail('1 MB of base64 with a footer in each line', true, function* () {
    yield `${HEAD}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n`;
    yield `${Buffer.from(`${TEXT}!!`).toString('base64')}\n`;
    yield* times(8000, () => `${'QUJD'.repeat(19)}\n__ a footer __\n`);
  }),
  mail('a text of nothing but lists, tables, quotes and signatures', true, function* () {
    yield `${PLAIN}${TEXT}`;
    const line = '- a\n\n\ta\tb\n|a|b|\n> a\n>> b\n--\n\n[cid:x]\n1) b\n';
    yield* times(4000, () => line);
  }),
  mail('winmail.dat of RTF in 100,000 groups', false, function* () {
    yield `${HEAD}Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n`;
    const words = `{\\rtf1 ${TEXT}${"{\\u228 ?\\f1 \\'e4".repeat(100_000)}`;
    yield `${tnefOfRtf(Buffer.from(words)).toString('base64')}\n`;
  }),
  mail('60 parts of S/MIME, each of 20 MB that were compressed', true, function* () {
    const large = Buffer.concat([Buffer.from(COMPRESSED_TEXT), Buffer.alloc(20_000_000, 'A\n')]);
    const part = `--b\n${compressedMail(large)}`;
    yield MIXED;
    yield* times(60, () => part);
  }),
  mail('S/MIME compressed six times, the innermost of 20 MB', true, function* () {
    let inner = Buffer.concat([Buffer.from(COMPRESSED_TEXT), Buffer.alloc(20_000_000)]);
    for (let level = 0; level < 6; level += 1) inner = Buffer.from(compressedMail(inner));
    yield HEAD;
    yield inner.toString('latin1');
  }),
  mail('500,000 parts of a multipart without a boundary', true, function* () {
    yield `${HEAD}Content-Type: multipart/mixed\n\n`;
    yield* times(500_000, () => `--q\nContent-Type: text/plain\n\n${TEXT}`);
  }),
  mail(
    '20,000 multiparts without a boundary, each in the one before',
    true,
    function* () {
      yield `${HEAD}Content-Type: multipart/mixed\n\n`;
      yield* times(20_000, (n) => `--q${n}\nContent-Type: multipart/mixed\n\n`);
    },
    'Content-Type: multipart/mixed',
  ),
];

/** RTF as it is, in the properties of a message ([MS-OXTNEF], [MS-OXRTFCP] 2.1.3). */
function tnefOfRtf(rtf: Buffer): Buffer {
  const word = (value: number) => {
    const octets = Buffer.alloc(4);
    octets.writeUInt32LE(value);
    return octets;
  };
  const plain = [word(rtf.length + 12), word(rtf.length), Buffer.from('MELA'), word(0), rtf];
  const value = Buffer.concat(plain);
  const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
  const properties = [word(1), word(0x10090102), word(1), word(value.length), value, padding];
  const data = Buffer.concat(properties);
  const attribute = [Buffer.of(1), word(0x00069003), word(data.length), data, Buffer.alloc(2)];
  return Buffer.concat([word(0x223e9f78), Buffer.alloc(2), ...attribute]);
}
