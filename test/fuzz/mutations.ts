/**
 * Mails made worse at random: cut off, repeated, spliced with the header of
 * another, with bits flipped, or with a word put in that means something to a
 * parser. A seed makes the same mails again. Pure.
 */
export type Random = () => number;

/** mulberry32, by Tommy Ettinger (public domain): 32 bits of state, good enough to choose. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS: readonly (string | Buffer)[] = [
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xf0, 0x9f, 0x98]),
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  '\u001b[2J',
  '\u009b31m',
  '\u202e',
  '\ufeff',
  '--',
  '--b',
  '=?utf-8?q?',
  '=?utf-8?b?gA==?=',
  '?=',
  '=0D=0A',
  'Content-Type: multipart/mixed; boundary=b\n\n--b\n',
  'Content-Type: message/rfc822\n\n',
  'Content-Type: text/html; charset=utf-7\n',
  'Content-Transfer-Encoding: base64\n',
  'Content-Type: text/plain; format=flowed; delsp=yes\n',
  'Content-Disposition: attachment; filename="../../x"\n',
  '__proto__',
  'constructor',
  '(((',
  '"',
  '<',
  '>',
  ';',
  ':',
  ',',
  '@',
  '<!--',
  '<style>',
  '<p '.repeat(50),
  ' '.repeat(500),
];

export function mutate(mail: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random() * items.length)];
  const place = (of: Buffer) => Math.floor(random() * (of.length + 1));
  const other = () => pick(others) ?? mail;
  const steps: readonly ((from: Buffer) => Buffer)[] = [
    (from) => from.subarray(0, place(from)),
    (from) => from.subarray(place(from)),
    (from) => {
      const [a, b] = [place(from), place(from)].sort((x, y) => x - y);
      return Buffer.concat([from.subarray(0, b), from.subarray(a)]);
    },
    (from) => {
      const [a, b] = [place(from), place(from)].sort((x, y) => x - y);
      return Buffer.concat([from.subarray(0, a), from.subarray(b)]);
    },
    (from) => Buffer.concat([headerOf(other()), from]),
    (from) => Buffer.concat([headerOf(from), bodyOf(other())]),
    (from) => {
      const at = place(from);
      return Buffer.concat([from.subarray(0, at), other().subarray(0, 2000), from.subarray(at)]);
    },
    (from) => {
      const flipped = Buffer.from(from);
      for (let n = 0; n < 1 + random() * 20; n += 1) {
        const at = Math.floor(random() * flipped.length);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      return flipped;
    },
    (from) => {
      const at = place(from);
      const word = Buffer.from(pick(WORDS) ?? '');
      const times = random() < 0.1 ? 1000 : 1;
      const inserted = Array.from({ length: times }, () => word);
      return Buffer.concat([from.subarray(0, at), ...inserted, from.subarray(at)]);
    },
  ];
  let made = mail;
  for (let n = 0; n < 1 + random() * 4; n += 1) made = pick(steps)?.(made) ?? made;
  return made.subarray(0, 2 * 1024 * 1024);
}

function headerOf(mail: Buffer): Buffer {
  return mail.subarray(0, endOfHeader(mail));
}

function bodyOf(mail: Buffer): Buffer {
  return mail.subarray(endOfHeader(mail));
}

function endOfHeader(mail: Buffer): number {
  const ends = ['\n\n', '\r\n\r\n'].map((end) => mail.indexOf(end)).filter((at) => at >= 0);
  return ends.length === 0 ? mail.length : Math.min(...ends) + 1;
}
