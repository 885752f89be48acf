/**
 * One file for the copies of a mail that came to several addresses (raw-mails.ts says how).
 *
 * Loaded only if a mail of about the same size lies there. Each step may be the last of a run: the
 * mail lies in incoming/ until its head and its name are durable, and whoever comes next does all
 * of it again.
 */
import { dirname, join } from 'node:path';
import { pathsFor } from '../../journal/paths.ts';
import { addName, exists, remove, replaceDurably, syncDirectory } from '../disk/disk.ts';
import { readFrom } from '../disk/read-pieces.ts';
import { headOf, mailsOfItsSize, type ReceivedMail } from './raw-mails.ts';

/** No MTA puts more on top of a mail. */
const MAX_HEAD_BYTES = 8 * 1024;
/** Other mails differ in the first of their own fields. */
const FIRST_BYTES = 4 * 1024;
const BLOCK_BYTES = 64 * 1024;

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
  /** The lines of the MTA that the new mail begins with. */
  readonly own: Buffer;
  /** Those that the twin's file begins with. */
  readonly theirs: Buffer;
}

function twinOf(root: string, incoming: string, mail: ReceivedMail): Twin | null {
  const own = linesOfMta(incoming);
  for (const { seq, path, size } of mailsOfItsSize(root, mail)) {
    const theirs = tryToRead(() => linesOfMta(path));
    if (theirs === null || size - theirs.length !== mail.size - own.length) continue;
    const isSame = tryToRead(() => isSameBehind(incoming, own.length, path, theirs.length));
    if (isSame === true) return { seq, path, own, theirs };
  }
  return null;
}

/** What cannot be read any more is fsck's to report. */
function tryToRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/**
 * Lines that tell one recipient from another (local(8)). Whatever else differs makes another mail.
 */
function linesOfMta(path: string): Buffer {
  const begin = readFrom(path, 0, MAX_HEAD_BYTES);
  const [lines = ''] = LINES_OF_MTA.exec(begin.toString('latin1')) ?? [];
  return begin.subarray(0, lines.length);
}

const LINES_OF_MTA = /^(?:(?:return-path|x-original-to|delivered-to):[^\n]*\n)*/i;

/** Of two files that are equally long from there on. */
function isSameBehind(a: string, fromA: number, b: string, fromB: number): boolean {
  let length = FIRST_BYTES;
  for (let at = 0; ; at += length, length = BLOCK_BYTES) {
    const [ofA, ofB] = [readFrom(a, fromA + at, length), readFrom(b, fromB + at, length)];
    if (!ofA.equals(ofB)) return false;
    if (ofA.length < length) return true;
  }
}

/** False if the twin's file can have no more names, or is gone. */
function share({ path, own, theirs }: Twin, incoming: string, place: string): boolean {
  // The mail still is in incoming/: what lies at its place was left by a run that died here.
  remove(place);
  if (!addName(path, place)) return false;
  if (own.equals(theirs)) {
    remove(headOf(place));
    syncDirectory(dirname(place));
  } else {
    replaceDurably(headOf(place), Buffer.concat([Buffer.from(`${theirs.length}\n`), own]));
  }
  remove(incoming);
  return true;
}
