/**
 * The store on plain files.
 *
 * A commit, under the lock: one journal line with its fsync; from there on the
 * raw copy is the journal's. Then everything derived from it is written, the
 * head last. A failure before the fsync is undone and leaves no trace; where it
 * cannot be undone the raw copy stays, because the line may come back. A
 * process that dies in between is caught up with by the next one (recovery.ts).
 */
import { join } from 'node:path';
import { endOf, Failure } from '../outcome.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Attachment, Ticket, TicketId } from '../ticket/ticket.ts';
import { Derived, indexKeys } from './derived.ts';
import { chunks, openRead, sumOf } from './disk.ts';
import { type Head, readCheckpoint, readHead, writeCheckpoint, writeHead } from './head.ts';
import { IncomingFile, sweepOrphans } from './incoming.ts';
import { AppendFailure, Journal } from './journal.ts';
import { checkLayout, readSigningKeys } from './layout.ts';
import { locked, lockedSync, PATIENCE_SECONDS } from './lock.ts';
import { bootId } from './process-identity.ts';
import { type JournalRecord, numbersAfter, placesFor, RECORD_VERSION } from './record.ts';
import {
  catchUp,
  isCaughtUp,
  mustBeUnused,
  type Recoverable,
  rebuildTickets,
  writeMailAgain,
} from './recovery.ts';
import type {
  Commit,
  Delivered,
  DeliveryKey,
  ExtractAttachments,
  Incoming,
  PendingNotices,
  RecordedMail,
  SigningKeys,
  Store,
  StoreView,
  Transaction,
  WaitingMail,
} from './store.ts';

const DELIVERY_DAYS = 14;
const CHECKPOINT_COMMITS = 1000;

export interface FileStoreOptions {
  readonly root: string;
  readonly now: () => Date;
  readonly extract: ExtractAttachments;
  /** Tells one boot of the machine from another. */
  readonly boot?: string;
}

export class FileStore implements Store {
  readonly #now: () => Date;
  readonly #parts: Recoverable;

  constructor(options: FileStoreOptions) {
    this.#now = options.now;
    this.#parts = partsOf(options);
  }

