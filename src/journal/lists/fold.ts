/**
 * The rows of all lists, folded from commits in memory: what a store holds behind them.
 *
 * Memory grows with the number of rows.
 */
import type { JournalRecord } from '../record.ts';
import { editsOf, LIST_NAMES } from './edits.ts';
import { editRows } from './list.ts';
import { type ListName, type Rows, TICKET_LISTS, type TicketListName } from './table.ts';

export class Fold {
  // One map for each name, empty at first.
  readonly #rows = Object.fromEntries(LIST_NAMES.map((name) => [name, new Map()])) as {
    readonly [Name in ListName]: Map<string, Rows[Name]>;
  };

  add(record: JournalRecord): void {
    for (const name of LIST_NAMES) this.#edit(name, record);
  }

  rows<Name extends ListName>(name: Name): ReadonlyMap<string, Rows[Name]> {
    return this.#rows[name];
  }

  /** Keys of a list that follows from the tickets. */
  keys(name: TicketListName): ReadonlySet<string> {
    const all = [...this.#rows.tickets.values()];
    return new Set(all.flatMap(({ ticket }) => TICKET_LISTS[name](ticket) ?? []));
  }

  #edit<Name extends ListName>(name: Name, record: JournalRecord): void {
    editRows<Rows[Name]>(this.#rows[name], editsOf(name, record));
  }
}
