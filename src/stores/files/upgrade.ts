/**
 * Writes the lines of the journal that are of an older format in the newest one, their words apart.
 *
 * A line that is written anew names the hash that it had, so that the ids of its events stay
 * (`was`). Under the lock. The new segments and their texts are made beside the old ones; then
 * `upgrade.json` says that they count, and each takes the place of the old one, from the first to
 * the last, the texts before their lines. Killed
 * before there is that file, nothing has happened; killed behind it, the next run of any command
 * goes on here before it reads the journal. The head is gone before that file is there, so that
 * nobody takes the store for caught up and appends to the old segments; its checkpoint comes with it.
 */
import { join } from 'node:path';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import type { Upgraded } from '../../journal/maintenance.ts';
import { RECORD_VERSION, written } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import {
  createDurably,
  makeDirectory,
  move,
  names,
  readText,
  remove,
  replaceDurably,
  syncDirectory,
} from './disk.ts';
import { type Head, saveCheckpoint, writeCheckpoint, writeHead } from './head.ts';
import type { Journal } from './journal.ts';
import type { End, JournalEntry, Position } from './journal-lines.ts';
import type { StoreParts } from './store-parts.ts';

const VERSION = 1;
const NEW = '.new';

/** Each segment has a file in both. */
const FOLDERS = ['texts', 'journal'] as const;

/** What `upgrade.json` says. */
interface Made {
  /** Segments that lie beside their old ones, in both folders. */
  readonly segments: readonly string[];
  /** Where the old journal ends. */
  readonly end: Position;
  /** The checkpoint behind the new one. */
  readonly head: Head;
}

export function upgradeJournal({ root, boot, journal }: StoreParts, head: Head): Upgraded {
  const durable = writeCheckpoint(root, head);
  if (durable.checkpoint !== head.seq) throw new Failure('store-failed', `${root}: sync failed`);
  removeMade(root);
  makeDirectory(join(root, 'texts'));
  const { segments, anew, position } = makeSegments(root, journal, head.position);
  if (anew === 0) return { commits: head.seq, written: anew };
  remove(join(root, 'head.json'));
  syncDirectory(root);
  const after: Head = { ...durable, position };
  const made: Made = { segments, end: head.position, head: after };
  replaceDurably(fileIn(root), `${JSON.stringify({ v: VERSION, ...made })}\n`);
  finishUpgrade({ root, journal });
  writeHead(root, boot, after);
  return { commits: head.seq, written: anew };
}

/** What an upgrade has begun, if one was killed. Under the lock, before the journal is read. */
export function finishUpgrade({ root, journal }: Pick<StoreParts, 'root' | 'journal'>): void {
  const made = readMade(root);
  if (made === null) return;
  const isBegun = FOLDERS.some((folder) => madeIn(root, folder).length < made.segments.length);
  const { segment, offset } = journal.endBehind(made.head.position);
  if (!isBegun && (segment !== made.end.segment || offset !== made.end.offset)) {
    // A program that knows nothing of upgrades has appended to the old journal.
    removeMade(root);
  } else {
    for (const name of made.segments) {
      for (const folder of FOLDERS)
        move(join(root, folder, `${name}${NEW}`), join(root, folder, name));
      for (const folder of FOLDERS) syncDirectory(join(root, folder));
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
  const segments: string[] = [];
  let anew = 0;
  let position: End = { ...end, before: NO_LINE };
  try {
    for (const entries of bySegment(journal)) {
      const { segment } = entries[0].at;
      const made = segmentAnew(entries, position.before ?? NO_LINE);
      if (made.anew > 0) {
        for (const folder of FOLDERS) {
          createDurably(join(root, folder, `${segment}${NEW}`), made[folder]);
        }
        segments.push(segment);
        anew += made.anew;
      }
      const isEnd = segment === end.segment && made.anew > 0;
      const [offset, texts] = isEnd
        ? [Buffer.byteLength(made.journal), Buffer.byteLength(made.texts)]
        : [end.offset, end.texts];
      position = { segment: end.segment, offset, before: made.last, texts };
    }
  } catch (error) {
    removeMade(root);
    throw error;
  }
  return { segments, anew, position };
}

function* bySegment(journal: Journal): Generator<Entries> {
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

type Entries = readonly [JournalEntry, ...JournalEntry[]];

/**
 * The lines of a segment behind a line with the hash `before`, and their texts; `anew`: how many of
 * them were written anew: all, or none.
 */
function segmentAnew(entries: Entries, before: string) {
  let [journal, texts, last, at] = ['', '', before, 0];
  const areNew = entries.every(({ record }) => record.v === RECORD_VERSION);
  if (areNew && entries[0].record.prev === before) {
    for (const { hash } of entries) last = hash;
    return { journal, texts, last, anew: 0 };
  }
  for (const { record, hash } of entries) {
    const one = written({ ...record, was: record.was ?? hash }, { prev: last, at });
    journal += `${one.line}\n`;
    texts += one.texts;
    at += Buffer.byteLength(one.texts);
    last = hashOf(one.line);
  }
  return { journal, texts, last, anew: entries.length };
}

function madeIn(root: string, folder: (typeof FOLDERS)[number]): readonly string[] {
  return names(join(root, folder)).filter((name) => name.endsWith(NEW));
}

function removeMade(root: string): void {
  for (const folder of FOLDERS) {
    for (const name of madeIn(root, folder)) remove(join(root, folder, name));
  }
}

function fileIn(root: string): string {
  return join(root, 'upgrade.json');
}
