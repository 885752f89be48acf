/**
 * Puts right what follows from the commits, in one transaction: only what differs is written.
 *
 * What is to be written is found out beside the desk's work. If somebody commits meanwhile, it is
 * found out again; the last time nobody can.
 */
import { Failure } from '../../outcome.ts';
import type { Database } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';

import { headOf, type LineRow, linesBehind, recordOfRow } from './commit-reader.ts';
import { DerivedRows, type Difference, differences } from './derived.ts';
import type { MarkEdit, RowEdit } from './edits.ts';
import { type Ask, Overtaken } from './gathering.ts';
import { atOnce } from './snapshot.ts';
import { lettersOf } from './standing.ts';
import { ONLY_KNOWN, ofVersion } from './version.ts';

const TRIES = 3;

/** Number of the last commit. */
export async function deriveAgain(connections: Connections): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const { seq, found } = await atOnce(connections, (ask) => differencesIn(ask));
    try {
      await inOneWrite(connections, (database) => writeDifferences(database, seq, found));
      return seq;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
  }
  return inOneWrite(connections, async (database) => {
    await database.query({ text: 'SELECT mailrobot.lock_head()' });
    const { seq, found } = await differencesIn((statement) => database.query(statement));
    await writeDifferences(database, seq, found);
    return seq;
  });
}

export function inOneWrite<T>(
  connections: Connections,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  return connections.with((database) =>
    database.transaction(async () => {
      try {
        await database.script(`SET LOCAL synchronous_commit = on; ${ONLY_KNOWN}`);
      } catch (error) {
        throw ofVersion(error);
      }
      return work(database);
    }),
  );
}

async function differencesIn(ask: Ask) {
  const { seq } = await headOf(ask);
  const derived = new DerivedRows();
  for await (const row of linesBehind(ask, 0, seq)) derived.add(recordOfRow(row));
  return { seq, found: await differencesFrom(ask, derived) };
}

export async function differencesFrom(
  ask: Ask,
  derived: DerivedRows,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const wanted = {
    lists: derived.lists,
    seqOf: derived.seqOf.bind(derived),
    brief: <Row>(row: Row) => row,
  };
  for await (const difference of differences(ask, wanted)) found.push(difference);
  return found;
}

const EDITS_AT_ONCE = 1000;
const NO_LETTERS = lettersOf([], new Map());

/** Fails with Overtaken if the journal does not end with that commit. */
export async function writeDifferences(
  database: Database,
  seq: number,
  found: readonly Difference[],
): Promise<void> {
  for (let at = 0; at === 0 || at < found.length; at += EDITS_AT_ONCE) {
    const edits = found.slice(at, at + EDITS_AT_ONCE).map(({ edit }) => edit);
    await writeBehind(database, seq, {
      rows: edits.flatMap((edit) => ('row' in edit ? edit.row : [])),
      marks: edits.flatMap((edit) => ('mark' in edit ? edit.mark : [])),
    });
  }
}

interface Written {
  readonly lines?: readonly LineEdit[];
  readonly rows?: readonly RowEdit[];
  readonly marks?: readonly MarkEdit[];
  readonly letters?: ReturnType<typeof lettersOf>;
  /** That go. */
  readonly files?: readonly string[];
  /** Texts of earlier lines as they are from then on. */
  readonly blanked?: readonly Pick<LineRow, 'seq' | 'texts'>[];
}

interface LineEdit extends LineRow {
  readonly time: string;
}

/** Fails with Overtaken if the journal does not end with that commit. */
export async function writeBehind(
  database: Database,
  seq: number,
  { lines = [], rows = [], marks = [], letters = NO_LETTERS, files = [], blanked = [] }: Written,
): Promise<void> {
  const gone = files.map((path) => ({ path }));
  const parts = [lines, rows, marks, gone, letters, blanked].map((part) => JSON.stringify(part));
  const [written] = await database.query({
    text: 'SELECT mailrobot.append($1, $2, $3, $4, $5, $6, $7) AS done',
    values: [seq, ...parts],
  });
  const end = written?.['done'];
  if (end === 'refused') throw new Failure('internal', 'the database has refused a commit');
  if (end !== 'done') throw new Overtaken();
}
