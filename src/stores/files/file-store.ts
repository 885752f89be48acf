/**
 * The store on plain files: what lies in it, read without a lock, and every way in.
 *
 * Whatever is derived from the journal is made again where it does not read; what is
 * committed goes through exclusive.ts, and what a dead process left half done is
 * finished first (recovery.ts).
 */

import { randomBytes } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { FileLost } from '../../journal/blobs.ts';
import { type FactSource, type Facts, factsFrom, type Questions } from '../../journal/facts.ts';
import type {
  Delivered,
  DeliveryKey,
  PendingNotices,
  RecordedMail,
  Span,
  Transaction,
} from '../../journal/ledger.ts';
import type { TicketRow } from '../../journal/lists/tickets.ts';
import { type LookedIn, Lookups } from '../../journal/lookups.ts';
import { newestFirst } from '../../journal/newest-first.ts';
import type { Handover, WaitingMail } from '../../journal/outbox.ts';
import { placesFor, seqOf, ticketOfPath } from '../../journal/record.ts';
import type { ExtractAttachments, Incoming } from '../../journal/spool.ts';
import type { Store } from '../../journal/store.ts';
import { endOf, Failure } from '../../outcome.ts';
import { startDetached } from '../../runtime/detached.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import { type OutgoingMail, octetsOf, placeOf } from '../../ticket/mail.ts';
import type { StoredFile, Ticket, TicketId } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { bootId } from './boot.ts';
import { Derived } from './derived.ts';
import { close, onDisk, openRead, remove, replace, sync, syncLater } from './disk.ts';
import { Exclusive } from './exclusive.ts';
import { type Head, readCheckpoint, readHead } from './head.ts';
import { IncomingFile } from './incoming.ts';
import { Journal } from './journal.ts';
import { checkLayout, readSigningKeys, restingSince } from './layout.ts';
import type { ListFiles } from './list-files.ts';
import { isLocked, lockedSync, PATIENCE_SECONDS } from './lock.ts';
import { chunks, sumOf } from './read-pieces.ts';
import { isCaughtUp, rebuildTickets } from './recovery.ts';
import type { StoreParts } from './store-parts.ts';
import { areFilesUncertain, isWhole, placeOfFile } from './uncertain-files.ts';

export const BACKUP_LOCK = 'backup.lock';
export const ATTACHMENTS_LOCK = 'attachments.lock';

export interface FileStoreOptions {
  readonly root: string;
  readonly now: () => Date;
  readonly extract: ExtractAttachments;
  /** Many deliveries come at once: they are made durable together. */
  readonly isServer?: boolean;
  /** Tells one boot of the machine from another. */
  readonly boot?: string;
}

export class FileStore implements Store {
  readonly #now: () => Date;
  readonly #parts: StoreParts;
  readonly #lists: ListFiles;
  readonly #lookups: Lookups;
  readonly #source: FactSource;
  readonly #exclusive: Exclusive;
  readonly #isServer: boolean;
  /** Attachments that could not be made again. */
  readonly #lost = new Set<string>();

