/** A ticket in a list. Pure. */
import { laterIn } from './later.ts';
import type { Ticket, TicketSummary } from './ticket.ts';

export function summary(ticket: Ticket): TicketSummary {
  const { messages: _, ...rest } = ticket;
  const [next] = laterIn(ticket)
    .map(({ notBefore }) => notBefore)
    .toSorted();
  return next === undefined ? rest : { ...rest, answerAt: next };
}
