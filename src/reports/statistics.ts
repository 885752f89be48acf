/**
 * How the desk does: what is open and for how long, how soon people are answered and helped, what
 * each day, queue and hour brought, and how those who were asked say that it went.
 *
 * Times are wall clock, in seconds; percentiles by nearest rank. Days are UTC. Pure.
 */
import { ageOf, DAY_MS } from '../ticket/age.ts';
import type { HoursOfWeek } from './by-hour.ts';
import type { PersonFigures } from './by-person.ts';
import { type Course, isSnoozedAt } from './course.ts';
import type { RatingFigures, RatingsOfQueue } from './ratings.ts';

export interface Spread {
  readonly count: number;
  /** Seconds; null if there is nothing to count. */
  readonly median: number | null;
  readonly p90: number | null;
}

export interface OpenInQueue {
  readonly queue: string;
  /** Without those that are snoozed. */
  readonly open: number;
  /** Of these, by their age in days: less than one, than seven, than thirty, more. */
  readonly day: number;
  readonly week: number;
  readonly month: number;
  readonly older: number;
  /** Nobody is to work on them now. */
  readonly snoozed: number;
}

export interface Day {
  /** 2026-11-20 */
  readonly day: string;
  readonly created: number;
  readonly answered: number;
  readonly resolved: number;
}

/** Of a queue in the period: what came there, and what became of whatever is there. */
export interface QueueFigures {
  readonly queue: string;
  readonly created: number;
  readonly answered: number;
  readonly resolved: number;
  /** Time to the first answer, of tickets that were created in the period. */
  readonly answer: Spread;
}

/** Of tickets that were created in the period, by the time to their first answer. */
export interface AnsweredWithin {
  readonly hour: number;
  readonly fourHours: number;
  readonly day: number;
  readonly threeDays: number;
  readonly later: number;
  /** Open, not snoozed, and nobody has answered yet. */
  readonly waiting: number;
}

export interface Statistics {
  readonly queues: readonly OpenInQueue[];
  /** Of tickets that were created in the period. */
  readonly answer: Spread;
  readonly resolution: Spread;
  /** The same in working time, of tickets in queues that have hours. */
  readonly working?: { readonly answer: Spread; readonly resolution: Spread };
  readonly answeredWithin: AnsweredWithin;
  /** Oldest first. */
  readonly days: readonly Day[];
  readonly byQueue: readonly QueueFigures[];
  /** Mails of people, in the period. */
  readonly mailsByHour: HoursOfWeek;
  /** What was said in the period by those who were asked how it went. */
  readonly ratings: RatingFigures & { readonly byQueue: readonly RatingsOfQueue[] };
}

/** What one of the desk's people did, and how those whom it was for say that it went. */
export interface RatedPerson extends PersonFigures {
  readonly ratings: RatingFigures;
}

/** By queues that have hours: working time between two instants, in milliseconds. */
export type WorkingIn = ReadonlyMap<string, (from: number, to: number) => number>;

/** How long a period is, and when it begins (in days since 1970); today is its last day. */
export interface Period {
  readonly first: number;
  readonly days: number;
  readonly now: Date;
  readonly hours: WorkingIn;
}

/** What follows from the courses alone. */
export function figuresOf(
  all: readonly Course[],
  { first, days, now, hours }: Period,
): Omit<Statistics, 'mailsByHour' | 'ratings'> {
  const recent = all.filter(({ created }) => created >= first * DAY_MS);
  return {
    queues: openByQueue(all, now),
    answer: spreadOf(tookIn(recent, ({ answered }) => answered)),
    resolution: spreadOf(tookIn(recent, ({ resolved }) => resolved)),
    ...(hours.size > 0 && {
      working: {
        answer: spreadOf(workedIn(recent, hours, ({ answered }) => answered)),
        resolution: spreadOf(workedIn(recent, hours, ({ resolved }) => resolved)),
      },
    }),
    answeredWithin: withinOf(recent, now),
    days: daysOf(first, days, all),
    byQueue: byQueue(first, days, all),
  };
}

type EndOf = (course: Course) => number | null;

/** Seconds, of those that have ended. */
function tookIn(courses: readonly Course[], end: EndOf): readonly number[] {
  return courses.flatMap((course) => {
    const at = end(course);
    // Where the clock was set back meanwhile, nobody knows.
    return at === null || at < course.created ? [] : [(at - course.created) / 1000];
  });
}

function workedIn(courses: readonly Course[], hours: WorkingIn, end: EndOf): readonly number[] {
  return courses.flatMap((course) => {
    const between = hours.get(course.queue);
    const at = end(course);
    if (between === undefined || at === null || at < course.created) return [];
    return [between(course.created, at) / 1000];
  });
}

function withinOf(recent: readonly Course[], now: Date): AnsweredWithin {
  const hours = tookIn(recent, ({ answered }) => answered).map((seconds) => seconds / 3600);
  const between = (from: number, to: number) =>
    hours.filter((took) => took >= from && took < to).length;
  return {
    hour: between(0, 1),
    fourHours: between(1, 4),
    day: between(4, 24),
    threeDays: between(24, 72),
    later: between(72, Number.POSITIVE_INFINITY),
    waiting: recent.filter(
      (course) => course.answered === null && course.resolved === null && !isSnoozedAt(course, now),
    ).length,
  };
}

function byQueue(first: number, days: number, all: readonly Course[]): readonly QueueFigures[] {
  const isIn = (at: number | null) => {
    const day = at === null ? null : Math.floor(at / DAY_MS);
    return day !== null && day >= first && day < first + days;
  };
  return [...new Set(all.map(({ queue }) => queue))].toSorted().map((queue) => {
    const own = all.filter((course) => course.queue === queue);
    const created = own.filter((course) => isIn(course.created));
    return {
      queue,
      created: created.length,
      answered: own.filter(({ answered }) => isIn(answered)).length,
      resolved: own.filter(({ resolved }) => isIn(resolved)).length,
      answer: spreadOf(tookIn(created, ({ answered }) => answered)),
    };
  });
}

function openByQueue(all: readonly Course[], now: Date): readonly OpenInQueue[] {
  const queues = [...new Set(all.map(({ queue }) => queue))].toSorted();
  return queues.map((queue) => {
    const open = all.filter((course) => course.queue === queue && course.resolved === null);
    const ages = open.flatMap((course) =>
      isSnoozedAt(course, now) ? [] : [ageOf(new Date(course.created), now) / DAY_MS],
    );
    const between = (from: number, to: number) =>
      ages.filter((age) => age >= from && age < to).length;
    return {
      queue,
      open: ages.length,
      day: between(0, 1),
      week: between(1, 7),
      month: between(7, 30),
      older: ages.filter((age) => age >= 30).length,
      snoozed: open.length - ages.length,
    };
  });
}

function daysOf(first: number, days: number, all: readonly Course[]): readonly Day[] {
  const created = countByDay(all.map((course) => course.created));
  const answered = countByDay(all.map((course) => course.answered));
  const resolved = countByDay(all.map((course) => course.resolved));
  return Array.from({ length: days }, (_, n) => {
    const day = first + n;
    return {
      day: new Date(day * DAY_MS).toISOString().slice(0, 10),
      created: created.get(day) ?? 0,
      answered: answered.get(day) ?? 0,
      resolved: resolved.get(day) ?? 0,
    };
  });
}

function countByDay(times: readonly (number | null)[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const at of times) {
    if (at === null) continue;
    const day = Math.floor(at / DAY_MS);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return counts;
}

/** By nearest rank. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { count: sorted.length, median: rank(0.5), p90: rank(0.9) };
}
