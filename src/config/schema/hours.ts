/** The hours of a queue: when its people work, in which zone, and on which days they do not. */
import * as v from 'valibot';
import { explain, type Problem } from './config.ts';
import { Text, timeZone } from './values.ts';

/** As they are written; Sunday is 0. */
const DAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const DAY = `(${DAYS.join('|')})`;
const TIME = '((?:[01]?\\d|2[0-3]):[0-5]\\d|24:00)';
const OPEN = new RegExp(`^${DAY}(?:-${DAY})? ${TIME}-${TIME}$`);
const WANTED = 'days and times such as "mon-fri 9:00-17:30", which end later than they begin';

export interface OpenOn {
  /** Of the week; 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
}

/** null if it is none. */
export function openOn(text: string): OpenOn | null {
  const [, first, last = first, begins = '', ends = ''] = OPEN.exec(text) ?? [];
  const [from, to] = [minutesOf(begins), minutesOf(ends)];
  const day = DAYS.indexOf(first ?? '');
  if (day < 0 || to <= from) return null;
  const more = (DAYS.indexOf(last ?? '') - day + DAYS.length) % DAYS.length;
  return { days: Array.from({ length: more + 1 }, (_, n) => (day + n) % DAYS.length), from, to };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

export const Hours = v.pipe(
  v.strictObject({
    open: v.pipe(
      v.array(
        v.pipe(
          v.string(WANTED),
          v.regex(OPEN, WANTED),
          v.check((text) => !OPEN.test(text) || openOn(text) !== null, WANTED),
        ),
        'a list of days and times',
      ),
      v.minLength(1, 'at least one line'),
      v.maxLength(50, 'at most 50 lines'),
      v.description('When its people work, such as "mon-fri 9:00-17:30", a line each.'),
    ),
    timeZone: timeZone('Of these hours, an IANA name; that of the desk if left out.'),
    holidays: v.optional(
      v.pipe(
        Text,
        v.description('An iCalendar file with the days and times off, relative to this file.'),
      ),
    ),
    tellCustomers: v.optional(
      v.pipe(
        v.boolean('true or false'),
        v.description('Outside of its hours an acknowledgement says when its people are back.'),
      ),
      false,
    ),
  }),
  v.description(
    'When its people work: answerHours and figures count that time; see docs/hours.md.',
  ),
);

export type HoursRow = Readonly<v.InferOutput<typeof Hours>>;

export interface CheckedHours {
  /** null if there are none, or they are wrong. */
  readonly hours: HoursRow | null;
  readonly problems: readonly Problem[];
}

/** `key`: where they stand. */
export function checkHours(value: unknown, key: string): CheckedHours {
  if (value === undefined) return { hours: null, problems: [] };
  const parsed = v.safeParse(Hours, value);
  if (parsed.success) return { hours: parsed.output, problems: [] };
  const problems = parsed.issues.map(explain).map(({ key: inner, problem }) => ({
    ...{ key: [key, inner].filter((part) => part !== '').join('.'), problem },
  }));
  return { hours: null, problems };
}
