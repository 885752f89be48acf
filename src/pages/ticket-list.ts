/**
 * Tickets as a table, one a line: how long ago it changed, the subject last, and a column for
 * the assignee if any has one. Pure.
 */
import { nameOf, type Status, type TicketSummary } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';
import { ellipsize, type Screen } from './style.ts';
import { table } from './table.ts';
import { ago } from './time.ts';

const COLOURS = { new: 'yellow', open: 'green', pending: 'cyan', resolved: 'dim' } as const;
const REQUESTER_WIDTH = 26;
const ASSIGNEE_WIDTH = 10;
/** Columns with room for all of it. */
const WIDE_COLUMNS = 100;

export function ticketTable(tickets: readonly TicketSummary[], at: Screen, now: Date): string {
  const isAssigned = tickets.some(({ assignee }) => assignee !== null);
  const isNarrow = at.columns !== null && at.columns < WIDE_COLUMNS;
  const headings = ['TICKET', 'STATUS', 'CHANGED', 'REQUESTER', 'SUBJECT'];
  const rows = tickets.map((ticket) => [
    nameOf(ticket),
    ticket.status,
    ago(ticket.updatedAt, now),
    ellipsize(
      inertLine(ticket.requester?.address ?? '(unknown)'),
      REQUESTER_WIDTH - (isAssigned && isNarrow ? ASSIGNEE_WIDTH : 0),
    ),
    ...(isAssigned ? [ellipsize(inertLine(ticket.assignee ?? '-'), ASSIGNEE_WIDTH)] : []),
    inertLine(ticket.subject || '(no subject)'),
  ]);
  return table(
    isAssigned ? headings.toSpliced(-1, 0, 'FOR') : headings,
    rows,
    at,
    (cell, row, column) => {
      const status: Status = tickets[row]?.status ?? 'open';
      return column === 1 ? at.style(COLOURS[status], cell) : cell;
    },
  );
}
