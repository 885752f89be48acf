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
])('the date %j is %j', (words, value) => {
  expect(read(of('date'), words)).toBe(value);
});

test('a choice is one of the list, as the list has it', () => {
  const field = of('choice', ['Bug', 'Wish']);
  expect(read(field, 'bug')).toBe('Bug');
  expect(readValue(field, 'question')).toEqual({
    refused: 'it cannot be "question": it takes one of Bug, Wish',
  });
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
  ])('cannot have %s', (_, words) => {
    const found = readValue(of('text'), words);
    expect(found).toHaveProperty('refused', expect.stringContaining('a text of 1 to 200'));
    expect('refused' in found ? found.refused.length : 0).toBeLessThan(200);
  });

  test('may have joiners, which belong to letters, and 200 emoji', () => {
    expect(read(of('text'), 'می\u200Cخواهم')).toBe('می\u200Cخواهم');
    expect(read(of('text'), '🙂'.repeat(200))).toBe('🙂'.repeat(200));
  });
});
