/**
 * Where a reader of the feed stands: behind which event.
 *
 * `<epoch>.<commit>.<place>.<hash>`, the id of that event; valid for as long as the journal
 * is. The hash is the beginning of that of the commit's line: if another line lies there now,
 * the journal is not the one that was read. Ids from before there were hashes have none, and a
 * cursor behind a line that does not read. A restore begins a new epoch: who stands behind its
 * beginning in an older one, or in one that was lost, goes on at that beginning, where a
 * `feed.reset` tells them so. Pure.
 */

import type { Epoch } from '../journal/log.ts';
import type { Refusal } from '../ticket/refusal.ts';

export interface Cursor {
  readonly epoch: string;
  /** Number of the commit. */
  readonly seq: number;
  /** Position within the commit. */
  readonly n: number;
  /** What the hash of its line begins with, if it says so. */
  readonly hash8: string | null;
}

/** Behind that event of that commit, and all before it. */
export interface FeedPosition {
  readonly seq: number;
  readonly n: number;
  /** What was read behind it is lost: the reader is told so first. */
  readonly isReset?: true;
}

/** A position, and what the line of that commit must hash to; null if nobody knows. */
export interface NamedPosition extends FeedPosition {
  readonly hash8: string | null;
}

/** Behind whatever a commit holds. */
export const END_OF_COMMIT = 999_999_999;

/** A commit and the hash of its line; null if the line does not read. */
export interface Hashed {
  readonly seq: number;
  readonly hash: string | null;
}

export function cursorText(epoch: string, { seq, hash }: Hashed, n: number): string {
  const place = `${epoch}.${seq}.${n}`;
  return hash === null ? place : `${place}.${hash8Of(hash)}`;
}

export function hash8Of(hash: string): string {
  return hash.slice(0, 8);
}

const CURSOR = /^([0-9a-f]{1,64})\.(\d{1,15})\.(\d{1,9})(?:\.([0-9a-f]{8}))?$/;

export function parseCursor(text: string): Cursor | null {
  const [, epoch, seq, n, hash8 = null] = CURSOR.exec(text) ?? [];
  return epoch === undefined ? null : { epoch, seq: Number(seq), n: Number(n), hash8 };
}

export function epochAt(seq: number, epochs: readonly Epoch[]): string {
  return epochs.findLast(({ first }) => first <= seq)?.name ?? '';
}

/** The cursor behind all of a commit; 0 is the beginning. */
export function endOfCommit(commit: Hashed, epochs: readonly Epoch[]): string {
  return cursorText(epochAt(Math.max(1, commit.seq), epochs), commit, END_OF_COMMIT);
}

/**
 * The position that a cursor names now, or why it names none. `last` is the number of the
 * last commit.
 */
export function positionOf(
  { epoch, seq, n, hash8 }: Cursor,
  epochs: readonly Epoch[],
  last: number,
): NamedPosition | Refusal {
  const at = epochs.findIndex(({ name }) => name === epoch);
  const newest = epochs.length - 1;
  if (at < 0 && newest < 1)
    return { refused: 'it is of another store; without --after all events are given' };
  // What lay behind it is gone: the next commit to be read is the one that says so.
  const next = at < 0 ? epochs[newest] : epochs[at + 1];
  if (next !== undefined && (at < 0 || seq >= next.first)) {
    return { seq: next.first - 1, n: END_OF_COMMIT, hash8: null };
  }
  if (seq > last) return { refused: `it is beyond the last commit, which is ${last}` };
  return { seq, n, hash8 };
}
