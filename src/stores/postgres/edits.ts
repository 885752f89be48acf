/**
 * What commits do to the rows and marks of a database, as `mailrobot.append` takes it. Pure.
 *
 * Each list says what a commit does to it (journal/lists); here these edits are made on the rows that
 * were gathered, in the order of the commits, so that one row is written once.
 */
import { editsOf, LIST_NAMES, TICKET_LIST_NAMES } from '../../journal/lists/edits.ts';
import { rowAfter } from '../../journal/lists/list.ts';
import { type ListName, type Rows, TICKET_LISTS } from '../../journal/lists/table.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { Ticket } from '../../ticket/ticket.ts';
import { type Columns, columnsOf, keyIn } from './rows.ts';

export interface RowEdit extends Columns {
  readonly list: string;
  readonly key: string;
  readonly seq: number;
  /** null: there is none any more. */
  readonly row: string | null;
}

export interface MarkEdit {
  readonly list: string;
  readonly ticket: string;
  /** null: it is in that list no more. */
  readonly key: string | null;
}

export interface Edits {
  readonly rows: readonly RowEdit[];
  readonly marks: readonly MarkEdit[];
}

/** A row as the database has it. */
export type RowBefore = <Name extends ListName>(list: Name, key: string) => Rows[Name] | null;

export function editsIn(records: readonly JournalRecord[], before: RowBefore): Edits {
  const rows = new Map<string, RowEdit>();
  const marks = new Map<string, MarkEdit>();
  for (const name of LIST_NAMES) {
    for (const { key, row, seq } of rowsAfter(name, records, before)) {
      const edit = {
        ...{ list: name, key: keyIn(name, key), seq },
        ...(row === null ? NO_COLUMNS : columnsOf(name, key, row)),
        row: row === null ? null : JSON.stringify(row),
      };
      rows.set(`${name} ${edit.key}`, edit);
    }
  }
  for (const { row } of rowsAfter('tickets', records, before)) {
    if (row !== null) for (const mark of marksOf(row.ticket)) marks.set(placeOf(mark), mark);
  }
  return { rows: [...rows.values()], marks: [...marks.values()] };
}

const NO_COLUMNS: Columns = { name: null, sort: null, ticket: null };

interface RowAfter<Row> {
  readonly key: string;
  readonly row: Row | null;
  /** Of the last commit that has changed it. */
  readonly seq: number;
}

/** Those that are other ones than before. */
function rowsAfter<Name extends ListName>(
  name: Name,
  records: readonly JournalRecord[],
  before: RowBefore,
): readonly RowAfter<Rows[Name]>[] {
  const after = new Map<string, RowAfter<Rows[Name]>>();
  for (const record of records) {
    for (const edit of editsOf(name, record)) {
      const { key } = edit;
      const known = after.get(key);
      const found = () => (known === undefined ? before(name, key) : known.row);
      const row = rowAfter(edit, found);
      if (edit.type === 'change' && row === found()) continue;
      after.set(key, { key, row, seq: record.seq });
    }
  }
  return [...after.values()];
}

function marksOf(ticket: Ticket): readonly MarkEdit[] {
  return TICKET_LIST_NAMES.map((list) => ({
    ...{ list, ticket: ticket.id },
    key: TICKET_LISTS[list](ticket),
  }));
}

function placeOf({ list, ticket }: MarkEdit): string {
  return `${list} ${ticket}`;
}
