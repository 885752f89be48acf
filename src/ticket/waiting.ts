/**
 * For whom a ticket waits, and since when: what the desk does by itself after a time
 * hangs on it.
 *
 * It waits for the desk from the first mail that nobody has answered, and for the
 * customer from the last answer; whoever writes meanwhile begins the customer's time anew. `told` is when
 * the desk was told of it, or the customer reminded: once for one waiting. Pure.
 */
import type { Change } from './change.ts';
import { type Status, sameAddress, type Ticket, type Waiting } from './ticket.ts';

/** Of a ticket as it is after the change, where `before` is what it waited for. */
export function waitingAfter(
  before: Waiting | null,
  ticket: Ticket,
  change: Change,
  at: string,
): Waiting | null {
  switch (change.type) {
    case 'ticket.created':
      return { for: 'desk', since: at, told: null };
    case 'ticket.status':
      return waitingIn(change.to, before, at);
    case 'message.added':
      return isWordOf(change, ticket) && before?.for === 'customer'
        ? { for: 'customer', since: at, told: null }
        : before;
    case 'ticket.overdue':
    case 'ticket.reminded':
      return before === null ? null : { ...before, told: at };
    default:
      return before;
  }
}

/** null where nothing is waited for; what goes on waiting keeps its time. */
export function waitingIn(status: Status, before: Waiting | null, at: string): Waiting | null {
  if (status === 'resolved') return null;
  const whom = status === 'pending' ? 'customer' : 'desk';
  return before?.for === whom ? before : { for: whom, since: at, told: null };
}

/** A person has written, from outside or to the requester. */
function isWordOf(
  { message }: Extract<Change, { type: 'message.added' }>,
  { requester }: Ticket,
): boolean {
  if (message.direction === 'in') return message.trust !== 'automatic';
  return !message.automatic && sameAddress(message.to[0].address, requester?.address ?? '');
}
