/**
 * Where a reader of the feed stands: behind which event.
 *
 * `<epoch>.<commit>.<place>`, the id of that event; valid for as long as the journal
 * is. A restore begins a new epoch: who stands behind its beginning in an older one,
 * or in one that was lost, goes on at that beginning, where a `feed.reset` tells them
 * so. Pure.
 */

import type { Epoch } from '../journal/log.ts';
import type { Refusal } from '../ticket/refusal.ts';

export interface Cursor {
  readonly epoch: string;
  /** Number of the commit. */
  readonly seq: number;
  /** Position within the commit. */
  readonly n: number;
}

/** Behind that event of that commit, and all before it. */
export interface FeedPosition {
  readonly seq: number;
  readonly n: number;
}

/** Behind whatever a commit holds. */
export const END_OF_COMMIT = 999_999_999;

export function cursorText({ epoch, seq, n }: Cursor): string {
  return `${epoch}.${seq}.${n}`;
}

export function parseCursor(text: string): Cursor | null {
  const [, epoch, seq, n] = /^([0-9a-f]{1,64})\.(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, seq: Number(seq), n: Number(n) };
}

export function epochAt(seq: number, epochs: readonly Epoch[]): string {
  return epochs.findLast(({ first }) => first <= seq)?.name ?? '';
}

/** The cursor behind all of a commit; 0 is the beginning. */
export function endOfCommit(seq: number, epochs: readonly Epoch[]): string {
  return cursorText({ epoch: epochAt(Math.max(1, seq), epochs), seq, n: END_OF_COMMIT });
}

/**
 * The position that a cursor names now, or why it names none. `last` is the number of the
 * last commit.
 */
export function positionOf(
  { epoch, seq, n }: Cursor,
  epochs: readonly Epoch[],
  last: number,
): FeedPosition | Refusal {
  const at = epochs.findIndex(({ name }) => name === epoch);
  const newest = epochs.length - 1;
  if (at < 0 && newest < 1)
    return { refused: 'it is of another store; without --after all events are given' };
  // What lay behind it is gone: the next commit to be read is the one that says so.
  const next = at < 0 ? epochs[newest] : epochs[at + 1];
  if (next !== undefined && (at < 0 || seq >= next.first)) {
    return { seq: next.first - 1, n: END_OF_COMMIT };
  }
  if (seq > last) return { refused: `it is beyond the last commit, which is ${last}` };
  return { seq, n };
}
