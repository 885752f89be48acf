/**
 * Which rules of an iCalendar file (RRULE) the library is given.
 *
 * It looks for the next occurrence of a rule that has none for ever, or for half a minute; an
 * everyday one, such as every seventh day that is a Tuesday, from a Wednesday on, is enough. Those
 * that holidays have always have a next one soon: the 3rd of October, the last Monday of May, the
 * Wednesday from the 16th to the 22nd of November, every second Friday. Pure.
 */
export interface Rule {
  readonly freq: string;
  readonly interval: number;
  /** `BYDAY`, and what it holds. */
  readonly parts: Readonly<Partial<Record<string, readonly (string | number)[]>>>;
}

const MAX_INTERVAL = 100;
/** Days of each month, in a leap year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MAX_DAYS = 31;

export function repeatsAsHolidays({ freq, interval, parts }: Rule): boolean {
  if (!Number.isInteger(interval) || interval < 1 || interval > MAX_INTERVAL) return false;
  const { BYMONTH: months = [], BYDAY: days = [], BYSETPOS: places = [] } = parts;
  const { BYMONTHDAY: dates = [], ...others } = parts;
  const allowed = freq === 'YEARLY' ? ['BYMONTH', 'BYDAY', 'BYSETPOS'] : ['BYDAY'];
  if (Object.keys(others).some((part) => !allowed.includes(part))) return false;
  if (days.length > MAX_DAYS || dates.length > MAX_DAYS) return false;
  switch (freq) {
    case 'DAILY':
      return days.length === 0 && dates.length === 0;
    case 'WEEKLY':
      return dates.length === 0 && days.every(isPlainDay);
    case 'MONTHLY':
      if (dates.length > 0) return days.length === 0 && dates.every(isIn(interval === 1 ? 31 : 28));
      return days.every(isDayOfMonth);
    case 'YEARLY':
      return isOfYear({ months, dates, days, places }, interval);
    default:
      return false;
  }
}

/** So many years or days, at most, the library looks through for the next one. */
export function workOf({ parts }: Rule): number {
  const { BYMONTH: months = [], BYDAY: days = [], BYMONTHDAY: dates = [] } = parts;
  if (dates.length > 0 && days.length > 0) return 12 * days.length;
  return isRare(months[0], dates) ? 8 : Math.max(days.length, dates.length, 1);
}

type Values = readonly (string | number)[];

function isOfYear(
  of: Readonly<Record<'months' | 'dates' | 'days' | 'places', Values>>,
  interval: number,
): boolean {
  const { months, dates, days, places } = of;
  const [month] = months;
  if (months.length > 1) return false;
  if (month === undefined) return [dates, days, places].every(({ length }) => length === 0);
  if (!dates.every(isIn(DAYS[Number(month) - 1] ?? 0))) return false;
  // With a step of several years they may never come: none of 2026, 2030, 2034 has a leap day.
  if ((isRare(month, dates) || (dates.length > 0 && days.length > 0)) && interval > 1) return false;
  if (days.length > 0 && !dates.every((date) => Number(date) > 0 && Number(date) <= 28))
    return false;
  if (places.length === 0) return days.every(dates.length === 0 ? isDayOfMonth : isPlainDay);
  const isOnePlace = places.length === 1 && places.every(isIn(4));
  return isOnePlace && dates.length === 0 && days.length > 0 && days.every(isPlainDay);
}

/** In leap years alone. */
function isRare(month: string | number | undefined, dates: Values): boolean {
  return Number(month) === 2 && dates.some((date) => Math.abs(Number(date)) === 29);
}

function isPlainDay(day: string | number): boolean {
  return /^(MO|TU|WE|TH|FR|SA|SU)$/.test(String(day));
}

/** Such as `MO`, `2MO` and `-1MO`; not each month has a fifth one. */
function isDayOfMonth(day: string | number): boolean {
  return /^([+-]?[1-4])?(MO|TU|WE|TH|FR|SA|SU)$/.test(String(day));
}

/** From the beginning, or from the end. */
function isIn(most: number): (place: string | number) => boolean {
  return (place) => {
    const number = Math.abs(Number(place));
    return Number.isInteger(number) && number >= 1 && number <= most;
  };
}
