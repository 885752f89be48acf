/**
 * The words of the mail of the week: what came, what waits, and what waits longest.
 *
 * Of strangers' words it has addresses and subjects, as a digest has them, in lines that are known
 * again when they are quoted. Bars are signs of plain text, so that every client shows them. Pure.
 */
import { ageOf, DAY_MS, HOUR_MS } from '../ticket/age.ts';
import { ticketAddress } from '../ticket/id.ts';
import { nameOf, type Ticket } from '../ticket/ticket.ts';
import { howToGoOn, lineOf } from './digest-text.ts';
import type { Week, WeeklyDraft } from './draft.ts';

export interface WeeklyContext {
  /** Whether what they write to the desk counts. */
  readonly mayCommand: boolean;
  readonly domain: string;
  readonly now: Date;
}

export interface WeeklyMail {
  readonly subject: string;
  readonly text: string;
}

const BAR_CHARACTERS = 30;
const COUNT_CHARACTERS = 6;
const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function weeklyMail(
  { queues, week }: WeeklyDraft,
  { mayCommand, domain, now }: WeeklyContext,
): WeeklyMail {
  const { opened, resolved, answers, longest, held } = week;
  const waiting = ageRows(week);
  const [first] = longest;
  const lines = [
    `The week from ${dayIn(week, 0)} to ${dayIn(week, 6)} (UTC), in ${queues.join(', ')}.`,
    '',
    `New tickets: ${sumOf(opened)}`,
    ...bars(opened.map((count, day) => [DAY_NAMES[day] ?? '', count])),
    '',
    `Resolved: ${sumOf(resolved)}`,
    ...bars(resolved.map((count, day) => [DAY_NAMES[day] ?? '', count])),
    '',
    `Answers that the staff wrote: ${answers}`,
    '',
    `Tickets that wait for an answer now: ${sumOf(waiting.map(([, count]) => count))}`,
    ...bars(waiting),
    ...(held === 0 ? [] : ['', `Held mails that wait for a person: ${held}`]),
    ...(first === undefined
      ? []
      : [
          '',
          'Longest waiting, and who has them. Who wrote them is not verified.',
          '',
          ...longest.map((ticket) => lineOf(ticket, howLong(ticket, now))),
          '',
          ...howToGoOn(nameOf(first), {
            ...{ areSigned: false, mayCommand },
            address: mayCommand ? ticketAddress(nameOf(first), domain) : null,
          }),
        ]),
    '',
    ...HOW_TO_END_IT,
  ];
  return { subject: subjectOf(week), text: `${lines.join('\n')}\n` };
}

/** In the words of whoever reads it: the config is not theirs to change. */
const HOW_TO_END_IT = [
  'You get this once a week, since your entry among the staff in the config of the',
  'desk has "digest": "weekly". It ends when whoever administers the desk takes',
  'that out.',
];

function subjectOf(week: Week): string {
  const waiting = sumOf(ageRows(week).map(([, count]) => count));
  const opened = sumOf(week.opened);
  const tickets = opened === 1 ? 'ticket' : 'tickets';
  return `The week of ${dayIn(week, 0)}: ${opened} new ${tickets}, ${waiting === 0 ? 'none' : waiting} waiting`;
}

type Row = readonly [string, number];

function ageRows({ waiting: { day, week, month, older } }: Week): readonly Row[] {
  return [
    ['less than a day', day],
    ['less than 7 days', week],
    ['less than 30 days', month],
    ['30 days or more', older],
  ];
}

/** `  Monday       4  ########` */
function bars(rows: readonly Row[]): readonly string[] {
  const most = Math.max(0, ...rows.map(([, count]) => count));
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, count]) => {
    const length = most === 0 ? 0 : Math.ceil((count / most) * BAR_CHARACTERS);
    const number = String(count).padStart(COUNT_CHARACTERS);
    return `  ${name.padEnd(width)}${number}  ${'#'.repeat(length)}`.trimEnd();
  });
}

/** How long it waits, and who has it. */
function howLong({ waiting, assignee }: Ticket, now: Date): string {
  const age = waiting === null ? 0 : ageOf(waiting.since, now);
  const whose = assignee ?? 'nobody';
  if (!Number.isFinite(age)) return `(long, ${whose})`;
  const days = Math.floor(age / DAY_MS);
  const hours = Math.floor(age / HOUR_MS);
  const long =
    days > 1 ? `${days} days` : days === 1 ? 'a day' : hours > 1 ? `${hours} hours` : 'an hour';
  return `(${long}, ${whose})`;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `16 November` */
function dayIn({ monday }: Week, day: number): string {
  const date = new Date(new Date(monday).getTime() + day * DAY_MS);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
];
