/**
 * What reads mails, decides on them and keeps them spreads no list into a call that mails can make as
 * long as they like.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spreadIn } from './spreads.ts';

const SRC = join(import.meta.dirname, '../../src');
const ROOMS = /^(?:decision|html|journal|reading|rules|ticket)\//;
/** They are short, whatever a mail holds. */
const SHORT: ReadonlySet<string> = new Set([
  'decision/caps.ts: Object.values(caps).map(({ hours }) => hours)',
  'decision/copies.ts: fates',
  'journal/limits.ts: times',
  'journal/lists/numbers.ts: found',
  'journal/texts.ts: entry',
  'journal/turns.ts: group',
  'html/parse.ts: about',
  'reading/bounded-mail.ts: packed',
  'reading/bounded-mail.ts: closings(this.#part, owner)',
  'reading/delimiter-search.ts: found',
  'reading/file-name.ts: names.map(replacedIn)',
  'reading/message.ts: others',
  'reading/quotes/sent-words.ts: (tokens[below] ?? []).slice(0, KEY_WORDS - first.length)',
  'ticket/mail.ts: before.map(placeOf)',
]);

test('no list that has no bound is spread into a call', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const spread = files
    .filter((file) => file.endsWith('.ts') && ROOMS.test(file))
    .flatMap((file) =>
      spreadIn(readFileSync(join(SRC, file), 'utf8'), file).map((what) => `${file}: ${what}`),
    );
  expect(new Set(spread)).toEqual(SHORT);
});

test.each([
  ['all.push(...linesOf(text));', 'linesOf(text)'],
  ['const most = Math.max(0, ...ages);', 'ages'],
  ['const words = String.fromCharCode(...octets);', 'octets'],
  ['if (a) for (const b of c) { d(new Set(...e)); }', 'e'],
])('it is found: %s', (code, what) => {
  expect(spreadIn(code, 'planted.ts')).toEqual([what]);
});

test.each([
  'const all = [...lines, ...others];',
  'all.push([...lines]);',
  'all.push({ ...leaf });',
])('other spreads are none: %s', (code) => {
  expect(spreadIn(code, 'planted.ts')).toEqual([]);
});
