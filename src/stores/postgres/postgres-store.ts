/**
 * The store in a PostgreSQL database: what several hosts share.
 *
 * What is committed, and everything that follows from it, is in one transaction, so nothing is ever
 * left half done: there is nothing to recover. What is being received lies on the local disk until
 * its commit (disk/incoming.ts). Commits go through sections.ts.
 */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
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
import { dayOf, expiredBefore } from '../../journal/lists/expiring.ts';
import { failedAt } from '../../journal/lists/failed.ts';
import { NO_NOTICES } from '../../journal/lists/notices.ts';
import type { ListName, Rows } from '../../journal/lists/table.ts';
import { ticketOfKey, waitingIn } from '../../journal/lists/waiting.ts';
import { loggedCommit } from '../../journal/log.ts';
import { Lookups } from '../../journal/lookups.ts';
import { mailOf } from '../../journal/mails.ts';
import { newNonce } from '../../journal/nonce.ts';
import type {
  Compose,
  HandOver,
  Mta,
  UnsentAbout,
  UnsentMail,
  Withheld,
} from '../../journal/outbox.ts';
import { seqOf } from '../../journal/paths.ts';
import type { Incoming } from '../../journal/spool.ts';
import type { Store } from '../../journal/store.ts';
import type { Lender } from '../../postgres/connections.ts';
import type { Clock, Ran } from '../../ticket/clock.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { HeldMail } from '../../ticket/held.ts';
import type { RobotPlan } from '../../ticket/robot-plan.ts';
import type { RobotRun } from '../../ticket/robot-run.ts';
import { type StoredFile, type Ticket, type TicketId, ticketCalled } from '../../ticket/ticket.ts';
import type { Stage } from '../../ticket/waiting.ts';
import { LocalSpool } from '../disk/local-spool.ts';
import { PATIENCE_SECONDS } from '../disk/lock.ts';
import { askOf, firstSince, headOf, linesBehind, recordOfRow } from './commit-reader.ts';
import { settle } from './durably.ts';
import { DatabaseFiles } from './files.ts';
import type { Ask, Gathering } from './gathering.ts';
import { knownIn } from './known.ts';
import { DatabaseOutbox } from './outbox.ts';
import { rowIn } from './rows.ts';
import { Sections } from './sections.ts';
import { ticketsOf } from './tickets.ts';
import { mustBeKnown } from './version.ts';

export interface PostgresStoreOptions {
  readonly connections: Lender;
  /** A folder of this host, for what is being received. */
  readonly spool: string;
  readonly now: () => Date;
  readonly compose: Compose;
  /** Many deliveries come at once: they are committed together. */
  readonly isServer?: boolean;
  /** Where nonces come from. */
  readonly nonce?: () => number;
}

export class PostgresStore implements Store {
  readonly #connections: Lender;
  readonly #spool: string;
  readonly #now: () => Date;
  readonly #clock: { readonly now: () => Date; readonly nonce: () => number };
  readonly #ask: Ask;
  readonly #files: DatabaseFiles;
  readonly #outbox: DatabaseOutbox;
  readonly #sections: Sections;

