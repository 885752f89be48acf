/**
 * What the clocks and calendars of a time zone show, and the instants of it: this file owns the
 * standard's Temporal.
 *
 * A zone is a name of the IANA table (`Europe/Berlin`), a day `2026-12-07`, a time of the day
 * `09:00`. A time that the clocks there leave out is as much later as they are put forward; of one
 * that they show twice, the first is meant, as in iCalendar. A zone that nobody knows throws
 * RangeError: the config is checked for it (zone-name.ts). Pure.
 */
import { Temporal } from 'temporal-polyfill';

/** What a clock and a calendar on the wall show. */
export interface WallClock {
  /** `2026-12-07` */
  readonly date: string;
  /** `09:00`, or with seconds. */
  readonly time: string;
}

export function wallClockAt(instant: Date, zone: string): WallClock {
  const there = zoned(instant, zone);
  return {
    date: there.toPlainDate().toString(),
    time: there.toPlainTime().toString({ smallestUnit: 'minute' }),
  };
}

export function instantOf({ date, time }: WallClock, zone: string): Date {
  const there = Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.PlainTime.from(time),
  });
  return new Date(there.epochMilliseconds);
}

/** That time, and once more if the clocks there show it twice; in their order. */
export function instantsOf({ date, time }: WallClock, zone: string): readonly [Date, ...Date[]] {
  const there = Temporal.PlainDateTime.from(`${date}T${time}`);
  const first = instantOf({ date, time }, zone);
  const last = there.toZonedDateTime(zone, { disambiguation: 'later' });
  const isTwice =
    last.toPlainDateTime().equals(there) && last.epochMilliseconds !== first.getTime();
  return isTwice ? [first, new Date(last.epochMilliseconds)] : [first];
}

/** So many days later on the calendar; the time of the day stays, as far as the clocks show it. */
export function daysLater(instant: Date, days: number, zone: string): Date {
  return new Date(zoned(instant, zone).add({ days }).epochMilliseconds);
}

/** `2026-12-07` and 3 are `2026-12-10`; less than 0 is before. */
export function dayAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The last day of a month that has no such day. */
export function monthsAfter(date: string, months: number): string {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(date: string): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}

/** `2026-12-07` of its numbers; null if no calendar has that day. */
export function dayOf(year: number, month: number, day: number): string | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString();
  } catch {
    return null;
  }
}

/** Milliseconds that the clocks of a zone are ahead of UTC at an instant, in milliseconds as well. */
export type OffsetAt = (instant: number) => number;

/** Of a zone; null if nobody knows the zone. */
export function offsetsOf(zone: string): OffsetAt | null {
  try {
    const known = zoned(new Date(0), zone).timeZoneId;
    return (instant) => zoned(new Date(instant), known).offsetNanoseconds / 1_000_000;
  } catch {
    return null;
  }
}

function zoned(instant: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
}
