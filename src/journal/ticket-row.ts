/** A ticket, and the last commit that had a part in it: its number is the version of the ticket. */
import type { Ticket } from '../ticket/ticket.ts';

export interface TicketRow {
  /** Sequence number of that commit. */
  readonly seq: number;
  readonly ticket: Ticket;
}
