/**
 * Rows under headings, aligned; the last column is cut to the terminal. Pure.
 */
import { columnsBeforeLast, fitted, type Step } from './columns.ts';
import { ellipsize, padTo, type Screen, type Style, width } from './style.ts';

const MIN_COLUMNS = 10;

export interface Dressed {
  /** Colours a cell, and changes nothing else of it. */
  readonly paint?: (cell: string, row: number, column: number) => string;
  /** What is given up so that the last column has room. */
  readonly steps?: readonly Step[];
}

/** Cells are inert already. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { style, columns }: { readonly style: Style; readonly columns: Screen['columns'] },
  { paint = (cell) => cell, steps = [] }: Dressed = {},
): string {
  const natural = headings.map((heading, n) =>
    Math.max(width(heading), ...rows.map((row) => width(row[n] ?? ''))),
  );
  const fit = fitted(headings, natural, columns, steps);
  const room = columns === null ? null : Math.max(MIN_COLUMNS, columns - columnsBeforeLast(fit));
  const last = headings.length - 1;
  const cut = (cell: string, n: number) => {
    if (n === last) return room === null ? cell : ellipsize(cell, room);
    const columnsOfIt = fit.widths[n] ?? 0;
    return padTo(ellipsize(cell, columnsOfIt), columnsOfIt);
  };
  const line = (cells: readonly string[], painted: (cell: string, n: number) => string) =>
    cells
      .flatMap((cell, n) => (n < last && fit.widths[n] === 0 ? [] : [painted(cut(cell, n), n)]))
      .join(' '.repeat(fit.gap));
  const lines = [
    line(headings, (cell) => style('bold', cell)),
    ...rows.map((row, at) => line(row, (cell, n) => paint(cell, at, n))),
  ];
  return `${lines.join('\n')}\n`;
}
