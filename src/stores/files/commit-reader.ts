/**
 * The journal as a reader sees it that follows: what is durable, in order, once.
 *
 * Lines behind the head are left alone: they may be those of a process that has not
 * made them durable yet, or of one that died (the next section finishes those, or cuts
 * them off). So a segment that is cut back is never read beyond its cut, and a new
 * one is met when the head is in it. If an upgrade has written the lines anew, it looks
 * for its place once more, and knows the last line that it has given by its first hash.
 */

import { type CommitReader, type LoggedCommit, loggedCommit } from '../../journal/log.ts';
import { endOf, Failure } from '../../outcome.ts';
import type { Journal } from './journal.ts';
import type { Position } from './journal-lines.ts';

export class JournalReader implements CommitReader {
  readonly #journal: Journal;
  readonly #last: () => number;
  #after: number;
  #at: Position | null = null;
  /** Of the last commit that it has given. */
  #hash: string | null = null;

  /** `last` is the sequence number of the last commit that is durable and applied. */
  constructor(journal: Journal, after: number, last: () => number) {
    this.#journal = journal;
    this.#after = after;
    this.#last = last;
  }

  async *read(): AsyncGenerator<LoggedCommit> {
    const last = this.#last();
    if (last <= this.#after) return;
    this.#at ??= this.#journal.positionOf(this.#after + 1);
    try {
      yield* this.#readTo(last, this.#at);
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
      const first = this.#hash === null ? this.#after + 1 : this.#after;
      yield* this.#readTo(last, this.#journal.positionOf(first));
    }
  }

  *#readTo(last: number, from: Position): Generator<LoggedCommit> {
    for (const { record, hash, next } of this.#journal.read(from, undefined, last)) {
      const commit = loggedCommit(record, hash);
      if (commit.seq === this.#after && this.#hash !== null && commit.hash !== this.#hash) {
        throw new Failure('store-damaged', `journal: commit ${commit.seq} is another one now`);
      }
      this.#at = next;
      if (commit.seq <= this.#after) continue;
      [this.#after, this.#hash] = [commit.seq, commit.hash];
      yield commit;
    }
  }
}

/** The first commit at or after that time, or null. Looks from the end, for it is mostly there. */
export function firstSince(journal: Journal, time: Date): number | null {
  const wanted = time.toISOString();
  let found: number | null = null;
  for (const segment of journal.segments().toReversed()) {
    const lines = [...journal.outline(segment)];
    if (lines.length === 0) continue;
    const first = lines.findIndex((line) => line.time >= wanted);
    found = lines[first]?.seq ?? found;
    if (first !== 0) break;
  }
  return found;
}
