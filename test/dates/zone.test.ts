/** What the clocks of a zone show, also where they are changed. */
import { expect, test } from 'vitest';
import { dayInFull, inFull } from '../../src/dates/in-full.ts';
import {
  dayAfter,
  dayOf,
  daysLater,
  instantOf,
  wallClockAt,
  weekdayOf,
} from '../../src/dates/zone.ts';
import { columnTime } from '../../src/pages/time.ts';

const BERLIN = 'Europe/Berlin';

test('an instant is what the clocks show there, and back', () => {
  const clock = { date: '2026-12-07', time: '09:00' };
  expect(instantOf(clock, BERLIN)).toEqual(new Date('2026-12-07T08:00:00Z'));
  expect(wallClockAt(new Date('2026-12-07T08:00:00Z'), BERLIN)).toEqual(clock);
  expect(wallClockAt(new Date('2026-12-07T22:59:59Z'), 'Asia/Kathmandu').time).toBe('04:44');
});

test('a time that the clocks leave out is later, and of one that they show twice it is the first', () => {
  const gap = instantOf({ date: '2027-03-28', time: '02:30' }, BERLIN);
  expect(wallClockAt(gap, BERLIN).time).toBe('03:30');
  const overlap = instantOf({ date: '2026-10-25', time: '02:30' }, BERLIN);
  expect(overlap).toEqual(new Date('2026-10-25T00:30:00Z'));
});

test('a day of 23 hours is a day', () => {
  const before = instantOf({ date: '2027-03-27', time: '09:00' }, BERLIN);
  const after = daysLater(before, 1, BERLIN);
  expect(wallClockAt(after, BERLIN)).toEqual({ date: '2027-03-28', time: '09:00' });
  expect(after.getTime() - before.getTime()).toBe(23 * 3_600_000);
});

test('days of the calendar', () => {
  expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
  expect(dayAfter('2028-03-01', -1)).toBe('2028-02-29');
  expect(weekdayOf('2026-12-07')).toBe(1);
  expect(weekdayOf('2026-12-06')).toBe(7);
  expect(dayOf(2027, 2, 29)).toBeNull();
  expect(dayOf(2028, 2, 29)).toBe('2028-02-29');
});

test('it is said in full, with the offset where the clocks show a time twice', () => {
  const said = (time: string, zone = BERLIN) => inFull(new Date(time), zone);
  expect(said('2026-12-07T08:00:00Z')).toBe('Monday, 7 December 2026, 09:00 (Europe/Berlin)');
  expect(said('2026-12-07T08:00:00Z', 'UTC')).toBe('Monday, 7 December 2026, 08:00 (UTC)');
  expect(said('2026-10-25T00:30:00Z')).toContain('02:30 (Europe/Berlin, UTC+02:00)');
  expect(said('2026-10-25T01:30:00Z')).toContain('02:30 (Europe/Berlin, UTC+01:00)');
  expect(said('2026-10-25T02:00:00Z')).toContain('03:00 (Europe/Berlin)');
  expect(said('2027-04-03T14:45:00Z', 'Australia/Lord_Howe')).toContain(
    '01:45 (Australia/Lord_Howe, UTC+11:00)',
  );
  expect(dayInFull(new Date('2026-12-07T23:30:00Z'), BERLIN)).toBe('Tuesday, 8 December 2026');
});

test('in UTC a time is written as in its other name, which the runtime writes', () => {
  const other = 'Etc/UTC';
  const day = Date.parse('2026-01-01T00:00:00Z');
  for (let n = 0; n < 400; n += 1) {
    const instant = new Date(day + n * 25 * 3_600_000 + n * 61_001);
    expect(inFull(instant, 'UTC')).toBe(inFull(instant, other).replace(other, 'UTC'));
    expect(dayInFull(instant, 'UTC')).toBe(dayInFull(instant, other));
    const time = instant.toISOString();
    expect(columnTime({ zone: 'UTC' })(time)).toBe(columnTime({ zone: other })(time));
  }
});
