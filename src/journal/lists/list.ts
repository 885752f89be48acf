/**
 * A derived list of the store: rows by key, and what a commit does to them.
 *
 * A list is one pure function. Whoever writes, rebuilds, checks or overlays it asks that
 * function, so the rule stands once. The edits of a commit are made in their order. Commits may be
 * made again, from any earlier one up to the last: the rows are the same afterwards.
 */
import type { Ticket } from '../../ticket/ticket.ts';
import type { JournalRecord } from '../record.ts';

export type Edit<Row> =
  | { readonly type: 'put'; readonly key: string; readonly row: Row }
  | { readonly type: 'delete'; readonly key: string }
  | {
      readonly type: 'change';
      readonly key: string;
      /** Gives the row that was there if nothing is to be done; null stands for no row. */
      readonly after: (before: Row | null) => Row | null;
    };

export type List<Row> = (record: JournalRecord) => readonly Edit<Row>[];

/**
 * A list that follows from the tickets alone: the key that a ticket has in it, or null. If that is
 * not the ticket's id, the list needs a format of its own in each store, as waiting.ts has.
 */
export type TicketList = (ticket: Ticket) => string | null;

export function rowAfter<Row>(edit: Edit<Row>, before: () => Row | null): Row | null {
  if (edit.type === 'change') return edit.after(before());
  return edit.type === 'put' ? edit.row : null;
}

export function editRows<Row>(rows: Map<string, Row>, edits: readonly Edit<Row>[]): void {
  for (const edit of edits) {
    const after = rowAfter(edit, () => rows.get(edit.key) ?? null);
    if (after === null) rows.delete(edit.key);
    else rows.set(edit.key, after);
  }
}

/** The row of this key behind commits that are not written yet; `before`: as it is written. */
export function rowBehind<Row>(
  edits: readonly Edit<Row>[],
  key: string,
  before: () => Row | null,
): Row | null {
  let row: Row | null | undefined;
  for (const edit of edits) {
    if (edit.key !== key) continue;
    const known = row;
    row = rowAfter(edit, () => (known === undefined ? before() : known));
  }
  return row === undefined ? before() : row;
}

/** What commits do to lists, worked out once however many ask. */
export class KnownEdits {
  readonly #known = new WeakMap<JournalRecord, Map<unknown, unknown>>();

  of<Row>(list: List<Row>, record: JournalRecord): readonly Edit<Row>[] {
    const known = this.#known.get(record) ?? new Map<unknown, unknown>();
    this.#known.set(record, known);
    // What lies by a list are edits of its rows.
    const edits = (known.get(list) as readonly Edit<Row>[] | undefined) ?? list(record);
    known.set(list, edits);
    return edits;
  }
}
