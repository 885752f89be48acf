/**
 * Attachments that a power cut may have taken, made again from the raw mail, and copies of what has
 * gone out, composed again.
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
import { FileLost } from '../../journal/blobs.ts';
import { sumOfSent } from '../../journal/expected.ts';
import { keptMails } from '../../journal/kept-mails.ts';
import { type CommittedMail, receivedFiles } from '../../journal/mails.ts';
import { pathsFor, seqOf, ticketOfPath } from '../../journal/paths.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { AttachmentWriter } from '../../journal/spool.ts';
import type { ErasedCommit } from '../../ticket/change.ts';
import type { Sum } from '../../ticket/mail.ts';
import { hasOwnFile, receivedAs, type StoredFile } from '../../ticket/ticket.ts';
import {
  close,
  exists,
  move,
  openNew,
  openRead,
  remove,
  replace,
  sync,
  syncDirectory,
  write,
} from '../disk/disk.ts';
import { locked, PATIENCE_SECONDS } from '../disk/lock.ts';
import { sumOf } from '../disk/read-pieces.ts';
import { type Composing, composeInto, keepCopy } from './copies.ts';
import { octetsAt } from './raw-mails.ts';
import type { StoreParts } from './store-parts.ts';
import { hasFiles, readUncertain, textOf, type Uncertain, uncertainIn } from './uncertain-files.ts';
import { askedAt, isWhole } from './whole-files.ts';

/** All that are in doubt. */
export async function makeAllAgain(store: Composing): Promise<void> {
  const { root } = store;
  for (let range = readUncertain(root); range !== null; range = readUncertain(root)) {
    await makeRangeAgain(range, store);
  }
}

/** Ends early if somebody else has changed what is in doubt. */
async function makeRangeAgain({ from, end }: Uncertain, store: Composing): Promise<void> {
  const { root, journal } = store;
  const gone = goneSince(from, store);
  let done = from;
  for (const { record } of journal.read(journal.positionOf(from))) {
    if (record.seq >= end) break;
    if (!hasFiles(record)) continue;
    await makeAttachmentsAgain(record, store);
    for (const mail of keptMails(record)) await makeCopyAgain(mail, record, gone, store);
    if (!(await advance(root, done, record.seq + 1))) return;
    done = record.seq + 1;
  }
  await advance(root, done, end);
}

function advance(root: string, done: number, next: number): Promise<boolean> {
  return locked(join(root, 'lock'), PATIENCE_SECONDS, () => {
    const known = readUncertain(root);
    if (known?.from !== done) return false;
    if (next < known.end) replace(uncertainIn(root), textOf({ from: next, end: known.end }));
    else remove(uncertainIn(root));
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

/**
 * Mails that sendmail may have been given, by their ids, and what that was, if it was written down.
 */
type Gone = ReadonlyMap<string, Sum | null>;

function goneSince(from: number, { journal, derived }: StoreParts): Gone {
  const gone = new Map<string, Sum | null>(derived.lists.outbox.begun().map((id) => [id, null]));
  for (const { record } of journal.read(journal.positionOf(from))) {
    for (const change of record.changes) {
      if (change.type === 'reply.unknown') gone.set(change.mail, null);
      if (change.type === 'reply.sent') gone.set(change.mail, sumOfSent(change));
      if (change.type === 'person.erased') {
        // It is composed without them, so it is not what went.
        for (const id of copiesIn(change.commits)) if (gone.has(id)) gone.set(id, null);
      }
    }
  }
  return gone;
}

function copiesIn(commits: readonly ErasedCommit[]): readonly string[] {
  return commits.flatMap(({ seq, copies }) => copies.map(({ n }) => `${seq}.${n}`));
}

/** What has not gone has no copy yet, and what cannot be composed as it went has none any more. */
async function makeCopyAgain(
  committed: CommittedMail,
  record: JournalRecord,
  gone: Gone,
  store: Composing,
): Promise<void> {
  const { root, derived } = store;
  const { id, raw } = committed;
  const copy = join(root, raw);
  if (!gone.has(id) && !exists(copy)) return;
  const sum = gone.get(id) ?? null;
  if (sum !== null && isWhole(root, { path: raw, ...sum })) {
    derived.linkCopy(raw, record);
    return;
  }
  try {
    const made = await composeInto(committed, store);
    const isAsItWent = sum === null || sum.sha256 === made.sum.sha256;
    if (isAsItWent && keepCopy(made.path, made.sum, raw, record, store)) {
      syncFile(copy);
      syncDirectory(dirname(copy));
    }
    remove(made.path);
  } catch (error) {
    if (!(error instanceof FileLost)) throw error;
  }
}

/** One file of a commit, at its place or for whoever has asked. */
export async function takeOut(
  file: StoredFile,
  record: JournalRecord,
  store: StoreParts,
): Promise<void> {
  if (hasOwnFile(file)) await makeAttachmentsAgain(record, store);
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
      () => octetsAt(raw),
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
