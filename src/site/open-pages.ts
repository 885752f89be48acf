/**
 * How open tickets lie on pages: in the order of their rows, and cut at tickets whose id says so, so
 * that one ticket more or less alters the page that it is on, and hardly ever more than its
 * neighbours. Where they are cut follows from the rows alone: brought up to date again and again
 * the pages are what they would be if they were made anew. Pure.
 */
import { createHash } from 'node:crypto';
import { countByOrder } from './lists-html.ts';
import { compareRows, type Row, rowsWith } from './rows.ts';

/** A page as the folder's state knows it: its first row, and how many rows it has. */
export interface OpenPage {
  readonly first: string;
  readonly order: string;
  readonly tickets: number;
  /** Of those, how many wait for us. */
  readonly waits: number;
  readonly snoozed: number;
}

export interface OpenPart {
  readonly page: OpenPage;
  /** What it was among the pages before, if it is as it was; else what is on it. */
  readonly from: number | readonly Row[];
}

type Placed = Pick<Row, 'id' | 'order'>;

const LEAST = 50;
const MOST = 200;
/** One ticket of 32, by the first octet of a hash. */
const MARKED_BELOW = 8;

/** `rows` are sorted. */
export function partsOf(rows: readonly Row[]): readonly OpenPart[] {
  const { whole, rest } = cut(rows);
  return [...whole, ...(rest.length === 0 ? [] : [rest])].map(partWith);
}

/**
 * Without `gone`, which are on the pages with that very order, and with `fresh`. null if a page is
 * not what the state says: it has to be made anew.
 */
export function partsAfter(
  pages: readonly OpenPage[],
  { gone, fresh }: { readonly gone: readonly Placed[]; readonly fresh: readonly Row[] },
  rowsOn: (page: number) => readonly Row[],
): readonly OpenPart[] | null {
  if (pages.length === 0) return gone.length === 0 ? partsOf(rowsWith([], fresh, new Set())) : null;
  const goneOf = byPage(pages, gone);
  const freshOf = byPage(pages, fresh);
  const isSameFirst = (n: number) =>
    goneOf.get(n)?.every(({ id }) => id !== pages[n]?.first) ?? true;
  const parts: OpenPart[] = [];
  // Of a page that goes on with the next one, as far as is known.
  let begun: readonly Row[] = [];
  for (const [n, page] of pages.entries()) {
    const next = pages[n + 1];
    const ends = next === undefined || isSameFirst(n + 1);
    if (begun.length === 0 && ends && !goneOf.has(n) && !freshOf.has(n)) {
      parts.push({ page, from: n });
      continue;
    }
    const rows = rowsOn(n);
    const leave = new Set(goneOf.get(n)?.map(({ id }) => id));
    const isKnown = rows.length === page.tickets && rows[0]?.id === page.first;
    if (!isKnown || rows.filter(({ id }) => leave.has(id)).length < leave.size) return null;
    const { whole, rest } = cut([...begun, ...rowsWith(rows, freshOf.get(n) ?? [], leave)]);
    parts.push(...whole.map(partWith));
    begun = rest;
    if (next !== undefined && ends && begun.length > 0 && isCutAt(next.first, begun.length)) {
      parts.push(partWith(begun));
      begun = [];
    }
  }
  return begun.length === 0 ? parts : [...parts, partWith(begun)];
}

function byPage<T extends Placed>(
  pages: readonly OpenPage[],
  rows: readonly T[],
): ReadonlyMap<number, readonly T[]> {
  const placed = new Map<number, T[]>();
  for (const row of rows) {
    const isBehind = ({ first, order }: OpenPage) => compareRows({ id: first, order }, row) > 0;
    const next = pages.findIndex(isBehind);
    const n = Math.max(0, (next < 0 ? pages.length : next) - 1);
    const known = placed.get(n);
    if (known === undefined) placed.set(n, [row]);
    else known.push(row);
  }
  return placed;
}

/** Pages that are whole, and the rows behind them. */
function cut(rows: readonly Row[]): {
  readonly whole: readonly (readonly Row[])[];
  readonly rest: readonly Row[];
} {
  const whole: (readonly Row[])[] = [];
  let from = 0;
  for (const [n, { id }] of rows.entries()) {
    if (!isCutAt(id, n - from)) continue;
    whole.push(rows.slice(from, n));
    from = n;
  }
  return { whole, rest: rows.slice(from) };
}

/** Whether that row begins a page, behind one with so many rows. */
function isCutAt(id: string, before: number): boolean {
  if (before >= MOST) return true;
  if (before < LEAST) return false;
  const [octet = 0] = createHash('sha256').update(id).digest();
  return octet < MARKED_BELOW;
}

function partWith(rows: readonly Row[]): OpenPart {
  const counts = countByOrder(rows.map(({ order }) => order));
  const [{ id: first, order } = { id: '', order: '' }] = rows;
  return { page: { first, order, tickets: rows.length, ...counts }, from: rows };
}
