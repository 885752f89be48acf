/**
 * The store on plain files.
 *
 * Commits, under the lock: journal lines with one fsync; from there on the raw
 * copies are the journal's. Then everything derived from them is written, the
 * head last. Works of one process that wait at once share a section (section.ts). A failure before the fsync is undone and leaves no trace; where it
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
import { IncomingFile, makeDurable, sweepOrphans } from './incoming.ts';
import { AppendFailure, Journal } from './journal.ts';
import { checkLayout, readSigningKeys } from './layout.ts';
import { isLocked, locked, lockedSync, PATIENCE_SECONDS } from './lock.ts';
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
import { type Ground, type Pending, Section } from './section.ts';
import type {
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
import { type Next, type Turn, Turns } from './turns.ts';

const DELIVERY_DAYS = 14;
const CHECKPOINT_COMMITS = 1000;
/** Milliseconds that a server waits for deliveries to share a section. */
const GATHER_MS = 2;
/** Milliseconds that a busy server keeps the lock, so that pipes have their turn. */
const KEPT_MS = 100;
export const BACKUP_LOCK = 'backup.lock';

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
  readonly #parts: Recoverable;
  readonly #turns: Turns<Waiting>;
  readonly #isServer: boolean;

  constructor(options: FileStoreOptions) {
    this.#now = options.now;
    this.#isServer = options.isServer ?? false;
    const gatherMs = this.#isServer ? GATHER_MS : 0;
    this.#turns = new Turns((group, next) => this.#serve(group, next), gatherMs);
    this.#parts = partsOf(options);
  }

  signingKeys(): SigningKeys {
    return readSigningKeys(this.#parts.root);
  }

  receive(scratch?: string): Incoming {
    const directory = scratch ?? join(this.#parts.root, 'incoming');
    return new IncomingFile(directory, this.#isServer ? 'with its commit' : 'at once');
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

  /** None while a backup is made: it copies what it has listed. */
  expired(time: Date, limit: number): readonly number[] {
    const expired = this.#parts.derived.expiring.before(time, limit);
    const isBackup = expired.length > 0 && isLocked(join(this.#parts.root, BACKUP_LOCK));
    return isBackup ? [] : expired;
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
    patience = PATIENCE_SECONDS,
  ): Promise<T> {
    return new Promise((resolve, refuse) => {
      this.#turns.add({
        patience,
        refuse,
        run: async (section) => {
          const before = section.pending.length;
          try {
            const value = await section.run(work);
            const hasCommitted = section.pending.length > before;
            return { hasCommitted, resolve: () => resolve(value) };
          } catch (error) {
            return { hasCommitted: false, resolve: () => refuse(error) };
          }
        },
      });
    });
  }

  /**
   * Works that waited together share a section. A server keeps the lock while more of them come,
   * for a while, so that a busy one does not take it anew for each; everybody else is answered
   * when the lock is free again, since the next work may want it at once.
   */
  async #serve(first: readonly Waiting[], next: Next<Waiting>): Promise<void> {
    const { root } = this.#parts;
    const patience = Math.max(...first.map((turn) => turn.patience));
    const answers = await locked(join(root, 'lock'), patience, async () => {
      let head = await catchUp(this.#parts);
      sweepOrphans(join(root, 'incoming'), this.#now());
      if (!this.#isServer) return (await this.#section(first, head)).answers;
      const end = performance.now() + KEPT_MS;
      for (let group = first; group.length > 0; group = await next()) {
        const served = await this.#section(group, head);
        for (const answer of served.answers) answer();
        if (served.head === null || performance.now() > end) break;
        head = served.head;
      }
      return [];
    });
    for (const answer of answers) answer();
  }

  /** `head` is null where it is not known what became of the commits. */
  async #section(
    group: readonly Waiting[],
    head: Head,
  ): Promise<{ readonly head: Head | null; readonly answers: readonly (() => void)[] }> {
    const section = new Section(this.#ground(head));
    const done: { turn: Waiting; end: Done }[] = [];
    for (const turn of group) done.push({ turn, end: await turn.run(section) });
    try {
      await makeDurable(section.pending.flatMap(({ incoming }) => incoming ?? []));
      const after = this.#commit(head, section.pending);
      return { head: after, answers: done.map(({ end }) => end.resolve) };
    } catch (error) {
      const answers = done.map(({ turn, end }) =>
        end.hasCommitted ? () => turn.refuse(error) : end.resolve,
      );
      return { head: null, answers };
    }
  }

  #ground(head: Head): Ground {
    const { root, derived } = this.#parts;
    return {
      head,
      ticket: (id) => this.#readOr(id, (repair) => repair()),
      answered: () => derived.answered.all(),
      failed: (address) => derived.failed.find(address),
      findDelivery: (key) => this.findDelivery(key),
      claim: (wanted, limit) => derived.outbox.claim(wanted, limit),
      record: (seq, { changes, outgoing, delivery }, isFirst) => {
        const incoming = delivery === undefined ? null : ownFile(delivery.incoming);
        if (incoming?.isThere() === false) {
          throw new Failure('store-failed', `incoming/${incoming.name} is gone`);
        }
        mustBeUnused(root, seq);
        const record: JournalRecord = {
          v: RECORD_VERSION,
          seq,
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
          changes: [...changes, ...(isFirst ? derived.outbox.fates() : [])],
          outgoing,
        };
        return { record, incoming };
      },
    };
  }

  /** The commit point of all of them, and then what follows from it. */
  #commit(head: Head, pending: readonly Pending[]): Head {
    const [first, ...more] = pending.map(({ record }) => record);
    if (first === undefined) return head;
    const { root, boot, derived } = this.#parts;
    const position = this.#append(head, [first, ...more], pending);
    try {
      let { seq, numbers } = head;
      for (const { record } of pending) {
        derived.apply(record, 'own');
        seq = record.seq;
        numbers = numbersAfter(numbers, record);
      }
      let after: Head = { ...head, seq, position, numbers };
      if (after.seq - after.checkpoint >= CHECKPOINT_COMMITS) after = writeCheckpoint(root, after);
      writeHead(root, boot, after);
      return after;
    } catch (error) {
      const reason = error instanceof Error ? error.message : '';
      throw new Failure('store-unfinished', reason, { cause: error });
    }
  }

  #append(
    head: Head,
    records: readonly [JournalRecord, ...JournalRecord[]],
    pending: readonly Pending[],
  ) {
    for (const { incoming } of pending) incoming?.belongsToCommit(true);
    try {
      return this.#parts.journal.append(head.position, records);
    } catch (error) {
      const mayComeBack = error instanceof AppendFailure && !error.isUndone;
      for (const { incoming } of pending) incoming?.belongsToCommit(mayComeBack);
      throw error;
    }
  }
}

/** A work that has had its turn: `resolve` answers it, also where it has thrown. */
interface Done {
  readonly hasCommitted: boolean;
  readonly resolve: () => void;
}

interface Waiting extends Turn {
  readonly run: (section: Section) => Promise<Done>;
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
