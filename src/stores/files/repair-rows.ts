/**
 * Rows that a power cut tore, before recovery applies to them what is behind the checkpoint.
 *
 * A commit that changes a row begins with what the row said. If its file does not read, the row is
 * made again from the whole journal, in one step, so that nobody who is killed here leaves half of
 * it behind.
 */
import { editsOf } from '../../journal/lists/edits.ts';
import { editRows } from '../../journal/lists/list.ts';
import type { Rows } from '../../journal/lists/table.ts';
import type { JournalRecord } from '../../journal/record.ts';
import { type ListFiles, STORED_NAMES, type StoredName } from './list-files.ts';

/** `records`: what will be applied; `all`: the journal from its beginning. */
export function repairRows(
  lists: ListFiles,
  records: readonly JournalRecord[],
  all: () => Iterable<JournalRecord>,
): void {
  for (const name of STORED_NAMES) repairRowsOf(name, lists, records, all);
}

function repairRowsOf<Name extends StoredName>(
  name: Name,
  lists: ListFiles,
  records: readonly JournalRecord[],
  all: () => Iterable<JournalRecord>,
): void {
  const list = lists.of(name);
  const changed = records
    .flatMap((record) => editsOf(name, record))
    .flatMap((edit) => (edit.type === 'change' ? [edit.key] : []));
  const damaged = new Set(changed.filter((key) => list.isDamaged?.(key)));
  if (damaged.size === 0) return;
  const rows = new Map<string, Rows[Name]>();
  let seq = 0;
  for (const record of all()) {
    const edits = editsOf(name, record).filter(({ key }) => damaged.has(key));
    editRows(rows, edits);
    seq = record.seq;
  }
  const made = [...rows].map(([key, row]) => ({ type: 'put' as const, key, row }));
  list.write(made, { seq, how: 'rebooted' });
}
