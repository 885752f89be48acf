/** Lines of a journal that were changed, made a chain again: whoever changes them can do that, too. */
import { hashOf, NO_LINE } from '../../src/journal/chain.ts';

export function chained(journal: string): string {
  let before = NO_LINE;
  const lines = journal.split('\n').map((line) => {
    if (line === '') return line;
    const linked = line.replace(/"prev":"[0-9a-f]{32}"/, `"prev":"${before}"`);
    before = hashOf(linked);
    return linked;
  });
  return lines.join('\n');
}
