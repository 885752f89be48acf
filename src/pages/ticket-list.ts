/**
 * Tickets as a table, one a line: how old it is and how long ago it changed, the subject last, and
 * columns for the assignee, for when an answer goes out, and for the end of a snooze, if any has
 * one, whose headings name the time zone. A narrow terminal has fewer columns. Pure.
 */
import { isSnoozed } from '../ticket/snoozed.ts';
import { nameOf, type Priority, type Status, type TicketSummary } from '../ticket/ticket.ts';
import type { Step } from './columns.ts';
import { inertLine } from './inert.ts';
import { ellipsize, type Screen, type Style } from './style.ts';
import { table } from './table.ts';
import { ago, columnTime, timeHeading } from './time.ts';

const HEADINGS = [
  ...(['TICKET', 'STATUS', 'PRIO', 'AGE'] as const),
  ...(['CHANGED', 'REQUESTER', 'FOR', 'ANSWERS', 'UNTIL', 'SUBJECT'] as const),
] as const;
type Heading = (typeof HEADINGS)[number];
type Cells = Readonly<Record<Heading, string>>;

const REQUESTER_WIDTH = 26;
const ASSIGNEE_WIDTH = 10;
const FIELD_WIDTH = 20;
/** So that the subject has room. */
const STEPS: readonly Step[] = [
  ['CHANGED', 0],
  ['REQUESTER', 16],
  'one space',
  ['FOR', 6],
  ['ANSWERS', 0],
  ['REQUESTER', 8],
  ['REQUESTER', 0],
  ['FOR', 0],
  ['UNTIL', 0],
  ['STATUS', 0],
  ['AGE', 0],
  ['PRIO', 0],
];

type Format = Parameters<Style>[0];
const STATUS_COLOURS: Readonly<Record<Status, Format>> = {
  ...{ new: 'yellow', open: 'green', pending: 'cyan', resolved: 'dim' },
};
const PRIORITY_COLOURS: Readonly<Record<Priority, Format | null>> = {
  ...{ low: 'dim', normal: null, high: 'yellow', urgent: 'bold' },
};

/** What else is asked for: a field, by its name in small letters. */
export interface Column {
  readonly heading: string;
  /** Inert. */
  readonly cellOf: (ticket: TicketSummary) => string;
}

export function ticketTable(
  tickets: readonly TicketSummary[],
  at: Screen,
  now: Date,
  more: readonly Column[] = [],
): string {
  const isShown: Readonly<Partial<Record<Heading, boolean>>> = {
    FOR: tickets.some(({ assignee }) => assignee !== null),
    ANSWERS: tickets.some(({ answerAt }) => answerAt !== undefined),
    UNTIL: tickets.some((ticket) => isSnoozed(ticket, now)),
  };
  const own = HEADINGS.filter((heading) => isShown[heading] !== false);
  const shown = (heading: string) =>
    heading === 'ANSWERS' || heading === 'UNTIL' ? timeHeading(heading, at) : heading;
  const headings: readonly string[] = withMore(
    own.map(shown),
    more.map(({ heading }) => heading),
  );
  const timeOf = columnTime(at);
  const rows = tickets.map((ticket) => {
    const cells = cellsOf(ticket, now, timeOf);
    return withMore(
      own.map((heading) => cells[heading]),
      more.map(({ cellOf }) => ellipsize(cellOf(ticket), FIELD_WIDTH)),
    );
  });
  const paint = (cell: string, row: number, column: number) => {
    const { status = 'open', priority = 'normal' } = tickets[row] ?? {};
    const colours = { STATUS: STATUS_COLOURS[status], PRIO: PRIORITY_COLOURS[priority] };
    const heading = headings[column];
    const colour = heading === 'STATUS' || heading === 'PRIO' ? colours[heading] : null;
    return colour === null ? cell : at.style(colour, cell);
  };
  const last = more.map(({ heading }): Step => [heading, 0]);
  const steps = STEPS.map(
    (step): Step => (step === 'one space' ? step : [shown(step[0]), step[1]]),
  );
  return table(headings, rows, at, { paint, steps: [...steps, ...last] });
}

/** In front of the last one, the subject. */
function withMore(own: readonly string[], more: readonly string[]): readonly string[] {
  return [...own.slice(0, -1), ...more, ...own.slice(-1)];
}

function cellsOf(ticket: TicketSummary, now: Date, timeOf: (time: string) => string): Cells {
  const { answerAt, snoozed, status, priority, createdAt, updatedAt } = ticket;
  const { requester, assignee, subject } = ticket;
  return {
    TICKET: nameOf(ticket),
    STATUS: status,
    PRIO: priority === 'normal' ? '-' : priority,
    AGE: ago(createdAt, now),
    CHANGED: ago(updatedAt, now),
    REQUESTER: ellipsize(inertLine(requester?.address ?? '(unknown)'), REQUESTER_WIDTH),
    FOR: ellipsize(inertLine(assignee ?? '-'), ASSIGNEE_WIDTH),
    ANSWERS: answerAt === undefined ? '-' : timeOf(answerAt),
    UNTIL: snoozed === undefined || !isSnoozed(ticket, now) ? '-' : timeOf(snoozed.until),
    SUBJECT: inertLine(subject || '(no subject)'),
  };
}
