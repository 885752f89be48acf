/**
 * Whether there is such a date and time: the library takes 31 November for 1 December. Of the raw
 * values of an event (jCal, RFC 7265). Pure.
 */

const DAY_LENGTH = '2026-11-30'.length;

/** The first of these values, periods and rules that there is not; null if all are. */
export function impossibleIn(values: readonly unknown[]): string | null {
  return values.flatMap(timesIn).find((time) => !isPossible(time)) ?? null;
}

/** Of a period the end may be a duration, which has no date. */
function timesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(timesIn).filter((one) => /^\d/.test(one));
  if (typeof value !== 'object' || value === null || !('until' in value)) return [];
  return timesIn(value.until);
}

function isPossible(text: string): boolean {
  const [year = Number.NaN, month = Number.NaN, day = Number.NaN] = text
    .slice(0, DAY_LENGTH)
    .split('-')
    .map(Number);
  const at = new Date(Date.UTC(year, month - 1, day));
  if (Number.isNaN(at.getTime())) return false;
  return at.toISOString().startsWith(text.slice(0, DAY_LENGTH)) && isOfDay(text.slice(DAY_LENGTH));
}

/** `T23:59:60Z`, for a leap second. Some write the end of a day as 24:00. */
function isOfDay(text: string): boolean {
  if (text === '') return true;
  const [hour = 99, minute = 99, second = 99, ...more] = text
    .replace(/^T/, '')
    .replace(/Z$/, '')
    .split(':')
    .map(Number);
  if (more.length > 0) return false;
  if (hour === 24) return minute === 0 && second === 0;
  return hour <= 23 && minute <= 59 && second <= 60;
}
