/**
 * How wide the columns of a table are on a terminal, so that its last one has room. Pure.
 *
 * What a table gives up for that is a list of steps, done one after another until there is room: a
 * column gets narrower, but no more than it must; or is left out, if it is made 0 wide; or there is
 * one space between the columns in the place of two.
 */
export type Step = 'one space' | readonly [heading: string, columns: number];

export interface Fitted {
  /** Of each column; 0: it is left out. */
  readonly widths: readonly number[];
  readonly gap: 1 | 2;
}

/** What the last column has at least, if it needs that much and the terminal is twice as wide. */
const LAST_COLUMNS = 30;

/** `widths`: of what is in each column. `columns`: of the terminal, or null for no limit. */
export function fitted(
  headings: readonly string[],
  widths: readonly number[],
  columns: number | null,
  steps: readonly Step[],
): Fitted {
  let found: Fitted = { widths, gap: 2 };
  if (columns === null) return found;
  const least = Math.min(widths.at(-1) ?? 0, LAST_COLUMNS, Math.floor(columns / 2));
  for (const step of steps) {
    const lack = least + columnsBeforeLast(found) - columns;
    if (lack <= 0) break;
    found = afterStep(step, found, lack, headings);
  }
  return found;
}

export function columnsBeforeLast({ widths, gap }: Fitted): number {
  return widths
    .slice(0, -1)
    .filter((one) => one > 0)
    .reduce((sum, one) => sum + one + gap, 0);
}

function afterStep(
  step: Step,
  { widths, gap }: Fitted,
  lack: number,
  headings: readonly string[],
): Fitted {
  if (step === 'one space') return { widths, gap: 1 };
  const [heading, least] = step;
  const at = headings.indexOf(heading);
  const now = widths[at] ?? 0;
  const then = least === 0 ? 0 : Math.min(now, Math.max(least, now - lack));
  return { widths: widths.map((one, n) => (n === at ? then : one)), gap };
}
