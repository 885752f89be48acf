/** Working time in three regions, over changes of their clocks, counted against a plain loop. */
import { expect, test } from 'vitest';
import { offsetsOf } from '../../src/dates/zone.ts';
import type { OpenHours } from '../../src/hours/open-times.ts';
import { WorkingTime } from '../../src/hours/working-time.ts';
import { choiceOf, roundsOf, SEED } from '../kit/random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOTHING = { onTheWall: [], instants: [] };
const span = (from: number, to: number) => ({ from: from * HOUR, to: to * HOUR });
const at = (text: string) => Date.parse(`${text}Z`);

function offsetsIn(zone: string) {
  const offsets = offsetsOf(zone);
  if (offsets === null) throw new Error(`no zone ${zone}`);
  return offsets;
}

/** The same hours on each day from Monday to Friday, and others on Sundays. */
function hours(zone: string, ofDay: OpenHours['week'][number], sunday = ofDay.slice(0, 0)) {
  const week = [sunday, ofDay, ofDay, ofDay, ofDay, ofDay, []];
  return { week, offsetAt: offsetsIn(zone), closed: NOTHING };
}
const office = (zone: string) => new WorkingTime(hours(zone, [span(9, 12), span(13, 17)]));

test('a weekend, a night and a break for lunch are no working time', () => {
  const time = office('Europe/Berlin');
  // Friday, 16:00 there, until Monday, 10:00.
  expect(time.between(at('2026-11-20T15:00'), at('2026-11-23T09:00'))).toBe(2 * HOUR);
  expect(time.between(at('2026-11-20T11:00'), at('2026-11-20T12:00'))).toBe(0);
  expect(time.between(at('2026-11-23T09:00'), at('2026-11-20T15:00'))).toBe(0);
});

test('it opens at 9 by the clock on the wall, in winter and in summer, in each region', () => {
  const opens = (zone: string, from: string) =>
    new Date(office(zone).opens(at(from)) ?? 0).toISOString();
  // Clocks go forward in Berlin on 2026-03-29, in New York on 03-08; back in Sydney on 04-05.
  expect(opens('Europe/Berlin', '2026-03-20T20:00')).toBe('2026-03-23T08:00:00.000Z');
  expect(opens('Europe/Berlin', '2026-03-27T20:00')).toBe('2026-03-30T07:00:00.000Z');
  expect(opens('America/New_York', '2026-02-27T23:00')).toBe('2026-03-02T14:00:00.000Z');
  expect(opens('America/New_York', '2026-03-06T23:00')).toBe('2026-03-09T13:00:00.000Z');
  expect(opens('Australia/Sydney', '2026-03-27T09:00')).toBe('2026-03-29T22:00:00.000Z');
  expect(opens('Australia/Sydney', '2026-04-03T09:00')).toBe('2026-04-05T23:00:00.000Z');
});

test('an hour that the clocks leave out is none, and one that they show twice counts twice', () => {
  const sundays = (zone: string, from: string, to: string) =>
    new WorkingTime(hours(zone, [], [span(1, 5)])).between(at(from), at(to)) / HOUR;
  expect(sundays('Europe/Berlin', '2026-03-28T12:00', '2026-03-29T12:00')).toBe(3);
  expect(sundays('Europe/Berlin', '2026-10-24T12:00', '2026-10-25T12:00')).toBe(5);
  expect(sundays('America/New_York', '2026-03-07T12:00', '2026-03-08T12:00')).toBe(3);
  expect(sundays('America/New_York', '2026-10-31T12:00', '2026-11-01T12:00')).toBe(5);
  // By half an hour.
  expect(sundays('Australia/Lord_Howe', '2026-10-03T06:00', '2026-10-04T06:00')).toBe(3.5);
  expect(sundays('Australia/Lord_Howe', '2026-04-04T06:00', '2026-04-05T06:00')).toBe(4.5);
  expect(sundays('Asia/Kolkata', '2026-03-28T12:00', '2026-03-29T12:00')).toBe(4);
});

