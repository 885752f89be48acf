/**
 * The store in memory, for tests: the same lists, folded from the same lines, without a disk.
 *
 * It lasts as long as the process and has no other beside it, so there is nothing to recover.
 */
import { randomBytes } from 'node:crypto';
import type { SigningKeys } from '../../addresses/token.ts';
import type { Blanking } from '../../journal/blanking.ts';
import { blankedMail } from '../../journal/erasing/blanked-mail.ts';
import { borrowedIn } from '../../journal/erasing/borrowed.ts';
import { changesOf } from '../../journal/erasing/commit.ts';
import { type Erasure, isAllowed, untoldOf, type Whom } from '../../journal/erasing/erasure.ts';
import { planErasure, type ReadCommit } from '../../journal/erasing/plan.ts';
import type { Facts, Questions } from '../../journal/facts.ts';
import { type FactSource, factsFrom } from '../../journal/gather-facts.ts';
import { saysNothing, withFates, withOpenings } from '../../journal/hand-over.ts';
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
import { expiredBefore } from '../../journal/lists/expiring.ts';
import { failedAt } from '../../journal/lists/failed.ts';
import { NO_NOTICES } from '../../journal/lists/notices.ts';
import { ticketOfKey, waitingIn } from '../../journal/lists/waiting.ts';
import { type LookedIn, Lookups } from '../../journal/lookups.ts';
import { mailOf } from '../../journal/mails.ts';
import { newestFirst } from '../../journal/newest-first.ts';
import { newNonce } from '../../journal/nonce.ts';
import type { Compose, HandOver, Mta, UnsentMail, Withheld } from '../../journal/outbox.ts';
import { numberIn, pathsFor, seqOf } from '../../journal/paths.ts';
import { type JournalRecord, recordOf } from '../../journal/record.ts';
import { searchCommits } from '../../journal/search.ts';
import { Section, type SectionContext } from '../../journal/section.ts';
import type { Incoming } from '../../journal/spool.ts';
import type { Store } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import type { Clock, Ran } from '../../ticket/clock.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import type { RobotPlan } from '../../ticket/robot-plan.ts';
import type { RobotRun } from '../../ticket/robot-run.ts';
import { type StoredFile, type Ticket, type TicketId, ticketCalled } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { MemoryCommits } from './commits.ts';
import { MemoryFiles } from './files.ts';
import { handOver } from './hand-over.ts';
import { MemoryIncoming } from './incoming.ts';
import { MemoryLog } from './log.ts';
import { MemoryOutbox } from './outbox.ts';

/** A commit of a section, and the message that comes with it. */
interface Pending {
  readonly record: JournalRecord;
  readonly incoming: MemoryIncoming | null;
  readonly secretTexts: ReadonlyMap<string, string>;
  readonly blanking: Blanking | null;
}

export class MemoryStore implements Store {
  readonly log: MemoryLog;
  readonly #now: () => Date;
  readonly #compose: Compose;
  readonly #keys: SigningKeys;
  readonly #commits = new MemoryCommits();
  readonly #files = new MemoryFiles();
  readonly #sealed = new Set<MemoryIncoming>();
  readonly #outbox: MemoryOutbox;
  readonly #ran = new Map<Clock, string>();
  readonly #lookedIn: LookedIn;
  readonly #source: FactSource;
  readonly #lookups: Lookups;
  /** Ends when the section that is going on has ended. */
  #section: Promise<unknown> = Promise.resolve();

