/**
 * The words of the mail of the week: what came, what waits, and what waits longest. The same pieces
 * as HTML: weekly-html.ts.
 *
 * Of strangers' words it has addresses and subjects, as a digest has them, in lines that are known
 * again when they are quoted. Bars are signs of plain text here, so that every client shows them.
 * Pure.
 */
import { MONTHS } from '../dates/in-full.ts';
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
  readonly pieces: readonly Piece[];
}

/** Words, or numbers that are drawn: each with its name. */
export type Piece =
  | { readonly words: string }
  | { readonly title: string; readonly rows: readonly Row[] };

export type Row = readonly [name: string, count: number];

const BAR_CHARACTERS = 30;
const COUNT_CHARACTERS = 6;
const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function weeklyMail(
  { queues, week }: WeeklyDraft,
  { mayCommand, domain, now }: WeeklyContext,
): WeeklyMail {
  const { opened, resolved, answers, snoozed, longest, held } = week;
  const [first] = longest;
  const perDay = (counts: readonly number[]) =>
    counts.map((count, day): Row => [DAY_NAMES[day] ?? '', count]);
  const words = (...lines: readonly string[]): Piece => ({ words: lines.join('\n') });
  const pieces: readonly Piece[] = [
    words(`The week from ${dayIn(week, 0)} to ${dayIn(week, 6)} (UTC), in ${queues.join(', ')}.`),
    figureOf('New tickets', perDay(opened)),
    figureOf('Resolved', perDay(resolved)),
    words(`Answers of the staff that went out: ${answers}`),
    figureOf('Tickets that wait for an answer now', ageRows(week)),
    ...(snoozed === 0 ? [] : [words(`Snoozed tickets: ${snoozed}`)]),
    ...(held === 0 ? [] : [words(`Held mails that wait for a person: ${held}`)]),
    ...(first === undefined
      ? []
      : [
          words('Longest waiting, and who has them. Who wrote them is not verified.'),
          words(...longest.map((ticket) => lineOf(ticket, howLong(ticket, now)))),
          words(
            ...howToGoOn(nameOf(first), {
              ...{ areSigned: false, mayCommand },
              address: mayCommand ? ticketAddress(nameOf(first), domain) : null,
            }),
          ),
        ]),
    words(...HOW_TO_END_IT),
  ];
  return { subject: subjectOf(week), pieces };
}

/** Where there is nothing, the title says so. */
function figureOf(title: string, rows: readonly Row[]): Piece {
  const count = sumOf(rows.map(([, one]) => one));
  return count === 0 ? { words: `${title}: none` } : { title: `${title}: ${count}`, rows };
}

export function weeklyText(pieces: readonly Piece[]): string {
  const texts = pieces.map((piece) =>
    'words' in piece ? piece.words : [piece.title, ...bars(piece.rows)].join('\n'),
  );
  return `${texts.join('\n\n')}\n`;
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

function ageRows({ waiting: { day, week, month, older } }: Week): readonly Row[] {
  return [
    ['less than a day', day],
    ['less than 7 days', week],
    ['less than 30 days', month],
    ['30 days or more', older],
  ];
}

/** Of the longest, what each is: from 0 to 1. */
export function shareOf(count: number, rows: readonly Row[]): number {
  const most = Math.max(0, ...rows.map(([, other]) => other));
  return most === 0 ? 0 : count / most;
}

/** `  Monday       4  ########` */
function bars(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, count]) => {
    const length = Math.ceil(shareOf(count, rows) * BAR_CHARACTERS);
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
