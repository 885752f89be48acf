/**
 * The feed out: events behind a position, in order, each once.
 *
 * What it gives is in the journal, durable and applied; `isWanted` says what a reader
 * may see and wants to see. `next` reads on from where it stopped. Where the store was
 * restored meanwhile, `isReset` says so, and the reader begins anew at its cursor.
 */

import { type CommitLog, type CommitReader, CommitsLost, type Epoch } from '../journal/log.ts';
import { isOfType, type Scope } from '../ticket/event-type.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { TicketId } from '../ticket/ticket.ts';
import {
  END_OF_COMMIT,
  endOfCommit,
  epochAt,
  type FeedPosition,
  type Hashed,
  hash8Of,
  parseCursor,
  positionOf,
} from './cursor.ts';
import { eventsOf, lostEvent, type Placed } from './event.ts';

export interface EventFilter {
  /** `ticket.status`, or `ticket.*`; empty for all. A `feed.reset` is never left out. */
  readonly types: readonly string[];
  readonly scopes: readonly Scope[];
  readonly ticket: TicketId | null;
}

export class Feed {
  /** What comes behind this position. */
  static async open(log: CommitLog, domain: string, after: FeedPosition): Promise<Feed> {
    const epochs = await log.epochs();
    const source = sourceOf(domain, epochs);
    const time = new Date().toISOString();
    const reset =
      after.isReset === true ? lostEvent(await cursorBehind(after.seq, log), source, time) : null;
    return new Feed(log, source, after, epochs, reset);
  }

  readonly #commits: CommitReader;
  readonly #epochs: readonly Epoch[];
  readonly #source: string;
  readonly #after: FeedPosition;
  #reset: Placed | null;
  #last: Hashed | null = null;
  #isLost = false;

  private constructor(
    log: CommitLog,
    source: string,
    after: FeedPosition,
    epochs: readonly Epoch[],
    reset: Placed | null,
  ) {
    this.#commits = log.commits(after.n === END_OF_COMMIT ? after.seq : after.seq - 1);
    this.#epochs = epochs;
    this.#source = source;
    this.#after = after;
    this.#reset = reset;
  }

  /** The cursor behind the last commit that it has read, or null if it has read none. */
  get end(): string | null {
    return this.#last === null ? null : endOfCommit(this.#last, this.#epochs);
  }

  /** A failover has lost what it has read: whoever reads begins anew at their cursor. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Events that have come since it was last asked. */
  async *next(): AsyncGenerator<Placed> {
    if (this.#reset !== null) yield this.#reset;
    this.#reset = null;
    try {
      yield* this.#read();
    } catch (error) {
      if (!(error instanceof CommitsLost)) throw error;
      this.#isLost = true;
    }
  }

  async *#read(): AsyncGenerator<Placed> {
    for await (const commit of this.#commits.read()) {
      const { seq } = commit;
      this.#last = commit;
      const epoch = epochAt(seq, this.#epochs);
      for (const placed of eventsOf({ ...commit, epoch }, this.#source)) {
        if (seq > this.#after.seq || placed.n > this.#after.n) yield placed;
      }
    }
  }

  /** Whether the store was restored since, and this feed is of the past. */
  async isReset(log: CommitLog): Promise<boolean> {
    return (await log.epochs()).at(-1)?.name !== this.#epochs.at(-1)?.name;
  }
}

/**
 * Names this desk among all: by the first epoch of its store, which a restore keeps, and for people
 * by its domain.
 */
export function sourceOf(domain: string, epochs: readonly Epoch[]): string {
  return `mailrobot://${domain}/${epochs[0]?.name ?? ''}`;
}

/** The cursor that a person names: the `beginning`, `now`, or the id of an event as it is. */
export async function cursorNamed(name: string, log: CommitLog): Promise<string> {
  if (name === 'beginning') return cursorBehind(0, log);
  if (name === 'now') return cursorBehind(await log.last(), log);
  return name;
}

/** The cursor behind all of a commit that there is; 0 is the beginning. */
export async function cursorBehind(seq: number, log: CommitLog): Promise<string> {
  return endOfCommit({ seq, hash: await log.hashOf(seq) }, await log.epochs());
}

/** The position behind a cursor, or why there is none. */
export async function positionAfter(
  cursor: string,
  log: CommitLog,
): Promise<FeedPosition | Refusal> {
  const parsed = parseCursor(cursor);
  if (parsed === null)
    return { refused: 'it is not a cursor: use the id of an event, beginning or now' };
  const epochs = await log.epochs();
  const position = positionOf(parsed, epochs, await log.last());
  if ('refused' in position) {
    const isBeyond = epochs.some(({ name }) => name === parsed.epoch);
    return (isBeyond ? await keptBefore(parsed.seq, log) : null) ?? position;
  }
  if (position.hash8 === null) return position;
  const hash = await log.hashOf(position.seq);
  if (hash !== null && hash8Of(hash) === position.hash8) return position;
  const kept = hash === null ? null : await keptBefore(position.seq, log);
  return (
    kept ?? { refused: `it is of another journal: commit ${position.seq} is a different one here` }
  );
}

/**
 * Where a reader goes on whose last commit is lost, behind a `feed.reset`; null if it cannot be.
 */
async function keptBefore(lost: number, log: CommitLog): Promise<FeedPosition | null> {
  const seq = lost === 0 ? null : await log.lastKept(lost);
  return seq === null ? null : { seq, n: END_OF_COMMIT, isReset: true };
}

export function isWanted(
  { event, scope }: Placed,
  { types, scopes, ticket }: EventFilter,
): boolean {
  if (scope !== null && !scopes.includes(scope)) return false;
  if (event.type === 'feed.reset') return true;
  if (ticket !== null && event.subject !== ticket) return false;
  return types.length === 0 || types.some((type) => isOfType(event.type, type));
}
