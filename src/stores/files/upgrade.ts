/**
 * Writes the lines of the journal that hold their words themselves (format 1) in the newest format.
 *
 * A line that is written anew names the hash that it had, so that the ids of its events stay
 * (`was`). Under the lock. The new segments, and those of their texts, are made beside the old
 * ones; then `upgrade.json` says that they count, and each takes the place of the old one, from the
 * first to the last, texts before lines. Killed before there is that file, nothing has happened;
 * killed behind it, the next run of any command goes on here before it reads the journal. The head
 * is gone before that file is there, so that nobody takes the store for caught up and appends to
 * the old segments; its checkpoint comes with it.
 */
import { dirname, join } from 'node:path';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import type { Upgraded } from '../../journal/maintenance.ts';
import { parseLine, relinked, written } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import {
  createDurably,
  exists,
  makeDirectory,
  move,
  names,
  readText,
  remove,
  replaceDurably,
  sync,
  syncDirectory,
} from '../disk/disk.ts';
import { type Head, saveCheckpoint, writeCheckpoint, writeHead } from './head.ts';
import type { Journal } from './journal.ts';
import type { End, JournalEntry, Position } from './journal-lines.ts';
import type { StoreParts } from './store-parts.ts';
import { TextSegments, type TextsOf } from './texts.ts';

const VERSION = 1;
const NEW = '.new';
const FOLDERS = ['texts', 'journal'] as const;

/** What `upgrade.json` says. */
interface Made {
  /** Files that lie beside their old ones, in the order in which they take their places. */
  readonly files: readonly string[];
  /** Where the old journal ends. */
  readonly end: Position;
  /** The checkpoint behind the new one. */
  readonly head: Head;
}

export function upgradeJournal(
  { root, boot, journal }: Pick<StoreParts, 'root' | 'boot' | 'journal'>,
  head: Head,
): Upgraded {
  const durable = writeCheckpoint(root, head);
  if (durable.checkpoint !== head.seq) throw new Failure('store-failed', `${root}: sync failed`);
  removeMade(root);
  const { files, written, position } = makeSegments(root, journal, head.position);
  if (written === 0) return { commits: head.seq, written };
  remove(join(root, 'head.json'));
  syncDirectory(root);
  const after: Head = { ...durable, position };
  const made: Made = { files, end: head.position, head: after };
  replaceDurably(fileIn(root), `${JSON.stringify({ v: VERSION, ...made })}\n`);
  finishUpgrade({ root, journal });
  writeHead(root, boot, after);
  return { commits: head.seq, written };
}

/** What an upgrade has begun, if one was killed. Under the lock, before the journal is read. */
export function finishUpgrade({ root, journal }: Pick<StoreParts, 'root' | 'journal'>): void {
  const made = readMade(root);
  if (made === null) return;
  const left = made.files.filter((file) => exists(join(root, `${file}${NEW}`)));
  if (left.length === made.files.length && !journal.isEnd(made.end)) {
    // A program that knows nothing of upgrades has appended to the old journal.
    removeMade(root);
  } else {
    for (const file of left) {
      move(join(root, `${file}${NEW}`), join(root, file));
      syncDirectory(dirname(join(root, file)));
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
function makeSegments(root: string, journal: Journal, end: End) {
  const texts = new TextSegments(join(root, 'texts'), sync);
  const files: string[] = [];
  let written = 0;
  let position: End = { ...end, before: NO_LINE };
  try {
    for (const entries of bySegment(journal)) {
      const { segment } = entries[0].at;
      const anew = linesAnew(entries, position.before ?? NO_LINE, texts.reader(segment));
      if (anew.written > 0) {
        written += anew.written;
        for (const folder of FOLDERS) {
          if (anew[folder] === '') continue;
          const file = join(folder, segment);
          if (makeDirectory(join(root, folder))) syncDirectory(root);
          createDurably(join(root, `${file}${NEW}`), anew[folder]);
          files.push(file);
        }
      }
      position = { ...end, before: anew.last };
      if (segment === end.segment) {
        const [lines, words] = [anew.journal, anew.texts].map((text) => Buffer.byteLength(text));
        position = { ...position, offset: lines ?? 0, texts: words ?? 0 };
      }
    }
  } catch (error) {
    removeMade(root);
    throw error;
  }
  return { files, written, position };
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

/**
 * The lines of a segment, behind a line with the hash `before`, and their texts; how many of the
 * lines are others now. The texts of a line that has any stay as they are.
 */
function linesAnew(entries: readonly JournalEntry[], before: string, textsOf: TextsOf) {
  const anew = { journal: '', texts: '', last: before, written: 0 };
  let at = 0;
  for (const entry of entries) {
    const { record, octets } = entry;
    const line = octets.toString();
    const place = parseLine(line)?.texts;
    const isRight = record.prev === anew.last && place?.at === at;
    const made = isRight ? { line, texts: null } : lineAnew(entry, anew.last, at);
    const texts = made.texts ?? (place?.size ? textsOf(place) : null) ?? '';
    anew.journal += `${made.line}\n`;
    anew.texts += texts;
    anew.last = hashOf(made.line);
    anew.written += isRight ? 0 : 1;
    at += Buffer.byteLength(texts);
  }
  return anew;
}

/** With its texts, if it held its words itself. */
function lineAnew({ record, octets, hash }: JournalEntry, prev: string, at: number) {
  const was = record.was ?? hash;
  const line = relinked(octets.toString(), { prev, was, at });
  return line === null ? written({ ...record, was }, { prev, at }) : { line, texts: null };
}

function removeMade(root: string): void {
  for (const folder of FOLDERS) {
    for (const name of names(join(root, folder))) {
      if (name.endsWith(NEW)) remove(join(root, folder, name));
    }
  }
}

function fileIn(root: string): string {
  return join(root, 'upgrade.json');
}