test('who is never open has no next time, and no time passes', () => {
  const never = new WorkingTime(hours('Europe/Berlin', []));
  const now = at('2026-11-20T15:00');
  expect(never.opens(now)).toBeNull();
  expect(never.between(at('2020-01-01T00:00'), now)).toBe(0);
  expect(now - never.since(now, HOUR)).toBeGreaterThan(9 * 365 * DAY);
});

const ZONES = [
  ['Europe/Berlin', '2026-03-25T00:00', '2026-10-21T00:00'],
  ['America/New_York', '2026-03-05T00:00', '2026-10-28T00:00'],
  ['Australia/Lord_Howe', '2026-04-01T00:00', '2026-10-01T00:00'],
] as const;

/** Minute by minute, by a clock on the wall that is `Intl`'s and none of ours. */
function counted(week: OpenHours['week'], zone: string, closed: OpenHours['closed']) {
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  const wallAt = (instant: number) => {
    const part = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
    const date = `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
    return at(`${date}T${part.get('hour')}:${part.get('minute')}`);
  };
  const isIn = (time: number, all: OpenHours['week'][number]) =>
    all.some(({ from, to }) => time >= from && time < to);
  return (from: number, to: number) => {
    let sum = 0;
    for (let instant = from; instant < to; instant += MINUTE) {
      const wall = wallAt(instant);
      const day = Math.floor(wall / DAY);
      const isOpen = isIn(wall - day * DAY, week[new Date(day * DAY).getUTCDay()] ?? []);
      const isClosed = isIn(wall, closed.onTheWall) || isIn(instant, closed.instants);
      if (isOpen && !isClosed) sum += MINUTE;
    }
    return sum;
  };
}

test('working time is what a count minute by minute gives, adds up, and is never negative', () => {
  const choose = choiceOf(SEED);
  console.log(`SEED=${SEED}`);
  const some = (count: number, begin: number, minutes: number) =>
    Array.from({ length: choose.number(count) }, () => {
      const from = begin + choose.number(minutes) * MINUTE;
      return { from, to: from + (1 + choose.number(12 * 60)) * MINUTE };
    });
  /** Apart from each other, as a list of holidays is. */
  const apart = (begin: number) =>
    some(5, begin, 8 * 1440)
      .toSorted((one, other) => one.from - other.from)
      .filter(({ from }, n, all) => all.slice(0, n).every(({ to }) => to <= from));
  for (let round = 0; round < roundsOf(40); round += 1) {
    const [zone, spring, autumn] = choose(ZONES);
    const begin = at(choose([spring, autumn]));
    const week = Array.from({ length: 7 }, () =>
      some(4, 0, 1440).map(({ from, to }) => ({ from, to: Math.min(to, DAY) })),
    );
    const closed = { onTheWall: apart(begin), instants: apart(begin) };
    const time = new WorkingTime({ week, offsetAt: offsetsIn(zone), closed });
    const count = counted(week, zone, closed);
    const [a = 0, b = 0, c = 0] = [1, 2, 3]
      .map(() => begin + choose.number(8 * 1440) * MINUTE)
      .toSorted((one, other) => one - other);
    const worked = time.between(a, c);
    expect(worked).toBe(count(a, c));
    expect(time.between(a, b) + time.between(b, c)).toBe(worked);
    expect(time.between(a, b)).toBeGreaterThanOrEqual(0);
    const opens = time.opens(b);
    if (opens !== null) {
      expect(time.between(b, opens)).toBe(0);
      expect(time.isOpen(opens)).toBe(true);
    }
    if (worked === 0) continue;
    // So much has passed since that moment, and less since any later one.
    const length = 1 + choose.number(worked);
    const since = time.since(c, length);
    expect(time.between(since, c)).toBe(length);
    expect(time.between(since + 1, c)).toBeLessThan(length);
  }
});
