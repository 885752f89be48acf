/**
 * The list of tickets as it fills a terminal: as many as there is room for, and a last line that
 * says how many there are. Pure.
 */
import type { TicketSummary } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';
import { ellipsize, type Screen } from './style.ts';
import { type Column, ticketTable } from './ticket-list.ts';

export interface Watched {
  readonly tickets: readonly TicketSummary[];
  /** Than these. */
  readonly hasMore: boolean;
  /** Why they are not those of now. */
  readonly problem: string | null;
  /** Of fields that are asked for. */
  readonly columns?: readonly Column[];
}

export interface Window extends Screen {
  readonly columns: number;
  readonly rows: number;
}

export function watchedLines(
  { tickets, hasMore, problem, columns = [] }: Watched,
  at: Window,
  now: Date,
): readonly string[] {
  const shown = tickets.slice(0, Math.max(0, at.rows - 2));
  const list = shown.length === 0 ? [] : ticketTable(shown, at, now, columns).trimEnd().split('\n');
  const count = countOf(shown.length, tickets.length, hasMore);
  const last =
    problem === null
      ? at.style('dim', ellipsize(`${count} q ends.`, at.columns))
      : at.style('yellow', ellipsize(inertLine(`${problem} q ends.`), at.columns));
  return [...list.slice(0, at.rows - 1), last];
}

function countOf(shown: number, all: number, hasMore: boolean): string {
  if (all === 0) return 'There are no such tickets.';
  if (shown === all && !hasMore) return all === 1 ? '1 ticket.' : `${all} tickets.`;
  return `The first ${shown} of ${hasMore ? `more than ${all}` : all} tickets.`;
}
