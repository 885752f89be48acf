/** What the derived files must hold. Pure but for reading the journal. */
import { Expected } from '../../journal/expected.ts';
import type { Journal } from './journal.ts';

export function expectedOf(journal: Journal): Expected {
  const expected = new Expected();
  for (const { record, hash } of journal.read(journal.start())) expected.add(record, hash);
  return expected;
}
