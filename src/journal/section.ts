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
import type { FailedAddress } from '../ticket/failing.ts';
import type { Origin } from '../ticket/origin.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { type FactSource, type Facts, factsFrom, type Questions } from './facts.ts';
import type {
  CarriedOutOrder,
  Commit,
  Copy,
  Delivered,
  DeliveryKey,
  Transaction,
} from './ledger.ts';
import { answered } from './lists/answered.ts';
import { failed, failedAt } from './lists/failed.ts';
import { held } from './lists/held.ts';
import { type List, rowBehind } from './lists/list.ts';
import { numbers } from './lists/numbers.ts';
import { unsentMails } from './lists/outbox.ts';
import { LISTS } from './lists/table.ts';
import { type TicketRow, tickets } from './lists/tickets.ts';
import { type LookedIn, Lookups } from './lookups.ts';
import type { ClaimFilter, UnsentMail } from './outbox.ts';
import type { JournalRecord } from './record.ts';

/** What the store holds, under its lock. */
export interface SectionContext<P extends Pending>
  extends LookedIn,
    Pick<FactSource, 'signingKeys' | 'tickets'> {
  /** Sequence number of the last commit. */
  readonly seq: number;
  /** Nothing goes out: the store was restored. */
  readonly isResting: boolean;
  readonly number: FactSource['number'];
  readonly ticket: (id: string) => TicketRow | null;
  /** Its row in the list. */
  readonly failed: (key: string) => FailedAddress | null;
  readonly answered: FactSource['answered'];
  readonly claim: (wanted: ClaimFilter, limit: number) => readonly UnsentMail[];
  /** `isFirst`: the first of its section. */
  readonly make: (seq: number, commit: Commit, isFirst: boolean) => P;
}

/** A commit of this section. */
export interface Pending {
  readonly record: JournalRecord;
}

export class Section<P extends Pending> implements Transaction {
  readonly #context: SectionContext<P>;
  readonly #lookups: Lookups;
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

  async facts(asked: Questions): Promise<Facts> {
    const { signingKeys, tickets: listed } = this.#context;
    return factsFrom(
      {
        ...{ signingKeys, tickets: listed },
        ticket: (id) => this.#row(tickets, id, this.#context.ticket)?.ticket ?? null,
        findMessage: (id) => this.#lookups.findMessage(id),
        hasActed: (actor, messageId) => this.#lookups.hasActed(actor, messageId),
        isHeld: (seq) => this.#isHeld(seq),
        failed: (address) => this.#failed(address),
        answered: (since) => [...this.#context.answered(since), ...this.#put(answered)],
        number: (queue) => this.#row(numbers, queue, this.#context.number),
        next: () => ({ seq: this.#nextSeq() }),
      },
      asked,
    );
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

  async commit(commit: Commit): Promise<readonly UnsentMail[]> {
    const isFirst = this.#pending.length === 0;
    const pending = this.#context.make(this.#nextSeq(), commit, isFirst);
    this.#pending = [...this.#pending, pending];
    return this.#context.isResting ? [] : unsentMails(pending.record);
  }

  async claim(wanted: ClaimFilter, limit: number): Promise<readonly UnsentMail[]> {
    return this.#context.claim(wanted, limit);
  }

  async findDelivery(key: DeliveryKey): Promise<Delivered | null> {
    return this.#lookups.findDelivery(key);
  }

  async findCopies(key: DeliveryKey): Promise<readonly Copy[]> {
    return this.#lookups.findCopies(key);
  }

  async findOrigin(origin: Origin): Promise<CarriedOutOrder | null> {
    return this.#lookups.findOrigin(origin);
  }

  async findImported(origin: Origin): Promise<TicketId | null> {
    return this.#lookups.findImported(origin);
  }

  #failed(address: string): FailedAddress | null {
    return failedAt(address, (key) => this.#row(failed, key, this.#context.failed));
  }

  /** As it is behind the commits of this section. */
  #row<Row>(list: List<Row>, key: string, context: (key: string) => Row | null): Row | null {
    return rowBehind(list, this.#records(), key, () => context(key));
  }

  /** Rows that the commits of this section put. */
  #put<Row>(list: List<Row>): readonly Row[] {
    return this.#records()
      .flatMap(list)
      .flatMap((edit) => (edit.type === 'put' ? [edit.row] : []));
  }

  #isHeld(id: number): boolean {
    const edits = this.#records().flatMap(held);
    const last = edits.findLast(({ key }) => key === String(id));
    return last === undefined ? this.#context.isHeld(id) : last.type === 'put';
  }

  #records(): readonly JournalRecord[] {
    return this.#pending.map(({ record }) => record);
  }

  #nextSeq(): number {
    return this.#context.seq + this.#pending.length + 1;
  }
}
