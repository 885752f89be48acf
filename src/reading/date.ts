/**
 * The Date of a mail (RFC 5322 3.3, with the obsolete forms of 4.3) as RFC 3339.
 *
 * A zone that is missing or has no meaning is UTC (RFC 5322 4.3: -0000), never
 * that of this host. Other forms that people's programs write are left to the
 * engine's own reading. null if it names no day between 1970 and 9999. Pure.
 */
import { MINUTE_MS } from '../ticket/age.ts';
import { withoutComments } from './parameters.ts';

const FORM =
  /^(?:[a-z]{2,9}\.?\s*(?:,\s*)?)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s-]+(\d{2,4})\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([+-]\d{4}|[a-z]{1,5})?/i;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** Hours from UTC, of the names that RFC 5322 4.3 gives a meaning. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['edt', -4],
  ['est', -5],
  ['cdt', -5],
  ['cst', -6],
  ['mdt', -6],
  ['mst', -7],
  ['pdt', -7],
  ['pst', -8],
]);
const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(9999, 11, 31);

export function dateOf(field: string | null): string | null {
  if (field === null) return null;
  const text = withoutComments(field.slice(0, 200)).trim();
  const time = timeOf(text) ?? otherTimeOf(text);
  return time === null || time < FIRST || time > LAST ? null : new Date(time).toISOString();
}

function timeOf(text: string): number | null {
  const [, day, name = '', year = '', hour, minute, second, zone] = FORM.exec(text) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  if (month < 0 || Number(day) > 31 || Number(hour) > 23 || Number(minute) > 59) return null;
  const local = Date.UTC(
    fullYear(year),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Math.min(59, Number(second ?? 0)),
  );
  return local - minutesOf(zone ?? '') * MINUTE_MS;
}

function fullYear(year: string): number {
  const number = Number(year);
  if (year.length === 2) return number < 50 ? 2000 + number : 1900 + number;
  return year.length === 3 ? 1900 + number : number;
}

function minutesOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return (ZONES.get(zone.toLowerCase()) ?? 0) * 60;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function otherTimeOf(text: string): number | null {
  if (!/\d{4}/.test(text) || !/\d\D\d/.test(text)) return null;
  const isZoned = /([+-]\d{2}:?\d{2}|[Zz]|GMT|UTC)$/.test(text);
  const time = Date.parse(isZoned ? text : `${text} UTC`);
  return Number.isNaN(time) ? null : time;
}
