/**
 * What a legal hold covers: its ticket, what was merged into that, and mail about one of them.
 * Pure.
 */
import { type Change, ticketOf } from './change.ts';
import type { TicketId } from './ticket.ts';

/** Also the one that a mail was written to, and is not in. */
export function ticketsAbout(change: Change): readonly TicketId[] {
  return [ticketOf(change), writtenTo(change)].flatMap((id) => id ?? []);
}

function writtenTo(change: Change): TicketId | null {
  switch (change.type) {
    case 'mail.held':
      return change.mail.ticket;
    case 'robot.queued':
      return change.onTicket;
    case 'mail.recorded':
      return change.returned?.ticket ?? null;
    default:
      return null;
  }
}

/** The ticket on hold that covers this one, or null. `into`: what each merged one goes on in. */
export function coverOf(
  id: TicketId,
  onHold: ReadonlySet<TicketId>,
  into: (id: TicketId) => TicketId | null,
): TicketId | null {
  const seen = new Set<TicketId>();
  let current: TicketId | null = id;
  while (current !== null && !seen.has(current)) {
    if (onHold.has(current)) return current;
    seen.add(current);
    current = into(current);
  }
  return null;
}
