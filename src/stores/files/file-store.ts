/**
 * The store on plain files: what lies in it, read without a lock, and every way in.
 *
 * Whatever is derived from the journal is made again if it does not read; what is
 * committed goes through exclusive.ts, and what a dead process left half done is
 * finished first (recovery.ts).
 */

import { join } from 'node:path';
import type { SigningKeys } from '../../addresses/token.ts';
import type { Facts, Questions } from '../../journal/facts.ts';
import { type FactSource, factsFrom } from '../../journal/gather-facts.ts';
import type {
  Delivered,
  DeliveryKey,
  Happened,
  PendingNotices,
  RecordedMail,
  Span,
  Transaction,
} from '../../journal/ledger.ts';
import { AWAY } from '../../journal/lists/away.ts';
import { type LookedIn, Lookups } from '../../journal/lookups.ts';
import { newestFirst } from '../../journal/newest-first.ts';
import { newNonce } from '../../journal/nonce.ts';
import type { Compose, HandOver, Mta, UnsentMail, Withheld } from '../../journal/outbox.ts';
import { seqOf } from '../../journal/paths.ts';
import type { ExtractAttachments, Incoming } from '../../journal/spool.ts';
import type { Store } from '../../journal/store.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import { endOf } from '../../outcome.ts';
import type { Clock, Ran } from '../../ticket/clock.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import type { RobotPlan } from '../../ticket/robot-plan.ts';
import type { RobotRun } from '../../ticket/robot-run.ts';
import { type StoredFile, type Ticket, type TicketId, ticketCalled } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { sync, syncLater } from '../disk/disk.ts';
import { IncomingFile } from '../disk/incoming.ts';
import { isLocked, lockedSync, PATIENCE_SECONDS } from '../disk/lock.ts';
import { bootId } from './boot.ts';
import { headCaughtUp } from './caught-up.ts';
import { Derived } from './derived.ts';
import { Exclusive } from './exclusive.ts';
import { FileBlobs } from './file-blobs.ts';
import { type Head, readCheckpoint, readHead } from './head.ts';
import { Hold } from './hold.ts';
import { Journal } from './journal.ts';
import { checkLayout, type Identity, readIdentity, readSigningKeys } from './layout.ts';
import type { ListFiles } from './list-files.ts';
import { rebuildTickets } from './rebuild-tickets.ts';
import { handOver } from './sending.ts';
import { takeSlot } from './slots.ts';
import type { StoreParts } from './store-parts.ts';

export const BACKUP_LOCK = 'backup.lock';

export interface FileStoreOptions {
  readonly root: string;
  readonly now: () => Date;
  readonly extract: ExtractAttachments;
  readonly compose: Compose;
  /** Many deliveries come at once: they are made durable together. */
  readonly isServer?: boolean;
  /** Where nonces come from. */
  readonly nonce?: () => number;
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
  readonly #received = new Set<string>();
  readonly #blobs: FileBlobs;

