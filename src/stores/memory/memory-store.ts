/**
 * The store in memory, for tests: the same lists, folded from the same lines, without a disk.
 *
 * It lasts as long as the process and has no other beside it, so there is nothing to recover.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SigningKeys } from '../../addresses/signature.ts';
import { type Facts, factsFrom, type Questions } from '../../journal/facts.ts';
import { expiredBefore } from '../../journal/lists/expiring.ts';
import { failedAt } from '../../journal/lists/failed.ts';
import { Fold } from '../../journal/lists/fold.ts';
import { NO_NOTICES } from '../../journal/lists/notices.ts';
import { ticketIn, waitingIn } from '../../journal/lists/waiting.ts';
import { type LookedIn, Lookups } from '../../journal/lookups.ts';
import { keptMails, receivedFiles } from '../../journal/mails.ts';
import { newestFirst } from '../../journal/newest-first.ts';
import {
  type JournalRecord,
  lineOf,
  numberIn,
  parseRecord,
  partNumber,
  placesFor,
  recordOf,
  seqOf,
} from '../../journal/record.ts';
import { searchLines } from '../../journal/search.ts';
import { type Ground, Section } from '../../journal/section.ts';
import {
  type Attempt,
  type Delivered,
  type DeliveryKey,
  FileLost,
  type Incoming,
  type PendingNotices,
  type RecordedMail,
  type Span,
  type Store,
  type Transaction,
  type WaitingMail,
} from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import type { Answered } from '../../ticket/answered.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import { octetsOf, placeOf } from '../../ticket/mail.ts';
import type { StoredFile, Ticket, TicketId } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { MemoryIncoming } from './incoming.ts';
import { MemoryOutbox } from './outbox.ts';

/** A commit of a section, and the message that comes with it. */
interface Pending {
  readonly record: JournalRecord;
  readonly incoming: MemoryIncoming | null;
}

