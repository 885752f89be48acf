/**
 * One locked section of the store: the works that arrived together, their commits,
 * and how each of them sees what those before it have decided.
 *
 * Commits are collected and made durable together when all works are done: one
 * append to the journal, one fsync. Only then is anything derived from them
 * written, so that a power cut never leaves a document that knows more than the
 * journal. A work that throws takes its own commits back, and nobody else's. Where
 * the append fails, all of them fail and none has happened.
 */

import { Failure } from '../outcome.ts';
import type { FailedAddress } from '../ticket/failing.ts';
import type { HeldMail } from '../ticket/held.ts';
import type { Origin } from '../ticket/origin.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Facts, Questions } from './facts.ts';
import { areAsGathered, type FactSource, factsFrom } from './gather-facts.ts';
import { mayGo } from './hand-over.ts';
import type {
  Asked,
  CarriedOutOrder,
  Commit,
  Copy,
  Delivered,
  DeliveryKey,
  Transaction,
} from './ledger.ts';
import { countedSince, isWithin, type Limit } from './limits.ts';
import { answered } from './lists/answered.ts';
import { AWAY, away } from './lists/away.ts';
import { failed, failedAt } from './lists/failed.ts';
import { held } from './lists/held.ts';
import { type Edit, editRows, KnownEdits, type List, rowBehind } from './lists/list.ts';
import { numbers } from './lists/numbers.ts';
import { unsentMails } from './lists/outbox.ts';
import { LISTS } from './lists/table.ts';
import { tickets } from './lists/tickets.ts';
import { type LookedIn, Lookups } from './lookups.ts';
import type { ClaimFilter, UnsentMail } from './outbox.ts';
import type { JournalRecord } from './record.ts';
import type { TicketRow } from './ticket-row.ts';

/** What the store holds, under its lock. */
export interface SectionContext<P extends Pending>
  extends LookedIn,
    Pick<FactSource, 'signingKeys' | 'tickets' | 'nonce'> {
  /** Sequence number of the last commit. */
  readonly seq: number;
  readonly store: Asked;
  /** Nothing goes out: the store was restored. */
  readonly isResting: boolean;
  readonly number: FactSource['number'];
  readonly ticket: (id: string) => TicketRow | null;
  /** Its row in the list. */
  readonly failed: (key: string) => FailedAddress | null;
  readonly away: FactSource['away'];
  readonly heldMails: FactSource['heldMails'];
  readonly answered: FactSource['answered'];
  readonly claim: (
    wanted: ClaimFilter,
    limit: number,
  ) => readonly UnsentMail[] | Promise<readonly UnsentMail[]>;
  /** Runs a question, which does nothing but ask: once more if what it asks must be fetched first. */
  readonly having: <T>(ask: () => T) => Promise<T>;
  /** `isFirst`: the first of its section. */
  readonly make: (seq: number, commit: Commit, isFirst: boolean) => Promise<P>;
}

/** A commit of this section. */
export interface Pending {
  readonly record: JournalRecord;
}

/** What others have committed leaves no room for the commit. */
class BeyondLimit extends Failure {
  constructor() {
    super('internal', 'a commit was beyond its limits again and again');
  }
}

const MAX_TRIES = 3;

export class Section<P extends Pending> implements Transaction {
  readonly #context: SectionContext<P>;
  readonly #lookups: Lookups;
  readonly #edits = new KnownEdits();
  #pending: readonly P[] = [];