  constructor(options: FileStoreOptions) {
    this.#now = options.now;
    this.#isServer = options.isServer ?? false;
    this.#parts = partsOf(options);
    this.#lists = this.#parts.derived.lists;
    this.#blobs = new FileBlobs(this.#parts, (id) => this.#ticket(id));
    const lookedIn: LookedIn = {
      now: options.now,
      rowsNamed: (list, name) => this.#lists[list].find(name),
      record: (seq) => this.#parts.journal.find(seq),
      isHeld: (id) => this.#lists.held.has(id),
    };
    this.#lookups = new Lookups(lookedIn);
    // The key of a ticket's row is its id.
    const ticket = (key: string) => this.#readOr(key as TicketId, (repair) => repair());
    const { root, hold, identity } = this.#parts;
    const keys = hold.memory<SigningKeys>();
    const shared = {
      signingKeys: () => keys.of('keys', () => readSigningKeys(root, identity())),
      nonce: options.nonce ?? newNonce,
      tickets: (which: 'all' | 'open', queues: readonly string[]) => this.#newest(which, queues),
    };
    this.#source = {
      ...shared,
      ticket: (id) => this.#ticketRow(id),
      ticketsOfMessage: (id) => this.#lookups.ticketsOfMessage(id),
      hasActed: (actor, id) => this.#lookups.hasActed(actor, id),
      firstWrote: (address) => this.#lookups.firstWrote(address),
      isHeld: (seq) => this.#lists.held.has(seq),
      returned: (seq) => this.#lookups.returned(seq),
      noticed: (seq) => this.#lookups.noticed(seq),
      failed: (address) => this.#lists.failed.find(address),
      away: () => this.#lists.away.row(AWAY),
      heldMails: (limit) => this.#lists.held.newest(limit),
      answered: (since) => this.#lists.answered.since(since),
      number: (queue) => this.#head()?.numbers[queue] ?? null,
      commitOf: (number) => this.#lookups.commitOf(number),
      last: () => this.#head()?.seq ?? 0,
    };
    const known = { ...lookedIn, ...shared, ticket, store: this };
    this.#exclusive = new Exclusive(this.#parts, known, this.#isServer);
  }

  async facts(asked: Questions): Promise<Facts> {
    return factsFrom(this.#source, asked);
  }

  receive(scratch?: string): Incoming {
    if (scratch !== undefined) return new IncomingFile(scratch);
    const { root } = this.#parts;
    const directory = join(root, 'incoming');
    if (this.#isServer) {
      return new IncomingFile(directory, { isDurable: 'with its commit', ours: this.#received });
    }
    return new IncomingFile(directory, { slot: () => takeSlot(root, this.#now()) });
  }

  async ran(): Promise<readonly Ran[]> {
    return (await import('./clock-files.ts')).ranIn(this.#parts.root);
  }

  async noteRun(clock: Clock): Promise<void> {
    (await import('./clock-files.ts')).writeRun(this.#parts.root, clock, this.#now());
  }

  async restingSince(): Promise<string | null> {
    return this.#parts.identity().resting ?? null;
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

  async mailsQueuedAs(queueId: string): Promise<readonly RecordedMail[]> {
    // Nobody's mail asks.
    const { mailsQueuedAs } = await import('./queued.ts');
    return mailsQueuedAs(queueId, this.#parts.journal);
  }

  async mailOf(seq: number): Promise<RecordedMail | null> {
    return this.#lookups.mailOf(seq);
  }

  async ticket(id: TicketId): Promise<Ticket | null> {
    return ticketCalled(id, (one) => this.#ticket(one));
  }

  #ticket(id: TicketId): Ticket | null {
    return this.#ticketRow(id)?.ticket ?? null;
  }

  #ticketRow(id: TicketId): TicketRow | null {
    return this.#readOr(id, (repair) => {
      if (this.#exclusive.isHeld) repair();
      else lockedSync(join(this.#parts.root, 'lock'), PATIENCE_SECONDS, repair);
    });
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

  attachment(file: StoredFile): Promise<AsyncIterable<Buffer>> {
    return this.#blobs.attachment(file);
  }

  holds(file: StoredFile): Promise<boolean> {
    return this.#blobs.holds(file);
  }

  rawMail(raw: string): Promise<AsyncIterable<Buffer>> {
    return this.#blobs.rawMail(raw);
  }

  havingFiles<T>(work: () => Promise<T>): Promise<T> {
    return this.#blobs.havingFiles(work);
  }

  mayMissFiles(): Promise<boolean> {
    return this.#blobs.mayMissFiles();
  }

  async search(
    words: readonly string[],
    limit: number,
    progress: (share: number) => void,
  ): Promise<readonly TicketId[]> {
    // No mail searches.
    const { searchCommits } = await import('../../journal/search.ts');
    const { searchedBlocks } = await import('./searched.ts');
    const { root, journal } = this.#parts;
    return searchCommits(searchedBlocks(root, journal), words, limit, progress);
  }

  async *commits(since?: Date): AsyncGenerator<Happened> {
    const { commitsSince } = await import('./commit-log.ts');
    yield* commitsSince(this.#parts.root, since);
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
      if (ticket !== null && ticket.isName !== true) yield ticket;
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
    const { lastMailTime } = await import('./figures.ts');
    return lastMailTime(this.#parts.journal);
  }

  async space(): Promise<{ readonly free: number; readonly total: number }> {
    const { spaceOf } = await import('./figures.ts');
    return spaceOf(this.#parts.root);
  }

  async robotRuns(): Promise<readonly RobotRun[]> {
    return [...this.#lists.runs.found().values()].sort((a, b) => a.run - b.run);
  }

  async robotRun(run: number): Promise<RobotRun | null> {
    return this.#lists.runs.row(String(run));
  }

  async robotPlans(): Promise<readonly RobotPlan[]> {
    return [...this.#lists.plans.found().values()].sort((a, b) => a.run - b.run);
  }

  async robotPlan(run: number): Promise<RobotPlan | null> {
    return this.#lists.plans.row(String(run));
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

  async onLegalHold(): Promise<readonly TicketId[]> {
    const names = this.#lists.keysOf('legalhold').names();
    // The last part of the name of a mark is the id of its ticket.
    return names.map((name) => name.slice(name.lastIndexOf('/') + 1) as TicketId);
  }

  async findDelivery(key: DeliveryKey): Promise<Delivered | null> {
    return this.#lookups.findDelivery(key);
  }

  async settle(): Promise<void> {
    this.#parts.journal.settle();
  }

  async unsent(): Promise<readonly UnsentMail[]> {
    return this.#lists.outbox.unsent();
  }

  handOver(mail: UnsentMail, mta: Mta, patienceMs: number): Promise<HandOver> {
    return handOver(mail, mta, patienceMs, { ...this.#parts, blobs: this.#blobs });
  }

  async markSent(mail: UnsentMail): Promise<void> {
    this.#lists.outbox.markSent(mail);
  }

  noteFailure(mail: UnsentMail, patience: number, isForGood = false): Promise<void> {
    return this.exclusive(() => this.#lists.outbox.noteFailure(mail, isForGood), patience);
  }

  withhold(mail: UnsentMail): Promise<Withheld | null> {
    return this.exclusive(async () =>
      (await import('./withholding.ts')).withhold(mail, this.#lists.outbox, this.#now()),
    );
  }

  async isUnderWay(mail: UnsentMail): Promise<boolean> {
    return this.#lists.outbox.isUnderWay(mail);
  }

  async findLost(limit: number): Promise<boolean> {
    return this.#lists.outbox.findLost(limit);
  }

  async catchUp(patience = PATIENCE_SECONDS): Promise<void> {
    const { outbox } = this.#lists;
    const hasFates = outbox.hasFates();
    const hasLeft = outbox.hasLeftSecrets();
    if (headCaughtUp(this.#parts) !== null && !hasFates && !hasLeft) return;
    await this.exclusive(async (transaction) => {
      if (hasFates) await transaction.commit({ changes: [], outgoing: [] });
      if (hasLeft) outbox.removeLeftSecrets();
    }, patience);
  }

  async recover(): Promise<void> {
    // Whoever has the lock has caught up, and what lies behind the head is its own.
    if (!this.#exclusive.isHeld && headCaughtUp(this.#parts) === null)
      await this.exclusive(() => {});
  }

  #head(): Head | null {
    const { root, boot, hold } = this.#parts;
    return hold.head ?? readHead(root, boot) ?? readCheckpoint(root);
  }

  exclusive<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    patience = PATIENCE_SECONDS,
  ): Promise<T> {
    return this.havingFiles(() => this.#exclusive.run((section) => section.run(work), patience));
  }

  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.havingFiles(() =>
      this.#exclusive.run((section) => section.transact(work), PATIENCE_SECONDS),
    );
  }
}

export function partsOf({
  root,
  extract,
  compose,
  isServer = false,
  boot = bootId(),
}: FileStoreOptions): StoreParts {
  checkLayout(root);
  const syncing = isServer ? syncLater : sync;
  const journal = new Journal(join(root, 'journal'), syncing);
  const hold = new Hold();
  const derived: Derived = new Derived(
    root,
    syncing,
    (seq) => journal.find(seq),
    (id) => rebuildTickets(new Set([id]), parts),
    hold,
  );
  const identities = hold.memory<Identity>();
  const identity = () => identities.of('store', () => readIdentity(root));
  const parts: StoreParts = { root, boot, journal, derived, hold, identity, extract, compose };
  return parts;
}
