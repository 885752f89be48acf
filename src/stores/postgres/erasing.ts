/**
 * Erases a person or a ticket in a database: one transaction, with the commit that says it, the texts
 * of journal lines, all rows that follow from them, and files. Killed, it has done nothing.
 *
 * The plan is made beside the desk's work, of all lines, which are held in memory; if somebody commits
 * meanwhile, it is made again, and the last time nobody can. The words are in no row any more behind
 * it; the server keeps the octets of rows that are gone until VACUUM FULL writes the tables anew, and
 * in its WAL, in the archive of that, and in standbys that lag.
 */

import { hashOf } from '../../journal/chain.ts';
import { hasHeader, isUnsigned } from '../../journal/erasing/authors.ts';
import { blanked } from '../../journal/erasing/blanked.ts';
import { borrowedIn } from '../../journal/erasing/borrowed.ts';
import { changesOf } from '../../journal/erasing/commit.ts';
import {
  type Erasure,
  isAllowed,
  type PlacedErasure,
  untoldOf,
  type Whom,
} from '../../journal/erasing/erasure.ts';
import { planErasure, type ReadCommit, readCommit } from '../../journal/erasing/plan.ts';
import { pathsFor, ticketDirectory } from '../../journal/paths.ts';
import { type JournalRecord, parseLine, RECORD_VERSION, written } from '../../journal/record.ts';
import type { Store } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import type { Database } from '../../postgres/client.ts';
import type { Connections } from '../../postgres/connections.ts';
import type { Change, ErasedCommit } from '../../ticket/change.ts';
import { ERASED } from '../../ticket/erased.ts';

import { headOf, type LineRow, linesBehind, recordOfRow } from './commit-reader.ts';
import { differencesFrom, inOneWrite, writeBehind, writeDifferences } from './derive-again.ts';
import { DerivedRows, type Difference } from './derived.ts';
import type { Ask } from './gathering.ts';
import { Overtaken } from './gathering.ts';
import { readKeys } from './identity.ts';
import { atOnce } from './snapshot.ts';
import { lettersOf } from './standing.ts';

export interface Erasing {
  readonly whom: Whom;
  readonly by: string;
}

export interface ErasingParts {
  readonly connections: Connections;
  readonly store: Pick<Store, 'catchUp'>;
  readonly now: () => Date;
}

const TRIES = 3;

/** What would be erased. */
export async function erasureIn(ask: Ask, whom: Whom): Promise<PlacedErasure> {
  const { seq, epoch, erasure } = await plannedIn(ask, whom);
  return { ...erasure, seq: seq + 1, epoch };
}

/** Unless something forbids it: then nothing is done. */
export async function eraseWords(
  { connections, store, now }: ErasingParts,
  { whom, by }: Erasing,
): Promise<PlacedErasure> {
  const planned = async (ask: Ask) => {
    const plan = await plannedIn(ask, whom);
    if (!isAllowed(plan.erasure)) return { ...plan, work: null };
    return { ...plan, work: await workFor(ask, plan, by, now()) };
  };
  for (let tried = 1; ; tried += 1) {
    // What has gone out is written down first: its address may stand beside it.
    await store.catchUp();
    try {
      if (tried > TRIES) {
        return await inOneWrite(connections, async (database) => {
          await database.query({ text: 'SELECT mailrobot.lock_head()' });
          return doneBy(database, await planned((statement) => database.query(statement)));
        });
      }
      const plan = await atOnce(connections, planned);
      if (plan.work === null) return placed(plan);
      return await inOneWrite(connections, (database) => doneBy(database, plan));
    } catch (error) {
      if (!(error instanceof Overtaken) || tried > TRIES) throw error;
    }
  }
}

interface Plan {
  readonly seq: number;
  readonly hash: string;
  readonly epoch: string;
  readonly rows: readonly LineRow[];
  readonly erasure: Erasure;
}

/** What is to be written. */
interface Work {
  readonly line: LineRow & { readonly time: string };
  readonly changes: readonly Change[];
  readonly texts: readonly Pick<LineRow, 'seq' | 'texts'>[];
  readonly derived: readonly Difference[];
  readonly files: readonly string[];
  /** Mails that wait, by their ids. */
  readonly waiting: ReadonlySet<string>;
}

type Planned = Plan & { readonly work: Work | null };

async function plannedIn(ask: Ask, whom: Whom): Promise<Plan> {
  const head = await headOf(ask);
  const { keys } = await readKeys(ask);
  const rows: LineRow[] = [];
  const headers = new Map<number, Buffer>();
  for await (const row of linesBehind(ask, 0, head.seq)) {
    rows.push(row);
    if (isUnsigned(recordOfRow(row))) headers.set(row.seq, await headerOf(ask, row.seq));
  }
  const erasure = planErasure(() => commitsIn(rows, headers), whom);
  return { ...head, epoch: keys.epoch, rows, erasure };
}

function* commitsIn(
  rows: readonly LineRow[],
  headers: ReadonlyMap<number, Buffer>,
): Generator<ReadCommit> {
  for (const row of rows) {
    const header = () => headers.get(row.seq) ?? Buffer.alloc(0);
    yield readCommit(recordOfRow(row), parseLine(row.line), row.texts, header);
  }
}

