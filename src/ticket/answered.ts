/** An automatic answer that has gone out, or will: what the caps count. */
import type { TicketId } from './ticket.ts';

export interface Answered {
  readonly at: Date;
  readonly address: string;
  /** null where it is about none. */
  readonly ticket: TicketId | null;
}
