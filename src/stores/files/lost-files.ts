/**
 * Attachments that a power cut may have taken, made again from the raw mail.
 *
 * They were never fsynced. After another boot recovery writes down which commits' are not
 * certain (uncertain-files.ts), and mail goes on. Whoever has time looks at one commit after
 * the other, and has the raw mail read again if a file is not what came with it: the way
 * it was read at first, in any time that takes, and without the lock but to write down how
 * far that is. What is made is durable by then, so nothing is done twice, and one mail that
 * gives no such file any more stops no other.
 */
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { receivedFiles } from '../../journal/mails.ts';
import { type JournalRecord, pathsFor, seqOf, ticketOfPath } from '../../journal/record.ts';
import type { AttachmentWriter } from '../../journal/spool.ts';
import { octetsOf, placeOf } from '../../ticket/mail.ts';
import { hasOwnFile, receivedAs, type StoredFile } from '../../ticket/ticket.ts';
import {
  close,
  exists,
  move,
  openNew,
  openRead,
  READ_ONLY_MODE,
  remove,
  replace,
  sync,
  syncDirectory,
  write,
} from './disk.ts';
import { locked, PATIENCE_SECONDS } from './lock.ts';
import { chunks, sumOf } from './read-pieces.ts';
import type { StoreParts } from './store-parts.ts';
import {
  askedAt,
  fileIn,
  hasFiles,
  isWhole,
  mailsWithFiles,
  readUncertain,
  textOf,
  type Uncertain,
} from './uncertain-files.ts';

/** All that are in doubt. */
export async function makeAllAgain(store: StoreParts): Promise<void> {
  const { root } = store;
  for (let range = readUncertain(root); range !== null; range = readUncertain(root)) {
    await makeRangeAgain(range, store);
  }
}

/** Ends early if somebody else has changed what is in doubt. */
async function makeRangeAgain({ from, end }: Uncertain, store: StoreParts): Promise<void> {
  const { root, journal } = store;
  let done = from;
  for (const { record } of journal.read(journal.positionOf(from))) {
    if (record.seq >= end) break;
    if (!hasFiles(record)) continue;
    await makeAgain(record, store);
    if (!(await advance(root, done, record.seq + 1))) return;
    done = record.seq + 1;
  }
  await advance(root, done, end);
}

function advance(root: string, done: number, next: number): Promise<boolean> {
  return locked(join(root, 'lock'), PATIENCE_SECONDS, () => {
    const known = readUncertain(root);
    if (known?.from !== done) return false;
    if (next < known.end) replace(fileIn(root), textOf({ from: next, end: known.end }));
    else remove(fileIn(root));
    return true;
  });
}

/** The commit that an attachment came with, or null. */
export function commitOf(
  { path }: Pick<StoredFile, 'path'>,
  store: StoreParts,
): JournalRecord | null {
  const seq = hasOwnFile({ path }) ? seqOfAttachment(path, store) : seqOf(path);
  return seq === null ? null : store.journal.find(seq);
}

function seqOfAttachment(path: string, store: StoreParts): number | null {
  const id = ticketOfPath(path);
  const document = id === null ? null : store.derived.documents.tryRead(id);
  if (document === null || document === 'damaged') return null;
  const message = document.ticket.messages.find(({ attachments }) =>
    attachments.some((file) => file.path === path),
  );
  const raw = message === undefined ? null : receivedAs(message);
  return raw === null ? null : seqOf(raw);
}

/** What is not as it was committed of all this; and what lies with another commit is that one's. */
export async function makeAgain(record: JournalRecord, store: StoreParts): Promise<void> {
  await makeAttachmentsAgain(record, store);
  const { root } = store;
  for (const mail of mailsWithFiles(record)) {
    const path = join(root, pathsFor(record.seq).rawOut(placeOf(mail)));
    if (mail.enclosed?.some(({ file }) => !isWhole(root, file))) continue;
    replace(
      path,
      octetsOf(mail, (file) => chunks(join(root, file.path))),
      READ_ONLY_MODE,
      `again-${process.pid}`,
    );
    syncFile(path);
    syncDirectory(dirname(path));
    store.derived.linkAgain(record);
  }
}

/** One file of a commit, at its place or for whoever has asked. */
export async function takeOut(
  file: StoredFile,
  record: JournalRecord,
  store: StoreParts,
): Promise<void> {
  if (hasOwnFile(file)) await makeAgain(record, store);
  else await extractTo([{ ...file, path: askedAt(file) }], record, store);
}

function makeAttachmentsAgain(record: JournalRecord, store: StoreParts): Promise<void> {
  const wanted = receivedFiles(record).filter((file) => !isWhole(store.root, file));
  return extractTo(wanted, record, store);
}

/** Each finds its place by its content. */
async function extractTo(
  wanted: readonly StoredFile[],
  record: JournalRecord,
  store: StoreParts,
): Promise<void> {
  const { root, extract } = store;
  const raw = join(root, pathsFor(record.seq).rawIn);
  // A raw mail that is lost is fsck's to report, and no reason to stop.
  if (wanted.length === 0 || !exists(raw)) return;
  const folders = new Set(wanted.map(({ path }) => dirname(join(root, path))));
  const again = new FilesAgain(root, wanted);
  try {
    await extract(
      () => chunks(raw),
      record.delivery?.within ?? null,
      () => again.open(),
    );
  } finally {
    again.end();
  }
  for (const folder of folders) syncDirectory(folder);
}

class FilesAgain {
  readonly #root: string;
  readonly #scratch: string;
  #wanted: readonly StoredFile[];
  #fd: number | null = null;

  constructor(root: string, wanted: readonly StoredFile[]) {
    this.#root = root;
    this.#wanted = wanted;
    this.#scratch = join(root, 'incoming', `extracted.${randomBytes(6).toString('hex')}`);
  }

  /** One is open at a time. */
  open(): AttachmentWriter {
    if (this.#wanted.length === 0) return { write: () => {}, close: () => {} };
    this.end();
    const fd = openNew(this.#scratch);
    this.#fd = fd;
    return {
      write: (chunk) => write(fd, this.#scratch, chunk),
      close: () => this.#place(fd),
    };
  }

  /** Whatever was left open. */
  end(): void {
    if (this.#fd !== null) close(this.#fd);
    this.#fd = null;
    remove(this.#scratch);
  }

  #place(fd: number): void {
    const sum = sumOf(this.#scratch);
    const file = this.#wanted.find(({ sha256 }) => sha256 === sum);
    if (file !== undefined) {
      sync(fd, this.#scratch);
      move(this.#scratch, join(this.#root, file.path));
      this.#wanted = this.#wanted.filter((other) => other !== file);
    }
    this.end();
  }
}

function syncFile(path: string): void {
  const fd = openRead(path);
  try {
    sync(fd, path);
  } finally {
    close(fd);
  }
}