/** Nothing of a mail that has expired. */
async function headerOf(ask: Ask, seq: number): Promise<Buffer> {
  let read = Buffer.alloc(0);
  for (let n = 0; !hasHeader(read); n += 1) {
    const [row] = await ask({
      text: `SELECT p.octets FROM mailrobot.files f JOIN mailrobot.pieces p ON p.blob = f.blob
        WHERE f.path = $1 AND p.n = $2`,
      values: [pathsFor(seq).rawIn, n],
    });
    const octets = row?.['octets'];
    if (!Buffer.isBuffer(octets)) break;
    read = Buffer.concat([read, octets]);
  }
  return read;
}

async function workFor(
  ask: Ask,
  { seq, hash, rows, erasure }: Plan,
  by: string,
  now: Date,
): Promise<Work> {
  const before = new DerivedRows();
  for (const row of rows) before.add(recordOfRow(row));
  const waiting = new Set(before.lists.rows('outbox').keys());
  const changes = changesOf(erasure, before.lists, by);
  const time = now.toISOString();
  const record = { v: RECORD_VERSION, seq: seq + 1, time, changes, outgoing: [] };
  const made = written(record, { prev: hash, at: 0 });
  const line = { seq: seq + 1, time, hash: hashOf(made.line), ...made };
  const texts = blankedTexts(rows, erasure.commits);
  const derived = new DerivedRows();
  const after: JournalRecord[] = [];
  const gone = new Map(texts.map((one) => [one.seq, one.texts]));
  for (const row of [...rows, line]) {
    const read = recordOfRow({ ...row, texts: gone.get(row.seq) ?? row.texts });
    derived.add(read);
    after.push(read);
  }
  return {
    ...{ line, changes, texts, waiting },
    derived: await differencesFrom(ask, derived),
    files: await filesOf(ask, erasure.commits, after),
  };
}

/** Lines of texts as they are to be. */
function blankedTexts(
  rows: readonly LineRow[],
  commits: readonly Pick<ErasedCommit, 'seq' | 'texts'>[],
): readonly Pick<LineRow, 'seq' | 'texts'>[] {
  const gone = new Map<number, Set<number>>();
  for (const { seq, texts } of commits) {
    gone.set(seq, new Set([...(gone.get(seq) ?? []), ...texts]));
  }
  return rows.flatMap(({ seq, texts }) => {
    const numbers = gone.get(seq);
    if (numbers === undefined || numbers.size === 0 || texts === '') return [];
    return { seq, texts: `${blanked(texts.trimEnd(), numbers)}\n` };
  });
}

/** Raw mail, copies and attachments that go. `records`: without the words. */
async function filesOf(
  ask: Ask,
  commits: readonly ErasedCommit[],
  records: readonly JournalRecord[],
): Promise<readonly string[]> {
  const used = new Set(
    records.flatMap(borrowedIn).flatMap(({ files }) => files.map(({ path }) => path)),
  );
  const mails = commits.flatMap(({ seq, isMailGone, copies }) => {
    const { rawIn, rawOut } = pathsFor(seq);
    return [...(isMailGone ? [rawIn] : []), ...copies.map(({ place }) => rawOut(place))];
  });
  const beginnings = commits.flatMap(({ seq }) => erasedFilesIn(records[seq - 1]));
  const found = await ask({
    text: `SELECT DISTINCT f.path FROM mailrobot.files f, unnest($1::text[]) AS b(beginning)
      WHERE starts_with(f.path, b.beginning)`,
    values: [beginnings],
  });
  return [...mails, ...found.map(({ path }) => String(path)).filter((path) => !used.has(path))];
}

/** How the paths begin of files of which the journal does not say the names any more. */
function erasedFilesIn(record: JournalRecord | undefined): readonly string[] {
  return (record?.changes ?? []).flatMap((change) => {
    if (change.type !== 'message.added' && change.type !== 'note.added') return [];
    const { serial, attachments = [] } = change.type === 'note.added' ? change : change.message;
    if (attachments.every(({ path }) => path !== ERASED)) return [];
    return `${ticketDirectory(change.ticket)}/attachments/${serial}-`;
  });
}

async function doneBy(database: Database, plan: Planned): Promise<PlacedErasure> {
  const { seq, work, erasure } = plan;
  if (work === null) return placed(plan);
  const { line, changes, texts, derived, files, waiting } = work;
  await writeBehind(database, seq, { lines: [line], files, blanked: texts });
  await writeDifferences(database, seq + 1, derived);
  // Nobody begins a hand-over of them any more: their rows are gone.
  await mustNotBeGoing(database, erasure.letters);
  const letters = lettersOf(changes, new Map());
  await writeBehind(database, seq + 1, { letters });
  return { ...placed(plan), untold: untoldOf(erasure, (id) => waiting.has(id)) };
}

function placed({ erasure, seq, epoch }: Plan): PlacedErasure {
  return { ...erasure, seq: seq + 1, epoch };
}

async function mustNotBeGoing(database: Database, letters: readonly string[]): Promise<void> {
  const found = await database.query({
    text: `SELECT ended FROM mailrobot.standing
      WHERE mail = ANY ($1) AND (ended IS NOT NULL OR holder IS NOT NULL)`,
    values: [letters],
  });
  if (found.some(({ ended }) => ended === null)) {
    throw new Failure('store-locked', 'a mail that is to be erased is being handed over');
  }
  // It has ended meanwhile: that is told first.
  if (found.length > 0) throw new Overtaken();
}
