/**
 * Writes the lines of the journal that are of an older format in the newest one.
 *
 * A line that is written anew names the hash that it had, so that the ids of its events stay
 * (`was`). Under the lock. The new segments are made beside the old ones; then `upgrade.json` says
 * that they count, and each takes the place of the old one, from the first to the last. Killed
 * before there is that file, nothing has happened; killed behind it, the next run of any command
 * goes on here before it reads the journal. The head is gone before that file is there, so that
 * nobody takes the store for caught up and appends to the old segments; its checkpoint comes with it.
 */
import { join } from 'node:path';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import type { Upgraded } from '../../journal/maintenance.ts';
import { lineOf, RECORD_VERSION } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import {
  createDurably,
  move,
  names,
  readText,
  remove,
  replaceDurably,
  syncDirectory,
} from './disk.ts';
import { type Head, saveCheckpoint, writeCheckpoint, writeHead } from './head.ts';
import type { Journal, JournalEntry, Position } from './journal.ts';
import type { StoreParts } from './store-parts.ts';

const VERSION = 1;
const NEW = '.new';

/** What `upgrade.json` says. */
interface Made {
  /** Segments that lie beside their old ones. */
  readonly segments: readonly string[];
  /** Where the old journal ends. */
  readonly end: Position;
  /** The checkpoint behind the new one. */
  readonly head: Head;
}

export function upgradeJournal({ root, boot, journal }: StoreParts, head: Head): Upgraded {
  const durable = writeCheckpoint(root, head);
  if (durable.checkpoint !== head.seq) throw new Failure('store-failed', `${root}: sync failed`);
  const folder = join(root, 'journal');
  removeMade(folder);
  const { segments, written, position } = makeSegments(folder, journal, head.position);
  if (written === 0) return { commits: head.seq, written };
  remove(join(root, 'head.json'));
  syncDirectory(root);
  const after: Head = { ...durable, position };
  const made: Made = { segments, end: journal.end(), head: after };
  replaceDurably(fileIn(root), `${JSON.stringify({ v: VERSION, ...made })}\n`);
  finishUpgrade({ root, journal });
  writeHead(root, boot, after);
  return { commits: head.seq, written };
}

/** What an upgrade has begun, if one was killed. Under the lock, before the journal is read. */
export function finishUpgrade({ root, journal }: Pick<StoreParts, 'root' | 'journal'>): void {
  const made = readMade(root);
  if (made === null) return;
  const folder = join(root, 'journal');
  const left = names(folder).filter((name) => name.endsWith(NEW));
  const isBegun = left.length < made.segments.length;
  const { segment, offset } = journal.end();
  if (!isBegun && (segment !== made.end.segment || offset !== made.end.offset)) {
    // A program that knows nothing of upgrades has appended to the old journal.
    removeMade(folder);
  } else {
    for (const name of left.toSorted()) {
      move(join(folder, name), join(folder, name.slice(0, -NEW.length)));
      syncDirectory(folder);
    }
    saveCheckpoint(root, made.head);
  }
  remove(fileIn(root));
  syncDirectory(root);
}

function readMade(root: string): Made | null {
  const text = readText(fileIn(root));
  if (text === null) return null;
  try {
    // Written by `upgradeJournal`, in one step.
    const { v, ...made } = JSON.parse(text) as Made & { readonly v: number };
    if (v === VERSION) return made;
  } catch (error) {
    throw new Failure('store-damaged', `${fileIn(root)} does not read`, { cause: error });
  }
  throw new Failure('store-newer', `${fileIn(root)}: written by a newer mailrobot`);
}

/** Durable, beside the old ones; `position` is the end of the new journal. */
function makeSegments(folder: string, journal: Journal, end: Position) {
  const segments: string[] = [];
  let written = 0;
  let position: Position = { ...end, before: NO_LINE };
  try {
    for (const entries of bySegment(journal)) {
      const { segment } = entries[0].at;
      const anew = linesAnew(entries, position.before ?? NO_LINE);
      if (anew.written > 0) {
        createDurably(join(folder, `${segment}${NEW}`), anew.text);
        segments.push(segment);
        written += anew.written;
      }
      const isLast = segment === end.segment;
      const offset = isLast ? Buffer.byteLength(anew.text) : end.offset;
      position = { segment: end.segment, offset, before: anew.last };
    }
  } catch (error) {
    removeMade(folder);
    throw error;
  }
  return { segments, written, position };
}

function* bySegment(journal: Journal): Generator<[JournalEntry, ...JournalEntry[]]> {
  let entries: [JournalEntry, ...JournalEntry[]] | null = null;
  for (const entry of journal.read(journal.start())) {
    if (entries !== null && entries[0].at.segment === entry.at.segment) entries.push(entry);
    else {
      if (entries !== null) yield entries;
      entries = [entry];
    }
  }
  if (entries !== null) yield entries;
}

/** The lines of a segment, behind a line with the hash `before`; how many of them are others now. */
function linesAnew(entries: readonly JournalEntry[], before: string) {
  let [text, last, written] = ['', before, 0];
  for (const { record, octets, hash } of entries) {
    const isRight = record.v === RECORD_VERSION && record.prev === last;
    const line = isRight ? octets.toString() : lineOf({ ...record, was: record.was ?? hash }, last);
    written += isRight ? 0 : 1;
    last = isRight ? hash : hashOf(line);
    text += `${line}\n`;
  }
  return { text, last, written };
}

function removeMade(folder: string): void {
  for (const name of names(folder)) if (name.endsWith(NEW)) remove(join(folder, name));
}

function fileIn(root: string): string {
  return join(root, 'upgrade.json');
}
