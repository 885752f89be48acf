/**
 * The store in memory, for tests: the same lists, folded from the same lines, without a disk.
 *
 * It lasts as long as the process and has no other beside it, so there is nothing to recover.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { SigningKeys } from '../../addresses/token.ts';
import type { Blanking } from '../../journal/blanking.ts';
import { FileLost } from '../../journal/blobs.ts';
import { hashOf, NO_LINE } from '../../journal/chain.ts';
import { blanked } from '../../journal/erasing/blanked.ts';
import { blankedMail } from '../../journal/erasing/blanked-mail.ts';
import { borrowedIn } from '../../journal/erasing/borrowed.ts';
import { changesOf } from '../../journal/erasing/commit.ts';
import { type Erasure, isAllowed, untoldOf, type Whom } from '../../journal/erasing/erasure.ts';
import { planErasure, type ReadCommit, readCommit } from '../../journal/erasing/plan.ts';
import { type FactSource, type Facts, factsFrom, type Questions } from '../../journal/facts.ts';
import { handOverBySmtp, saysNothing, withOpenings } from '../../journal/hand-over.ts';
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
import { Fold } from '../../journal/lists/fold.ts';
import { NO_NOTICES } from '../../journal/lists/notices.ts';
import { ticketOfKey, waitingIn } from '../../journal/lists/waiting.ts';
import { type LoggedCommit, loggedCommit } from '../../journal/log.ts';
import { type LookedIn, Lookups } from '../../journal/lookups.ts';
import { composedOf, mailOf, mailsIn } from '../../journal/mails.ts';
import { newestFirst } from '../../journal/newest-first.ts';
import { newNonce } from '../../journal/nonce.ts';
import type { Compose, HandOver, Mta, UnsentMail, Withheld } from '../../journal/outbox.ts';
import { numberIn, pathsFor, seqOf } from '../../journal/paths.ts';
import { untilPatienceEnds } from '../../journal/patience.ts';
import { handOverByProgram } from '../../journal/program-end.ts';
import {
  type JournalRecord,
  parseLine,
  recordIn,
  recordOf,
  written,
} from '../../journal/record.ts';
import { searchCommits } from '../../journal/search.ts';
import { Section, type SectionContext } from '../../journal/section.ts';
import type { Incoming } from '../../journal/spool.ts';
import type { Store } from '../../journal/store.ts';
import { type OwnAttempt, submitted } from '../../journal/submitting.ts';
import { Failure } from '../../outcome.ts';
import { startDetached } from '../../runtime/detached.ts';
import type { ErasedCommit } from '../../ticket/change.ts';
import type { Clock, Ran } from '../../ticket/clock.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import { octetsOf } from '../../ticket/mail.ts';
import type { RobotPlan } from '../../ticket/robot-plan.ts';
import type { RobotRun } from '../../ticket/robot-run.ts';
import { type StoredFile, type Ticket, type TicketId, ticketCalled } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { writeUnnamed } from '../disk/unnamed.ts';
import { MemoryFiles } from './files.ts';
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
  readonly #lines: string[] = [];
  /** The texts of each commit, as a search reads them. */
  readonly #texts: string[] = [];
  readonly #records: JournalRecord[] = [];
  readonly #commits: LoggedCommit[] = [];
  #fold = new Fold();
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
    this.log = new MemoryLog(this.#commits, keys.epoch);
    this.#outbox = new MemoryOutbox(() => this.#fold.rows('outbox').values(), now);
    this.#lookedIn = {
      now,
      rowsNamed: (list, name) =>
        [...this.#fold.rows(list).values()].filter((row) => row.name === name),
      record: (seq) => this.#records[seq - 1] ?? null,
      isHeld: (id) => this.#fold.rows('held').has(String(id)),
    };
    const lookups = new Lookups(this.#lookedIn);
    this.#lookups = lookups;
    this.#source = {
      signingKeys: () => this.#keys,
      nonce,
      ticket: (id) => this.#fold.rows('tickets').get(id) ?? null,
      ticketsOfMessage: (id) => lookups.ticketsOfMessage(id),
      hasActed: (actor, id) => lookups.hasActed(actor, id),
      firstWrote: (address) => lookups.firstWrote(address),
      failed: (address) => failedAt(address, (key) => this.#fold.rows('failed').get(key) ?? null),
      isHeld: this.#lookedIn.isHeld,
      returned: (seq) => lookups.returned(seq),
      noticed: (seq) => lookups.noticed(seq),
      heldMails: (limit) => this.#held().slice(-limit),
      away: () => this.#fold.rows('away').get(AWAY) ?? null,
      answered: (since) =>
        [...this.#fold.rows('answered').values()].filter(({ at }) => at >= since),
      tickets: (which, queues) => this.#newest(which, queues),
      number: (queue) => this.#fold.rows('numbers').get(queue) ?? null,
      commitOf: (number) => lookups.commitOf(number),
      last: () => this.#records.length,
    };
  }

  /** Every commit, as it would stand in a journal. */
  get records(): readonly JournalRecord[] {
    return this.#records;
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
      seq: this.#records.length,
      store: this,
      isResting: false,
      ticket: (id) => this.#fold.rows('tickets').get(id) ?? null,
      failed: (key) => this.#fold.rows('failed').get(key) ?? null,
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
          blanking === null ? [] : [blankedMail([...this.#read()].filter(isFrom), blanking)];
        const record = recordOf(
          { ...commit, changes: [...changes, ...blanked, ...fates, ...rejected] },
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
    const prev = this.#commits.at(-1)?.hash ?? NO_LINE;
    const { line, texts } = written(made, { prev, at: 0 });
    const read = parseLine(line);
    const record = read && recordIn(read, texts);
    if (record === null) throw new Failure('internal', `commit ${made.seq} does not read`);
    this.#lines.push(line);
    this.#texts.push(texts);
    this.#records.push(record);
    this.#commits.push(loggedCommit(record, hashOf(line)));
    this.#fold.add(record);
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
    const erasure = planErasure(() => this.#read(), whom);
    if (!isAllowed(erasure)) return erasure;
    const changes = changesOf(erasure, this.#fold, by);
    const waiting = new Set(this.#fold.rows('outbox').keys());
    await this.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
    this.#eraseTexts(erasure.commits);
    const borrowed = this.#records.flatMap(borrowedIn).flatMap(({ files }) => files);
    const used = new Set(borrowed.map(({ path }) => path));
    for (const commit of erasure.commits) {
      this.#files.erase(commit, this.#records[commit.seq - 1]?.changes ?? [], used);
    }
    return { ...erasure, untold: untoldOf(erasure, (id) => waiting.has(id)) };
  }

  #eraseTexts(commits: readonly Pick<ErasedCommit, 'seq' | 'texts'>[]): void {
    for (const { seq, texts } of commits) {
      const before = this.#texts[seq - 1] ?? '';
      const after = texts.length === 0 ? before : blanked(before.trimEnd(), new Set(texts));
      this.#texts[seq - 1] = before === '' ? '' : `${after.trimEnd()}\n`;
    }
    this.#readAgain();
  }

  #blank({ changes }: JournalRecord, { mail, octets }: Blanking): void {
    for (const change of changes) {
      if (change.type === 'mail.blanked') this.#eraseTexts(change.commits);
    }
    this.#files.keep(pathsFor(mail).rawIn, octets);
  }

  *#read(): Generator<ReadCommit> {
    for (const [n, record] of this.#records.entries()) {
      const line = parseLine(this.#lines[n] ?? '');
      const header = () => this.#files.receivedBy(record.seq);
      yield readCommit(record, line, this.#texts[n] ?? '', header);
    }
  }

  #readAgain(): void {
    this.#fold = new Fold();
    for (const [n, line] of this.#lines.entries()) {
      const read = parseLine(line);
      const record = read && recordIn(read, this.#texts[n] ?? '');
      if (record === null) throw new Failure('internal', `commit ${n + 1} does not read`);
      this.#records[n] = record;
      this.#commits[n] = loggedCommit(record, hashOf(line));
      this.#fold.add(record);
    }
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
    return this.#records
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
    const open = this.#fold.keys('open');
    const all = [...this.#fold.rows('tickets').values()]
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
    return [...this.#fold.keys('waiting')]
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
    const blocks = this.#texts.map((text, n) => ({
      text,
      share: 1 - n / this.#texts.length,
      commits: () => [{ text, record: () => this.#records[n] ?? null }],
    }));
    return searchCommits(blocks.toReversed(), words, limit, progress);
  }

  async *commits(since?: Date): AsyncGenerator<Happened> {
    const from = since?.toISOString() ?? '';
    const first = this.#commits.findIndex(({ time }) => time >= from);
    if (first >= 0) yield* this.#commits.slice(first);
  }

  async failedAddresses(): Promise<readonly FailedAddress[]> {
    return [...this.#fold.rows('failed').values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  async notices(): Promise<PendingNotices> {
    const [row] = this.#fold.rows('notices').values();
    return row ?? NO_NOTICES;
  }

  async expired(time: Date, limit: number): Promise<readonly number[]> {
    const rows = [...this.#fold.rows('expiring')];
    const days = [...new Set(rows.map(([, day]) => day))].toSorted();
    const mailsOf = (wanted: string) =>
      rows.flatMap(([mail, day]) => (day === wanted ? [Number(mail)] : []));
    return expiredBefore(time, this.#now(), limit, days, mailsOf);
  }

  async onLegalHold(): Promise<readonly TicketId[]> {
    // The key of a mark is the id of its ticket.
    return [...this.#fold.keys('legalhold')] as TicketId[];
  }

  async robotPlans(): Promise<readonly RobotPlan[]> {
    return [...this.#fold.rows('plans').values()].sort((a, b) => a.run - b.run);
  }

  async robotPlan(run: number): Promise<RobotPlan | null> {
    return this.#fold.rows('plans').get(String(run)) ?? null;
  }

  async robotRuns(): Promise<readonly RobotRun[]> {
    return [...this.#fold.rows('runs').values()].sort((a, b) => a.run - b.run);
  }

  async robotRun(run: number): Promise<RobotRun | null> {
    return this.#fold.rows('runs').get(String(run)) ?? null;
  }

  async held(): Promise<readonly HeldMail[]> {
    return this.#held();
  }

  #held(): readonly HeldMail[] {
    return [...this.#fold.rows('held').values()].sort((a, b) => a.id - b.id);
  }

  async lastMail(): Promise<string | null> {
    return this.#records.findLast(({ delivery }) => delivery !== undefined)?.time ?? null;
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

  async handOver(mail: UnsentMail, mta: Mta, patienceMs: number): Promise<HandOver> {
    const composed = await this.#octetsOfMail(mail);
    if (typeof composed === 'string') return { end: 'impossible', error: composed };
    const { octets, isSecret } = composed;
    const sha256 = createHash('sha256').update(octets).digest('hex');
    const sum = isSecret ? null : { size: octets.length, sha256 };
    const begin = () => this.#outbox.begin(mail, sum);
    if (typeof mta === 'function') {
      const own: OwnAttempt = {
        octets: () => [octets],
        end: (how) => this.#outbox.end(mail, handOverBySmtp(how)),
      };
      const beginOwn = async () => (begin() ? own : null);
      return untilPatienceEnds(submitted(mail, octets.length, mta, beginOwn), patienceMs);
    }
    const { fd: input } = await writeUnnamed(tmpdir(), [octets]);
    try {
      if (!begin()) return { end: 'under way' };
      const ended = await startDetached(mta, { input, third: input }, patienceMs);
      return ended === 'goes on'
        ? { end: 'under way' }
        : this.#outbox.end(mail, handOverByProgram(ended));
    } finally {
      closeSync(input);
    }
  }

  /** Keeps a copy, if one is to be kept; or why it cannot be composed any more. */
  async #octetsOfMail({
    id,
    seq,
  }: UnsentMail): Promise<{ readonly octets: Buffer; readonly isSecret: boolean } | string> {
    const record = this.#records[seq - 1];
    const found = record === undefined ? undefined : mailsIn(record).find((one) => one.id === id);
    if (found === undefined) throw new Failure('store-damaged', `no commit has the mail ${id}`);
    const { mail, raw } = found;
    const isSecret = mail.isBlanked === true;
    const secretText = isSecret ? this.#outbox.secretText(id) : null;
    if (isSecret && secretText === null) return 'the secret in it is gone';
    try {
      const composed = await composedOf(mail, this.#compose, secretText);
      const octets = Buffer.concat([...octetsOf(composed, (file) => this.#files.octetsOf(file))]);
      if (mail.isPassing !== true && !isSecret) this.#files.keep(raw, octets);
      return { octets, isSecret };
    } catch (error) {
      if (error instanceof FileLost) return 'a file that belongs in it is lost';
      throw error;
    }
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
