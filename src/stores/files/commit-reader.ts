/**
 * The journal as a reader sees it that follows: what is durable, in order, once.
 *
 * Lines behind the head are left alone: they may be those of a process that has not
 * made them durable yet, or of one that died (the next section finishes those, or cuts
 * them off). So a segment that is cut back is never read beyond its cut, and a new
 * one is met when the head is in it.
 */

import { type CommitReader, type LoggedCommit, loggedCommit } from '../../journal/log.ts';
import type { Journal, Position } from './journal.ts';

export class JournalReader implements CommitReader {
  readonly #journal: Journal;
  readonly #last: () => number;
  #after: number;
  #at: Position | null = null;

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
    for (const { record, next } of this.#journal.read(this.#at, undefined, last)) {
      this.#at = next;
      if (record.seq <= this.#after) continue;
      this.#after = record.seq;
      yield loggedCommit(record);
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
