/**
 * Holidays of an iCalendar file (RFC 5545): this file owns ical.js. Each event is a time at which
 * the desk is closed, whatever it says of being busy, unless it is cancelled.
 *
 * A whole day is one on the calendar of the queue, and so is a time without a zone. Zones are
 * those of the IANA table: what a file itself says of how clocks go is not read, and a zone of
 * another name counts as the queue's. What the library would not end, or not soon, it is not
 * given (holiday-lines.ts): it gets the rules that holidays have, none of them longer than a
 * year, and so many occurrences of a file, counted by what a rule takes.
 * What is left out is said. Pure.
 */
import ICAL from 'ical.js';
import { instantOf, wallClockAt } from '../dates/zone.ts';
import { DAY_MS } from '../ticket/age.ts';
import { type EventLines, inOneLine, linesOfCalendar } from './holiday-lines.ts';
import { repeatsAsHolidays, workOf } from './holiday-rules.ts';
import type { ClosedTimes } from './open-times.ts';
import { impossibleIn } from './possible-time.ts';
import { type Span, united } from './spans.ts';

export interface Holidays extends ClosedTimes {
  /** What could not be read of it; each goes on from the name of the file. */
  readonly problems: readonly string[];
}

export interface ReadHolidays {
  /** Occurrences that begin later are left out: an instant. */
  readonly until: number;
  /** One of the IANA table. */
  readonly isZone: (name: string) => boolean;
}

/** In all of a file. Each takes the library 20 to 400 µs. */
const MAX_OCCURRENCES = 4_000;
/** Of an event. The library counts on from day to day. */
const MAX_LENGTH_MS = 366 * DAY_MS;
const MAX_PROBLEMS = 5;

export function holidaysIn(calendar: string, context: ReadHolidays): Holidays {
  const reading = new Reading(context);
  try {
    const { events, problems } = linesOfCalendar(calendar);
    reading.problems.push(...problems);
    for (const { event, changes } of seriesIn(reading.parsed(events))) reading.add(event, changes);
  } catch (error) {
    reading.problems.push(`is no iCalendar file: ${saidBy(error)}`);
  }
  const problems = [...new Set(reading.problems)];
  const more = problems.length - MAX_PROBLEMS;
  return {
    onTheWall: united(reading.onTheWall),
    instants: united(reading.instants),
    problems: [
      ...problems.slice(0, MAX_PROBLEMS),
      ...(more > 0 ? [`has ${more} more such events`] : []),
    ],
  };
}

interface Series {
  readonly event: ICAL.Component;
  /** What else becomes of some of its occurrences. */
  readonly changes: readonly ICAL.Component[];
}

function seriesIn(events: readonly ICAL.Component[]): readonly Series[] {
  const changes = new Map<string, ICAL.Component[]>();
  for (const event of events.filter(isChange)) {
    const known = changes.get(uidOf(event));
    if (known === undefined) changes.set(uidOf(event), [event]);
    else known.push(event);
  }
  return [
    ...events
      .filter((event) => !isChange(event))
      .map((event) => {
        const own = changes.get(uidOf(event)) ?? [];
        changes.delete(uidOf(event));
        return { event, changes: own };
      }),
    ...[...changes.values()].flat().map((event) => ({ event, changes: [] })),
  ];
}

class Reading {
  readonly onTheWall: Span[] = [];
  readonly instants: Span[] = [];
  readonly problems: string[] = [];
  readonly #context: ReadHolidays;
  /** By what the file calls them; null if nobody knows it. */
  readonly #zones = new Map<string, string | null>();
  #occurrencesLeft = MAX_OCCURRENCES;

  constructor(context: ReadHolidays) {
    this.#context = context;
  }

  /** Without those that are not understood. */
  parsed(events: readonly EventLines[]): readonly ICAL.Component[] {
    return events.flatMap(({ name, lines }) => {
      try {
        const text = ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');
        return ICAL.Component.fromString(text);
      } catch (error) {
        this.problems.push(`has ${name}, which is not understood: ${saidBy(error)}`);
        return [];
      }
    });
  }