export class MemoryStore implements Store {
  readonly #now: () => Date;
  readonly #keys: SigningKeys = {
    epoch: randomBytes(8).toString('hex'),
    pastEpochs: [],
    secrets: [randomBytes(32).toString('hex')],
    revoked: {},
    renewed: {},
  };
  readonly #lines: string[] = [];
  readonly #records: JournalRecord[] = [];
  readonly #fold = new Fold();
  /** Raw mail and attachments, by their paths. */
  readonly #files = new Map<string, Buffer>();
  readonly #sealed = new Set<MemoryIncoming>();
  readonly #outbox: MemoryOutbox;
  readonly #lookedIn: LookedIn;
  readonly #lookups: Lookups;
  /** Ends when the section that is going on has ended. */
  #section: Promise<unknown> = Promise.resolve();

  constructor({ now }: { readonly now: () => Date }) {
    this.#now = now;
    this.#outbox = new MemoryOutbox(() => this.#fold.rows('outbox').values(), now);
    this.#lookedIn = {
      now,
      rowsNamed: (list, name) =>
        [...this.#fold.rows(list).values()].filter((row) => row.name === name),
      record: (seq) => this.#records[seq - 1] ?? null,
      isHeld: (id) => this.isHeld(id),
    };
    this.#lookups = new Lookups(this.#lookedIn);
  }

  async exclusive<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    const before = this.#section;
    const own = before.then(async () => {
      const section = new Section(this.#ground());
      const value = await section.run(work);
      for (const pending of section.pending) this.#apply(pending);
      return value;
    });
    this.#section = own.catch(() => {});
    return own;
  }

  #ground(): Ground<Pending> {
    return {
      ...this.#lookedIn,
      seq: this.#records.length,
      isResting: false,
      number: (queue) => this.number(queue),
      ticket: (id) => this.#fold.rows('tickets').get(id) ?? null,
      failed: (key) => this.#fold.rows('failed').get(key) ?? null,
      answered: (since) => this.answered(since),
      signingKeys: () => this.#keys,
      tickets: (which, queues) => this.tickets(which, queues),
      claim: (wanted, limit) => this.#outbox.claim(wanted, limit),
      make: (seq, commit, isFirst) => {
        const { changes, delivery } = commit;
        const incoming = delivery === undefined ? null : ownIncoming(delivery.incoming);
        const fates = isFirst ? this.#outbox.fates() : [];
        const record = recordOf(
          { ...commit, changes: [...changes, ...fates] },
          incoming && { incoming: '', ...incoming.sum },
          { seq, time: this.#now().toISOString() },
        );
        return { record, incoming };
      },
    };
  }

  #apply({ record: made, incoming }: Pending): void {
    const line = lineOf(made);
    const record = parseRecord(line);
    if (record === null) throw new Failure('internal', `commit ${made.seq} does not read`);
    this.#lines.push(line);
    this.#records.push(record);
    this.#fold.add(record);
    this.#outbox.forget(record.changes);
    const { rawIn, rawOut } = placesFor(record.seq);
    if (incoming !== null) this.#files.set(rawIn, incoming.raw);
    for (const { path } of receivedFiles(record)) {
      const octets = incoming?.attachmentChunks(partNumber(path)) ?? [];
      if (path !== rawIn) this.#files.set(path, Buffer.concat([...octets]));
    }
    for (const mail of keptMails(record.outgoing)) {
      const octets = octetsOf(mail, (file) => this.attachment(file));
      this.#files.set(rawOut(placeOf(mail)), Buffer.concat([...octets]));
    }
    for (const change of record.changes) {
      const gone = change.type === 'mail.expired' ? change.mails : [];
      for (const mail of gone) this.#files.delete(placesFor(mail).rawIn);
    }
    incoming?.discard();
  }

  async facts(asked: Questions): Promise<Facts> {
    return factsFrom(this, asked);
  }

  next(): Pick<Facts, 'seq'> {
    return { seq: this.#records.length + 1 };
  }

  number(queue: string): number | null {
    return this.#fold.rows('numbers').get(queue) ?? null;
  }

  receive(): Incoming {
    return new MemoryIncoming(this.#sealed);
  }

  signingKeys(): SigningKeys {
    return this.#keys;
  }

  restingSince(): null {
    return null;
  }

  mailAt(raw: string): RecordedMail | null {
    const seq = seqOf(raw);
    return seq === null ? null : this.mailOf(seq);
  }

  mailOf(seq: number): RecordedMail | null {
    return this.#lookups.mailOf(seq);
  }

  mailsNamed(messageId: string, last = Number.POSITIVE_INFINITY): readonly RecordedMail[] {
    return this.#lookups.mailsNamed(messageId, last);
  }

  findMessage(messageId: string): TicketId | null {
    return this.#lookups.findMessage(messageId);
  }

  findDelivery(key: DeliveryKey): Delivered | null {
    return this.#lookups.findDelivery(key);
  }

  hasActed(actor: string, messageId: string): boolean {
    return this.#lookups.hasActed(actor, messageId);
  }

  ticket(id: TicketId): Ticket | null {
    return this.#fold.rows('tickets').get(id)?.ticket ?? null;
  }

  tickets(which: 'all' | 'open', queues: readonly string[]): Generator<Ticket> {
    const open = this.#fold.keys('open');
    const all = [...this.#fold.rows('tickets').values()]
      .map(({ ticket }) => ticket)
      .filter(({ id }) => which === 'all' || open.has(id))
      .sort((a, b) => numberIn(b.id) - numberIn(a.id));
    return newestFirst(
      queues.map((queue) => all.filter(({ id }) => id.startsWith(`${queue}-`)).values()),
    );
  }

  waitingSince(stage: Stage, queue: string, span: Span, limit: number): readonly TicketId[] {
    const folder = `${stage}-${queue}/`;
    const { has } = waitingIn(span);
    return [...this.#fold.keys('waiting')]
      .filter((key) => key.startsWith(folder) && has(stampIn(key, folder)))
      .toSorted()
      .slice(0, limit)
      .map(ticketIn);
  }

  async search(
    words: readonly string[],
    progress: (share: number) => void,
  ): Promise<readonly TicketId[]> {
    const all = this.#lines.length;
    const lines = this.#lines.map((line, n) => ({ line, share: (n + 1) / all }));
    return searchLines(lines, words, progress);
  }

  answered(since: Date): readonly Answered[] {
    return [...this.#fold.rows('answered').values()].filter(({ at }) => at >= since);
  }

  failed(address: string): FailedAddress | null {
    return failedAt(address, (key) => this.#fold.rows('failed').get(key) ?? null);
  }

  failedAddresses(): readonly FailedAddress[] {
    return [...this.#fold.rows('failed').values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  notices(): PendingNotices {
    const [row] = this.#fold.rows('notices').values();
    return row ?? NO_NOTICES;
  }

  expired(time: Date, limit: number): readonly number[] {
    const rows = [...this.#fold.rows('expiring')];
    const days = [...new Set(rows.map(([, day]) => day))].toSorted();
    const mailsOf = (wanted: string) =>
      rows.flatMap(([mail, day]) => (day === wanted ? [Number(mail)] : []));
    return expiredBefore(time, this.#now(), limit, days, mailsOf);
  }

  held(): readonly HeldMail[] {
    return [...this.#fold.rows('held').values()].sort((a, b) => a.id - b.id);
  }

  isHeld(id: number): boolean {
    return this.#fold.rows('held').has(String(id));
  }

  lastMail(): string | null {
    return this.#records.findLast(({ delivery }) => delivery !== undefined)?.time ?? null;
  }

  space(): { readonly free: number; readonly total: number } {
    return { free: Number.MAX_SAFE_INTEGER, total: Number.MAX_SAFE_INTEGER };
  }

  rawMail(raw: string): Iterable<Buffer> {
    const found = this.#files.get(raw);
    if (found === undefined) throw new Failure('store-failed', `${raw} is lost`);
    return [found];
  }

  attachment(file: StoredFile): Iterable<Buffer> {
    const found = this.#files.get(file.path);
    if (found === undefined) throw new FileLost(file, true);
    return [found];
  }

  holds({ path, size }: StoredFile): boolean {
    return this.#files.get(path)?.length === size;
  }

  havingFiles<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  mayMissFiles(): boolean {
    return false;
  }

  waiting(): readonly WaitingMail[] {
    return this.#outbox.waiting();
  }

  /** A file without a name, since what hands it over is another process. */
  async openMail({ seq, raw }: WaitingMail): Promise<number | null> {
    const { rawOut } = placesFor(seq);
    const mail = this.#records[seq - 1]?.outgoing.find((one) => rawOut(placeOf(one)) === raw);
    if (mail === undefined || mail.enclosed?.some(({ file }) => !this.holds(file))) return null;
    const folder = mkdtempSync(join(tmpdir(), 'mailrobot-mail-'));
    try {
      const path = join(folder, 'mail');
      writeFileSync(path, Buffer.concat([...octetsOf(mail, (file) => this.attachment(file))]));
      return openSync(path, 'r');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async attempt(mail: WaitingMail, sendmail: readonly string[]): Promise<Attempt> {
    return this.#outbox.attempt(mail, sendmail);
  }

  markSent(mail: WaitingMail): void {
    this.#outbox.markSent(mail);
  }

  noteFailure(mail: WaitingMail, _patience: number, isForGood = false): Promise<void> {
    return this.exclusive(() => this.#outbox.noteFailure(mail, isForGood));
  }

  isUnderWay(mail: WaitingMail): boolean {
    return this.#outbox.isUnderWay(mail);
  }

  findLost(): boolean {
    return false;
  }

  settle(): void {}

  async recover(): Promise<void> {}

  async catchUp(): Promise<void> {
    if (this.#outbox.fates().length === 0) return;
    await this.exclusive((transaction) => transaction.commit({ changes: [], outgoing: [] }));
  }
}

/** `20261121132510` */
function stampIn(key: string, folder: string): string {
  return key.slice(folder.length).replace('/', '').slice(0, 14);
}

function ownIncoming(incoming: Incoming): MemoryIncoming {
  if (incoming instanceof MemoryIncoming) return incoming;
  throw new Failure('internal', 'a delivery was received by another store');
}
