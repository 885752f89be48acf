/**
 * Rows of tables, one a line, so that a page can be read for the rows that it has: what changes is
 * put among them, and nothing else has to be asked of the store, or kept beside the pages. Pure.
 */
import { type Html, html, rawHtml } from './markup.ts';

export interface Row {
  /** Once on a page: it is an anchor. */
  readonly id: string;
  /** By which rows are sorted; empty where they stay as they came. */
  readonly order: string;
  /** The whole line. */
  readonly markup: Html;
}

export function rowOf(id: string, order: string, cells: Html): Row {
  const markup = html`<tr id="${id}" data-order="${order}">${cells}</tr>
`;
  return { id, order, markup };
}

const ROW = /^<tr id="([^"]{1,80})" data-order="([^"]{0,80})">/;

/** Texts of people cannot begin a row: their signs are escaped. */
export function rowsIn(page: string): readonly Row[] {
  return page.split('\n').flatMap((line) => {
    const [, id, order] = ROW.exec(line) ?? [];
    return id === undefined || order === undefined
      ? []
      : [{ id, order, markup: rawHtml(`${line}\n`) }];
  });
}

/** With the new ones in the place of those of the same id, and without those that are gone. */
export function rowsWith(
  rows: readonly Row[],
  fresh: readonly Row[],
  gone: ReadonlySet<string>,
): readonly Row[] {
  const ids = new Set([...fresh.map(({ id }) => id), ...gone]);
  return sorted([...rows.filter(({ id }) => !ids.has(id)), ...fresh]);
}

export function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted(compareRows);
}

export function compareRows(a: Pick<Row, 'id' | 'order'>, b: Pick<Row, 'id' | 'order'>): number {
  return compare(a.order, b.order) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
