/**
 * By which the tickets are found that a person's mails about another ticket have opened: no
 * Message-ID is like it. Pure.
 */
import type { TicketId } from '../../ticket/ticket.ts';

export function linkedName(ticket: TicketId, author: string): string {
  return JSON.stringify(['linked', ticket, author.toLowerCase()]);
}
