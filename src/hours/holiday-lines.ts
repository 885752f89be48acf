/**
 * What of an iCalendar file (RFC 5545) the library is given: of each event the lines that say when
 * it is, so that one that is broken takes no other with it.
 *
 * All else is left out before it is parsed, and so is what would take the library long: of a file
 * so many events and dates, of an event so many rules, and no line of very many parts. The time
 * that this takes grows as the file does. What is left out is said. Pure.
 */

export interface EventLines {
  /** Such as `"New Year"`, in one line. */
  readonly name: string;
  /** Unfolded, without BEGIN and END. */
  readonly lines: readonly string[];
}

export interface CalendarLines {
  readonly events: readonly EventLines[];
  /** Each goes on from the name of the file. */
  readonly problems: readonly string[];
}

/** Each takes the library some 100 µs. */
const MAX_EVENTS = 2_000;
/** RDATE and EXDATE, in all of a file. */
const MAX_DATES = 2_000;
const MAX_RULES = 4;
const MAX_PARTS = 40;
const MAX_TEXT = 300;

const TEXTS = new Set(['SUMMARY', 'UID']);
const ONCE = new Set(['STATUS', 'DTSTART', 'DTEND', 'DURATION', 'RECURRENCE-ID', ...TEXTS]);
const DATES = new Set(['RDATE', 'EXDATE']);

/** Throws what is wrong if it is no calendar. */
export function linesOfCalendar(text: string): CalendarLines {
  const reading = new Reading();
  for (const line of unfolded(text)) reading.read(line);
  return reading.end();
}

/** A line that begins with a blank goes on from the one before. */
function unfolded(text: string): readonly string[] {
  const lines: string[][] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const last = lines.at(-1);
    if (last !== undefined && /^[ \t]/.test(line)) last.push(line.slice(1));
    else lines.push([line]);
  }
  return lines.map((parts) => parts.join('')).filter((line) => line.trim() !== '');
}

interface EventBeingRead {
  readonly lines: string[];
  readonly count: Map<string, number>;
  readonly leftOut: Set<string>;
  /** `RDATE;VALUE=PERIOD`, which has an end of its own. */
  readonly periods: string[];
  /** Of what it has within it, such as an alarm. */
  depth: number;
}

class Reading {
  readonly #events: EventLines[] = [];
  readonly #problems = new Set<string>();
  #isCalendar = false;
  #count = 0;
  #datesLeft = MAX_DATES;
  #event: EventBeingRead | null = null;

  read(line: string): void {
    const name = (/^[\w-]{1,40}(?=[:;])/.exec(line)?.[0] ?? '').toUpperCase();
    if (this.#isCalendar && (name === '' || !line.includes(':'))) {
      this.#problems.add('has a line that is none of a calendar, and is left out');
    } else if (name === 'BEGIN') this.#begin(valueIn(line));
    else if (name === 'END') this.#end(valueIn(line));
    else if (this.#event?.depth === 0) this.#keep(name, line, this.#event);
  }

  end(): CalendarLines {
    if (!this.#isCalendar) throw new Error('it has no VCALENDAR');
    if (this.#event !== null) this.#breakOff();
    if (this.#count > MAX_EVENTS) {
      this.#problems.add(`has ${this.#count} events, of which ${MAX_EVENTS} are read`);
    }
    return { events: this.#events, problems: [...this.#problems] };
  }

  #begin(component: string): void {
    if (component === 'VCALENDAR') this.#isCalendar = true;
    if (component === 'VEVENT') {
      if (this.#event !== null) this.#breakOff();
      this.#event = { lines: [], count: new Map(), leftOut: new Set(), periods: [], depth: 0 };
    } else if (this.#event !== null) this.#event.depth += 1;
  }

  #end(component: string): void {
    const event = this.#event;
    if (event === null) return;
    if (component === 'VEVENT') {
      const { lines, leftOut } = event;
      const name = eventName(lines);
      this.#count += 1;
      if (this.#count <= MAX_EVENTS) this.#events.push({ name, lines }, ...periodsOf(event, name));
      for (const what of leftOut) this.#problems.add(`has ${name}, with ${what}`);
      this.#event = null;
    } else if (component === 'VCALENDAR') this.#breakOff();
    else event.depth -= 1;
  }

  #breakOff(): void {
    this.#event = null;
    this.#problems.add('has an event that does not end, and is left out');
  }

  #keep(name: string, line: string, { lines, count, leftOut, periods }: EventBeingRead): void {
    if (!ONCE.has(name) && !DATES.has(name) && name !== 'RRULE') return;
    const known = count.get(name) ?? 0;
    count.set(name, known + 1);
    if (ONCE.has(name) && known > 0) return;
    if (TEXTS.has(name)) lines.push(cut(line));
    else if (line.split(';').length > MAX_PARTS) leftOut.add('a line of too many parts');
    else if (name === 'RRULE' && known >= MAX_RULES) leftOut.add('more rules than are read');
    else if (DATES.has(name) && !this.#hasRoomFor(line)) leftOut.add('more dates than are read');
    else if (name === 'RDATE' && /;value=period[;:]/i.test(line)) periods.push(line);
    else lines.push(line);
  }

  #hasRoomFor(dates: string): boolean {
    this.#datesLeft -= dates.split(',').length;
    return this.#datesLeft >= 0;
  }
}

/** Each as an event of its own. */
function periodsOf({ lines, periods }: EventBeingRead, name: string): readonly EventLines[] {
  const about = lines.filter((line) => /^(summary|status)[:;]/i.test(line));
  return periods.flatMap((line) => {
    const at = line.indexOf(':');
    const parts = line.slice('RDATE'.length, at).replace(/;value=period/i, '');
    return line
      .slice(at + 1)
      .split(',')
      .map((period) => {
        const [from = '', to = ''] = period.trim().split('/');
        const end = /^\+?p/i.test(to) ? `DURATION:${to}` : `DTEND${parts}:${to}`;
        return { name, lines: [...about, `DTSTART${parts}:${from}`, end] };
      });
  });
}

function eventName(lines: readonly string[]): string {
  const summary = lines.find((line) => /^summary[:;]/i.test(line));
  return summary === undefined
    ? 'an event'
    : `"${inOneLine(summary.slice(summary.indexOf(':') + 1))}"`;
}

/** The words of a file, for a sentence of ours. */
export function inOneLine(text: string): string {
  const flat = text
    .slice(0, 200)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return flat.length > 60 ? `${flat.slice(0, 57)}...` : flat;
}

function valueIn(line: string): string {
  return line
    .slice(line.indexOf(':') + 1)
    .trim()
    .toUpperCase();
}

/** Not within a sign that is escaped, which the library would take for one at the end. */
function cut(line: string): string {
  const [name = '', ...value] = line.split(':');
  const text = value.join(':').slice(0, MAX_TEXT).replace(/\\$/, '');
  return `${name.split(';', MAX_PARTS).join(';')}:${text}`;
}
