/**
 * Tickets of several queues in one row, each queue's newest first: numbers grow with time there.
 */
import type { Ticket } from '../ticket/ticket.ts';

export function* newestFirst(queues: readonly Iterator<Ticket>[]): Generator<Ticket> {
  const next = (row: Iterator<Ticket> | undefined) => {
    const found = row?.next();
    return found === undefined || found.done ? null : found.value;
  };
  const heads = queues.map(next);
  for (;;) {
    let newest = -1;
    for (const [n, head] of heads.entries()) {
      const best = heads[newest] ?? null;
      if (head !== null && (best === null || head.createdAt > best.createdAt)) newest = n;
    }
    const ticket = heads[newest] ?? null;
    if (ticket === null) return;
    yield ticket;
    heads[newest] = next(queues[newest]);
  }
}
