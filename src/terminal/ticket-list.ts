/**
 * Tickets as a table: one a line, aligned, the subject last and cut to the
 * terminal. Pure.
 */

import type { Status, TicketSummary } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';
import { ellipsize, padTo, type Screen, width } from './style.ts';
import { localTime } from './time.ts';

const COLOURS = { new: 'yellow', open: 'green', pending: 'cyan', resolved: 'dim' } as const;
const HEADINGS = ['TICKET', 'STATUS', 'UPDATED', 'REQUESTER', 'SUBJECT'] as const;
const REQUESTER_WIDTH = 26;

export function ticketTable(tickets: readonly TicketSummary[], { style, columns }: Screen): string {
  const rows = tickets.map((ticket) => [
    ticket.id,
    ticket.status,
    localTime(ticket.updatedAt),
    ellipsize(inertLine(ticket.requester?.address ?? '(unknown)'), REQUESTER_WIDTH),
    inertLine(ticket.subject || '(no subject)'),
  ]);
  const widths = HEADINGS.map((heading, n) =>
    Math.max(heading.length, ...rows.map((row) => width(row[n] ?? ''))),
  );
  const before = widths.slice(0, -1).reduce((sum, columns) => sum + columns + 2, 0);
  const line = (cells: readonly string[], paint: (n: number, cell: string) => string) =>
    cells
      .map((cell, n) => {
        if (n < cells.length - 1) return paint(n, padTo(cell, widths[n] ?? 0));
        return paint(n, columns === null ? cell : ellipsize(cell, Math.max(10, columns - before)));
      })
      .join('  ');
  const lines = [line(HEADINGS, (_, cell) => style('bold', cell))];
  rows.forEach((row, at) => {
    const status: Status = tickets[at]?.status ?? 'open';
    lines.push(line(row, (n, cell) => (n === 1 ? style(COLOURS[status], cell) : cell)));
  });
  return `${lines.join('\n')}\n`;
}
