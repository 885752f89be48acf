/**
 * An instant, said in full with its zone: "Monday, 7 December 2026, 09:00 (Europe/Berlin)".
 *
 * A time that the clocks there show twice has its offset as well: "02:30 (Europe/Berlin,
 * UTC+02:00)". Needs nothing but the runtime's own table of zones, so that a page or a mail that
 * shows a date loads no package. Pure.
 */

import { HOUR_MS } from '../ticket/age.ts';

/** Clocks are put back by less than this, and not twice within it. */
const AROUND_MS = 3 * HOUR_MS;

/** The day in another language as that writes it: "Montag, 7. Dezember 2026". */
export function inFull(instant: Date, zone: string, language = 'en'): string {
  if (!isKnown(zone)) return inFull(instant, 'UTC', language);
  const shown = clockOf(zone);
  const { time, offset } = shown(instant);
  const day = language === 'en' ? dayIn(shown(instant)) : dayAsWritten(instant, zone, language);
  const twice = isTwice(instant, shown) ? `, ${offset}` : '';
  return `${day}, ${time} (${zone}${twice})`;
}

function dayAsWritten(instant: Date, timeZone: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'full' }).format(instant);
}

/** "Monday, 7 December 2026" */
export function dayInFull(instant: Date, zone: string): string {
  return dayIn(clockOf(zone)(instant));
}

/** "16:11:42 (Europe/Berlin)" */
export function secondInFull(instant: Date, zone: string): string {
  const timeZone = isKnown(zone) ? zone : 'UTC';
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' });
  return `${time.format(instant)} (${timeZone})`;
}

/** What another host has written down may be a zone that this one does not know. */
function isKnown(timeZone: string): boolean {
  if (timeZone === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }) !== null;
  } catch {
    return false;
  }
}

interface Shown {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly time: string;
  /** `UTC+01:00` */
  readonly offset: string;
}

type Clock = (instant: Date) => Shown;

function dayIn({ weekday, day, month, year }: Shown): string {
  return `${weekday}, ${day} ${month} ${year}`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
];

/** The first of the runtime's clocks costs it a comparison of all zones. */
function clockOfUtc(instant: Date): Shown {
  return {
    weekday: DAYS[instant.getUTCDay()] ?? '',
    day: String(instant.getUTCDate()),
    month: MONTHS[instant.getUTCMonth()] ?? '',
    year: String(instant.getUTCFullYear()),
    time: instant.toISOString().slice(11, 16),
    offset: 'UTC+00:00',
  };
}

function clockOf(timeZone: string): Clock {
  if (timeZone === 'UTC') return clockOfUtc;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, timeZoneName: 'longOffset', hourCycle: 'h23' },
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
  return (instant) => {
    const parts = format.formatToParts(instant);
    const part = (wanted: Intl.DateTimeFormatPartTypes) =>
      parts.find(({ type }) => type === wanted)?.value ?? '';
    return {
      ...{ weekday: part('weekday'), day: part('day'), month: part('month'), year: part('year') },
      time: `${part('hour')}:${part('minute')}`,
      offset: part('timeZoneName').replace(/^GMT$/, 'GMT+00:00').replace('GMT', 'UTC'),
    };
  };
}

/** The clocks there are put back so that they show this time before and after. */
function isTwice(instant: Date, shown: Clock): boolean {
  const near = (ms: number) => shown(new Date(instant.getTime() + ms));
  const putBack = ahead(near(-AROUND_MS)) - ahead(near(AROUND_MS));
  if (putBack <= 0) return false;
  const { time } = shown(instant);
  return [putBack, -putBack].some((ms) => near(ms).time === time);
}

/** Milliseconds before UTC. */
function ahead({ offset }: Shown): number {
  const [, sign, hours, minutes] = /^UTC([+-])(\d\d):(\d\d)/.exec(offset) ?? [];
  const ms = (Number(hours ?? 0) + Number(minutes ?? 0) / 60) * HOUR_MS;
  return sign === '-' ? -ms : ms;
}
