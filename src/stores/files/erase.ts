/**
 * Erases a person or a ticket: one commit, and what follows from it (erasing.ts).
 *
 * Mail of ours that waits and would hold words of it does not go out; a ticket of the person is
 * resolved, since nobody is left to answer. Under the lock, on a store that is caught up.
 */

import { join } from 'node:path';
import { briefRecord } from '../../journal/brief.ts';
import { hasHeader } from '../../journal/erasing/authors.ts';
import { changesOf } from '../../journal/erasing/commit.ts';
import { type Erasure, isAllowed, untoldOf, type Whom } from '../../journal/erasing/erasure.ts';
import { planErasure, type ReadCommit, readCommit } from '../../journal/erasing/plan.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { pathsFor } from '../../journal/paths.ts';
import { type JournalRecord, parseLine, RECORD_VERSION } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import { exists, remove } from '../disk/disk.ts';
import { eraseAll } from './erasing.ts';
import type { Head } from './head.ts';
import { Journal } from './journal.ts';
import type { End } from './journal-lines.ts';
import { octetsAt } from './raw-mails.ts';
import { catchUp } from './recovery.ts';
import type { StoreParts } from './store-parts.ts';
import { upgradeJournal } from './upgrade.ts';

export interface Erasing {
  readonly whom: Whom;
  readonly by: string;
  readonly now: Date;
}

export function erasureIn(
  { root, journal }: Pick<StoreParts, 'root' | 'journal'>,
  whom: Whom,
): Erasure {
  return planErasure(() => commitsIn(root, journal), whom);
}

export async function eraseWords(
  parts: StoreParts,
  head: Head,
  { whom, by, now }: Erasing,
): Promise<Erasure> {
  const { journal, derived } = parts;
  const erasure = erasureIn(parts, whom);
  if (!isAllowed(erasure)) return erasure;
  const { outbox } = derived.lists;
  const waiting = outbox.unsent();
  for (const mail of waiting) {
    if (erasure.letters.includes(mail.id) && outbox.isUnderWay(mail)) {
      throw new Failure('store-locked', 'a mail that is to be erased is being handed over');
    }
  }
  const record = erasingRecord(journal, erasure, { by, now, seq: head.seq + 1 });
  await journal.append(head.position, [record]);
  catchUp(parts);
  const ids = new Set(waiting.map(({ id }) => id));
  return { ...erasure, untold: untoldOf(erasure, (id) => ids.has(id)) };
}

function erasingRecord(
  journal: Journal,
  erasure: Erasure,
  { by, now, seq }: { readonly by: string; readonly now: Date; readonly seq: number },
): JournalRecord {
  const lists = new Fold();
  for (const { record } of journal.read(journal.start())) lists.add(briefRecord(record));
  const changes = changesOf(erasure, lists, by);
  return { v: RECORD_VERSION, seq, time: now.toISOString(), changes, outgoing: [] };
}

/**
 * In a store that is being restored, of which nothing is derived yet. Gives the number of commits
 * that lose words. A legal hold of then has ended: else nothing was erased.
 */
export async function eraseAgain(root: string, whom: Whom, now: Date): Promise<number> {
  const journal = new Journal(join(root, 'journal'));
  const erasure = erasureIn({ root, journal }, whom);
  if (erasure.isOldFormat) {
    upgradeRestored(root, journal);
    return eraseAgain(root, whom, now);
  }
  if (erasure.commits.length === 0) return 0;
  const { end, seq } = endOf(journal);
  const record = erasingRecord(journal, erasure, { by: RESTORE, now, seq: seq + 1 });
  await journal.append(end, [record]);
  eraseAll(erasure.commits, { root, journal });
  return erasure.commits.length;
}

/** Who has done it. */
const RESTORE = 'mailrobot restore';

function endOf(journal: Journal): { readonly end: End; readonly seq: number } {
  let [end, seq] = [journal.start(), 0];
  for (const { record, next } of journal.read(end)) [end, seq] = [next, record.seq];
  return { end: journal.endBehind(end), seq };
}

/** Lines of format 1 hold their words themselves. */
export function upgradeRestored(root: string, journal: Journal): void {
  const { end, seq } = endOf(journal);
  upgradeJournal({ root, boot: '', journal }, { seq, position: end, numbers: {}, checkpoint: 0 });
  for (const name of ['head.json', 'checkpoint.json']) remove(join(root, name));
}

function* commitsIn(root: string, journal: Journal): Generator<ReadCommit> {
  for (const { record, octets, words } of journal.read(journal.start())) {
    const header = () => headerAt(join(root, pathsFor(record.seq).rawIn));
    yield readCommit(record, parseLine(octets.toString()), words ?? '', header);
  }
}

/** Nothing of a mail that has expired. */
function headerAt(path: string): Buffer {
  let read = Buffer.alloc(0);
  if (!exists(path)) return read;
  for (const octets of octetsAt(path)) {
    read = Buffer.concat([read, octets]);
    if (hasHeader(read)) break;
  }
  return read;
}
