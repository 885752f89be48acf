/**
 * A ticket as its state counts for whoever confirms a plan about it: what it is, and which messages
 * it has. What has become of our own mails in between, when it was touched and for whom it waits
 * changes nothing of that: an acknowledgement that has just gone out is no news. Pure.
 */
import { createHash } from 'node:crypto';
import { type Facts, ticketIn } from '../journal/facts.ts';
import type { TicketId } from '../ticket/ticket.ts';

export function stateOf(id: TicketId, facts: Facts): string {
  const ticket = ticketIn(facts, id);
  if (ticket === null) return 'none';
  const { messages, updatedAt: _, waiting: __, seen: ___, repeated: ____, ...state } = ticket;
  const directions = messages.map(({ direction }) => direction);
  return createHash('sha256')
    .update(JSON.stringify([state, directions]))
    .digest('hex');
}
