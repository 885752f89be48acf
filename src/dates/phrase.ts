/**
 * Dates as people write them, in English and German: "monday 9:00", "in 3 Tagen", "7. Dezember
 * 14 Uhr". This file owns chrono-node, which finds what a phrase names; what that is in a time
 * zone, over changes of its clocks, zone.ts says.
 *
 * All of the phrase must be understood, as one point of time that lies ahead. A day without a time
 * means 09:00. What is past, vague ("next week"), can be read in two ways ("3/4") or lies too far
 * ahead is refused with a sentence. What was understood is said back in full with its zone, so
 * that nobody has to guess. The zone of the host plays no part. Pure.
 */
import { casual as german } from 'chrono-node/de';
import { GB as english } from 'chrono-node/en';
import { DAY_MS, MINUTE_MS } from '../ticket/age.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { inFull } from './in-full.ts';
import { whyUnclear } from './unclear.ts';
import { inKnownWords, isVague, namesThePast, withoutFillers } from './words.ts';
import {
  dayAfter,
  dayOf,
  daysLater,
  instantsOf,
  monthsAfter,
  type WallClock,
  wallClockAt,
  weekdayOf,
} from './zone.ts';

const LANGUAGES = [english, german] as const;

type ParsedResult = ReturnType<typeof english.parse>[number];
type ParsedComponents = ParsedResult['start'];

export interface UnderstoodDate {
  readonly at: Date;
  /** `2026-12-07`, in the zone. */
  readonly date: string;
  /** The phrase names a time of the day; without one it is that of `timeOfDay`. */
  readonly isTimeGiven: boolean;
  /** "Monday, 7 December 2026, 09:00 (Europe/Berlin)" */
  readonly inFull: string;
}

export interface ReadDate {
  readonly now: Date;
  /** IANA name, which exists. */
  readonly zone: string;
  /** Of a day without a time: 09:00 if left out. */
  readonly timeOfDay?: string;
  /** What lies further ahead is refused: two years if left out. */
  readonly mostYears?: number;
  /** A day that has been is no mistake: of a field, not of what is to happen. */
  readonly mayBePast?: true;
}

const MAX_LENGTH = 80;
const DAY_BEGINS = '09:00';
const MOST_YEARS = 2;

const EXAMPLES = 'write one such as "monday 9:00", "in 3 days" or "7 December 2026 14:00"';

export function readDate(phrase: string, context: ReadDate): UnderstoodDate | Refusal {
  const { now, zone, mostYears = MOST_YEARS } = context;
  const said = phrase.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (said === '') return { refused: `it needs a date: ${EXAMPLES}` };
  if (said.length > MAX_LENGTH) return { refused: `that is too long for a date: ${EXAMPLES}` };
  const quoted = `"${said}"`;
  if (context.mayBePast !== true && namesThePast(said))
    return { refused: `${quoted} is past: ${EXAMPLES}` };
  if (isVague(said)) {
    return { refused: `${quoted} does not say which day: ${EXAMPLES}` };
  }
  const unclear = whyUnclear(said);
  if (unclear !== null) return { refused: `${quoted} ${unclear}` };
  const today = wallClockAt(now, zone).date;
  const wanted = inKnownWords(said, today);
  if (isTwoDates(wanted)) {
    return { refused: `${quoted} can be read as two dates: write the name of the month` };
  }
  const found = hasThirteenMonths(wanted) ? null : findIn(wanted, today);
  if (found === null) return { refused: `${quoted} is not understood as a date: ${EXAMPLES}` };
  if (found.found.end) {
    return { refused: `${quoted} is a span: it needs one point of time` };
  }
  const meant = meantBy(found, quoted, context);
  if ('refused' in meant) return meant;
  const { at, isTimeGiven } = meant;
  const understood = {
    at,
    date: wallClockAt(at, zone).date,
    isTimeGiven,
    inFull: inFull(at, zone),
  };
  if (context.mayBePast === true) return understood;
  if (at <= now) return { refused: `${quoted} is past: ${understood.inFull}` };
  const latest = daysLater(now, Math.round(mostYears * 365.25), zone);
  return at > latest
    ? { refused: `${understood.inFull} is too far ahead: ${mostYears} years at most` }
    : understood;
}

