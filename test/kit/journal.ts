/** What lies in the journal of a store on disk. */
import { join } from 'node:path';
import type { JournalRecord } from '../../src/journal/record.ts';
import { Journal } from '../../src/stores/files/journal.ts';
import type { End } from '../../src/stores/files/journal-lines.ts';

export function journalOf(root: string): Journal {
  return new Journal(join(root, 'journal'));
}

/** As they were committed: without what links them. */
export function recordsOf(root: string): readonly JournalRecord[] {
  const journal = journalOf(root);
  return [...journal.read(journal.start())].map(({ record: { prev: _, ...record } }) => record);
}

export function lastRecordOf(root: string): JournalRecord {
  const journal = journalOf(root);
  const last = [...journal.outline(journal.segments().at(-1) ?? '')].at(-1);
  const record = last === undefined ? null : journal.find(last.seq);
  if (record === null) throw new Error('the journal is empty');
  return record;
}

/** Where the next commit goes. */
export function endOf(journal: Journal): End {
  const entries = [...journal.read(journal.start())];
  return journal.endBehind(entries.at(-1)?.next ?? journal.start());
}

/** A record as an older program wrote it: with its words. */
export function oldLine({ prev: _, was: __, ...record }: JournalRecord): string {
  return `${JSON.stringify({ ...record, v: 1 })}\n`;
}
