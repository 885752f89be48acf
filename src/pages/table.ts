/**
 * Rows under headings, aligned; the last column is cut to the terminal. Pure.
 */
import { ellipsize, padTo, type Screen, type Style, width } from './style.ts';

const MIN_COLUMNS = 10;

export type Paint = (cell: string, row: number, column: number) => string;

/** Cells are inert already; `paint` colours one, and changes nothing else of it. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { style, columns }: { readonly style: Style; readonly columns: Screen['columns'] },
  paint: Paint = (cell) => cell,
): string {
  const widths = headings.map((heading, n) =>
    Math.max(width(heading), ...rows.map((row) => width(row[n] ?? ''))),
  );
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const last = (cell: string) =>
    columns === null ? cell : ellipsize(cell, Math.max(MIN_COLUMNS, columns - before));
  const line = (cells: readonly string[], painted: (cell: string, n: number) => string) =>
    cells
      .map((cell, n) => painted(n < cells.length - 1 ? padTo(cell, widths[n] ?? 0) : last(cell), n))
      .join('  ');
  const lines = [
    line(headings, (cell) => style('bold', cell)),
    ...rows.map((row, at) => line(row, (cell, n) => paint(cell, at, n))),
  ];
  return `${lines.join('\n')}\n`;
}