/** `3/4`: 3 April or March 4. Between dots it is the day that comes first. */
function isTwoDates(said: string): boolean {
  const [, one, other] = /(?:^|\s)(\d{1,2})[/-](\d{1,2})(?:[/-]\d{2,4})?(?:\s|$)/.exec(said) ?? [];
  return one !== other && Number(one) <= 12 && Number(other) <= 12;
}

/** chrono-node takes the other number for the month then. */
function hasThirteenMonths(said: string): boolean {
  const [, iso] = /(?:^|\s)\d{4}-(\d{1,2})-\d{1,2}/.exec(said) ?? [];
  const [, dotted] = /(?:^|\s)\d{1,2}\.(\d{1,2})\.\d{2,4}/.exec(said) ?? [];
  return Number(iso ?? dotted ?? 1) > 12;
}

/** What is all of the phrase, in either language; at noon, so that no clock there matters. */
function findIn(said: string, today: string): Found | null {
  const reference = { instant: new Date(`${today}T12:00:00Z`), timezone: 0 };
  for (const wanted of [said, `in ${said}`]) {
    for (const language of LANGUAGES) {
      const [found, ...more] = language.parse(wanted, reference);
      if (found === undefined || more.length > 0) continue;
      const { index, text } = found;
      const rest = `${wanted.slice(0, index)} ${wanted.slice(index + text.length)}`;
      if (withoutFillers(rest) === '') return { language, wanted, found };
    }
  }
  return null;
}

/** As chrono-node has found it in the words that were wanted of it. */
interface Found {
  readonly language: (typeof LANGUAGES)[number];
  readonly wanted: string;
  readonly found: ParsedResult;
}

interface Meant {
  readonly at: Date;
  readonly isTimeGiven: boolean;
}

function meantBy(
  { language, wanted, found }: Found,
  quoted: string,
  context: ReadDate,
): Meant | Refusal {
  const { start, text } = found;
  if (start.tags().has(AFTER_HOURS)) {
    return afterHours(language.parse(wanted, IN_WINTER), quoted, context);
  }
  if (start.isCertain('timezoneOffset') && /[a-z]{2,5}\)?$/i.test(text)) {
    return { refused: `${quoted} names another zone: write the time of ${context.zone}` };
  }
  if (!namesADay(start)) return { refused: `${quoted} does not say which day: ${EXAMPLES}` };
  const isTimeGiven = start.isCertain('hour') || isPartOfDay(start);
  const onChronos = clockOf(start, isTimeGiven, context.timeOfDay ?? DAY_BEGINS);
  const months = monthsLater({ language, wanted, found }, context);
  const clock = onChronos === null || months === null ? onChronos : { ...onChronos, date: months };
  if (clock === null) return { refused: `${quoted} is no day of the calendar` };
  const weekday = start.isCertain('day') ? start.get('weekday') : null;
  if (weekday !== null && start.isCertain('weekday') && weekdayOf(clock.date) % 7 !== weekday) {
    return { refused: `${quoted} is not that day of the week` };
  }
  return { at: ahead(clock, start, context), isTimeGiven };
}

/**
 * "in 1 month" on the 31st is the last day of a shorter month, of which chrono-node makes one of the
 * month behind it. null if it counts no months, or days as well.
 */
function monthsLater(
  { language, wanted, found: { start, text } }: Found,
  { now, zone }: ReadDate,
): string | null {
  if (!start.tags().has('result/relativeDate') || !/month|monat|year|jahr/i.test(text)) return null;
  const today = wallClockAt(now, zone).date;
  const first = new Date(`${today.slice(0, 7)}-01T12:00:00Z`);
  const [there] = language.parse(wanted, { instant: first, timezone: 0 });
  if (there === undefined || there.start.get('day') !== 1) return null;
  const monthsOf = (year: number | null, month: number | null) => (year ?? 0) * 12 + (month ?? 0);
  const [year = 0, month = 0] = today.split('-').map(Number);
  const then = monthsOf(there.start.get('year'), there.start.get('month'));
  return monthsAfter(today, then - monthsOf(year, month));
}

