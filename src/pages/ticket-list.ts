/**
 * Tickets as a table, one a line: how old it is and how long ago it changed, the subject last, and
 * a column for the assignee if any has one. A narrow terminal has fewer columns. Pure.
 */
import { nameOf, type Priority, type Status, type TicketSummary } from '../ticket/ticket.ts';
import type { Step } from './columns.ts';
import { inertLine } from './inert.ts';
import { ellipsize, type Screen, type Style } from './style.ts';
import { table } from './table.ts';
import { ago } from './time.ts';

const HEADINGS = [
  ...(['TICKET', 'STATUS', 'PRIO', 'AGE'] as const),
  ...(['CHANGED', 'REQUESTER', 'FOR', 'SUBJECT'] as const),
] as const;
type Cells = Readonly<Record<(typeof HEADINGS)[number], string>>;

const REQUESTER_WIDTH = 26;
const ASSIGNEE_WIDTH = 10;
/** So that the subject has room. */
const STEPS: readonly Step[] = [
  ['CHANGED', 0],
  ['REQUESTER', 16],
  'one space',
  ['FOR', 6],
  ['REQUESTER', 8],
  ['REQUESTER', 0],
  ['FOR', 0],
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

export function ticketTable(tickets: readonly TicketSummary[], at: Screen, now: Date): string {
  const isAssigned = tickets.some(({ assignee }) => assignee !== null);
  const headings = HEADINGS.filter((heading) => heading !== 'FOR' || isAssigned);
  const rows = tickets.map((ticket) => {
    const cells = cellsOf(ticket, now);
    return headings.map((heading) => cells[heading]);
  });
  const paint = (cell: string, row: number, column: number) => {
    const { status = 'open', priority = 'normal' } = tickets[row] ?? {};
    const colours = { STATUS: STATUS_COLOURS[status], PRIO: PRIORITY_COLOURS[priority] };
    const heading = headings[column];
    const colour = heading === 'STATUS' || heading === 'PRIO' ? colours[heading] : null;
    return colour === null ? cell : at.style(colour, cell);
  };
  return table(headings, rows, at, { paint, steps: STEPS });
}

function cellsOf(ticket: TicketSummary, now: Date): Cells {
  const { status, priority, createdAt, updatedAt, requester, assignee, subject } = ticket;
  return {
    TICKET: nameOf(ticket),
    STATUS: status,
    PRIO: priority === 'normal' ? '-' : priority,
    AGE: ago(createdAt, now),
    CHANGED: ago(updatedAt, now),
    REQUESTER: ellipsize(inertLine(requester?.address ?? '(unknown)'), REQUESTER_WIDTH),
    FOR: ellipsize(inertLine(assignee ?? '-'), ASSIGNEE_WIDTH),
    SUBJECT: inertLine(subject || '(no subject)'),
  };
}
