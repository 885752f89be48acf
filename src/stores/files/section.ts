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

import { type FactSource, type Facts, factsFrom, type Questions } from '../../journal/facts.ts';
import { type JournalRecord, numbersAfter } from '../../journal/record.ts';
import type {
  CarriedOut,
  Commit,
  Copy,
  Delivered,
  DeliveryKey,
  Transaction,
  WaitingMail,
} from '../../journal/store.ts';
import type { Answered } from '../../ticket/answered.ts';
import { ticketOf } from '../../ticket/change.ts';
import { type FailedAddress, isAddressChange, knownAfter } from '../../ticket/failing.ts';
import type { Origin } from '../../ticket/origin.ts';
import type { Ticket, TicketId } from '../../ticket/ticket.ts';
import {
  actedKey,
  actedKeys,
  answeredIn,
  attemptKey,
  changedTicket,
  copyKey,
  copyKeys,
  isCreation,
  mailOf,
  originKey,
  ticketAfter,
  waitingMails,
} from './derived.ts';
import type { Head } from './head.ts';
import type { IncomingFile } from './incoming.ts';

/** What lies on disk, under the lock. */
export interface Ground {
  readonly head: Head;
  /** Nothing goes out: the store was restored. */
  readonly isResting: boolean;
  readonly ticket: FactSource['ticket'];
  readonly answered: FactSource['answered'];
  readonly failed: FactSource['failed'];
  readonly signingKeys: FactSource['signingKeys'];
  readonly findMessage: FactSource['findMessage'];
  readonly isHeld: FactSource['isHeld'];
  readonly tickets: FactSource['tickets'];
  readonly findDelivery: (key: DeliveryKey) => Delivered | null;
  readonly hasActed: (actor: string, messageId: string) => boolean;
  readonly findCopies: (key: DeliveryKey) => readonly Copy[];
  /** By the key of an event, or of a name that its source has given a ticket. */
  readonly findOrder: (key: string) => CarriedOut | null;
  readonly claim: Transaction['claim'];
  /** The record that a commit becomes; throws where it cannot be one. */
  readonly record: (seq: number, commit: Commit, isFirst: boolean) => Pending;
}

export interface Pending {
  readonly record: JournalRecord;
  readonly incoming: IncomingFile | null;
}

export class Section implements Transaction {
  readonly #ground: Ground;
  #pending: readonly Pending[] = [];

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get pending(): readonly Pending[] {
    return this.#pending;
  }

  facts(asked: Questions): Facts {
    const { signingKeys, findMessage, isHeld, tickets } = this.#ground;
    return factsFrom(
      {
        ...{ signingKeys, findMessage, isHeld, tickets },
        ticket: (id) => this.#ticket(id),
        hasActed: (actor, messageId) => this.#hasActed(actor, messageId),
        failed: (address) => this.#failed(address),
        answered: (since) => this.#answered(since),
        next: () => ({ seq: this.#nextSeq(), numbers: this.#numbers() }),
      },
      asked,
    );
  }

  /** Runs one work; where it throws, its commits are taken back. */
  async run<T>(work: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    const before = this.#pending;
    try {
      return await work(this);
    } catch (error) {
      this.#pending = before;
      throw error;
    }
  }

  commit(commit: Commit): readonly WaitingMail[] {
    const isFirst = this.#pending.length === 0;
    const pending = this.#ground.record(this.#nextSeq(), commit, isFirst);
    this.#pending = [...this.#pending, pending];
    return this.#ground.isResting ? [] : waitingMails(pending.record);
  }

  claim(wanted: (mail: WaitingMail) => boolean, limit: number): readonly WaitingMail[] {
    return this.#ground.claim(wanted, limit);
  }

  #ticket(id: TicketId): Ticket | null {
    let ticket: Ticket | null | undefined;
    for (const { record } of this.#pending) {
      if (!record.changes.some((change) => ticketOf(change) === id)) continue;
      ticket = ticketAfter(ticket === undefined ? this.#ground.ticket(id) : ticket, id, record);
    }
    return ticket === undefined ? this.#ground.ticket(id) : ticket;
  }

  findDelivery(key: DeliveryKey): Delivered | null {
    const [twin] = this.#deliveries(key, attemptKey);
    return twin === undefined ? this.#ground.findDelivery(key) : { seq: twin.seq };
  }

  findCopies(key: DeliveryKey): readonly Copy[] {
    const gone = new Set(
      this.#pending.flatMap(({ record }) =>
        record.changes.flatMap((change) => (change.type === 'mail.released' ? [change.held] : [])),
      ),
    );
    const pending = this.#deliveries(key, copyKeys).flatMap((record) => {
      const mail = mailOf(record);
      const isHeld = record.changes.some(({ type }) => type === 'mail.held');
      return mail === null ? [] : [{ ...mail, isHeld }];
    });
    return [...this.#ground.findCopies(key), ...pending].map((copy) =>
      gone.has(copy.seq) ? { ...copy, isHeld: false } : copy,
    );
  }

  /** Of this section, that have a name in common. */
  #deliveries(
    key: DeliveryKey,
    namesOf: (key: DeliveryKey) => readonly string[],
  ): readonly JournalRecord[] {
    const names = namesOf(key);
    return this.#pending.flatMap(({ record }) => {
      const { delivery } = record;
      const isOne =
        delivery !== undefined && namesOf(delivery).some((name) => names.includes(name));
      return isOne ? [record] : [];
    });
  }

  #hasActed(actor: string, messageId: string): boolean {
    const key = actedKey(actor, messageId);
    const isTwin = ({ record }: Pending) => actedKeys(record.delivery).includes(key);
    return this.#pending.some(isTwin) || this.#ground.hasActed(actor, messageId);
  }

  findOrigin(origin: Origin): CarriedOut | null {
    const key = originKey(origin);
    const twin = this.#pending.find(
      ({ record }) => record.origin !== undefined && originKey(record.origin) === key,
    );
    if (twin === undefined) return this.#ground.findOrder(key);
    return { seq: twin.record.seq, ticket: changedTicket(twin.record.changes) };
  }

  findCopy(origin: Origin): TicketId | null {
    const key = copyKey(origin);
    if (key === null) return null;
    const twin = this.#pending.find(
      ({ record }) =>
        record.origin !== undefined && copyKey(record.origin) === key && isCreation(record.changes),
    );
    if (twin === undefined) return this.#ground.findOrder(key)?.ticket ?? null;
    return changedTicket(twin.record.changes);
  }

  #numbers(): Facts['numbers'] {
    let { numbers } = this.#ground.head;
    for (const { record } of this.#pending) numbers = numbersAfter(numbers, record);
    return numbers;
  }

  #answered(since: Date): readonly Answered[] {
    return [
      ...this.#ground.answered(since),
      ...this.#pending.flatMap(({ record }) => answeredIn(record)),
    ];
  }

  #failed(address: string): FailedAddress | null {
    let known = this.#ground.failed(address);
    for (const { record } of this.#pending) {
      for (const change of record.changes) {
        if (isAddressChange(change)) known = knownAfter(known, change, record.time, address);
      }
    }
    return known;
  }

  #nextSeq(): number {
    return this.#ground.head.seq + this.#pending.length + 1;
  }
}
