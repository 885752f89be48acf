/**
 * A ticket that goes to another queue: it keeps what it is, and gets an address there.
 *
 * Its id stays, so that all that was signed, told or stored by it holds; what people see is its
 * address in the queue where it is now. Every address that it has had leads to it, and one that it
 * has had in that queue before is its address again. Queues that share their numbers leave it its
 * number, if nobody else has it. Whoever had the ticket and does not work there has it no more.
 * Pure.
 */

import type { Change } from '../ticket/change.ts';
import { numberOf, queueIn, ticketId } from '../ticket/id.ts';
import { nameOf, namesOf, type Ticket, type TicketId } from '../ticket/ticket.ts';
import type { ActionContext, DeskResult } from './action.ts';
import { isHis } from './works-in.ts';

export function move(
  ticket: Ticket,
  queue: string,
  { by, staff, tickets, sharing, nextNumber }: ActionContext,
): DeskResult {
  const { id, queue: from, assignee } = ticket;
  if (from === queue) return { changes: [], drafts: [] };
  const kept = ticketId(queue, numberOf(nameOf(ticket)));
  const isShared = sharing.includes(from) && sharing.includes(queue);
  const isFree = isShared && tickets.get(kept) === null;
  const known = namesOf(ticket).find((name) => queueIn(name) === queue);
  const into = known ?? (isFree ? kept : ticketId(queue, nextNumber));
  const member = staff.find(({ name }) => name === assignee);
  const isTheirs = member === undefined || isHis(member, queue);
  const changes: readonly Change[] = [
    { type: 'ticket.moved', ticket: id, from, queue, into, by },
    ...(known === undefined ? [named(into, queue, id)] : []),
    ...(isTheirs || assignee === null
      ? []
      : [{ type: 'ticket.assigned', ticket: id, from: assignee, to: null, by } as const]),
  ];
  return { changes, drafts: [] };
}

function named(ticket: TicketId, queue: string, into: TicketId): Change {
  return { type: 'ticket.named', ticket, number: numberOf(ticket), queue, into };
}
