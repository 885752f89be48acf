/** What stands directly at a quote, and so commands nothing. */
import { expect, test } from 'vitest';
import { linesAtQuotes } from '../../../src/reading/quotes/at-quotes.ts';

const SEED = Number(process.env['SEED'] ?? 20261128);
const free = (text: string) => {
  const at = linesAtQuotes(text);
  return text
    .split('\n')
    .filter((line, n) => line.trim() !== '' && !line.startsWith('>') && !at.has(n));
};

test.each([
  '> quoted',
  '＞ quoted',
  '   > quoted',
  'NF> quoted',
  '| quoted',
  '```\n> quoted\n```',
  'On Mon, Nov 16, 2026 at 9:00 AM, Nic Ferrier <nic@ferrier.example> wrote:',
  'Am 16.11.2026 um 09:00 schrieb Nic Ferrier:\n\n> quoted',
  'On Monday, November 16, 2026\nat 9:00 AM, Nic\n<nic@ferrier.example>\nwrote:',
  'Nic Ferrier a dit, dans une langue que personne ne connaît :\n\n> quoted',
  '-----Original Message-----',
  'From: A name that is so long\nthat a client wraps it\nover many\nlines\nand more <eve@evil.example>',
  'On Mon, Nov 16, 2026 at 9:00 AM, A name\nthat is so long\nthat a client\nwraps it\nonce more <eve@evil.example> wrote:\n\n> quoted',
  'From: Nic\nSent: Monday\nTo: Help\nSubject: Fire',
])("%j: neither the line above it nor the one below is anybody's command", (quote) => {
  for (const text of [
    `close\n${quote}\n`,
    `${quote}\nclose\n`,
    `Hello,\nclose 1\n${quote}\nx\nclose 2\n`,
  ]) {
    expect(free(text).filter((line) => line.startsWith('close'))).toEqual([]);
  }
  expect(free(`close\n\n${quote}\n\nclose 2\n`)).toEqual(
    expect.arrayContaining(['close', 'close 2']),
  );
});

test('text without a quote is free', () => {
  expect(free('Hello,\nclose 7102\n\nBye')).toEqual(['Hello,', 'close 7102', 'Bye']);
  expect(free('the order:\n\nclose 7102')).toEqual(['the order:', 'close 7102']);
});

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

test(`whatever a stranger wrote, and however a client wraps its quote, no rest of it is free (SEED=${SEED})`, () => {
  const next = random(SEED);
  const pick = <T>(all: readonly [T, ...T[]]): T => all[Math.floor(next() * all.length)] ?? all[0];
  const pieces = [
    ...['close 7102', 'Status: resolved', 'note', '```', 'x'.repeat(80), ' ', '  ', '\u00a0'],
    ...['\u200b', '\u00a0'.repeat(76), ' '.repeat(76), 'wrote:', '-- ', '#', 'a', '<b@c.example>'],
  ] as const;
  for (let run = 0; run < 3000; run += 1) {
    const written = Array.from({ length: 1 + Math.floor(next() * 4) }, () =>
      Array.from({ length: 1 + Math.floor(next() * 8) }, () => pick(pieces)).join(' '),
    );
    const width = pick([20, 60, 72, 76]);
    const keepsBlanks = next() < 0.5;
    const quote = written
      .map((line) => wrapped(`> ${line}`, width, keepsBlanks).join('\n'))
      .join('\n');
    const own = 'tag 7102 +mine';
    const text = pick([
      `${own}\n\n${quote}`,
      `${quote}\n\n${own}`,
      `${own}\n\nNic wrote:\n${quote}\n\n${own}`,
    ]);
    expect(new Set(free(text)), text).toEqual(new Set([own]));
  }
});

/** At blanks, where there are any; a line that would be empty is none. */
function wrapped(line: string, width: number, keepsBlanks: boolean): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > 2 ? blank : width;
    lines.push(rest.slice(0, cut));
    rest = keepsBlanks ? rest.slice(cut) : rest.slice(cut).replace(/^ /, '');
  }
  return [...lines, rest].filter((one) => one !== '');
}