  /** One that is wrong is left out, and no other. */
  add(component: ICAL.Component, changes: readonly ICAL.Component[]): void {
    const name = nameOf(component);
    try {
      if (isCancelled(component)) return;
      mustBeTimes(component);
      this.#simplify(component, name);
      checkLength(component);
      const exceptions = changes.filter((change) => this.#isUsable(change));
      const event = new ICAL.Event(component, { exceptions });
      const { startDate, endDate } = event;
      if (isChange(component) || !event.isRecurring()) this.#close(startDate, endDate, component);
      else this.#closeAll(event, name);
    } catch (error) {
      this.problems.push(`has ${name}, which is not understood: ${saidBy(error)}`);
    }
  }

  /** A change that is wrong is left out: its occurrence is as the series has it. */
  #isUsable(change: ICAL.Component): boolean {
    try {
      mustBeTimes(change);
      checkLength(change);
      return true;
    } catch (error) {
      this.problems.push(`has ${nameOf(change)}, which is not understood: ${saidBy(error)}`);
      return false;
    }
  }

  /** Takes out of it what the library is not given. */
  #simplify(event: ICAL.Component, name: string): void {
    for (const property of event.getAllProperties('rrule')) {
      const rule = property.getFirstValue();
      if (rule instanceof ICAL.Recur && repeatsAsHolidays(rule)) {
        const until = this.#onTheWallOf(event, rule.until);
        if (until !== null) rule.until = until;
        continue;
      }
      event.removeProperty(property);
      this.problems.push(`has ${name}, whose rule is not one of holidays: it counts once`);
    }
  }

  /** A rule ends by UTC where the event has a zone: the library counts by the wall. */
  #onTheWallOf(event: ICAL.Component, until: ICAL.Time | null): ICAL.Time | null {
    const zone = this.#zoneOf(event, 'dtstart');
    if (until === null || zone === null || !isUtc(until)) return null;
    const { date, time } = wallClockAt(new Date(wallOf(until)), zone);
    return ICAL.Time.fromDateTimeString(`${date}T${time}:${String(until.second).padStart(2, '0')}`);
  }

  #closeAll(event: ICAL.Event, name: string): void {
    const rules = event.component.getAllProperties('rrule').map((rule) => rule.getFirstValue());
    const work = rules.reduce(
      (sum, rule) => sum + (rule instanceof ICAL.Recur ? workOf(rule) : 0),
      1,
    );
    // Before the first one the library has looked for it.
    this.#occurrencesLeft -= work - 1;
    if (this.#occurrencesLeft < 0) {
      this.problems.push(`has ${name}, with more occurrences than are read`);
      return;
    }
    const all = event.iterator();
    for (let next = all.next(); next != null; next = all.next()) {
      if (wallOf(next) > this.#context.until) return;
      this.#occurrencesLeft -= Math.max(work - 1, 1);
      if (this.#occurrencesLeft < 0) {
        this.problems.push(`has ${name}, with more occurrences than are read`);
        return;
      }
      const { startDate, endDate, item } = event.getOccurrenceDetails(next);
      if (!isCancelled(item.component)) this.#close(startDate, endDate, item.component);
    }
  }

  #close(start: ICAL.Time, end: ICAL.Time, event: ICAL.Component): void {
    const from = this.#placed(start, this.#zoneOf(event, 'dtstart'));
    const to = this.#placed(end, this.#zoneOf(event, 'dtend') ?? this.#zoneOf(event, 'dtstart'));
    if (from.isInstant !== to.isInstant) {
      throw new Error('it begins by one clock and ends by another');
    }
    // Some write the last day of a holiday, and not the day after it.
    if (start.isDate && end.isDate && to.at === from.at) to.at += DAY_MS;
    if (to.at < from.at) throw new Error('it ends before it begins');
    const spans = from.isInstant ? this.instants : this.onTheWall;
    spans.push({ from: from.at, to: to.at });
  }

  #placed(shown: ICAL.Time, zone: string | null) {
    const at = wallOf(shown);
    if (isUtc(shown)) return { at, isInstant: true };
    if (zone === null || shown.isDate) return { at, isInstant: false };
    const [date = '', time = ''] = new Date(at).toISOString().replace('Z', '').split('T');
    return { at: instantOf({ date, time }, zone).getTime(), isInstant: true };
  }

  /** null if it has none, or one that nobody knows. */
  #zoneOf(event: ICAL.Component, property: string): string | null {
    const name = event.getFirstProperty(property)?.getFirstParameter('tzid') ?? '';
    if (name === '') return null;
    const known = this.#zones.get(name);
    if (known !== undefined) return known;
    // Such as /freeassociation.sourceforge.net/Europe/Berlin
    const names = [name, name.split('/').slice(-2).join('/')];
    const zone = names.find((one) => this.#context.isZone(one)) ?? null;
    this.#zones.set(name, zone);
    if (zone === null) {
      this.problems.push(
        `has ${nameOf(event)} in the zone "${inOneLine(name)}", which is not known: times in it are taken as the queue's own`,
      );
    }
    return zone;
  }
}

