/**
 * What follows from a commit that says which words are erased: the texts go out of their lines, the
 * mails and files from the disk, and all that is derived is made anew, since its rows hold words.
 *
 * The commit alone says what is to be done, and doing it again changes nothing. `erasing` is there
 * from before the first step until the last one has ended, so a run that finds it does all of it
 * again. A segment of texts is written beside the old one and takes its place in one step. Runs
 * under the lock, as a part of recovery.
 */
import { dirname, join } from 'node:path';
import { blanked } from '../../journal/erasing/blanked.ts';
import { borrowedIn } from '../../journal/erasing/borrowed.ts';
import { pathsFor, ticketDirectory } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { ErasedCommit } from '../../ticket/change.ts';
import { ERASED, isErasedMessage } from '../../ticket/erased.ts';
import { type Message, type Note, receivedAs, type TicketId } from '../../ticket/ticket.ts';
import {
  createDurably,
  exists,
  move,
  names,
  readText,
  remove,
  replaceDurably,
  syncDirectory,
} from '../disk/disk.ts';
import { forgetDerived } from './forget-derived.ts';
import type { Journal } from './journal.ts';
import { removeRaw } from './raw-mails.ts';
import { recordsFrom } from './rebuild-tickets.ts';
import type { StoreParts } from './store-parts.ts';

const NEW = '.new';

/** From here on whoever opens the store finishes it. */
export function beginErasing(root: string): void {
  replaceDurably(fileIn(root), '{"v":1}\n');
}

/** False if none was begun; else nothing is left of what is derived. */
export function eraseBegun(store: StoreParts): boolean {
  const { root, journal } = store;
  if (!exists(fileIn(root))) return false;
  const commits = [...recordsFrom(journal.start(), journal)].flatMap(erasedIn);
  eraseAll(commits, store);
  forgetDerived(store);
  return true;
}

export function endErasing(root: string): void {
  remove(fileIn(root));
  syncDirectory(root);
}

/** Texts first: of what they left follows which files go. */
export function eraseAll(
  commits: readonly ErasedCommit[],
  { root, journal }: Pick<StoreParts, 'root' | 'journal'>,
): void {
  const numbers = blankTexts(commits, { root, journal });
  for (const commit of commits) removeMails(root, commit);
  const used = usedFiles(journal);
  for (const record of recordsFrom(journal.start(), journal)) {
    if (numbers.has(record.seq)) removeFiles(root, record, used);
  }
}

/** Gives which texts they are, by their commits. */
export function blankTexts(
  commits: readonly Pick<ErasedCommit, 'seq' | 'texts'>[],
  { root, journal }: Pick<StoreParts, 'root' | 'journal'>,
): ReadonlyMap<number, ReadonlySet<number>> {
  const numbers = new Map<number, Set<number>>();
  for (const { seq, texts } of commits) {
    numbers.set(seq, new Set([...(numbers.get(seq) ?? []), ...texts]));
  }
  for (const segment of segmentsOf(numbers.keys(), journal)) blankSegment(root, segment, numbers);
  return numbers;
}

/** Files in the folder of one ticket that another one has, too. */
function usedFiles(journal: Journal): ReadonlySet<string> {
  const records = [...recordsFrom(journal.start(), journal)];
  const files = records.flatMap(borrowedIn).flatMap((borrowed) => borrowed.files);
  return new Set(files.map(({ path }) => path));
}

function erasedIn({ changes }: JournalRecord): readonly ErasedCommit[] {
  return changes.flatMap((change) => (change.type === 'person.erased' ? change.commits : []));
}

function segmentsOf(seqs: Iterable<number>, journal: Journal): ReadonlySet<string> {
  return new Set([...seqs].map((seq) => journal.segmentOf(seq).segment));
}

const SEQ = /^\{"seq":(\d+),/;

function blankSegment(
  root: string,
  segment: string,
  numbers: ReadonlyMap<number, ReadonlySet<number>>,
): void {
  const path = join(root, 'texts', segment);
  const before = readText(path);
  if (before === null) return;
  const after = before
    .split('\n')
    .map((line) => {
      const gone = numbers.get(Number(SEQ.exec(line)?.[1]));
      return gone === undefined || gone.size === 0 ? line : blanked(line, gone);
    })
    .join('\n');
  remove(`${path}${NEW}`);
  if (after === before) return;
  createDurably(`${path}${NEW}`, after);
  move(`${path}${NEW}`, path);
  syncDirectory(dirname(path));
}

function removeMails(root: string, { seq, isMailGone, copies }: ErasedCommit): void {
  if (isMailGone) removeRaw(root, seq);
  for (const { place } of copies) remove(join(root, pathsFor(seq).rawOut(place)));
}

/** Attachments without a name, and the names that the mails have in their tickets. */
function removeFiles(root: string, { changes }: JournalRecord, used: ReadonlySet<string>): void {
  for (const change of changes) {
    if (change.type === 'message.added') removeFilesOf(root, change.ticket, change.message, used);
    if (change.type === 'note.added') {
      const { type: _, ticket, attachments = [], ...note } = change;
      const entry: Note = { ...note, direction: 'internal', date: '', attachments };
      removeFilesOf(root, ticket, entry, used);
    }
  }
}

function removeFilesOf(
  root: string,
  id: TicketId,
  entry: Message | Note,
  used: ReadonlySet<string>,
): void {
  const folder = ticketDirectory(id);
  const { serial } = entry;
  if (entry.attachments.some(({ path }) => path === ERASED)) {
    removeNamed(root, join(folder, 'attachments'), `${serial}-`, used);
  }
  const raw = entry.direction === 'internal' ? receivedAs(entry) : entry.raw;
  if (raw !== null && (isErasedMessage(entry) || !exists(join(root, raw)))) {
    for (const part of ['cur', 'new']) {
      const beginning = `${String(serial).padStart(6, '0')}.mailrobot`;
      removeNamed(root, join(folder, part), beginning, used);
    }
  }
}

function removeNamed(
  root: string,
  folder: string,
  beginning: string,
  used: ReadonlySet<string>,
): void {
  for (const name of names(join(root, folder))) {
    const path = join(folder, name);
    if (name.startsWith(beginning) && !used.has(path)) remove(join(root, path));
  }
}

function fileIn(root: string): string {
  return join(root, 'erasing.json');
}
