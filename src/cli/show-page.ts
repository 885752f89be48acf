/**
 * A page on stdout; on a terminal that it does not fit on, in the pager: $PAGER, or less(1).
 *
 * The headings of a table stay in sight: less does that by itself since 600, and for another pager
 * they stand at the top of each screen.
 */
import { withHeaderAgain } from '../pages/header-again.ts';
import type { Run } from './run.ts';

export async function showPage(
  page: string,
  { environment }: Pick<Run, 'environment'>,
  { isTable = false }: { readonly isTable?: boolean } = {},
): Promise<void> {
  const { isTTY, rows } = process.stdout;
  const pager = environment['PAGER'] ?? 'less';
  const isLong = isTTY && rows > 0 && page.split('\n').length > rows;
  const isShown = isLong && pager !== 'cat' && (await showInPager(page, { pager, rows, isTable }));
  if (!isShown) process.stdout.write(page);
}

async function showInPager(
  page: string,
  { pager, rows, isTable }: Readonly<{ pager: string; rows: number; isTable: boolean }>,
): Promise<boolean> {
  const { keepsHeader, pageOnTerminal } = await import('../runtime/programs.ts');
  if (!isTable) return pageOnTerminal(pager, page);
  return (await keepsHeader(pager))
    ? pageOnTerminal(pager, page, ['--header=1'])
    : pageOnTerminal(pager, withHeaderAgain(page, rows));
}
