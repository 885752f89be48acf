/**
 * Mails of people as they go out, from changes in the order of the journal.
 *
 * One that goes at once counts from when it is written, whatever becomes of it. One that has a
 * time counts when the journal tells what became of it, and never if it was taken back. Keeps what
 * is under way, and nothing else. Pure.
 */
import { type Change, goesAgain, isFate } from './change.ts';
import type { OutgoingMessage, TicketId } from './ticket.ts';

export interface GoneOut {
  readonly ticket: TicketId;
  readonly serial: number;
  /** null: it was written before the first change that was seen, and may be a machine's. */
  readonly message: OutgoingMessage | null;
}

export class GoingOut {
  /** null: it is told already, or a machine's. */
  readonly #underWay = new Map<string, OutgoingMessage | null>();

  /** What has gone out by this change, if something has. */
  add(change: Change): GoneOut | null {
    if (change.type === 'message.added') {
      const { ticket, message } = change;
      if (message.direction !== 'out') return null;
      const isToldNow = !message.automatic && message.notBefore === undefined;
      const isToldLater = !message.automatic && !isToldNow;
      this.#underWay.set(keyOf(ticket, message.serial), isToldLater ? message : null);
      return isToldNow ? { ticket, serial: message.serial, message } : null;
    }
    if (!isFate(change) || goesAgain(change) || change.ticket === null) return null;
    const { ticket, serial, type } = change;
    const key = keyOf(ticket, serial);
    const message = this.#underWay.get(key);
    this.#underWay.delete(key);
    if (type === 'reply.undone' || message === null) return null;
    return { ticket, serial, message: message ?? null };
  }
}

function keyOf(ticket: TicketId, serial: number): string {
  return `${ticket} ${serial}`;
}
