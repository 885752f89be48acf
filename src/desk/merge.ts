/**
 * Tickets that are one, and one that is two.
 *
 * People who know nothing of each other do not come together by mistake: that takes a word more.
 * A merged ticket keeps what it has; it is resolved, its mail goes to the other one
 * from now on, and its people are on that one, too, which is open if nobody has
 * answered the first one. A message that is split off
 * begins a ticket of whoever wrote it, and stays to be read where it was. Pure.
 */

import { currentTicketIn, ticketIn } from '../journal/facts.ts';
import type { Change } from '../ticket/change.ts';
import { ticketId, ticketMeant } from '../ticket/id.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { replyToOf } from '../ticket/reply-to.ts';
import { statusChanges } from '../ticket/status.ts';
import { isOnTicket, peopleOf, type Ticket } from '../ticket/ticket.ts';
import type { Action, ActionContext, DeskResult } from './action.ts';
import { fieldsBrought } from './field.ts';

export function merge(
  ticket: Ticket,
  { into: wanted, isTogether }: Extract<Action, { type: 'merge' }>,
  { by, tickets, fieldsOf }: ActionContext,
): DeskResult | Refusal {
  if (ticket.mergedInto !== null) {
    return { refused: `${ticket.id} is part of ${ticket.mergedInto} already` };
  }
  const meant = ticketMeant(wanted, (id) => ticketIn({ tickets }, id) !== null);
  const into = currentTicketIn({ tickets }, meant);
  if (into === null) return { refused: `there is no ticket ${meant}` };
  if (into.id === ticket.id) return { refused: `${ticket.id} cannot be merged into itself` };
  // What nobody has answered there is not answered here.
  const { waiting } = ticket;
  const isWaiting = waiting?.for === 'desk';
  const added = peopleOf(ticket).filter(({ address }) => !isOnTicket(into, address));
  const [other] = added;
  if (other !== undefined && isTogether !== true && peopleOf(into).length > 0) {
    return {
      refused: `${other.address} is not on ${into.id}: its people and they would get the same answers, and see each other's addresses. "merge ${ticket.id} ${into.id} together" does it`,
    };
  }
  const changes: readonly Change[] = [
    { type: 'ticket.merged', ticket: ticket.id, into: into.id, by },
    ...(added.length === 0
      ? []
      : [{ type: 'ticket.participants', ticket: into.id, added, removed: [], by } as const]),
    ...ticket.muted.map(
      (address) => ({ type: 'ticket.muted', ticket: into.id, address, isMuted: true, by }) as const,
    ),
    ...Object.entries(ticket.watching ?? {}).flatMap(([person, isWatching]) =>
      isWatching
        ? ({ type: 'ticket.watched', ticket: into.id, person, isWatching, by } as const)
        : [],
    ),
    ...fieldsBrought(ticket, into, { by, fieldsOf }),
    ...statusChanges(ticket, 'resolved', by),
    ...(isWaiting && into.status !== 'new' ? statusChanges(into, 'open', by) : []),
    {
      ...{ type: 'ticket.absorbed', ticket: into.id, other: ticket.id },
      ...(isWaiting && { unanswered: { since: waiting.since, told: waiting.told } }),
    },
  ];
  return { changes, drafts: [] };
}

export function split(
  ticket: Ticket,
  serial: number,
  { by, nextNumber: number }: ActionContext,
): DeskResult | Refusal {
  const { id, queue } = ticket;
  const message = ticket.messages.find((known) => known.serial === serial);
  if (message === undefined) return { refused: `${id} has no message ${serial}` };
  if (message.direction !== 'in')
    return { refused: `message ${serial} of ${id} is none that came in` };
  if (message.movedTo !== undefined) {
    return { refused: `message ${serial} of ${id} is ${message.movedTo} already` };
  }
  const others = ticket.messages.filter(
    (other) => other.direction === 'in' && other !== message && other.movedTo === undefined,
  );
  if (others.length === 0) return { refused: `message ${serial} is all that came in to ${id}` };
  const made = ticketId(queue, number);
  const { subject, from } = message;
  const replyTo = replyToOf(message);
  const { replyTo: _, ...bare } = message;
  const changes: readonly Change[] = [
    { type: 'ticket.split', ticket: id, serial, to: made, by },
    { type: 'ticket.created', ticket: made, number, queue, subject, requester: replyTo ?? from },
    {
      type: 'message.added',
      ticket: made,
      message: { ...(replyTo === null ? bare : message), serial: 1 },
    },
  ];
  return { changes, drafts: [], made };
}
