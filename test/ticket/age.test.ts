import { expect, test } from 'vitest';
import { ageOf } from '../../src/ticket/age.ts';

const NOW = new Date('2026-11-20T12:00:00Z');

test.each([
  ['2026-11-20T11:59:00Z', 60_000],
  ['2026-11-20T12:00:00Z', 0],
  ['2026-11-20T12:01:00Z', 0],
  ['2026-11-20T12:01:00.001Z', Number.POSITIVE_INFINITY],
  ['2027-11-20T12:00:00Z', Number.POSITIVE_INFINITY],
  ['no time', Number.POSITIVE_INFINITY],
])('%s is %d ms ago', (time, age) => {
  expect(ageOf(time, NOW)).toBe(age);
});