  constructor(options: PostgresStoreOptions) {
    const { connections, spool, now, compose, isServer = false, nonce = newNonce } = options;
    this.#connections = connections;
    this.#spool = spool;
    this.#now = now;
    this.#clock = { now, nonce };
    this.#ask = askOf(connections);
    this.#files = new DatabaseFiles(connections);
    this.#outbox = new DatabaseOutbox({
      ...{ connections, files: this.#files, now, compose },
      directory: join(spool, 'incoming'),
      record: (seq) => this.#lookUp((_, gathering) => gathering.record(seq)),
    });
    const storeOn = (others: Lender) =>
      others === connections ? this : new PostgresStore({ ...options, connections: others });
    const known = { now, nonce, isServer, storeOn };
    this.#sections = new Sections({ connections, outbox: this.#outbox, ...known });
  }

  async facts(asked: Questions): Promise<Facts> {
    return this.#sections.having((gathering) => factsFrom(this.#sourceIn(gathering), asked));
  }

  #sourceIn(gathering: Gathering): FactSource {
    const known = knownIn(gathering, this.#clock);
    const lookups = new Lookups(known);
    return {
      ...known,
      last: () => gathering.head.seq,
      failed: (address) => failedAt(address, known.failed),
      ticketsOfMessage: (id) => lookups.ticketsOfMessage(id),
      hasActed: (actor, id) => lookups.hasActed(actor, id),
      firstWrote: (address) => lookups.firstWrote(address),
      returned: (seq) => lookups.returned(seq),
      noticed: (seq) => lookups.noticed(seq),
      commitOf: (number) => lookups.commitOf(number),
    };
  }

  /** Of the commits as they are now. */
  #lookUp<T>(ask: (lookups: Lookups, gathering: Gathering) => T): Promise<T> {
    return this.#sections.having((gathering) =>
      ask(new Lookups(knownIn(gathering, this.#clock)), gathering),
    );
  }

  exclusive<T>(
    work: (transaction: Transaction) => Promise<T> | T,
    patience = PATIENCE_SECONDS,
  ): Promise<T> {
    return this.#sections.run((section) => section.run(work), patience);
  }

  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#sections.run((section) => section.transact(work), PATIENCE_SECONDS);
  }

  async recover(): Promise<void> {}

  async catchUp(patience = PATIENCE_SECONDS): Promise<void> {
    const { fates, rejected } = await this.#connections.with((database) =>
      this.#outbox.fates(database),
    );
    if ([...fates, ...rejected].length === 0) return;
    await this.exclusive(
      (transaction) => transaction.commit({ changes: [], outgoing: [] }),
      patience,
    );
  }

  settle(): Promise<void> {
    return settle(this.#connections);
  }

  receive(scratch?: string): Incoming {
    return new LocalSpool(join(this.#spool, 'incoming'), this.#now).receive(scratch);
  }

  findDelivery(key: DeliveryKey): Promise<Delivered | null> {
    return this.#lookUp((lookups) => {
      // What comes behind it, in the section, is fetched with it.
      lookups.findCopies(key);
      return lookups.findDelivery(key);
    });
  }

  async mailAt(raw: string): Promise<RecordedMail | null> {
    const seq = seqOf(raw);
    return seq === null ? null : this.mailOf(seq);
  }

  mailOf(seq: number): Promise<RecordedMail | null> {
    return this.#lookUp((lookups) => lookups.mailOf(seq));
  }

  mailsNamed(messageId: string, last = Number.POSITIVE_INFINITY): Promise<readonly RecordedMail[]> {
    return this.#lookUp((lookups) => lookups.mailsNamed(messageId, last));
  }

  async mailsQueuedAs(queueId: string): Promise<readonly RecordedMail[]> {
    const found: RecordedMail[] = [];
    for await (const row of linesBehind(this.#ask, 0, await this.#last())) {
      const mail = mailOf(recordOfRow(row));
      if (mail?.queueId === queueId) found.push(mail);
    }
    return found;
  }

  ticket(id: TicketId): Promise<Ticket | null> {
    return this.#lookUp((_, gathering) =>
      ticketCalled(id, (one) => gathering.row('tickets', one)?.ticket ?? null),
    );
  }

  tickets(which: 'all' | 'open', queues: readonly string[]): AsyncIterable<Ticket> {
    return ticketsOf(this.#connections, which, queues);
  }

  async search(
    words: readonly string[],
    limit: number,
    progress: (share: number) => void,
  ): Promise<readonly TicketId[]> {
    // No mail searches.
    const { searchJournal } = await import('./searching.ts');
    return searchJournal(this.#connections, words, limit, progress);
  }

  async *commits(since?: Date): AsyncGenerator<Happened> {
    const last = await this.#last();
    const first = since === undefined ? 1 : await firstSince(this.#ask, since);
    for await (const row of linesBehind(this.#ask, first - 1, last)) {
      yield loggedCommit(recordOfRow(row), row.hash);
    }
  }

  async waitingSince(
    stage: Stage,
    queue: string,
    span: Span,
    limit: number,
  ): Promise<readonly TicketId[]> {
    const folder = `${stage}-${queue}/`;
    const { has } = waitingIn(span);
    const rows = await this.#ask({
      text: `SELECT key FROM mailrobot.marks WHERE list = 'waiting' AND key >= $1 AND key < $2
        ORDER BY key`,
      values: [folder, `${folder}:`],
    });
    return rows
      .map(({ key }) => String(key))
      .filter((key) => has(key.slice(folder.length).replace('/', '').slice(0, STAMP_CHARACTERS)))
      .slice(0, limit)
      .map(ticketOfKey);
  }

  async failedAddresses(): Promise<readonly FailedAddress[]> {
    const found = await this.#rows('failed');
    return found.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  }

  held(): Promise<readonly HeldMail[]> {
    return this.#rows('held');
  }

  robotRuns(): Promise<readonly RobotRun[]> {
    return this.#rows('runs');
  }

  robotPlans(): Promise<readonly RobotPlan[]> {
    return this.#rows('plans');
  }

  robotPlan(run: number): Promise<RobotPlan | null> {
    return this.#lookUp((_, gathering) => gathering.row('plans', String(run)));
  }

  robotRun(run: number): Promise<RobotRun | null> {
    return this.#lookUp((_, gathering) => gathering.row('runs', String(run)));
  }

  async notices(): Promise<PendingNotices> {
    const [row] = await this.#rows('notices');
    return row ?? NO_NOTICES;
  }

  async expired(time: Date, limit: number): Promise<readonly number[]> {
    const now = this.#now();
    const rows = await this.#ask({
      text: `(SELECT key, sort FROM mailrobot.rows WHERE list = 'expiring' AND sort < $1
          ORDER BY sort, length(key), key LIMIT $2)
        UNION ALL (SELECT key, sort FROM mailrobot.rows WHERE list = 'expiring' AND sort > $3
          ORDER BY sort, length(key), key LIMIT $2)`,
      values: [dayOf(time), limit, dayOf(now)],
    });
    const days = [...new Set(rows.map(({ sort }) => String(sort)))];
    const mailsOf = (day: string) =>
      rows.flatMap(({ key, sort }) => (sort === day ? [Number(key)] : []));
    return expiredBefore(time, now, limit, days, mailsOf);
  }

  async onLegalHold(): Promise<readonly TicketId[]> {
    const rows = await this.#ask({
      text: "SELECT ticket FROM mailrobot.marks WHERE list = 'legalhold' ORDER BY ticket",
    });
    // The key of a mark is the id of its ticket.
    return rows.map(({ ticket }) => ticket as TicketId);
  }

  async lastMail(): Promise<string | null> {
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const rows = await this.#ask({
        text: `SELECT seq, hash, line, texts FROM mailrobot.journal WHERE seq < $1
          ORDER BY seq DESC LIMIT 50`,
        values: [before],
      });
      for (const { seq, hash, line, texts } of rows) {
        const row = { seq: Number(seq), hash: String(hash), line: String(line) };
        const record = recordOfRow({ ...row, texts: String(texts) });
        if (record.delivery !== undefined) return record.time;
        before = record.seq;
      }
      if (rows.length === 0) return null;
    }
  }

  async ran(): Promise<readonly Ran[]> {
    const { ranIn } = await import('./clocks.ts');
    return ranIn(this.#connections);
  }

  async noteRun(clock: Clock): Promise<void> {
    const { writeRun } = await import('./clocks.ts');
    await writeRun(this.#connections, clock, this.#now());
  }

  async restingSince(): Promise<string | null> {
    const [{ resting, version } = {}] = await this.#ask({
      text: 'SELECT version, resting FROM mailrobot.identity, mailrobot.head',
    });
    mustBeKnown(version);
    return resting instanceof Date ? resting.toISOString() : null;
  }

  /** Of the local disk: nobody who may not look there learns what a database server has. */
  async space(): Promise<{ readonly free: number; readonly total: number }> {
    const { bavail, blocks, bsize } = statfsSync(this.#spool);
    return { free: bavail * bsize, total: blocks * bsize };
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

  unsent(about?: UnsentAbout): Promise<readonly UnsentMail[]> {
    return this.#connections.with((database) => this.#outbox.unsent(database, about));
  }

  handOver(mail: UnsentMail, mta: Mta, patienceMs: number): Promise<HandOver> {
    return this.#outbox.handOver(mail, mta, patienceMs);
  }

  markSent(mail: UnsentMail): Promise<void> {
    return this.#outbox.markSent(mail);
  }

  noteFailure(mail: UnsentMail, _patience: number, isForGood = false): Promise<void> {
    return this.#outbox.noteFailure(mail, isForGood);
  }

  withhold(mail: UnsentMail): Promise<Withheld | null> {
    return this.#outbox.withhold(mail);
  }

  isUnderWay(mail: UnsentMail): Promise<boolean> {
    return this.#outbox.isUnderWay(mail);
  }

  findLost(limit: number): Promise<boolean> {
    return this.#outbox.findLost(limit);
  }

  /** In the order of the list. */
  async #rows<Name extends ListName>(list: Name): Promise<readonly Rows[Name][]> {
    const rows = await this.#ask({
      text: 'SELECT row FROM mailrobot.rows WHERE list = $1 ORDER BY sort, key',
      values: [list],
    });
    return rows.map(({ row }) => rowIn(list, String(row)));
  }

  async #last(): Promise<number> {
    return (await headOf(this.#ask)).seq;
  }
}

/** `20261121132510` */
const STAMP_CHARACTERS = 14;
