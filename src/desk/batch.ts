/**
 * What one commit is going to hold while it is being decided: actions one after the
 * other, each seeing the tickets and addresses as those before it have left them.
 *
 * An action whose mail cannot be written, or that is too much for one commit, adds nothing.
 * Nothing is committed here.
 */

import { ownAddresses } from '../addresses/own-address.ts';
import { numberingOf, ticketNames } from '../config/config.ts';
import { FileLost } from '../journal/blobs.ts';
import { type Facts, lastNumberIn, ticketIn } from '../journal/facts.ts';
import type { Limit } from '../journal/limits.ts';
import { nextNumber } from '../journal/lists/numbers.ts';
import { fitsCommit } from '../journal/record.ts';
import type { Draft } from '../letters/draft.ts';
import { write } from '../letters/write.ts';
import type { WrittenDrafts } from '../letters/written-draft.ts';
import { applyChange } from '../ticket/apply-change.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import { isAddressChange, knownAfter } from '../ticket/failing.ts';
import type { OutgoingLetter } from '../ticket/mail.ts';
import type { Refusal } from '../ticket/refusal.ts';
import {
  type Attachment,
  currentTicket,
  nameOf,
  type Ticket,
  type TicketId,
  ticketCalled,
} from '../ticket/ticket.ts';
import type { Action, DeskResult } from './action.ts';
import type { DeskContext } from './delivery.ts';

export class Batch {
  readonly #context: DeskContext;
  #changes: readonly Change[] = [];
  #mails: readonly OutgoingLetter[] = [];
  #answers: readonly Limit[] = [];

  constructor(context: DeskContext) {
    this.#context = context;
  }

