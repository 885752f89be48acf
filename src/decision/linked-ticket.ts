/**
 * A mail that belongs to a ticket, and goes on in another one that is linked with it.
 *
 * A resolved ticket that has rested for `reopenDays` is not opened again: what somebody writes to it
 * opens a new one, and all that they write later goes into that, until it has rested as well: also if
 * the old one was touched meanwhile. So does a mail that is for another queue alone. Only a mail that
 * would open the ticket again opens a new one: what changes nothing is shown where it belongs. Pure.
 */

import { type Config, type QueueConfig, queueOf } from '../config/config.ts';
import { currentTicketIn, type Facts } from '../journal/facts.ts';
import { ageOf, DAY_MS } from '../ticket/age.ts';
import { marked } from '../ticket/decision.ts';
import { numberOf, queueIn } from '../ticket/id.ts';
import { isOnTicket, nameOf, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { Candidates, Linking } from './candidates.ts';
import type { Intent } from './intent.ts';

/** Whether nothing was done to a resolved ticket for so long. */
function isRested({ status, updatedAt }: Ticket, days: number, now: Date): boolean {
  return status === 'resolved' && ageOf(updatedAt, now) >= days * DAY_MS;
}

/** null if the ticket itself goes on. */
export function linkingOf(
  ticket: Ticket | null,
  wanted: {
    /** That the mail came to; null if no recipient names one. */
    readonly queue: QueueConfig | null;
    /** It is for that queue alone (across-queues.ts). */
    readonly isForOther: boolean;
    /** On a mail of ours: it is shown with that. */
    readonly isReport: boolean;
    readonly author: string | null;
    readonly now: Date;
  },
  config: Config,
  facts: Facts,
): Linking | null {
  const { isForOther, isReport, author, now } = wanted;
  if (ticket === null) return null;
  const isOver = (one: Ticket) => isRested(one, config.reopenDays, now);
  const queue = wanted.queue ?? queueOf(ticket.queue, config);
  const open = linkedIn(facts, ticket).filter(
    ({ other }) => isOnTicket(other, author) && !isOver(other),
  );
  const cameOfIt =
    isForOther || isReport || ticket.status !== 'resolved'
      ? undefined
      : open.findLast(({ as }) => isLater(as, ticket));
  if (cameOfIt !== undefined) {
    const existing = { ticket: cameOfIt.other.id, takesAll: true };
    return { ticket: ticket.id, queue, existing };
  }
  if (!(isForOther || isOver(ticket))) return null;
  const found = open.findLast(({ other }) => other.queue === queue.prefix);
  const existing = found === undefined ? null : { ticket: found.other.id, takesAll: false };
  return { ticket: ticket.id, queue, existing };
}

/** `as`: the id that it was linked by; it may be part of another one now. */
interface Linked {
  readonly as: TicketId;
  readonly other: Ticket;
}

/** Of those that were gathered: the last ones, and those of the author. */
function linkedIn(facts: Facts, { id, linked = [] }: Ticket): readonly Linked[] {
  return linked.flatMap((as) => {
    const other = facts.tickets.has(as) ? currentTicketIn(facts, as) : null;
    return other === null || other.id === id ? [] : { as, other };
  });
}

/** It was opened after that one, in its queue: by mail to that one, and not to another queue. */
function isLater(as: TicketId, ticket: Ticket): boolean {
  return queueIn(as) === ticket.queue && numberOf(as) > numberOf(nameOf(ticket));
}

/** `intent`: what becomes of it in its own ticket. */
export function inLinkedTicket(
  intent: Intent,
  { linking, alsoTold, mark }: Pick<Candidates, 'linking' | 'alsoTold' | 'mark'>,
): Intent {
  if (intent.type !== 'append') return intent;
  const told = alsoTold.length === 0 ? intent : { ...intent, alsoTold };
  if (linking?.existing?.takesAll) return { ...told, ticket: linking.existing.ticket };
  if (linking === null || !intent.mayReopen) return told;
  // It may only be asked how it stands.
  if (intent.customerCommand !== null) return { ...told, mayReopen: false };
  const { ticket, queue, existing } = linking;
  if (existing !== null) return { ...intent, ticket: existing.ticket };
  const silence = mark === null ? null : marked(mark);
  return {
    ...{ type: 'open', queue, silence, mayBeOnBehalf: false, linkedTo: ticket },
    ...(mark !== null && { isMarked: true }),
  };
}
