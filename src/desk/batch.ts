/**
 * What one commit is going to hold while it is being decided: actions one after the
 * other, each seeing the tickets as those before it have left them.
 *
 * An action whose mail cannot be written, or that is too much for one commit, adds nothing. Nothing is committed here.
 */

import { numberingOf } from '../config/config.ts';
import { FileLost, type StoreView } from '../journal/store.ts';
import type { Draft } from '../letters/draft.ts';
import { write } from '../letters/write.ts';
import type { Writing, Written } from '../letters/written.ts';
import { applyChange } from '../ticket/apply-change.ts';
import { type Change, ticketOf } from '../ticket/change.ts';
import type { OutgoingMail } from '../ticket/mail.ts';
import { type Attachment, currentTicket, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { Action, DeskResult, Refusal } from './action.ts';

export class Batch {
  readonly #view: StoreView;
  readonly #desk: Writing;
  #changes: readonly Change[] = [];
  #mails: readonly OutgoingMail[] = [];

  constructor(view: StoreView, desk: Writing) {
    this.#view = view;
    this.#desk = desk;
  }

  /** The octets of a file that came with the mail of this commit, or lies in the store. */
  read(file: Attachment): Buffer {
    return this.#desk.files.read(file);
  }

  get written(): Written {
    return { changes: this.#changes, mails: this.#mails };
  }

  /** The same so far; what is done to one of the two, the other does not see. */
  copy(): Batch {
    const copy = new Batch(this.#view, this.#desk);
    copy.take(this);
    return copy;
  }

  take(other: Batch): void {
    this.#changes = other.#changes;
    this.#mails = other.#mails;
  }

  ticket(id: TicketId): Ticket | null {
    let ticket = this.#view.ticket(id);
    const at = this.#desk.now.toISOString();
    for (const change of this.#changes) {
      if (ticketOf(change) === id) ticket = applyChange(ticket, change, at);
    }
    return ticket;
  }

  /** Where the mail of a ticket goes now. */
  current(id: TicketId): Ticket | null {
    return currentTicket(id, (other) => this.ticket(other));
  }

  async perform(id: TicketId, action: Action, by: string): Promise<DeskResult | Refusal> {
    const ticket = this.ticket(id);
    if (ticket === null) return { refused: `there is no ticket ${id}` };
    if (ticket.mergedInto !== null) {
      return { refused: `${id} is part of ${ticket.mergedInto}: name that one` };
    }
    const { perform } = await import('./perform.ts');
    const { staff } = this.#desk.config;
    const result = perform(ticket, action, {
      by,
      staff: staff.map(({ name }) => name),
      failed: (address) => this.#view.failed(address),
      ticket: (other) => this.ticket(other),
      nextNumber: (queue) => this.nextNumber(queue),
    });
    if ('refused' in result) return result;
    const written = await write(result.drafts, this.#desk, this.#mails).catch(unlessForGood);
    if ('refused' in written) return written;
    const { mails, changes } = written;
    if (mails.length < result.drafts.length) {
      return { refused: 'an address cannot be written to: nothing was sent' };
    }
    const all = [...this.#changes, ...changes, ...result.changes];
    const outgoing = [...this.#mails, ...mails];
    if (!this.#view.fits({ changes: all, outgoing })) {
      return { refused: 'it is too long, or to too many people, to be done at once' };
    }
    this.#changes = all;
    this.#mails = outgoing;
    return result;
  }

  /** Changes, and then the mails that follow from them; one that cannot be written is left out. */
  async add(changes: readonly Change[], drafts: readonly Draft[] = []): Promise<void> {
    const written = await write(drafts, this.#desk, this.#mails);
    this.#changes = [...this.#changes, ...changes, ...written.changes];
    this.#mails = [...this.#mails, ...written.mails];
  }

  nextNumber(queue: string): number {
    const { queues, first } = numberingOf(queue, this.#desk.config);
    const made = this.#changes.flatMap((change) =>
      change.type === 'ticket.created' && queues.includes(change.queue) ? [change.number + 1] : [],
    );
    return Math.max(this.#view.nextNumber(queues, first), ...made);
  }
}

/** A file that cannot be had again is no reason to try for ever. */
function unlessForGood(error: unknown): Refusal {
  if (error instanceof FileLost && error.isForGood) return { refused: error.message };
  throw error;
}