function namesADay(start: ParsedComponents): boolean {
  const isOfClock = start.isCertain('hour') || isPartOfDay(start);
  const isAhead = start.tags().has('result/relativeDate');
  return isAhead || isOfClock || start.isCertain('day') || start.isCertain('weekday');
}

/** "tomorrow evening" */
function isPartOfDay(start: ParsedComponents): boolean {
  return PARTS_OF_DAY.some((part) => start.tags().has(`casualReference/${part}`));
}

const PARTS_OF_DAY = ['morning', 'afternoon', 'evening', 'tonight', 'noon', 'midnight'] as const;

/** chrono's morning is at six, when nobody works. */
const EARLY = 6;

function clockOf(
  start: ParsedComponents,
  isTimeGiven: boolean,
  timeOfDay: string,
): WallClock | null {
  const number = (name: Parameters<ParsedComponents['get']>[0]) => start.get(name) ?? 0;
  const date = dayOf(number('year'), number('month'), number('day'));
  if (date === null) return null;
  const isEarly = !start.isCertain('hour') && number('hour') === EARLY;
  if (!isTimeGiven || isEarly) return { date, time: timeOfDay };
  const two = (name: 'hour' | 'minute') => String(number(name)).padStart(2, '0');
  return { date, time: `${two('hour')}:${two('minute')}` };
}

/** The next one of it, if the phrase leaves open which: Mondays, 9:00, 7 December. */
function ahead(
  clock: WallClock,
  start: ParsedComponents,
  { now, zone, mayBePast }: ReadDate,
): Date {
  const instants = (date: string): readonly [Date, ...Date[]] => {
    const offset = start.isCertain('timezoneOffset') ? start.get('timezoneOffset') : null;
    if (offset === null) return instantsOf({ ...clock, date }, zone);
    return [new Date(Date.parse(`${date}T${clock.time}Z`) - offset * MINUTE_MS)];
  };
  const today = wallClockAt(now, zone).date;
  const [first] = instants(clock.date);
  const next = (dates: readonly string[]) =>
    dates.flatMap(instants).find((at) => at > now) ?? first;
  if (start.tags().has('result/relativeDate')) return next([clock.date]);
  const isDay = start.isCertain('day');
  if (isDay && mayBePast === true) return first;
  if (isDay && start.isCertain('year')) return next([clock.date]);
  if (isDay) return next(yearly(clock.date, today));
  const isWeekday = start.isCertain('weekday');
  if (!isWeekday && start.isCertain('month')) return first;
  const from = isWeekday ? clock.date : today;
  const step = isWeekday ? 7 : 1;
  return next([0, 1, 2].map((n) => dayAfter(from, n * step)));
}

/** That day of this year and of the next; of today nobody means that of the next. */
function yearly(date: string, today: string): readonly string[] {
  const [, month = 0, day = 0] = date.split('-').map(Number);
  const year = Number(today.slice(0, 4));
  const years = date.slice(5) === today.slice(5) ? [year] : [year, year + 1];
  return years.flatMap((one) => dayOf(one, month, day) ?? []);
}

const AFTER_HOURS = 'result/relativeDateAndTime';

/**
 * A winter in which no zone changes its clocks: chrono-node counts hours by the clock of the host,
 * and would miss one, or count one twice, where that changes.
 */
const WINTER = new Date('2025-12-02T12:00:00Z');
const IN_WINTER = { instant: WINTER, timezone: 0 };

/** As long as that winter lasts. */
const MOST_HOURS_MS = 45 * DAY_MS;

/** "in 3 hours": by the clock; the days of "in 2 days and 3 hours": on the calendar. */
function afterHours(
  [found]: readonly ParsedResult[],
  quoted: string,
  { now, zone }: ReadDate,
): Meant | Refusal {
  const passed = (found?.start.date().getTime() ?? 0) - WINTER.getTime();
  if (passed > MOST_HOURS_MS) return { refused: `${quoted} is far ahead: name the day` };
  const days = /day|week|tag|woche/i.test(found?.text ?? '') ? Math.floor(passed / DAY_MS) : 0;
  const exact = daysLater(now, days, zone).getTime() + passed - days * DAY_MS;
  return { at: new Date(Math.ceil(exact / MINUTE_MS) * MINUTE_MS), isTimeGiven: true };
}
