/** The change that gives a ticket a status: none if it has it. Pure. */
import type { Change } from './change.ts';
import type { Status, Ticket } from './ticket.ts';

export function statusChanges(ticket: Ticket, to: Status, by: string): readonly Change[] {
  if (ticket.status === to) return [];
  return [{ type: 'ticket.status', ticket: ticket.id, from: ticket.status, to, by }];
}
