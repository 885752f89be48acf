/** Lines in the journal of a database, without a ledger: by the one function that adds them. */
import { hashOf } from '../../src/journal/chain.ts';
import { rowAfter } from '../../src/journal/lists/list.ts';
import { outbox } from '../../src/journal/lists/outbox.ts';
import { type JournalRecord, RECORD_VERSION, written } from '../../src/journal/record.ts';
import type { Database } from '../../src/postgres/client.ts';
import type { Connections } from '../../src/postgres/connections.ts';
import { rowIn } from '../../src/stores/postgres/rows.ts';
import { lettersOf } from '../../src/stores/postgres/standing.ts';
import type { Change } from '../../src/ticket/change.ts';

/** A commit of these changes, behind the last one. */
export async function appendChanges(
  connections: Connections,
  changes: readonly Change[],
  time = '2026-11-21T12:00:00.000Z',
): Promise<void> {
  await appendRecord(connections, (seq) => ({
    ...{ v: RECORD_VERSION, seq, time, changes, outgoing: [] },
  }));
}

export async function appendRecord(
  connections: Connections,
  make: (seq: number) => JournalRecord,
): Promise<JournalRecord> {
  return connections.with(async (database) => {
    const [head] = await database.query({ text: 'SELECT seq, hash FROM mailrobot.head' });
    const last = Number(head?.['seq']);
    const record = make(last + 1);
    const { line, texts } = written(record, { prev: String(head?.['hash']), at: 0 });
    const { seq, time } = record;
    const lines = JSON.stringify([{ seq, time, hash: hashOf(line), line, texts }]);
    const edits = JSON.stringify(await outboxEdits(database, record));
    const letters = JSON.stringify(lettersOf(record.changes, new Map()));
    await database.query({
      text: "SELECT mailrobot.append($1, $2, $3, '[]', '[]', $4)",
      values: [last, lines, edits, letters],
    });
    return record;
  });
}

/** What it does to the list of mails that must go out. */
async function outboxEdits(database: Database, record: JournalRecord) {
  const found = await database.query({
    text: "SELECT key, row FROM mailrobot.rows WHERE list = 'outbox'",
  });
  const rows = new Map(found.map(({ key, row }) => [String(key), rowIn('outbox', String(row))]));
  return outbox(record).map((edit) => {
    const row = rowAfter(edit, () => rows.get(edit.key) ?? null);
    const text = row === null ? null : JSON.stringify(row);
    return { list: 'outbox', key: edit.key, seq: record.seq, row: text };
  });
}
