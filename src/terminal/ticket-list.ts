/**
 * Tickets as a table: one a line, the subject last. Pure.
 */
import type { Status, TicketSummary } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';
import { ellipsize, type Screen } from './style.ts';
import { table } from './table.ts';
import { localTime } from './time.ts';

const COLOURS = { new: 'yellow', open: 'green', pending: 'cyan', resolved: 'dim' } as const;
const HEADINGS = ['TICKET', 'STATUS', 'UPDATED', 'REQUESTER', 'SUBJECT'] as const;
const REQUESTER_WIDTH = 26;

export function ticketTable(tickets: readonly TicketSummary[], at: Screen): string {
  const rows = tickets.map((ticket) => [
    ticket.id,
    ticket.status,
    localTime(ticket.updatedAt),
    ellipsize(inertLine(ticket.requester?.address ?? '(unknown)'), REQUESTER_WIDTH),
    inertLine(ticket.subject || '(no subject)'),
  ]);
  return table(HEADINGS, rows, at, (cell, row, column) => {
    const status: Status = tickets[row]?.status ?? 'open';
    return column === 1 ? at.style(COLOURS[status], cell) : cell;
  });
}
