/**
 * All tickets of some queues, or those that are not resolved, newest first: some of each queue at a
 * time, so that no list of a hundred thousand is ever in memory.
 */
import { newestFirst } from '../../journal/newest-first.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { Ticket } from '../../ticket/ticket.ts';
import { rowIn, sortOfTicket } from './rows.ts';

const PAGE = 200;
/** Those that are open cost as much as there are of them. */
const FROM = {
  all: 'mailrobot.rows r WHERE',
  open: `mailrobot.marks m JOIN mailrobot.rows r ON r.key = m.ticket WHERE m.list = 'open' AND`,
};

/** What was read of a queue, and not given yet. */
interface Page {
  readonly tickets: readonly Ticket[];
  readonly isLast: boolean;
}

export async function* ticketsOf(
  connections: Lender,
  which: 'all' | 'open',
  queues: readonly string[],
): AsyncGenerator<Ticket> {
  const pages = new Map<string, Page>();
  for (const queue of queues) pages.set(queue, await pageBehind(queue, null));
  for (;;) {
    const [ticket] = newestFirst([...pages.values()].map(({ tickets }) => tickets.values()));
    if (ticket === undefined) return;
    yield ticket;
    const queue = ticket.id.slice(0, ticket.id.lastIndexOf('-'));
    const { tickets = [], isLast = true } = pages.get(queue) ?? {};
    const rest = { tickets: tickets.slice(1), isLast };
    const isOver = rest.tickets.length === 0 && !isLast;
    pages.set(queue, isOver ? await pageBehind(queue, ticket) : rest);
  }

  async function pageBehind(queue: string, behind: Ticket | null): Promise<Page> {
    const rows = await connections.with((database) =>
      database.query({
        text: `SELECT r.row FROM ${FROM[which]}
          r.list = 'tickets' AND r.sort >= $1 AND r.sort < $2
          ORDER BY r.sort DESC LIMIT ${PAGE}`,
        values: [`${queue} `, behind === null ? `${queue}!` : sortOfTicket(behind.id)],
      }),
    );
    const tickets = rows.map(({ row }) => rowIn('tickets', String(row)).ticket);
    return { tickets, isLast: tickets.length < PAGE };
  }
}
