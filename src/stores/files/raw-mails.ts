/**
 * Mail that came in, at its place in `raw/`, and how it is read there.
 *
 * One mail to many addresses comes once for each, and the copies differ in the lines alone that the
 * MTA puts on top (Delivered-To). So that twenty of them do not take twenty times the room, one that
 * ends as a mail of the last commits does shares its file, unless it is short: `17-in.eml` is
 * one more name of that, and `17-in.head` has what 17 begins with instead, behind a line that says
 * how many octets of the file it stands for. The head is durable before the mail is given up.
 */
import { join } from 'node:path';
import { pathsFor } from '../../journal/paths.ts';
import { exists, move, remove, sizeOf } from '../disk/disk.ts';
import { chunks, readFrom, sumOfPieces } from '../disk/read-pieces.ts';

/** What is smaller takes about as much room as a head of its own does. */
const MIN_SHARED_BYTES = 4 * 1024;
/** Addresses and their like: what differs is not longer in one of them than that. */
const MAX_DIFFERENCE_BYTES = 1024;
/** The copies of a mail come close together. */
const COMMITS_LOOKED_AT = 30;

export interface ReceivedMail {
  /** Number of its commit. */
  readonly seq: number;
  readonly size: number;
}

/**
 * Moves a mail to its place as one more name of another's file (raw-sharing.ts); gives the number
 * of that one's commit, or null if it did not.
 */
export type ShareRaw = (root: string, incoming: string, mail: ReceivedMail) => number | null;

/** Mails of the last commits that have about the size of this one, the last first. */
export function* mailsOfItsSize(
  root: string,
  { seq, size }: ReceivedMail,
): Generator<ReceivedMail & { readonly path: string }> {
  if (size < MIN_SHARED_BYTES) return;
  for (let other = seq - 1; other >= Math.max(1, seq - COMMITS_LOOKED_AT); other -= 1) {
    const path = join(root, pathsFor(other).rawIn);
    const found = sizeOf(path);
    if (found !== null && Math.abs(found - size) <= MAX_DIFFERENCE_BYTES) {
      yield { seq: other, path, size: found };
    }
  }
}

export function hasMailOfItsSize(root: string, mail: ReceivedMail): boolean {
  return mailsOfItsSize(root, mail).next().done === false;
}

/**
 * Moves a mail to its place, unless it lies there already. Gives the number of the commit whose
 * file it shares; null if it has one of its own.
 */
export function placeRaw(
  root: string,
  incoming: string,
  mail: ReceivedMail,
  share: ShareRaw | null,
): number | null {
  const twin = mail.size < MIN_SHARED_BYTES ? null : (share?.(root, incoming, mail) ?? null);
  if (twin === null) move(incoming, join(root, pathsFor(mail.seq).rawIn));
  return twin;
}

export function removeRaw(root: string, seq: number): void {
  const place = join(root, pathsFor(seq).rawIn);
  remove(place);
  remove(headOf(place));
}

/** The octets of a file of the store, which may be such a mail. */
export function* octetsAt(path: string): Generator<Buffer> {
  const head = readHead(path);
  if (head === null) {
    yield* chunks(path);
    return;
  }
  yield head.octets;
  let left = head.standsFor;
  for (const chunk of chunks(path)) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** Whether it shares another mail's file, and begins with something else. */
export function hasHead(path: string): boolean {
  const head = headOf(path);
  return head !== path && exists(head);
}

/** null if there is no such file. */
export function sizeAt(path: string): number | null {
  const size = sizeOf(path);
  const head = size === null ? null : readHead(path);
  return size === null || head === null ? size : size - head.standsFor + head.octets.length;
}

/** SHA-256 in hex, or null if there is no such file. */
export function sumAt(path: string): string | null {
  return exists(path) ? sumOfPieces(octetsAt(path)) : null;
}

interface Head {
  readonly octets: Buffer;
  readonly standsFor: number;
}

function readHead(path: string): Head | null {
  if (!hasHead(path)) return null;
  const content = readFrom(headOf(path), 0);
  const end = content.indexOf('\n');
  return {
    octets: content.subarray(end + 1),
    standsFor: Number(content.toString('latin1', 0, end)),
  };
}

export function headOf(path: string): string {
  return path.replace(/-in\.eml$/, '-in.head');
}
