/** The newest tickets of several queues, out of what was gathered of each. */
import { newestFirst } from '../../journal/newest-first.ts';
import type { Ticket } from '../../ticket/ticket.ts';
import type { Gathering } from './gathering.ts';

export function newestOf(
  gathering: Gathering,
  which: 'open' | 'all',
  queues: readonly string[],
  limit: number,
): readonly Ticket[] {
  const rows = queues.map((queue) => gathering.tickets(which, queue, limit).values());
  return [...newestFirst(rows)];
}
