/**
 * What follows from the commits, compared with the rows and marks that stand in the tables.
 *
 * Each difference is what has to be written there, so whoever checks names it, and whoever rebuilds
 * writes it (`mailrobot.append`). Memory grows with the number of rows.
 */
import { isDeepStrictEqual } from 'node:util';
import { editsOf, LIST_NAMES, TICKET_LIST_NAMES } from '../../journal/lists/edits.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { type ListName, TICKET_LISTS } from '../../journal/lists/table.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import type { DatabaseRow } from '../../postgres/client.ts';
import type { MarkEdit, RowEdit } from './edits.ts';
import { forgottenIn } from './forgotten.ts';
import type { Ask } from './gathering.ts';
import { type Columns, columnsOf, keyIn, rowIn } from './rows.ts';

export type Problem = 'missing' | 'other' | 'left';

export interface Difference {
  readonly problem: Problem;
  readonly edit: { readonly row: RowEdit } | { readonly mark: MarkEdit };
}

/** The rows of all lists, and the commit that has changed each last. */
export class DerivedRows {
  readonly lists = new Fold();
  readonly #seqs = new Map<string, number>();

  add(record: JournalRecord): void {
    this.lists.add(record);
    for (const list of LIST_NAMES) {
      for (const { key } of editsOf(list, record)) this.#seqs.set(`${list} ${key}`, record.seq);
    }
  }

  seqOf(list: ListName, key: string): number {
    return this.#seqs.get(`${list} ${key}`) ?? 0;
  }
}

export interface Wanted {
  readonly lists: Fold;
  readonly seqOf: (list: ListName, key: string) => number;
  /** What is compared of a ticket. */
  readonly brief: (row: TicketRow) => TicketRow;
}

export async function* differences(ask: Ask, wanted: Wanted): AsyncGenerator<Difference> {
  yield* differentRows(ask, wanted);
  yield* differentMarks(ask, wanted);
}

async function* differentRows(
  ask: Ask,
  { lists, seqOf, brief }: Wanted,
): AsyncGenerator<Difference> {
  const left = new Map<string, readonly [ListName, string]>();
  for (const list of LIST_NAMES) {
    for (const key of lists.rows(list).keys()) left.set(`${list} ${keyIn(list, key)}`, [list, key]);
  }
  const editFor = (list: ListName, key: string): RowEdit => {
    const row = lists.rows(list).get(key);
    const columns = row === undefined ? NO_COLUMNS : columnsOf(list, key, row);
    const text = row === undefined ? null : JSON.stringify(row);
    return { list, key: keyIn(list, key), seq: seqOf(list, key), row: text, ...columns };
  };
  for await (const stored of inBatches(ask, ROWS, ['list', 'key'])) {
    const [list, key] = [String(stored['list']), String(stored['key'])];
    const place = `${list} ${key}`;
    const known = left.get(place);
    if (known === undefined) {
      yield { problem: 'left', edit: { row: { list, key, seq: 0, row: null, ...NO_COLUMNS } } };
      continue;
    }
    left.delete(place);
    const edit = editFor(...known);
    if (!isSame(stored, edit, known[0], brief)) yield { problem: 'other', edit: { row: edit } };
  }
  const [last] = await ask({ text: 'SELECT max(time) AS newest FROM mailrobot.journal' });
  const newest = last?.['newest'] instanceof Date ? last['newest'].getTime() : 0;
  const isForgotten = forgottenIn(lists, newest);
  for (const known of left.values()) {
    if (!isForgotten(...known)) yield { problem: 'missing', edit: { row: editFor(...known) } };
  }
}

const NO_COLUMNS: Columns = { name: null, sort: null, ticket: null };

function isSame(
  stored: DatabaseRow,
  { name, sort, ticket, row }: RowEdit,
  list: ListName,
  brief: Wanted['brief'],
): boolean {
  if (stored['name'] !== name || stored['sort'] !== sort || stored['ticket'] !== ticket)
    return false;
  if (stored['row'] === row) return true;
  const [found, wanted] = [stored['row'], row].map((text) => readOr(String(text), list, brief));
  return found !== null && isDeepStrictEqual(found, wanted);
}

function readOr(text: string, list: ListName, brief: Wanted['brief']): unknown {
  try {
    if (list !== 'tickets') return JSON.parse(text);
    return JSON.parse(JSON.stringify(brief(rowIn('tickets', text))));
  } catch {
    return null;
  }
}

async function* differentMarks(ask: Ask, { lists }: Wanted): AsyncGenerator<Difference> {
  const left = new Map<string, MarkEdit & { readonly key: string }>();
  for (const { ticket: document } of lists.rows('tickets').values()) {
    for (const list of TICKET_LIST_NAMES) {
      const key = TICKET_LISTS[list](document);
      const ticket = document.id;
      if (key !== null) left.set(`${list} ${ticket}`, { list, ticket, key });
    }
  }
  for await (const stored of inBatches(ask, MARKS, ['list', 'ticket'])) {
    const [list, ticket] = [String(stored['list']), String(stored['ticket'])];
    const wanted = left.get(`${list} ${ticket}`);
    left.delete(`${list} ${ticket}`);
    if (wanted === undefined) {
      yield { problem: 'left', edit: { mark: { list, ticket, key: null } } };
    } else if (wanted.key !== stored['key']) {
      yield { problem: 'other', edit: { mark: wanted } };
    }
  }
  for (const mark of left.values()) yield { problem: 'missing', edit: { mark } };
}

const BATCH = 1000;
const ROWS = 'SELECT list, key, name, sort, ticket, row FROM mailrobot.rows';
const MARKS = 'SELECT list, ticket, key FROM mailrobot.marks';

/** In the order of two columns that no two rows have the same of. */
async function* inBatches(
  ask: Ask,
  select: string,
  [first, second]: readonly [string, string],
): AsyncGenerator<DatabaseRow> {
  let after = ['', ''];
  for (;;) {
    const rows = await ask({
      text: `${select} WHERE (${first}, ${second}) > ($1, $2)
        ORDER BY ${first}, ${second} LIMIT ${BATCH}`,
      values: after,
    });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = [String(last[first]), String(last[second])];
  }
}