  constructor({
    now,
    compose,
    keys = newKeys(),
    nonce = newNonce,
  }: {
    readonly now: () => Date;
    readonly compose: Compose;
    readonly keys?: SigningKeys;
    readonly nonce?: () => number;
  }) {
    this.#now = now;
    this.#compose = compose;
    this.#keys = keys;
    this.log = new MemoryLog(this.#commits.logged, keys.epoch);
    this.#outbox = new MemoryOutbox(() => this.#commits.lists.rows('outbox').values(), now);
    this.#lookedIn = {
      now,
      rowsNamed: (list, name) =>
        [...this.#commits.lists.rows(list).values()].filter((row) => row.name === name),
      record: (seq) => this.#commits.records[seq - 1] ?? null,
      isHeld: (id) => this.#commits.lists.rows('held').has(String(id)),
    };
    const lookups = new Lookups(this.#lookedIn);
    this.#lookups = lookups;
    this.#source = {
      signingKeys: () => this.#keys,
      nonce,
      ticket: (id) => this.#commits.lists.rows('tickets').get(id) ?? null,
      ticketsOfMessage: (id) => lookups.ticketsOfMessage(id),
      hasActed: (actor, id) => lookups.hasActed(actor, id),
      firstWrote: (address) => lookups.firstWrote(address),
      failed: (address) =>
        failedAt(address, (key) => this.#commits.lists.rows('failed').get(key) ?? null),
      isHeld: this.#lookedIn.isHeld,
      returned: (seq) => lookups.returned(seq),
      noticed: (seq) => lookups.noticed(seq),
      heldMails: (limit) => this.#held().slice(-limit),
      away: () => this.#commits.lists.rows('away').get(AWAY) ?? null,
      answered: (since) =>
        [...this.#commits.lists.rows('answered').values()].filter(({ at }) => at >= since),
      tickets: (which, queues) => this.#newest(which, queues),
      number: (queue) => this.#commits.lists.rows('numbers').get(queue) ?? null,
      commitOf: (number) => lookups.commitOf(number),
      last: () => this.#commits.records.length,
    };
  }

  /** Every commit, as it would stand in a journal. */
  get records(): readonly JournalRecord[] {
    return this.#commits.records;
  }

  exclusive<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    return this.#inSection((section) => section.run(work));
  }

  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#inSection((section) => section.transact(work));
  }

  #inSection<T>(run: (section: Section<Pending>) => Promise<T>): Promise<T> {
    const before = this.#section;
    const own = before.then(async () => {
      const section = new Section(this.#context());
      const value = await run(section);
      for (const pending of section.pending) this.#apply(pending);
      return value;
    });
    this.#section = own.catch(() => {});
    return own;
  }

  #context(): SectionContext<Pending> {
    let areRejectedTold = false;
    return {
      ...this.#source,
      ...this.#lookedIn,
      seq: this.#commits.records.length,
      store: this,
      isResting: false,
      ticket: (id) => this.#commits.lists.rows('tickets').get(id) ?? null,
      failed: (key) => this.#commits.lists.rows('failed').get(key) ?? null,
      claim: (wanted, limit) => this.#outbox.claim(wanted, limit),
      having: async (ask) => ask(),
      make: async (seq, commit, isFirst) => {
        const { changes, delivery, blanking = null } = commit;
        const incoming = delivery === undefined ? null : ownIncoming(delivery.incoming);
        const fates = isFirst ? this.#outbox.fates() : [];
        const isForRejected = saysNothing(commit) && !areRejectedTold;
        const find = (id: TicketId) => this.#source.ticket(id)?.ticket ?? null;
        const rejected = isForRejected ? withOpenings(this.#outbox.rejected(), find) : [];
        areRejectedTold ||= isForRejected;
        const isFrom = ({ record }: ReadCommit) => record.seq >= (blanking?.mail ?? seq);
        const blanked =
          blanking === null ? [] : [blankedMail([...this.#forErasure()].filter(isFrom), blanking)];
        const record = recordOf(
          { ...commit, changes: withFates([...changes, ...blanked], [...fates, ...rejected]) },
          incoming && { incoming: '', ...incoming.sum },
          { seq, time: this.#now().toISOString() },
        );
        const secretTexts = new Map(
          [...(commit.secretTexts ?? [])].map(([n, text]) => [`${seq}.${n}`, text]),
        );
        return { record, incoming, secretTexts, blanking };
      },
    };
  }

  #apply({ record: made, incoming, secretTexts, blanking }: Pending): void {
    const record = this.#commits.add(made);
    this.#outbox.forget(record.changes);
    this.#outbox.keepSecrets(secretTexts);
    this.#files.add(record, incoming);
    if (blanking !== null) this.#blank(record, blanking);
    incoming?.discard();
    this.log.committed();
  }

  /** As Maintenance.erase promises it. */
  async erase({ whom, by }: { readonly whom: Whom; readonly by: string }): Promise<Erasure> {
    await this.catchUp();
    const erasure = planErasure(() => this.#forErasure(), whom);
    if (!isAllowed(erasure)) return erasure;
    const changes = changesOf(erasure, this.#commits.lists, by);
    const waiting = new Set(this.#commits.lists.rows('outbox').keys());
    await this.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
    this.#commits.erase(erasure.commits);
    const borrowed = this.#commits.records.flatMap(borrowedIn).flatMap(({ files }) => files);
    const used = new Set(borrowed.map(({ path }) => path));
    for (const commit of erasure.commits) {
      this.#files.erase(commit, this.#commits.records[commit.seq - 1]?.changes ?? [], used);
    }
    return { ...erasure, untold: untoldOf(erasure, (id) => waiting.has(id)) };
  }

  #blank({ changes }: JournalRecord, { mail, octets }: Blanking): void {
    for (const change of changes) {
      if (change.type === 'mail.blanked') this.#commits.erase(change.commits);
    }
    this.#files.keep(pathsFor(mail).rawIn, octets);
  }

  #forErasure(): Generator<ReadCommit> {
    return this.#commits.forErasure((seq) => this.#files.receivedBy(seq));
  }

  async facts(asked: Questions): Promise<Facts> {
    return factsFrom(this.#source, asked);
  }

  receive(): Incoming {
    return new MemoryIncoming(this.#sealed);
  }

  async ran(): Promise<readonly Ran[]> {
    return [...this.#ran].map(([clock, at]) => ({ clock, at }));
  }

  async noteRun(clock: Clock): Promise<void> {
    this.#ran.set(clock, this.#now().toISOString());
  }

  async restingSince(): Promise<null> {
    return null;
  }

  async mailAt(raw: string): Promise<RecordedMail | null> {
    const seq = seqOf(raw);
    return seq === null ? null : this.#lookups.mailOf(seq);
  }

  async mailOf(seq: number): Promise<RecordedMail | null> {
    return this.#lookups.mailOf(seq);
  }

  async mailsNamed(
    messageId: string,
    last = Number.POSITIVE_INFINITY,
  ): Promise<readonly RecordedMail[]> {
    return this.#lookups.mailsNamed(messageId, last);
  }

  async mailsQueuedAs(queueId: string): Promise<readonly RecordedMail[]> {
    return this.#commits.records
      .flatMap((record) => mailOf(record) ?? [])
      .filter((mail) => mail.queueId === queueId);
  }

  async findDelivery(key: DeliveryKey): Promise<Delivered | null> {
    return this.#lookups.findDelivery(key);
  }

  async ticket(id: TicketId): Promise<Ticket | null> {
    return ticketCalled(id, (one) => this.#source.ticket(one)?.ticket ?? null);
  }

  async *tickets(which: 'all' | 'open', queues: readonly string[]): AsyncGenerator<Ticket> {
    yield* this.#newest(which, queues);
  }

  #newest(which: 'all' | 'open', queues: readonly string[]): Generator<Ticket> {
    const open = this.#commits.lists.keys('open');
    const all = [...this.#commits.lists.rows('tickets').values()]
      .map(({ ticket }) => ticket)
      .filter(({ id, isName }) => isName !== true && (which === 'all' || open.has(id)))
      .sort((a, b) => numberIn(b.id) - numberIn(a.id));
    return newestFirst(
      queues.map((queue) => all.filter(({ id }) => id.startsWith(`${queue}-`)).values()),
    );
  }

  async waitingSince(
    stage: Stage,
    queue: string,
    span: Span,
    limit: number,
  ): Promise<readonly TicketId[]> {
    const folder = `${stage}-${queue}/`;
    const { has } = waitingIn(span);
    return [...this.#commits.lists.keys('waiting')]
      .filter((key) => key.startsWith(folder) && has(stampIn(key, folder)))
      .toSorted()
      .slice(0, limit)
      .map(ticketOfKey);
  }

  async search(
    words: readonly string[],
    limit: number,
    progress: (share: number) => void,
  ): Promise<readonly TicketId[]> {
    const blocks = this.#commits.texts.map((text, n) => ({
      text,
      share: 1 - n / this.#commits.texts.length,
      commits: () => [{ text, record: () => this.#commits.records[n] ?? null }],
    }));
    return searchCommits(blocks.toReversed(), words, limit, progress);
  }

  async *commits(since?: Date): AsyncGenerator<Happened> {
    const from = since?.toISOString() ?? '';
    const first = this.#commits.logged.findIndex(({ time }) => time >= from);
    if (first >= 0) yield* this.#commits.logged.slice(first);
  }

  async failedAddresses(): Promise<readonly FailedAddress[]> {
    return [...this.#commits.lists.rows('failed').values()].sort((a, b) =>
      a.address < b.address ? -1 : 1,
    );
  }

  async notices(): Promise<PendingNotices> {
    const [row] = this.#commits.lists.rows('notices').values();
    return row ?? NO_NOTICES;
  }

  async expired(time: Date, limit: number): Promise<readonly number[]> {
    const rows = [...this.#commits.lists.rows('expiring')];
    const days = [...new Set(rows.map(([, day]) => day))].toSorted();
    const mailsOf = (wanted: string) =>
      rows.flatMap(([mail, day]) => (day === wanted ? [Number(mail)] : []));
    return expiredBefore(time, this.#now(), limit, days, mailsOf);
  }

  async onLegalHold(): Promise<readonly TicketId[]> {
    // The key of a mark is the id of its ticket.
    return [...this.#commits.lists.keys('legalhold')] as TicketId[];
  }

  async robotPlans(): Promise<readonly RobotPlan[]> {
    return [...this.#commits.lists.rows('plans').values()].sort((a, b) => a.run - b.run);
  }

  async robotPlan(run: number): Promise<RobotPlan | null> {
    return this.#commits.lists.rows('plans').get(String(run)) ?? null;
  }

  async robotRuns(): Promise<readonly RobotRun[]> {
    return [...this.#commits.lists.rows('runs').values()].sort((a, b) => a.run - b.run);
  }

  async robotRun(run: number): Promise<RobotRun | null> {
    return this.#commits.lists.rows('runs').get(String(run)) ?? null;
  }

  async held(): Promise<readonly HeldMail[]> {
    return this.#held();
  }

  #held(): readonly HeldMail[] {
    return [...this.#commits.lists.rows('held').values()].sort((a, b) => a.id - b.id);
  }

  async lastMail(): Promise<string | null> {
    return this.#commits.records.findLast(({ delivery }) => delivery !== undefined)?.time ?? null;
  }

  async space(): Promise<{ readonly free: number; readonly total: number }> {
    return { free: Number.MAX_SAFE_INTEGER, total: Number.MAX_SAFE_INTEGER };
  }

  rawMail(raw: string): Promise<AsyncIterable<Buffer>> {
    return this.#files.rawMail(raw);
  }

  attachment(file: StoredFile): Promise<AsyncIterable<Buffer>> {
    return this.#files.attachment(file);
  }

  holds(file: StoredFile): Promise<boolean> {
    return this.#files.holds(file);
  }

  havingFiles<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async mayMissFiles(): Promise<boolean> {
    return false;
  }

  async unsent(): Promise<readonly UnsentMail[]> {
    return this.#outbox.unsent();
  }

  handOver(mail: UnsentMail, mta: Mta, patienceMs: number): Promise<HandOver> {
    const parts = { commits: this.#commits, files: this.#files, outbox: this.#outbox };
    return handOver(mail, mta, patienceMs, { ...parts, compose: this.#compose });
  }

  async markSent(mail: UnsentMail): Promise<void> {
    this.#outbox.markSent(mail);
  }

  noteFailure(mail: UnsentMail, _patience: number, isForGood = false): Promise<void> {
    return this.exclusive(() => this.#outbox.noteFailure(mail, isForGood));
  }

  async withhold(mail: UnsentMail): Promise<Withheld | null> {
    return this.#outbox.withhold(mail);
  }

  async isUnderWay(mail: UnsentMail): Promise<boolean> {
    return this.#outbox.isUnderWay(mail);
  }

  async findLost(): Promise<boolean> {
    const fates = [...this.#outbox.fates(), ...this.#outbox.rejected()];
    return fates.some(({ type }) => type !== 'reply.sent');
  }

  async settle(): Promise<void> {}

  async recover(): Promise<void> {}

  async catchUp(): Promise<void> {
    if ([...this.#outbox.fates(), ...this.#outbox.rejected()].length === 0) return;
    await this.exclusive((transaction) => transaction.commit({ changes: [], outgoing: [] }));
  }
}

function newKeys(): SigningKeys {
  return {
    epoch: randomBytes(8).toString('hex'),
    pastEpochs: [],
    secrets: [randomBytes(32).toString('hex')],
    revoked: {},
    renewed: {},
  };
}

/** `20261121132510` */
function stampIn(key: string, folder: string): string {
  return key.slice(folder.length).replace('/', '').slice(0, 14);
}

function ownIncoming(incoming: Incoming): MemoryIncoming {
  if (incoming instanceof MemoryIncoming) return incoming;
  throw new Failure('internal', 'a delivery was received by another store');
}