/** Before the library counts anything: it would go through each day of ages. */
function checkLength(event: ICAL.Component): void {
  const duration = event.getFirstPropertyValue('duration');
  if (duration instanceof ICAL.Duration && !isShort(duration.toSeconds() * 1000)) {
    throw new Error('it lasts longer than a year');
  }
  const begins = event.getFirstPropertyValue('dtstart');
  const isAgain = ['rrule', 'rdate', 'recurrence-id'].some((name) => event.hasProperty(name));
  if (!(begins instanceof ICAL.Time) || !isAgain) return;
  for (const other of ['dtend', 'recurrence-id']) {
    const time = event.getFirstPropertyValue(other);
    if (time instanceof ICAL.Time && !isShort(wallOf(time) - wallOf(begins))) {
      throw new Error(`its ${other.toUpperCase()} is more than a year off`);
    }
  }
}

function isShort(ms: number): boolean {
  return Math.abs(ms) <= MAX_LENGTH_MS;
}

function wallOf({ year, month, day, hour, minute, second, isDate }: ICAL.Time): number {
  const time = isDate ? 0 : (hour * 60 + minute) * 60 + second;
  return Date.UTC(year, month - 1, day) + time * 1000;
}

const TIMES = ['dtstart', 'dtend', 'recurrence-id', 'rdate', 'exdate', 'rrule'];

/** Asked before the library reads them, which makes other times of what there is not. */
function mustBeTimes(event: ICAL.Component): void {
  if (!event.hasProperty('dtstart')) throw new Error('it has no beginning (DTSTART)');
  for (const property of TIMES.flatMap((name) => event.getAllProperties(name))) {
    const [, , , ...values]: readonly unknown[] = property.jCal;
    const impossible = impossibleIn(values);
    if (impossible !== null) throw new Error(`there is no ${inOneLine(impossible)}`);
  }
}

function isUtc(time: ICAL.Time): boolean {
  return !time.isDate && time.zone === ICAL.Timezone.utcTimezone;
}

function isChange(event: ICAL.Component): boolean {
  return event.hasProperty('recurrence-id');
}

function isCancelled(event: ICAL.Component): boolean {
  return String(event.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED';
}

function uidOf(event: ICAL.Component): string {
  return String(event.getFirstPropertyValue('uid'));
}

function nameOf(event: ICAL.Component): string {
  const summary = event.getFirstPropertyValue('summary');
  return summary === null ? 'an event' : `"${inOneLine(String(summary))}"`;
}

function saidBy(error: unknown): string {
  // Words about the library's own source help nobody.
  if (error instanceof TypeError) return 'it holds what is not read here';
  return inOneLine(error instanceof Error ? error.message : String(error));
}
