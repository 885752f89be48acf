/**
 * How a row of a list (journal/lists) stands in `mailrobot.rows`, and how it is read again. Pure.
 *
 * `name` is what an index is looked up by, `sort` the order of a list that is read in one, and
 * `ticket` the ticket that is wanted as soon as the row is. Names and addresses of people stand in
 * no key: they are hashed, which also keeps what PostgreSQL takes for no text out of it (NUL).
 */
import { createHash } from 'node:crypto';
import type { IndexRow } from '../../journal/lists/index-row.ts';
import type { IndexName, ListName, Rows } from '../../journal/lists/table.ts';
import { numberIn } from '../../journal/paths.ts';

/** Of base64: 132 bits. */
const HASH_CHARACTERS = 22;
const DIGITS = 16;
const INDEXES: ReadonlySet<string> = new Set<IndexName>([
  ...(['deliveries', 'messages', 'orders'] as const),
  ...(['acts', 'nonces', 'writers'] as const),
]);

export interface Columns {
  readonly name: string | null;
  readonly sort: string | null;
  readonly ticket: string | null;
}

const PLAIN: Columns = { name: null, sort: null, ticket: null };

export function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, HASH_CHARACTERS);
}

export function keyIn(list: ListName, key: string): string {
  if (list === 'failed') return hashed(key);
  if (!INDEXES.has(list)) return key;
  const space = key.indexOf(' ');
  return `${key.slice(0, space)} ${hashed(key.slice(space + 1))}`;
}

export function columnsOf<Name extends ListName>(
  list: Name,
  key: string,
  row: Rows[Name],
): Columns {
  const ordered: { readonly [One in ListName]?: (found: Rows[One]) => Columns } = {
    tickets: ({ ticket }) => ({
      ...PLAIN,
      sort: ticket.isName === true ? null : sortOfTicket(ticket.id),
      ticket: ticket.mergedInto,
    }),
    answered: ({ at }) => ({ ...PLAIN, sort: at.toISOString() }),
    held: () => ({ ...PLAIN, sort: padded(Number(key)) }),
    runs: () => ({ ...PLAIN, sort: padded(Number(key)) }),
    plans: () => ({ ...PLAIN, sort: padded(Number(key)) }),
    expiring: (day) => ({ ...PLAIN, sort: day }),
    outbox: ({ since, seq }) => ({ ...PLAIN, sort: `${since} ${padded(seq)}` }),
  };
  if (isIndexed(list, row)) {
    const sort = list === 'deliveries' ? new Date(row.time * 1000).toISOString() : null;
    return { name: hashed(row.name), sort, ticket: row.ticket };
  }
  return ordered[list]?.(row) ?? PLAIN;
}

function isIndexed(list: ListName, row: unknown): row is IndexRow {
  return INDEXES.has(list) && typeof row === 'object' && row !== null;
}

/** Tickets of one queue stand together, in the order of their numbers. */
export function sortOfTicket(id: string): string {
  return `${id.slice(0, id.lastIndexOf('-'))} ${padded(numberIn(id))}`;
}

function padded(number: number): string {
  return String(number).padStart(DIGITS, '0');
}

/** `text`: what `textOf` has written. */
export function rowIn<Name extends ListName>(list: Name, text: string): Rows[Name] {
  const row: unknown = JSON.parse(text, (key, value: unknown) =>
    list === 'answered' && key === 'at' && typeof value === 'string' ? new Date(value) : value,
  );
  // Written by this program, from a row of that list.
  return row as Rows[Name];
}
