/** What may stand in a field, and what is said of what may not. */
import { describe, expect, test } from 'vitest';
import { readValue } from '../../src/fields/value.ts';
import type { Field } from '../../src/ticket/field.ts';

const of = (type: Field['type'], choices: readonly string[] = []): Field => {
  return { name: 'it', type, choices, required: false };
};
const read = (field: Field, words: string) => {
  const found = readValue(field, words);
  return 'refused' in found ? null : found.value;
};

test.each([
  ['12', '12'],
  ['+007', '7'],
  ['-0.50', '-0.5'],
  ['-0', '0'],
  ['123456789012345', '123456789012345'],
  ['0.0000005', '0.0000005'],
  ['-00.00000010', '-0.0000001'],
  ['0.0000000000', '0'],
  ['1200', '1200'],
  ['12345.0123456789', '12345.0123456789'],
  ['1234567890123456', null],
  ['1,5', null],
  ['1e3', null],
  ['0x10', null],
  ['Infinity', null],
  ['', null],
  ['12 apples', null],
])('the number %j is %j', (words, value) => {
  expect(read(of('number'), words)).toBe(value);
});

test.each([
  ['2026-12-07', '2026-12-07'],
  ['2024-02-29', '2024-02-29'],
  ['2026-02-29', null],
  ['7.12.2026', '2026-12-07'],
  ['07. 12. 2026', '2026-12-07'],
  ['31.11.2026', null],
  ['12/07/2026', null],
  ['2026-13-01', null],
  ['2026-00-10', null],
  ['0001-01-01', '0001-01-01'],
  ['9999-12-31', '9999-12-31'],
  ['0000-01-01', null],
  ['0000-00-00', null],
])('the date %j is %j', (words, value) => {
  expect(read(of('date'), words)).toBe(value);
});

test.each(['12', '-0.0000005', '0.1', '123456789012345', '99999.9999999999'])(
  'what stands there of %s may stand there, too',
  (words) => {
    const once = read(of('number'), words);
    expect(once).not.toBeNull();
    expect(read(of('number'), once ?? '')).toBe(once);
  },
);

test('a choice is one of the list, as the list has it', () => {
  const field = of('choice', ['Bug', 'Wish']);
  expect(read(field, 'bug')).toBe('Bug');
  expect(readValue(field, 'question')).toEqual({
    refused: 'it cannot be "question": it takes one of Bug, Wish',
  });
});

test('a choice of very many is refused in a sentence, and not in a page', () => {
  const field = of(
    'choice',
    Array.from({ length: 100 }, (_, n) => `${n} ${'x'.repeat(20)}`),
  );
  const found = readValue(field, 'question');
  expect(found).toHaveProperty('refused', expect.stringMatching(/ and 80 more, which the config/));
});

describe('a text', () => {
  test('is one line, with single blanks', () => {
    expect(read(of('text'), '  RX-1   for \t Nic ')).toBe('RX-1 for Nic');
  });

  test.each([
    ['a control character', 'a\u001B[31m'],
    ['a line break', 'a\nStatus: resolved'],
    ['a mark that turns the line around', 'a\u202Eb'],
    ['a half of a character', 'a\uD800'],
    ['201 characters', 'x'.repeat(201)],
    ['a megabyte', 'x'.repeat(1024 * 1024)],
    ['nothing', ''],
    ['what stands for a value that was erased', '[erased]'],
    ['a letter that is a blank', '\u3164'],
    ['letters that are blanks', '\u115F\u1160\uFFA0'],
    ['a sign that is a blank', '\u2800\u2800'],
    ['a blank within', 'RX\u2800 1'],
    ['variation selectors alone', '\uFE0F\uFE0F'],
    ['joiners alone', '\u200D\u200C'],
    ['those of other planes', '\u{E0100}\u{E0100}'],
    ['those of Mongolian', '\u180B\u180F'],
    ['marks at no letter', '\u0300 \u0301'],
    ['a joiner of marks', 'RX\u034F1'],
    ['a vowel that is not seen', '\u17B4'],
    ['a blank of hieroglyphs', '\u{13441}'],
    ['a note without a head', '\u{1D159}'],
    ['what is no character', 'a\uFFFF'],
    ['blanks of every width', '\u3000\u2003\u00A0'],
  ])('cannot have %s', (_, words) => {
    const found = readValue(of('text'), words);
    expect(found).toHaveProperty('refused', expect.stringContaining('a text of 1 to 200'));
    expect('refused' in found ? found.refused.length : 0).toBeLessThan(200);
  });

  test('is the same from every keyboard', () => {
    expect(read(of('text'), 'A\u0308rger\u00A0\u3000 2')).toBe('\u00C4rger 2');
    expect(read(of('choice', ['\u00C4rger']), 'a\u0308rger')).toBe('\u00C4rger');
  });

  test('may have a heart in red, and signs of a private font', () => {
    for (const text of ['\u2764\uFE0F', '#\uFE0F\u20E3', '\uE000', '\u845B\u{E0100}'])
      expect(read(of('text'), text)).toBe(text);
  });

  test('may have joiners, which belong to letters, and 200 emoji', () => {
    expect(read(of('text'), 'می\u200Cخواهم')).toBe('می\u200Cخواهم');
    expect(read(of('text'), '🙂'.repeat(200))).toBe('🙂'.repeat(200));
  });
});
