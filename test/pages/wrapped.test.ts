/** Messages on a terminal: no line is wider than it, and nothing is lost. */
import { expect, test } from 'vitest';
import { width } from '../../src/pages/style.ts';
import { wrapped } from '../../src/pages/wrapped.ts';
import { choiceOf, SEED } from '../kit/random.ts';

test('what goes on is indented, and begins with a word', () => {
  const text =
    'mailrobot: "yesterday" is past: Saturday, 28 November 2026, 16:11 (Europe/Berlin): say a later time';
  expect(wrapped(text, 80).split('\n')).toEqual([
    'mailrobot: "yesterday" is past: Saturday, 28 November 2026, 16:11',
    '  (Europe/Berlin): say a later time',
  ]);
});

test('what fits stays as it is, with its blanks', () => {
  const text = 'ok      a mail\n  mailrobot ticket show 7102\n\nnot ok  another';
  expect(wrapped(text, 80)).toBe(text);
});

test('a command in quotes stays whole, and so does a path that is wider than the terminal', () => {
  const path = `/srv/${'long/'.repeat(20)}config.json`;
  expect(wrapped(`see "mailrobot doctor" or ${path}: it says why`, 20).split('\n')).toEqual([
    ...['see', '  "mailrobot doctor"', '  or', `  ${path}:`, '  it says why'],
  ]);
});

test(`whatever is said, no line is too wide, and no word is missing (seed ${SEED})`, () => {
  const choose = choiceOf(SEED);
  const words = ['a', 'SUPPORT-7102', '"undo 7102"', '"', 'weiß', '漢字', '7102,', 'of', '(UTC)'];
  for (let round = 0; round < 500; round += 1) {
    const columns = 60 + choose.number(60);
    const text = Array.from({ length: choose.number(60) }, () => choose(words)).join(' ');
    const shown = wrapped(`mailrobot: ${text}`, columns);
    for (const line of shown.split('\n')) expect(width(line)).toBeLessThanOrEqual(columns);
    expect(shown.split(/\s+/)).toEqual(`mailrobot: ${text}`.split(/\s+/));
  }
});
