/** Documents made again from the whole journal, for whoever meets one that does not read. */
import { ticketRowAfter } from '../../journal/lists/tickets.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import { ticketsOf } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { Journal } from './journal.ts';
import type { Position } from './journal-lines.ts';
import type { StoreParts } from './store-parts.ts';

/** Makes the documents of these tickets again from the whole journal, each in one step. */
export function rebuildTickets(
  ids: ReadonlySet<TicketId>,
  { journal, derived }: Pick<StoreParts, 'journal' | 'derived'>,
): void {
  const made = new Map<TicketId, TicketRow>();
  for (const record of recordsFrom(journal.start(), journal)) {
    for (const id of ticketsOf(record.changes)) {
      if (ids.has(id)) made.set(id, ticketRowAfter(made.get(id) ?? null, id, record));
    }
  }
  for (const [id, row] of made) {
    derived.documents.makeDirectories(id);
    derived.write(row, null);
  }
  derived.lists.keepOnly([...made.values()].map(({ ticket }) => ticket));
}

export function* recordsFrom(position: Position, journal: Journal): Generator<JournalRecord> {
  for (const { record } of journal.read(position)) yield record;
}
