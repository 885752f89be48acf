/**
 * Blanks a mail in the store (journal/blanking.ts): its texts and its raw mail.
 *
 * The mail as it is to be kept is durable beside the one that came, before the commit is; the
 * commit says which texts go. What follows may be done again, by recovery too: the texts go, and
 * the mail takes its place. From then on no power cut brings back the one that came, under none of
 * the names that it has had. The index stays, by which the MTA's retry is known.
 */
import { dirname, join } from 'node:path';
import type { Blanking } from '../../journal/blanking.ts';
import { blankedMail } from '../../journal/erasing/blanked-mail.ts';
import { type ReadCommit, readCommit } from '../../journal/erasing/plan.ts';
import { pathsFor } from '../../journal/paths.ts';
import { type JournalRecord, parseLine } from '../../journal/record.ts';
import type { Change } from '../../ticket/change.ts';
import {
  close,
  exists,
  move,
  openNew,
  READ_ONLY_MODE,
  remove,
  sync,
  syncDirectory,
  write,
} from '../disk/disk.ts';
import { blankTexts } from './erasing.ts';
import { headOf } from './raw-mails.ts';
import { SLOTS } from './slots.ts';
import type { StoreParts } from './store-parts.ts';

type Parts = Pick<StoreParts, 'root' | 'journal'>;

/** The change that the commit has. */
export function changeFor(blanking: Blanking, { journal }: Pick<Parts, 'journal'>): Change {
  return blankedMail(commitsFrom(blanking.mail, journal), blanking);
}

function* commitsFrom(seq: number, journal: StoreParts['journal']): Generator<ReadCommit> {
  for (const { record, octets, words } of journal.read(journal.positionOf(seq))) {
    yield readCommit(record, parseLine(octets.toString()), words ?? '', () => Buffer.alloc(0));
  }
}

/** Before the commit. What a run leaves that dies here holds nothing that is blanked. */
export function keepBlanked(root: string, { mail, octets }: Blanking): void {
  const path = newOf(root, mail);
  remove(path);
  const fd = openNew(path, READ_ONLY_MODE);
  try {
    write(fd, path, octets);
    sync(fd, path);
  } finally {
    close(fd);
  }
  syncDirectory(dirname(path));
}

/** What follows from the commit. */
export function blank({ changes }: JournalRecord, parts: Parts): void {
  for (const change of changes) {
    if (change.type !== 'mail.blanked') continue;
    blankTexts(change.commits, parts);
    place(parts.root, change.mail);
  }
}

function place(root: string, mail: number): void {
  const path = join(root, pathsFor(mail).rawIn);
  if (!exists(newOf(root, mail))) return;
  remove(headOf(path));
  move(newOf(root, mail), path);
  const folders = [dirname(path), join(root, 'incoming'), join(root, SLOTS)];
  for (const folder of folders.filter(exists)) syncDirectory(folder);
}

function newOf(root: string, mail: number): string {
  return `${join(root, pathsFor(mail).rawIn)}.new`;
}