  constructor(options: FileStoreOptions) {
    this.#now = options.now;
    this.#isServer = options.isServer ?? false;
    this.#parts = partsOf(options);
    this.#lists = this.#parts.derived.lists;
    const lookedIn: LookedIn = {
      now: options.now,
      rowsNamed: (list, name) => this.#lists[list].find(name),
      record: (seq) => this.#parts.journal.find(seq),
      isHeld: (id) => this.#lists.held.has(id),
    };
    this.#lookups = new Lookups(lookedIn);
    // The key of a ticket's row is its id.
    const ticket = (key: string) => this.#readOr(key as TicketId, (repair) => repair());
    const shared = {
      signingKeys: () => readSigningKeys(this.#parts.root),
      tickets: (which: 'all' | 'open', queues: readonly string[]) => this.#newest(which, queues),
    };
    this.#source = {
      ...shared,
      ticket: (id) => this.#ticket(id),
      findMessage: (id) => this.#lookups.findMessage(id),
      hasActed: (actor, id) => this.#lookups.hasActed(actor, id),
      isHeld: (seq) => this.#lists.held.has(seq),
      failed: (address) => this.#lists.failed.find(address),
      answered: (since) => this.#lists.answered.since(since),
      number: (queue) => this.#head()?.numbers[queue] ?? null,
      next: () => ({ seq: (this.#head()?.seq ?? 0) + 1 }),
    };
    const known = { ...lookedIn, ...shared, ticket };
    this.#exclusive = new Exclusive(this.#parts, known, this.#isServer);
  }

  async facts(asked: Questions): Promise<Facts> {
    return factsFrom(this.#source, asked);
  }

  receive(scratch?: string): Incoming {
    const directory = scratch ?? join(this.#parts.root, 'incoming');
    return new IncomingFile(directory, this.#isServer ? 'with its commit' : 'at once');
  }

  async restingSince(): Promise<string | null> {
    return restingSince(this.#parts.root);
  }

  async mailAt(raw: string): Promise<RecordedMail | null> {
    const seq = seqOf(raw);
    return seq === null ? null : this.#lookups.mailOf(seq);
  }

  async mailsNamed(
    messageId: string,
    last = Number.POSITIVE_INFINITY,
  ): Promise<readonly RecordedMail[]> {
    return this.#lookups.mailsNamed(messageId, last);
  }

  async mailOf(seq: number): Promise<RecordedMail | null> {
    return this.#lookups.mailOf(seq);
  }

  async ticket(id: TicketId): Promise<Ticket | null> {
    return this.#ticket(id);
  }

  #ticket(id: TicketId): Ticket | null {
    const row = this.#readOr(id, (repair) => {
      if (this.#exclusive.isHeld) repair();
      else lockedSync(join(this.#parts.root, 'lock'), PATIENCE_SECONDS, repair);
    });
    return row?.ticket ?? null;
  }

  /** A document that does not read, or is gone, is derived: it is made again, under the lock. */
  #readOr(id: TicketId, underLock: (repair: () => void) => void): TicketRow | null {
    const { documents } = this.#parts.derived;
    try {
      const found = documents.read(id);
      if (found !== null || !documents.isBegun(id)) return found;
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
    }
    underLock(() => rebuildTickets(new Set([id]), this.#parts));
    return documents.read(id);
  }

  async attachment(file: StoredFile): Promise<AsyncIterable<Buffer>> {
    return later(this.#attachment(file));
  }

  #attachment(file: StoredFile): Iterable<Buffer> {
    const place = placeOfFile(this.#parts.root, file);
    if (place === null) throw new FileLost(file, this.#lost.has(file.sha256));
    return chunks(place);
  }

  async holds(file: StoredFile): Promise<boolean> {
    return isWhole(this.#parts.root, file);
  }

  async havingFiles<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof FileLost) || error.isForGood) throw error;
        await this.#makeAgain(error.file);
      }
    }
  }

  async #makeAgain(file: StoredFile): Promise<void> {
    // A document that is garbled, or gone, is made again first: it says which mail to look into.
    const id = ticketOfPath(file.path);
    if (id !== null) this.#ticket(id);
    // Few mails miss a file.
    const { commitOf, takeOut } = await import('./lost-files.ts');
    const record = commitOf(file, this.#parts);
    if (record !== null) await takeOut(file, record, this.#parts);
    if (placeOfFile(this.#parts.root, file) === null) this.#lost.add(file.sha256);
  }

  async mayMissFiles(): Promise<boolean> {
    const { root } = this.#parts;
    return areFilesUncertain(root) && !isLocked(join(root, ATTACHMENTS_LOCK));
  }

  async search(
    words: readonly string[],
    progress: (share: number) => void,
  ): Promise<readonly TicketId[]> {
    // No mail searches.
    const { searchLines } = await import('../../journal/search.ts');
    return searchLines(this.#parts.journal.lines(), words, progress);
  }

  async *tickets(which: 'all' | 'open', queues: readonly string[]): AsyncGenerator<Ticket> {
    yield* this.#newest(which, queues);
  }

  #newest(which: 'all' | 'open', queues: readonly string[]): Generator<Ticket> {
    return newestFirst(queues.map((queue) => this.#ofQueue(which, queue)));
  }

  *#ofQueue(which: 'all' | 'open', queue: string): Generator<Ticket> {
    for (const id of this.#parts.derived.documents.ids(which)) {
      const ticket = id.startsWith(`${queue}-`) ? this.#ticket(id) : null;
      if (ticket !== null) yield ticket;
    }
  }

  async waitingSince(
    stage: Stage,
    queue: string,
    span: Span,
    limit: number,
  ): Promise<readonly TicketId[]> {
    return this.#lists.waiting.since(stage, queue, span, limit);
  }

  async lastMail(): Promise<string | null> {
    return this.#parts.journal.lastTimeOf('"delivery":{');
  }

  async space(): Promise<{ readonly free: number; readonly total: number }> {
    const { root } = this.#parts;
    const { bavail, blocks, bsize } = onDisk(root, () => statfsSync(root));
    return { free: bavail * bsize, total: blocks * bsize };
  }

  async held(): Promise<readonly HeldMail[]> {
    return this.#lists.held.all();
  }

  async failedAddresses(): Promise<readonly FailedAddress[]> {
    return this.#lists.failed.all();
  }

  async notices(): Promise<PendingNotices> {
    return this.#lists.notices.get();
  }

  /** None while a backup is made: it copies what it has listed. */
  async expired(time: Date, limit: number): Promise<readonly number[]> {
    const expired = this.#lists.expiring.before(time, this.#now(), limit);
    const isBackup = expired.length > 0 && isLocked(join(this.#parts.root, BACKUP_LOCK));
    return isBackup ? [] : expired;
  }

  async rawMail(raw: string): Promise<AsyncIterable<Buffer>> {
    return later(chunks(join(this.#parts.root, raw)));
  }

  async findDelivery(key: DeliveryKey): Promise<Delivered | null> {
    return this.#lookups.findDelivery(key);
  }

  async settle(): Promise<void> {
    this.#parts.journal.settle();
  }

  async waiting(): Promise<readonly WaitingMail[]> {
    return this.#lists.outbox.waiting();
  }

  /** Nothing is inherited but the mail, and the claim that lives as long as its holder. */
  async handOver(
    mail: WaitingMail,
    sendmail: readonly [string, ...string[]],
    patienceMs: number,
  ): Promise<Handover> {
    const content = await this.#openMail(mail);
    if (content === null) {
      return { end: 'impossible', error: 'a file that belongs into it is lost' };
    }
    const opened = [content];
    try {
      const { command, descriptor, end } = await this.#lists.outbox.attempt(mail, sendmail);
      opened.push(descriptor);
      const ended = startDetached(command, { input: content, third: descriptor }, patienceMs);
      // The claim is its own from here on.
      for (const one of opened.splice(0)) close(one);
      const how = await ended;
      if (how === 'goes on') return { end: 'under way' };
      return how instanceof Error ? { end: 'failed', error: how.message } : end(how.exit);
    } finally {
      for (const one of opened) close(one);
    }
  }

  /**
   * The composed mail, as it was committed; the caller closes the descriptor. null if it cannot be
   * put together any more: a file of it is lost.
   */
  async #openMail(mail: WaitingMail): Promise<number | null> {
    const path = join(this.#parts.root, mail.raw);
    if (sumOf(path) === mail.sha256) return openRead(path);
    const committed = outgoingMail(mail, this.#parts.journal);
    try {
      return await this.havingFiles(async () => this.#openComposed(committed));
    } catch (error) {
      if (error instanceof FileLost) return null;
      throw error;
    }
  }

  /** Without a name: it is gone with its descriptor. */
  #openComposed(mail: OutgoingMail): number {
    const unique = `${process.pid}-${randomBytes(6).toString('hex')}`;
    const path = join(this.#parts.root, 'incoming', `outgoing.${unique}`);
    try {
      replace(
        path,
        octetsOf(mail, (file) => this.#attachment(file)),
      );
      return openRead(path);
    } finally {
      remove(path);
    }
  }

  async markSent(mail: WaitingMail): Promise<void> {
    this.#lists.outbox.markSent(mail);
  }

  noteFailure(mail: WaitingMail, patience: number, isForGood = false): Promise<void> {
    return this.exclusive(() => this.#lists.outbox.noteFailure(mail, isForGood), patience);
  }

  async isUnderWay(mail: WaitingMail): Promise<boolean> {
    return this.#lists.outbox.isUnderWay(mail);
  }

  async findLost(limit: number): Promise<boolean> {
    return this.#lists.outbox.findLost(limit);
  }

  async catchUp(patience = PATIENCE_SECONDS): Promise<void> {
    const hasFates = this.#lists.outbox.hasFates();
    if (isCaughtUp(this.#parts) && !hasFates) return;
    await this.exclusive(async (transaction) => {
      if (hasFates) await transaction.commit({ changes: [], outgoing: [] });
    }, patience);
  }

  async recover(): Promise<void> {
    // Whoever has the lock has caught up, and what lies behind the head is its own.
    if (!this.#exclusive.isHeld && !isCaughtUp(this.#parts)) await this.exclusive(() => {});
  }

  #head(): Head | null {
    return readHead(this.#parts.root, this.#parts.boot) ?? readCheckpoint(this.#parts.root);
  }

  exclusive<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    patience = PATIENCE_SECONDS,
  ): Promise<T> {
    return this.havingFiles(() => this.#exclusive.run(work, patience));
  }
}

export function partsOf({
  root,
  extract,
  isServer = false,
  boot = bootId(),
}: FileStoreOptions): StoreParts {
  checkLayout(root);
  const syncing = isServer ? syncLater : sync;
  const journal = new Journal(join(root, 'journal'), syncing);
  const derived: Derived = new Derived(root, syncing, (id) => rebuildTickets(new Set([id]), parts));
  const parts: StoreParts = { root, boot, journal, derived, extract };
  return parts;
}

async function* later<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

function outgoingMail({ id, seq, raw }: WaitingMail, journal: Journal): OutgoingMail {
  const { rawOut } = placesFor(seq);
  const mail = journal.find(seq)?.outgoing.find((one) => rawOut(placeOf(one)) === raw);
  if (mail === undefined) throw new Failure('store-damaged', `outbox/${id}: no commit has it`);
  return mail;
}
