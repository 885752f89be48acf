/** Lines in the journal of a database, without a ledger: by the one function that adds them. */
import { hashOf } from '../../src/journal/chain.ts';
import { type JournalRecord, RECORD_VERSION, written } from '../../src/journal/record.ts';
import type { Connections } from '../../src/postgres/connections.ts';
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
): Promise<void> {
  await connections.with(async (database) => {
    const [head] = await database.query({ text: 'SELECT seq, hash FROM mailrobot.head' });
    const last = Number(head?.['seq']);
    const record = make(last + 1);
    const { line, texts } = written(record, { prev: String(head?.['hash']), at: 0 });
    const { seq, time } = record;
    await database.query({
      text: "SELECT mailrobot.append($1::bigint, $2::json, '[]'::json, '[]'::json)",
      values: [last, JSON.stringify([{ seq, time, hash: hashOf(line), line, texts }])],
    });
  });
}
