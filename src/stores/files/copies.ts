/**
 * Mail of ours as octets in a file, composed of what its commit says: for sendmail to read, and to
 * stay in `raw/` as the copy of what has gone out, with its names in the Maildirs of its tickets.
 *
 * Made when the mail is handed over, before sendmail gets it, and never under the store's lock: the
 * octets are the same each time, so two who do it at once do each other no harm. Not fsynced; what
 * a power cut takes is composed again (lost-files.ts). Throws a FileLost if a file that belongs
 * in the mail cannot be had any more; then nothing is left.
 */
import { createHash, randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Blobs } from '../../journal/blobs.ts';
import { type CommittedMail, composedOf } from '../../journal/mails.ts';
import type { JournalRecord } from '../../journal/record.ts';
import { octetsOf, type Sum } from '../../ticket/mail.ts';
import type { StoredFile } from '../../ticket/ticket.ts';
import {
  close,
  makeDirectory,
  move,
  openNew,
  openRead,
  READ_ONLY_MODE,
  remove,
  write,
} from '../disk/disk.ts';
import { sumOf } from '../disk/read-pieces.ts';
import { writeUnnamed } from '../disk/unnamed.ts';
import type { StoreParts } from './store-parts.ts';

/** The store, with its files as they can be read (file-blobs.ts). */
export interface Composing extends StoreParts {
  readonly blobs: Pick<Blobs, 'havingFiles'> & {
    readonly octetsOf: (file: StoredFile) => Iterable<Buffer>;
  };
}

/** Open for reading, from its beginning; closed by whoever has it. */
export interface OpenMail {
  readonly fd: number;
  readonly size: number;
  /** null: what it says could be tried out by it. */
  readonly sum: Sum | null;
}

export async function openMail(
  committed: CommittedMail,
  record: JournalRecord,
  store: Composing,
): Promise<OpenMail> {
  const { path, sum } = await composeInto(committed, store);
  let fd: number | null = null;
  try {
    fd = openRead(path);
    const isKept = committed.mail.isPassing !== true;
    const isMoved = isKept && keepCopy(path, sum, committed.raw, record, store);
    if (!isMoved) remove(path);
    return { fd, size: sum.size, sum };
  } catch (error) {
    if (fd !== null) close(fd);
    remove(path);
    throw error;
  }
}

/** With its secret: its octets never lie in a file that has a name, whoever dies meanwhile. */
export async function openWithSecret(
  { mail }: CommittedMail,
  secretText: string,
  { root, compose, blobs }: Composing,
): Promise<OpenMail> {
  const composed = await composedOf(mail, compose, secretText);
  const { fd, size } = await writeUnnamed(
    join(root, 'incoming'),
    octetsOf(composed, (file) => blobs.octetsOf(file)),
  );
  return { fd, size, sum: null };
}

/** A file in `incoming/`: it is swept there if whoever made it dies. */
export async function composeInto(
  { mail }: CommittedMail,
  { root, compose, blobs }: Composing,
): Promise<{ readonly path: string; readonly sum: Sum }> {
  const composed = await composedOf(mail, compose);
  const path = join(root, 'incoming', `outgoing.${randomBytes(6).toString('hex')}`);
  const sum = await blobs.havingFiles(async () =>
    writeNew(
      path,
      octetsOf(composed, (file) => blobs.octetsOf(file)),
    ),
  );
  return { path, sum };
}

function writeNew(path: string, pieces: Iterable<Buffer>): Sum {
  const fd = openNew(path, READ_ONLY_MODE);
  const digest = createHash('sha256');
  let size = 0;
  try {
    for (const piece of pieces) {
      write(fd, path, piece);
      digest.update(piece);
      size += piece.length;
    }
  } catch (error) {
    remove(path);
    throw error;
  } finally {
    close(fd);
  }
  return { size, sha256: digest.digest('hex') };
}

/** Moves it to its place, unless that holds the same already; whether it did. */
export function keepCopy(
  path: string,
  { sha256 }: Sum,
  raw: string,
  record: JournalRecord,
  { root, derived }: StoreParts,
): boolean {
  const copy = join(root, raw);
  const isMissing = sumOf(copy) !== sha256;
  if (isMissing) {
    makeDirectory(dirname(copy));
    move(path, copy);
  }
  derived.linkCopy(raw, record);
  return isMissing;
}
