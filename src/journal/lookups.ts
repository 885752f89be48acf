/**
 * What a store is asked by name: messages, deliveries, orders, acts. Over any store, or an overlay
 * of one.
 */
import { heldTarget } from '../ticket/held.ts';
import type { Origin } from '../ticket/origin.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Noticed, Returned } from './facts.ts';
import type { CarriedOutOrder, Copy, Delivered, DeliveryKey, RecordedMail } from './ledger.ts';
import { actName } from './lists/acts.ts';
import { attemptNames, copyNames } from './lists/deliveries.ts';
import type { IndexRow } from './lists/index-row.ts';
import { copyName, eventName } from './lists/orders.ts';
import type { IndexName } from './lists/table.ts';
import { writerName } from './lists/writers.ts';
import { mailOf } from './mails.ts';
import { isNonce } from './nonce.ts';
import type { JournalRecord } from './record.ts';

/** So long a delivery is known as tried before, or as a copy. */
export const DELIVERY_DAYS = 14;
const MAX_COPIES_AT_EACH_END = 10;

export interface LookedIn {
  /** Every row of this name, oldest first. */
  readonly rowsNamed: (list: IndexName, name: string) => readonly IndexRow[];
  readonly record: (seq: number) => JournalRecord | null;
  readonly isHeld: (id: number) => boolean;
  readonly now: () => Date;
}

export class Lookups {
  readonly #in: LookedIn;

  constructor(lookedIn: LookedIn) {
    this.#in = lookedIn;
  }

  mailOf(seq: number): RecordedMail | null {
    const record = this.#in.record(seq);
    return record === null ? null : mailOf(record);
  }

  mailsNamed(messageId: string, last: number): readonly RecordedMail[] {
    const seqs = [...new Set(this.#in.rowsNamed('messages', messageId).map(({ seq }) => seq))];
    return seqs.slice(-last).flatMap((seq) => this.mailOf(seq) ?? []);
  }

  ticketsOfMessage(messageId: string): readonly TicketId[] {
    const found = this.#in.rowsNamed('messages', messageId);
    return [...new Set(found.flatMap(({ ticket }) => ticket ?? []))];
  }

  findDelivery(key: DeliveryKey): Delivered | null {
    const [seq] = this.#deliveries(attemptNames(key));
    return seq === undefined ? null : { seq };
  }

  /** One that was let in is delivered anew, to what it was held as. */
  findCopies(key: DeliveryKey): readonly Copy[] {
    const all = this.#deliveries(copyNames(key)).toSorted((a, b) => a - b);
    // Each is a line to look for in the journal: what comes back again and again is no more than these.
    const found = [...all.slice(0, MAX_COPIES_AT_EACH_END), ...all.slice(-MAX_COPIES_AT_EACH_END)];
    const letIn = found.flatMap((seq) =>
      this.#deliveries(copyNames({ ...key, targets: [heldTarget(seq)] })),
    );
    return [...new Set([...found, ...letIn])]
      .toSorted((a, b) => a - b)
      .flatMap((seq) => {
        const mail = this.mailOf(seq);
        return mail === null ? [] : [{ ...mail, isHeld: this.#in.isHeld(seq) }];
      });
  }

  hasActed(actor: string, messageId: string): boolean {
    return this.#in.rowsNamed('acts', actName(actor, messageId)).length > 0;
  }

  firstWrote(address: string): Date | null {
    const [first] = this.#in.rowsNamed('writers', writerName(address));
    return first === undefined ? null : new Date(first.time * 1000);
  }

  /** Of the commit by which it came back to its author. */
  returned(seq: number): Returned | null {
    const mail = this.mailOf(seq);
    const [found] = (mail?.changes ?? []).flatMap((change) =>
      change.type === 'mail.recorded' ? (change.returned ?? []) : [],
    );
    if (mail === null || found === undefined) return null;
    const { messageId } = mail.decision;
    return { ...found, isWaiting: messageId !== null && !this.hasActed(found.person, messageId) };
  }

  noticed(seq: number): readonly Noticed[] {
    const named = (this.#in.record(seq)?.changes ?? []).flatMap((change) =>
      change.type === 'staff.notified' ? (change.named ?? []) : [],
    );
    return named.map(({ to: person, ticket, held }) => ({
      ...{ person, ticket },
      held: held.map((id) => ({ id, isHeld: this.#in.isHeld(id) })),
    }));
  }

  /** The commit that has this number, or this nonce. */
  commitOf(number: number): number | null {
    if (!isNonce(number)) return number;
    return this.#in.rowsNamed('nonces', String(number))[0]?.seq ?? null;
  }

  findOrigin(origin: Origin): CarriedOutOrder | null {
    const [first] = this.#in.rowsNamed('orders', eventName(origin));
    return first === undefined ? null : { seq: first.seq, ticket: first.ticket };
  }

  findImported(origin: Origin): TicketId | null {
    const name = copyName(origin);
    return name === null ? null : (this.#in.rowsNamed('orders', name)[0]?.ticket ?? null);
  }

  /** Numbers of their commits. */
  #deliveries(names: readonly string[]): readonly number[] {
    const oldest = this.#in.now().getTime() / 1000 - DELIVERY_DAYS * 86400;
    return names
      .flatMap((name) => this.#in.rowsNamed('deliveries', name))
      .flatMap(({ seq, time }) => (time >= oldest ? [seq] : []));
  }
}
