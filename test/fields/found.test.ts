/** What patterns find in a mail, and what they cost. */
import { expect, test } from 'vitest';
import { foundIn, MAX_STEPS } from '../../src/fields/found.ts';
import { MAX_PATTERN_SIZE, patternOf } from '../../src/fields/pattern.ts';
import type { Field } from '../../src/ticket/field.ts';

const field = (pattern: string, more: Partial<Field> = {}): Field => {
  return { name: 'it', type: 'text', choices: [], required: false, pattern, ...more };
};
const find = (pattern: string, text: string, subject = '') =>
  foundIn([field(pattern)], { subject, text })[0]?.value ?? null;

test('takes what the first group has, or all of it', () => {
  expect(find('order (\\d+)', 'my Order 1234 is late')).toBe('1234');
  expect(find('RX-\\d+', 'it is rx-12.')).toBe('rx-12');
  expect(find('(?:order|Bestellung) (\\d+)', 'Bestellung 7')).toBe('7');
});

test('the subject comes first, then the text', () => {
  expect(find('\\d+', 'order 2', 'order 1')).toBe('1');
  expect(find('\\d+', 'order 2', 'order')).toBe('2');
});

test('^ and $ are the ends of a line', () => {
  expect(find('^order: (.*)$', 'Hello\norder: RX 1\nBye')).toBe('RX 1');
});

test('what may not stand in the field is not found', () => {
  const amount = field('amount (\\S+)', { type: 'number' });
  expect(foundIn([amount], { subject: '', text: 'amount 12.50' })).toEqual([
    { field: 'it', value: '12.5' },
  ]);
  expect(foundIn([amount], { subject: '', text: 'amount much' })).toEqual([]);
  expect(find('name: (.*)', 'name: \u202Eevil')).toBeNull();
  expect(find('a(b)?', 'a')).toBeNull();
});

test.each([
  '(',
  '(?=a)b',
  '(?<!a)b',
  '(a)\\1',
  `a{1,${MAX_PATTERN_SIZE}}b{1,9}`,
  '(a{1,99}){1,99}',
])('is no pattern: %s', (pattern) => {
  expect(patternOf(pattern)).toBeNull();
});

/** By steps, not by a clock: the engine makes at most `size` of them a character. */
test('of a long text, large patterns look through less, so that all together have a bound', () => {
  const looked = (count: number, text: string) => {
    const large = field(`(?:.?){${MAX_PATTERN_SIZE / 2 - 10}}(END)`);
    const names = Array.from({ length: count }, (_, n) => ({ ...large, name: `f${n}` }));
    return foundIn(names, { subject: '', text }).length;
  };
  const size = patternOf(`(?:.?){${MAX_PATTERN_SIZE / 2 - 10}}(END)`)?.size ?? 0;
  expect(size).toBeGreaterThan(MAX_PATTERN_SIZE / 3);
  const most = Math.floor(MAX_STEPS / size / 50);
  expect(looked(50, `${'\n'.repeat(most - 3)}END`)).toBe(50);
  expect(looked(50, `${'\n'.repeat(most - 2)}END`)).toBe(0);
});

test('what takes others for ever is answered: nested repetition on a megabyte', () => {
  const text = `${'a'.repeat(1024 * 1024)}!`;
  expect(find('(a+)+$', text)).toBeNull();
  expect(find('(a|aa)+$', text)).toBeNull();
  expect(find('(.*)*x', text)).toBeNull();
});
