/** A day of a storm has as many recorded mails as anybody likes to send: all of them expire. */
import { expect, test } from 'vitest';
import { expiredBefore } from '../../../src/journal/lists/expiring.ts';

test('of a day with 300,000 mails the oldest expire first', () => {
  const now = new Date('2026-12-24T10:00:00Z');
  const time = new Date('2026-11-24T10:00:00Z');
  const mails = Array.from({ length: 300_000 }, (_, n) => n + 1);
  const found = expiredBefore(time, now, 3, ['2026-11-20'], () => mails);
  expect(found).toEqual([1, 2, 3]);
});