  constructor(context: SectionContext<P>) {
    this.#context = context;
    this.#lookups = new Lookups({
      now: context.now,
      rowsNamed: (list, name) => [
        ...context.rowsNamed(list, name),
        ...this.#put(LISTS[list]).filter((row) => row.name === name),
      ],
      record: (seq) => this.#records().find((record) => record.seq === seq) ?? context.record(seq),
      isHeld: (id) => this.#isHeld(id),
    });
  }

  get pending(): readonly P[] {
    return this.#pending;
  }

  get store(): Asked {
    return this.#context.store;
  }

  async facts(asked: Questions): Promise<Facts> {
    return this.#context.having(() => factsFrom(this.#source(), asked));
  }

  #source(): FactSource {
    const { signingKeys, tickets: listed, nonce } = this.#context;
    return {
      ...{ signingKeys, tickets: listed, nonce },
      ticket: (id) => this.#row(tickets, id, this.#context.ticket),
      ticketsOfMessage: (id) => this.#lookups.ticketsOfMessage(id),
      hasActed: (actor, messageId) => this.#lookups.hasActed(actor, messageId),
      firstWrote: (address) => this.#lookups.firstWrote(address),
      isHeld: (seq) => this.#isHeld(seq),
      heldMails: (limit) => this.#heldMails(limit),
      returned: (seq) => this.#lookups.returned(seq),
      noticed: (seq) => this.#lookups.noticed(seq),
      failed: (address) => this.#failed(address),
      away: () => this.#row(away, AWAY, () => this.#context.away()),
      answered: (since) => [...this.#context.answered(since), ...this.#put(answered)],
      number: (queue) => this.#row(numbers, queue, this.#context.number),
      commitOf: (number) => this.#lookups.commitOf(number),
      last: () => this.#nextSeq() - 1,
    };
  }

  /** Runs one work; if it throws, its commits are taken back. */
  async run<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    const before = this.#pending;
    try {
      return await work(this);
    } catch (error) {
      this.#pending = before;
      throw error;
    }
  }

  /** A work that committed beyond a limit is run again, on what it finds then. */
  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.run(work);
      } catch (error) {
        if (!(error instanceof BeyondLimit) || tries === MAX_TRIES) throw error;
      }
    }
  }

  async stillHolds(facts: Facts): Promise<boolean> {
    return this.#context.having(() => areAsGathered(facts, this.#source()));
  }

  async commit(commit: Commit): Promise<readonly UnsentMail[]> {
    const { having } = this.#context;
    const isWithinThem = await having(() => this.#isWithinLimits(commit.limits ?? []));
    if (!isWithinThem) throw new BeyondLimit();
    const isFirst = this.#pending.length === 0;
    const pending = await this.#context.make(this.#nextSeq(), commit, isFirst);
    this.#pending = [...this.#pending, pending];
    const { isResting, now } = this.#context;
    return isResting ? [] : unsentMails(pending.record).filter((mail) => mayGo(mail, now()));
  }

  async claim(wanted: ClaimFilter, limit: number): Promise<readonly UnsentMail[]> {
    return this.#context.claim(wanted, limit);
  }

  async findDelivery(key: DeliveryKey): Promise<Delivered | null> {
    return this.#context.having(() => this.#lookups.findDelivery(key));
  }

  async findCopies(key: DeliveryKey): Promise<readonly Copy[]> {
    return this.#context.having(() => this.#lookups.findCopies(key));
  }

  async findOrigin(origin: Origin): Promise<CarriedOutOrder | null> {
    return this.#context.having(() => this.#lookups.findOrigin(origin));
  }

  async findImported(origin: Origin): Promise<TicketId | null> {
    return this.#context.having(() => this.#lookups.findImported(origin));
  }

  #isWithinLimits(limits: readonly Limit[]): boolean {
    const { number, answered: answeredSince } = this.#source();
    const since = countedSince(limits);
    const known = since === null ? [] : answeredSince(since);
    return limits.every((limit) => isWithin(limit, number, known));
  }

  #failed(address: string): FailedAddress | null {
    return failedAt(address, (key) => this.#row(failed, key, this.#context.failed));
  }

  /** As it is behind the commits of this section. */
  #row<Row>(list: List<Row>, key: string, context: (key: string) => Row | null): Row | null {
    return rowBehind(this.#editsOf(list), key, () => context(key));
  }

  /** Rows that the commits of this section put. */
  #put<Row>(list: List<Row>): readonly Row[] {
    return this.#editsOf(list).flatMap((edit) => (edit.type === 'put' ? [edit.row] : []));
  }

  #heldMails(limit: number): readonly HeldMail[] {
    const rows = new Map(this.#context.heldMails(limit).map((mail) => [String(mail.id), mail]));
    editRows(rows, this.#editsOf(held));
    // One that a robot did not manage is held later than those behind it.
    return [...rows.values()].sort((a, b) => a.id - b.id).slice(-limit);
  }

  #isHeld(id: number): boolean {
    const last = this.#editsOf(held).findLast(({ key }) => key === String(id));
    return last === undefined ? this.#context.isHeld(id) : last.type === 'put';
  }

  #editsOf<Row>(list: List<Row>): readonly Edit<Row>[] {
    return this.#pending.flatMap(({ record }) => this.#edits.of(list, record));
  }

  #records(): readonly JournalRecord[] {
    return this.#pending.map(({ record }) => record);
  }

  #nextSeq(): number {
    return this.#context.seq + this.#pending.length + 1;
  }
}