  get written(): WrittenDrafts {
    return { changes: this.#changes, mails: this.#mails };
  }

  /** Within which it is right, whatever else is committed meanwhile. */
  get limits(): readonly Limit[] {
    const { config } = this.#context;
    const numbers = this.#changes.flatMap((change) =>
      this.#hasNewNumber(change)
        ? { queues: numberingOf(change.queue, config).queues, number: change.number }
        : [],
    );
    return [...numbers, ...this.#answers];
  }

  /** It makes an automatic answer that was within these. */
  answer(limits: readonly Limit[]): void {
    this.#answers = [...this.#answers, ...limits];
  }

  /** The same so far; what is done to one of the two, the other does not see. */
  copy(): Batch {
    const copy = new Batch(this.#context);
    copy.take(this);
    return copy;
  }

  take(other: Batch): void {
    this.#changes = other.#changes;
    this.#mails = other.#mails;
    this.#answers = other.#answers;
  }

  ticket(id: TicketId): Ticket | null {
    return ticketCalled(id, (one) => this.#ticket(one));
  }

  #ticket(id: TicketId): Ticket | null {
    const first = this.#changes.find((change) => ticketOf(change) === id)?.type;
    if (first === 'ticket.created' || first === 'ticket.named') return this.#after(id, null);
    const known = ticketIn(this.#context.facts, id);
    return this.#after(known?.id ?? id, known);
  }

  /** A ticket that was gathered, with what has been done to it here. */
  asLeft(ticket: Ticket): Ticket {
    return this.#after(ticket.id, ticket) ?? ticket;
  }

  /** As it was before all of this. */
  asGathered(id: TicketId): Ticket | null {
    return ticketIn(this.#context.facts, id);
  }

  #after(id: TicketId, before: Ticket | null): Ticket | null {
    const at = this.#context.now.toISOString();
    return this.#changes.reduce(
      (ticket, change) => (ticketOf(change) === id ? applyChange(ticket, change, at) : ticket),
      before,
    );
  }

  #addresses(): Facts['addresses'] {
    const { facts, now } = this.#context;
    const changes = this.#changes.filter(isAddressChange);
    if (changes.length === 0) return facts.addresses;
    const at = now.toISOString();
    return new Map(
      [...facts.addresses].map(([address, known]) => [
        address,
        changes.reduce((after, change) => knownAfter(after, change, at, address), known),
      ]),
    );
  }

  /** Where the mail of a ticket goes now. */
  current(id: TicketId): Ticket | null {
    return currentTicket(id, (other) => this.ticket(other));
  }

  /** What people call it. */
  called(id: TicketId): TicketId {
    const ticket = this.ticket(id);
    return ticket === null ? id : nameOf(ticket);
  }

  /** Whether it can be sent along. */
  async hasFile(file: Attachment): Promise<boolean> {
    try {
      return await this.#context.files.isAtItsPath(file);
    } catch (error) {
      if (error instanceof FileLost && error.isForGood) return false;
      throw error;
    }
  }

  async perform(id: TicketId, action: Action, by: string): Promise<DeskResult | Refusal> {
    const ticket = this.ticket(id);
    if (ticket === null) return { refused: `there is no ticket ${id}` };
    if (ticket.mergedInto !== null) {
      return { refused: `${id} is part of ${ticket.mergedInto}: name that one` };
    }
    const { allFieldsIn } = await import('./perform.ts');
    const { performInTime } = await import('./send-time.ts');
    const { facts, config, now } = this.#context;
    const result = await performInTime(this.#context, ticket, action, {
      ...{ by, now, staff: config.staff, timeZone: config.timeZone },
      fieldsOf: await allFieldsIn(config),
      addresses: this.#addresses(),
      tickets: new Map([...facts.tickets.keys()].map((other) => [other, this.ticket(other)])),
      nextNumber: this.nextNumber(action.type === 'move' ? action.queue : ticket.queue),
      sharing: ticketNames(config).sharing,
      own: ownAddresses(config),
    });
    if ('refused' in result) return result;
    const written = await this.#write(result.drafts).catch(unlessForGood);
    if ('refused' in written) return written;
    const { mails, changes } = written;
    if (mails.length < result.drafts.length) {
      return { refused: 'an address cannot be written to: nothing was sent' };
    }
    const all = [...this.#changes, ...changes, ...result.changes];
    const outgoing = [...this.#mails, ...mails];
    if (!fitsCommit({ changes: all, outgoing })) {
      return { refused: 'it is too long, or to too many people, to be done at once' };
    }
    this.#changes = all;
    this.#mails = outgoing;
    return result;
  }

  /** Changes, and then the mails that follow from them; one that cannot be written is left out. */
  async add(changes: readonly Change[], drafts: readonly Draft[] = []): Promise<void> {
    const written = await this.#write(drafts);
    this.#changes = [...this.#changes, ...changes, ...written.changes];
    this.#mails = [...this.#mails, ...written.mails];
  }

  nextNumber(queue: string): number {
    const { config, facts } = this.#context;
    const { queues, first } = numberingOf(queue, config);
    const made = this.#changes.flatMap((change) =>
      (change.type === 'ticket.created' || change.type === 'ticket.named') &&
      queues.includes(change.queue)
        ? [change.number + 1]
        : [],
    );
    return Math.max(
      nextNumber((one) => lastNumberIn(facts, one), queues, first),
      ...made,
    );
  }

  /** A name in a queue that shares its numbers may have the number that the ticket has. */
  #hasNewNumber(change: Change): change is Extract<Change, { readonly number: number }> {
    if (change.type === 'ticket.created') return true;
    if (change.type !== 'ticket.named') return false;
    const { config, facts } = this.#context;
    const { queues, first } = numberingOf(change.queue, config);
    return change.number >= nextNumber((one) => lastNumberIn(facts, one), queues, first);
  }

  #write(drafts: readonly Draft[]): Promise<WrittenDrafts> {
    const { keys, nonce } = this.#context.facts;
    return write(drafts, { ...this.#context, keys, nonce }, this.#mails);
  }
}

/** A file that cannot be had again is no reason to try for ever. */
function unlessForGood(error: unknown): Refusal {
  if (error instanceof FileLost && error.isForGood) return { refused: error.message };
  throw error;
}
