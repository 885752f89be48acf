/**
 * One file for the copies of a mail that came to several addresses (raw-mails.ts says how).
 *
 * Loaded only if a mail of about the same size lies there. Each step may be the last of a run: the
 * mail lies in incoming/ until its head and its name are durable, and whoever comes next does all
 * of it again.
 */
import { dirname, join } from 'node:path';
import { pathsFor } from '../../journal/record.ts';
import { addName, exists, remove, replaceDurably, syncDirectory } from './disk.ts';
import { headOf, mailsOfItsSize, type ReceivedMail } from './raw-mails.ts';
import { readFrom } from './read-pieces.ts';

/** No MTA puts more on top of a mail. */
const MAX_HEAD_BYTES = 8 * 1024;
const BLOCK_BYTES = 64 * 1024;
/** Most mails that are none differ here. */
const FIRST_BYTES = 4 * 1024;

/** A ShareRaw. */
export function shareRaw(root: string, incoming: string, mail: ReceivedMail): number | null {
  if (!exists(incoming)) return null;
  const place = join(root, pathsFor(mail.seq).rawIn);
  const twin = twinOf(root, incoming, mail);
  if (twin !== null && share(twin, incoming, place)) return twin.seq;
  // A run that shared a file and died may have left it.
  remove(headOf(place));
  return null;
}

/** `raw/000000/17-in.eml` for `raw/000000/17-in.head`; any other name stays. */
export function withoutHead(path: string): string {
  return path.replace(/-in\.head$/, '-in.eml');
}

interface Twin {
  readonly seq: number;
  readonly path: string;
  /** What the new mail begins with; the rest is the same. */
  readonly own: Buffer;
  /** Octets of the twin's file before the rest. */
  readonly standsFor: number;
}

function twinOf(root: string, incoming: string, mail: ReceivedMail): Twin | null {
  const { size } = mail;
  for (const { seq, path, size: otherSize } of mailsOfItsSize(root, mail)) {
    const same = tryToRead(() =>
      lengthOfSameEnd({ path: incoming, size }, { path, size: otherSize }),
    );
    if (same === null || size - same > MAX_HEAD_BYTES) continue;
    const own = linesBefore(incoming, size - same);
    const standsFor = otherSize - (size - own.length);
    if (isOfMta(own) && isOfMta(readFrom(path, 0, Math.max(0, standsFor)))) {
      return { seq, path, own, standsFor };
    }
  }
  return null;
}

/** What stands before that place, up to the end of the line. */
function linesBefore(path: string, place: number): Buffer {
  if (place === 0) return Buffer.alloc(0);
  const octets = readFrom(path, 0, place + MAX_HEAD_BYTES);
  const end = octets.indexOf('\n', place - 1);
  return octets.subarray(0, end < 0 ? octets.length : end + 1);
}

/** Lines that tell one recipient from another (local(8)). Whatever else differs makes another mail. */
function isOfMta(head: Buffer): boolean {
  return /^((return-path|x-original-to|delivered-to):[^\n]*\n)*$/i.test(head.toString('latin1'));
}

/** What cannot be read any more is fsck's to report. */
function tryToRead(read: () => number): number | null {
  try {
    return read();
  } catch {
    return null;
  }
}

interface Sized {
  readonly path: string;
  readonly size: number;
}

function lengthOfSameEnd(a: Sized, b: Sized): number {
  let same = 0;
  for (;;) {
    const most = same === 0 ? FIRST_BYTES : BLOCK_BYTES;
    const length = Math.min(most, a.size - same, b.size - same);
    if (length === 0) return same;
    const [ofA, ofB] = [a, b].map(({ path, size }) => readFrom(path, size - same - length, length));
    if (ofA === undefined || ofB === undefined) return same;
    if (!ofA.equals(ofB)) return same + sameAtEnd(ofA, ofB);
    same += length;
  }
}

function sameAtEnd(a: Buffer, b: Buffer): number {
  let same = 0;
  while (a.at(-1 - same) === b.at(-1 - same)) same += 1;
  return same;
}

/** False if the twin's file can have no more names, or is gone. */
function share({ path, own, standsFor }: Twin, incoming: string, place: string): boolean {
  // The mail still is in incoming/: what lies at its place was left by a run that died here.
  remove(place);
  if (!addName(path, place)) return false;
  if (own.length + standsFor === 0) {
    remove(headOf(place));
    syncDirectory(dirname(place));
  } else {
    replaceDurably(headOf(place), Buffer.concat([Buffer.from(`${standsFor}\n`), own]));
  }
  remove(incoming);
  return true;
}
