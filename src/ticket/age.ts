/**
 * How long ago a stored time is, for whatever rests, waits, is counted or runs out.
 *
 * One that is later than now was written while the clock was ahead, and is long past: else a
 * clock that was wrong for a minute would hold things up for as long as it was ahead. Which of
 * two came first is no question for a clock: commits are numbered. What another process has
 * written meanwhile, or a clock that was set right by a moment, is now. Pure.
 */

export const MINUTE_MS = 60 * 1000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const SKEW_MS = 60_000;

/** Milliseconds; infinitely many for a time that is later by a minute, or does not read. */
export function ageOf(time: string | Date, now: Date): number {
  const age = now.getTime() - (typeof time === 'string' ? Date.parse(time) : time.getTime());
  return age >= -SKEW_MS ? Math.max(0, age) : Number.POSITIVE_INFINITY;
}

/** Whether it is that time by now, for what was put off to a time on purpose. */
export function hasCome(time: string, now: Date): boolean {
  return Date.parse(time) <= now.getTime();
}
