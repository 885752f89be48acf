/** Every ticket, and the last commit that had a part in it: by its id. */
import { Failure } from '../../outcome.ts';
import { applyChange } from '../../ticket/apply-change.ts';
import { ticketOf, ticketsOf } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { JournalRecord } from '../record.ts';
import type { TicketRow } from '../ticket-row.ts';
import type { List } from './list.ts';

export const tickets: List<TicketRow> = (record) =>
  [...ticketsOf(record.changes)].map((id) => ({
    type: 'change',
    key: id,
    after: (before) => ticketRowAfter(before, id, record),
  }));

export function ticketRowAfter(
  before: TicketRow | null,
  id: TicketId,
  { seq, time, changes }: JournalRecord,
): TicketRow {
  if (before !== null && before.seq >= seq) return before;
  let ticket = before?.ticket ?? null;
  try {
    for (const change of changes) {
      if (ticketOf(change) === id) ticket = applyChange(ticket, change, time);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new Failure('store-damaged', `commit ${seq}: ${reason}`, { cause: error });
  }
  if (ticket === null) throw new Failure('store-damaged', `commit ${seq}: no ticket ${id}`);
  return { seq, ticket };
}
