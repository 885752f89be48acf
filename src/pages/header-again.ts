/**
 * The first line of a page once more at the top of each screen of a pager, for one that cannot keep
 * it in sight. Pure.
 */

/** `rows`: of the terminal, of which a pager keeps one for itself. */
export function withHeaderAgain(page: string, rows: number): string {
  const [header = '', ...lines] = page.trimEnd().split('\n');
  const each = Math.max(1, rows - 2);
  const screens = Array.from({ length: Math.ceil(lines.length / each) }, (_, n) => [
    header,
    ...lines.slice(n * each, (n + 1) * each),
  ]);
  return `${screens.flat().join('\n')}\n`;
}
