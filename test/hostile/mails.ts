/**
 * Mails made to stall, exhaust or crash whoever reads them, each by name.
 *
 * Every one is a generator of chunks; the largest are of 48 MB. `wanted` is what a person must still find in the ticket. The
 * sizes are those of the promise (docs/limits.md): far above what real mail
 * has, below the largest message that is taken.
 */
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
const PLAIN = `${HEAD}Content-Type: text/plain; charset=utf-8\n\n`;
const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\n${TEXT}`;

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
];
