/**
 * Adds commits to the journal, with everything that follows from them: one statement, and one
 * transaction by itself (schema/append.ts).
 *
 * `overtaken` if another host was quicker, `lost` if files that were brought before are there no
 * more: then nothing has happened. So it is if the database refuses a line, which none of ours can
 * be. If the connection is lost, nobody knows what became of it.
 */
import { hashOf } from '../../journal/chain.ts';
import { pathsFor } from '../../journal/paths.ts';
import { type JournalRecord, parseLine, recordIn, written } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import type { Database } from '../../postgres/client.ts';
import { type Edits, editsIn } from './edits.ts';
import type { Blob } from './files.ts';
import type { DatabaseHead, Gathering } from './gathering.ts';
import { filesWith, type Pending } from './pending.ts';
import { lettersOf } from './standing.ts';

/** Commits, and what they rest on. */
export interface Attempt {
  readonly head: DatabaseHead;
  readonly gathering: Gathering;
  readonly pending: readonly Pending[];
}

export type Appended = 'done' | 'overtaken' | 'lost';

/** With everything that follows from them. */
export interface Ready {
  readonly pending: readonly Pending[];
  /** What they stand behind. */
  readonly head: DatabaseHead;
  readonly records: readonly JournalRecord[];
  readonly lines: readonly object[];
  readonly edits: Edits;
}

/**
 * Gathers what is not known yet of that: so no connection shall be lent meanwhile, if there are
 * few.
 */
export async function readied({ head, gathering, pending }: Attempt): Promise<Ready> {
  const lines: object[] = [];
  const records: JournalRecord[] = [];
  let prev = head.hash;
  for (const { record: made } of pending) {
    const { line, texts } = written(made, { prev, at: 0 });
    const hash = hashOf(line);
    // What follows from it must follow from what is read.
    const read = parseLine(line);
    const record = read && recordIn(read, texts);
    if (record === null) throw new Failure('internal', `commit ${made.seq} does not read`);
    lines.push({ seq: made.seq, time: made.time, hash, line, texts });
    records.push(record);
    prev = hash;
  }
  const edits = await gathering.having(() =>
    editsIn(records, (list, key) => gathering.row(list, key)),
  );
  return { pending, head, records, lines, edits };
}

export async function append(
  database: Database,
  { pending, head, records, lines, edits: { rows, marks } }: Ready,
  brought: ReadonlyMap<string, Blob>,
): Promise<Appended> {
  const files = pending.flatMap(filesWith).map(({ path, place, octets }) => {
    const blob = brought.get(place);
    if (blob !== undefined) return { path, ...blob };
    return { path, base64: Buffer.concat([...octets()]).toString('base64') };
  });
  // A file without octets goes.
  const gone = records.flatMap(expiredFiles).map((path) => ({ path }));
  const letters = lettersOf(
    records.flatMap(({ changes }) => changes),
    new Map(pending.flatMap(({ secretTexts }) => [...secretTexts])),
  );
  const texts = pending.flatMap(({ blanked }) => blanked?.texts ?? []);
  const parts = [lines, rows, marks, [...files, ...gone], letters, texts].map((part) =>
    JSON.stringify(part),
  );
  const [row] = await database.commit({
    text: 'SELECT mailrobot.append($1, $2, $3, $4, $5, $6, $7, $8, $9) AS end',
    values: [head.seq, ...parts, head.hash, head.identity],
  });
  const end = row?.['end'];
  if (end === 'refused') throw new Failure('internal', 'the database has refused a commit');
  return end === 'done' || end === 'lost' ? end : 'overtaken';
}

/** Raw mail that nobody will miss. */
function expiredFiles({ changes }: JournalRecord): readonly string[] {
  return changes.flatMap((change) =>
    change.type === 'mail.expired' ? change.mails.map((mail) => pathsFor(mail).rawIn) : [],
  );
}
