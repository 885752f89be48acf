/**
 * The journal as a reader sees it that follows: what is committed for good, in order, once.
 *
 * Before it gives what is new, a synchronous write of our own has committed (`settle`), once for all
 * of it. It reads by numbers, some commits at a time, and knows the last line that it has given by
 * its hash: a failover that has lost commits, and given their numbers again, does not go unseen.
 */
import { NO_LINE } from '../../journal/chain.ts';
import {
  type CommitReader,
  CommitsLost,
  type LoggedCommit,
  loggedCommit,
} from '../../journal/log.ts';
import { type JournalRecord, parseLine, recordIn } from '../../journal/record.ts';
import { endOf, Failure } from '../../outcome.ts';
import type { DatabaseRow } from '../../postgres/client.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { Ask } from './gathering.ts';
import { mustBeKnown } from './version.ts';

const BATCH = 500;
const BATCH_BYTES = 4 * 1024 * 1024;

export interface LineRow {
  readonly seq: number;
  readonly hash: string;
  readonly line: string;
  /** The line of its texts, or an empty one. */
  readonly texts: string;
}

/** Of several connections: each statement in a transaction of its own. */
export function askOf(connections: Lender): Ask {
  return (statement) => connections.with((database) => database.query(statement));
}

/** The last commit: its number, and the hash of its line. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export async function headOf(ask: Ask): Promise<Head> {
  const [row] = await ask({ text: 'SELECT version, seq, hash FROM mailrobot.head' });
  if (row === undefined) throw new Failure('store-damaged', 'the store has lost its head');
  mustBeKnown(row['version']);
  return { seq: Number(row['seq']), hash: String(row['hash']) };
}

/** Lines behind a commit, up to another, some at a time. */
export async function* linesBehind(ask: Ask, after: number, last: number): AsyncGenerator<LineRow> {
  for (let at = after; at < last; ) {
    const rows = await ask({
      text: `SELECT seq, hash, line, texts FROM (
            SELECT *, sum(octet_length(line) + octet_length(texts)) OVER (
              ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM (SELECT * FROM mailrobot.journal WHERE seq > $1 AND seq <= $2
              ORDER BY seq LIMIT ${BATCH}) AS j) AS k
          WHERE coalesce(before, 0) < ${BATCH_BYTES} ORDER BY seq`,
      values: [at, last],
    });
    if (rows.length === 0) throw new Failure('store-damaged', `journal: ${at} is the last commit`);
    for (const row of rows.map(lineIn)) {
      if (row.seq !== at + 1) {
        throw new Failure('store-damaged', `journal: ${at} is followed by ${row.seq}`);
      }
      at = row.seq;
      yield row;
    }
  }
}

export function lineIn({ seq, hash, line, texts }: DatabaseRow): LineRow {
  return { seq: Number(seq), hash: String(hash), line: String(line), texts: String(texts) };
}

/** Of the line of a commit, as it was written at first; null if it is not there, or does not read. */
export async function hashIn(ask: Ask, seq: number): Promise<string | null> {
  if (seq === 0) return NO_LINE;
  if (seq > (await headOf(ask)).seq) return null;
  try {
    for await (const row of linesBehind(ask, seq - 1, seq)) return recordOfRow(row).was ?? row.hash;
  } catch (error) {
    if (endOf(error) !== 'store-damaged') throw error;
  }
  return null;
}

/** Throws a Failure `store-damaged` if it does not read. */
export function recordOfRow({ seq, line, texts }: LineRow): JournalRecord {
  const read = parseLine(line);
  const record = read && recordIn(read, texts);
  if (record === null || record.seq !== seq) {
    throw new Failure('store-damaged', `journal: commit ${seq} does not read`);
  }
  return record;
}

export class DatabaseReader implements CommitReader {
  readonly #ask: Ask;
  readonly #settled: () => Promise<number>;
  #after: number;
  /** Of the line that it has given last. */
  #hash: string | null = null;

  /** `settled`: number of the last commit, which will not be lost. */
  constructor(ask: Ask, after: number, settled: () => Promise<number>) {
    this.#ask = ask;
    this.#after = after;
    this.#settled = settled;
  }

  async *read(): AsyncGenerator<LoggedCommit> {
    const last = await this.#settled();
    if (this.#hash !== null && last < this.#after) {
      throw new CommitsLost(`journal: commit ${this.#after} is there no more`);
    }
    for await (const row of linesBehind(this.#ask, this.#after, last)) {
      const record = recordOfRow(row);
      const { prev = this.#hash } = record;
      if (this.#hash !== null && prev !== this.#hash) {
        throw new CommitsLost(`journal: commit ${this.#after} is another one now`);
      }
      [this.#after, this.#hash] = [row.seq, row.hash];
      yield loggedCommit(record, row.hash);
    }
  }
}

/** Number of the first commit at or after this time, or of the next one. */
export async function firstSince(ask: Ask, time: Date): Promise<number> {
  const [row] = await ask({
    text: `SELECT version, coalesce((SELECT min(seq) FROM mailrobot.journal
      WHERE time >= $1::timestamptz), seq + 1) AS first FROM mailrobot.head`,
    values: [time.toISOString()],
  });
  if (row === undefined) throw new Failure('store-damaged', 'the store has lost its head');
  mustBeKnown(row['version']);
  return Number(row['first']);
}