  signingKeys(): SigningKeys {
    return readSigningKeys(this.#parts.root);
  }

  receive(scratch?: string): Incoming {
    return new IncomingFile(scratch ?? join(this.#parts.root, 'incoming'));
  }

  view(): StoreView {
    const head = readHead(this.#parts.root, this.#parts.boot) ?? readCheckpoint(this.#parts.root);
    return {
      places: placesFor((head?.seq ?? 0) + 1),
      answered: () => this.#parts.derived.answered.all(),
      failed: (address) => this.#parts.derived.failed.find(address),
      ticket: (id) => this.ticket(id),
      nextNumber: (queue, first) => head?.numbers[queue] ?? first,
    };
  }

  mailAt(raw: string): RecordedMail | null {
    const seq = Number(/(\d+)-in\.eml$/.exec(raw)?.[1]);
    return Number.isInteger(seq) ? this.#mail(seq) : null;
  }

  mailsNamed(messageId: string): readonly RecordedMail[] {
    const found = this.#parts.derived.index.find('m', messageId);
    return [...new Set(found.map(({ seq }) => seq))].flatMap((seq) => this.#mail(seq) ?? []);
  }

  #mail(seq: number): RecordedMail | null {
    const record = this.#parts.journal.find(seq);
    if (record?.delivery === undefined) return null;
    return {
      seq,
      time: record.time,
      decision: record.delivery.decision,
      changes: record.changes,
    };
  }

  ticket(id: TicketId): Ticket | null {
    return this.#readOr(id, (repair) =>
      lockedSync(join(this.#parts.root, 'lock'), PATIENCE_SECONDS, repair),
    );
  }

  /** A document that does not read is derived: it is made again, under the lock. */
  #readOr(id: TicketId, underLock: (repair: () => void) => void): Ticket | null {
    const { documents } = this.#parts.derived;
    try {
      return documents.read(id)?.ticket ?? null;
    } catch (error) {
      if (endOf(error) !== 'store-damaged') throw error;
      underLock(() => rebuildTickets(new Set([id]), this.#parts));
      return documents.read(id)?.ticket ?? null;
    }
  }

  attachment({ path }: Attachment): Iterable<Buffer> {
    return chunks(join(this.#parts.root, path));
  }

  /** Within a queue numbers grow with time; queues are merged by it. */
  *tickets(which: 'all' | 'open', queues: readonly string[]): Generator<Ticket> {
    const rows = queues.map((queue) => this.#ofQueue(which, queue));
    const heads = rows.map((row) => row.next().value ?? null);
    for (;;) {
      let newest = -1;
      for (const [n, head] of heads.entries()) {
        const best = heads[newest] ?? null;
        if (head !== null && (best === null || head.createdAt > best.createdAt)) newest = n;
      }
      const ticket = heads[newest] ?? null;
      if (ticket === null) return;
      yield ticket;
      heads[newest] = rows[newest]?.next().value ?? null;
    }
  }

  *#ofQueue(which: 'all' | 'open', queue: string): Generator<Ticket> {
    for (const id of this.#parts.derived.documents.ids(which)) {
      const ticket = id.startsWith(`${queue}-`) ? this.ticket(id) : null;
      if (ticket !== null) yield ticket;
    }
  }

  held(): readonly HeldMail[] {
    return this.#parts.derived.held.all();
  }

  failedAddresses(): readonly FailedAddress[] {
    return this.#parts.derived.failed.all();
  }

  notices(): PendingNotices {
    return this.#parts.derived.notices.read();
  }

  expired(time: Date, limit: number): readonly number[] {
    return this.#parts.derived.expiring.before(time, limit);
  }

  rawMail(raw: string): Iterable<Buffer> {
    return chunks(join(this.#parts.root, raw));
  }

  findMessage(messageId: string): TicketId | null {
    const found = this.#parts.derived.index.find('m', messageId);
    return found.find(({ ticket }) => ticket !== null)?.ticket ?? null;
  }

  findDelivery(key: DeliveryKey): Delivered | null {
    const oldest = this.#now().getTime() / 1000 - DELIVERY_DAYS * 86400;
    const found = indexKeys(key)
      .flatMap((name) => this.#parts.derived.index.find('d', name))
      .find(({ time }) => time >= oldest);
    return found === undefined ? null : { seq: found.seq };
  }

  settle(): void {
    this.#parts.journal.settle();
  }

  waiting(): readonly WaitingMail[] {
    return this.#parts.derived.outbox.waiting();
  }

  openMail(mail: WaitingMail): number {
    const path = join(this.#parts.root, mail.raw);
    if (sumOf(path) !== mail.sha256) writeMailAgain(mail, this.#parts);
    return openRead(path);
  }

  release(mail: WaitingMail): void {
    this.#parts.derived.outbox.release(mail);
  }

  settleMail(mail: WaitingMail, fate: 'sent' | 'failed'): void {
    if (fate === 'sent') this.#parts.derived.outbox.markSent(mail.id);
    else this.#parts.derived.outbox.markFailed(mail);
  }

  async catchUp(): Promise<void> {
    const hasFates = this.#parts.derived.outbox.fates().length > 0;
    if (isCaughtUp(this.#parts) && !hasFates) return;
    await this.exclusive((transaction) => {
      if (hasFates) transaction.commit({ changes: [], outgoing: [] });
    });
  }

  async recover(): Promise<void> {
    if (!isCaughtUp(this.#parts)) await this.exclusive(() => {});
  }

  exclusive<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    patienceSeconds = PATIENCE_SECONDS,
  ): Promise<T> {
    return locked(join(this.#parts.root, 'lock'), patienceSeconds, async () => {
      const head = await catchUp(this.#parts);
      sweepOrphans(join(this.#parts.root, 'incoming'), this.#now());
      return work(this.#transaction(head));
    });
  }

  #transaction(begin: Head): Transaction {
    let head = begin;
    const { outbox } = this.#parts.derived;
    return {
      get places() {
        return placesFor(head.seq + 1);
      },
      answered: () => this.#parts.derived.answered.all(),
      failed: (address) => this.#parts.derived.failed.find(address),
      ticket: (id) => this.#readOr(id, (repair) => repair()),
      findDelivery: (key) => this.findDelivery(key),
      nextNumber: (queue, first) => head.numbers[queue] ?? first,
      claim: (wanted, limit) => outbox.claim(wanted, limit),
      commit: (commit) => {
        const committed = this.#commit(head, commit);
        head = committed.head;
        return committed.mails;
      },
    };
  }

  #commit(
    head: Head,
    { changes, outgoing, delivery }: Commit,
  ): { head: Head; mails: readonly WaitingMail[] } {
    const { root, boot, derived } = this.#parts;
    const incoming = delivery === undefined ? null : ownFile(delivery.incoming);
    const record: JournalRecord = {
      v: RECORD_VERSION,
      seq: head.seq + 1,
      time: this.#now().toISOString(),
      ...(delivery &&
        incoming && {
          delivery: {
            ...delivery.key,
            incoming: incoming.name,
            ...incoming.sum,
            decision: delivery.decision,
          },
        }),
      changes: [...changes, ...derived.outbox.fates()],
      outgoing,
    };
    if (incoming?.isThere() === false) {
      throw new Failure('store-failed', `incoming/${incoming.name} is gone`);
    }
    mustBeUnused(root, record.seq);
    const position = this.#append(head, record, incoming);
    try {
      const mails = derived.apply(record, 'own');
      const numbers = numbersAfter(head.numbers, record);
      let after: Head = { ...head, seq: record.seq, position, numbers };
      if (after.seq - after.checkpoint >= CHECKPOINT_COMMITS) after = writeCheckpoint(root, after);
      writeHead(root, boot, after);
      return { head: after, mails };
    } catch (error) {
      const reason = error instanceof Error ? error.message : '';
      throw new Failure('store-unfinished', reason, { cause: error });
    }
  }

  #append(head: Head, record: JournalRecord, incoming: IncomingFile | null) {
    incoming?.belongsToCommit(true);
    try {
      return this.#parts.journal.append(head.position, record);
    } catch (error) {
      const mayComeBack = error instanceof AppendFailure && !error.isUndone;
      incoming?.belongsToCommit(mayComeBack);
      throw error;
    }
  }
}

export function partsOf({ root, extract, boot = bootId() }: FileStoreOptions): Recoverable {
  checkLayout(root);
  const journal = new Journal(join(root, 'journal'));
  const derived: Derived = new Derived(root, boot, (id) => rebuildTickets(new Set([id]), parts));
  const parts: Recoverable = { root, boot, journal, derived, extract };
  return parts;
}

function ownFile(incoming: Incoming): IncomingFile {
  if (incoming instanceof IncomingFile) return incoming;
  throw new Failure('internal', 'a delivery was received by another store');
}
