/**
 * For whom a ticket waits, and since when. What the desk does by itself after some time
 * depends on it.
 *
 * It waits for the desk from the first mail that nobody has answered, also if somebody opens
 * it again; and for the customer from the last answer, or from what they have written since.
 * A ticket that is open, and whose last word is ours, waits for nobody. `told` is when the
 * desk was told that it waits, or the customer reminded: once until it is answered. Pure.
 */
import type { Change } from './change.ts';
import { answersNothing } from './decision.ts';
import { type Message, mailsOf, sameAddress, type Ticket, type Waiting } from './ticket.ts';

/** Of a ticket as it is after the change, if `before` is what it waited for. */
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
      return waitingIn(ticket, before, at);
    case 'message.added':
      return isWord(change.message, ticket)
        ? afterWord(change.message, ticket, before, at)
        : before;
    // What was taken for a machine's is a person's word.
    case 'message.proven':
      return change.from === 'automatic' ? waitingIn(ticket, before, at) : before;
    // Somebody waits there whom nobody has answered: since the older mail of the two.
    case 'ticket.absorbed': {
      const { unanswered } = change;
      return !unanswered || (before?.for === 'desk' && before.since <= unanswered.since)
        ? before
        : { for: 'desk', ...unanswered };
    }
    // What waited before the answer waits since then.
    case 'reply.undone':
      return change.waiting === undefined ? before : change.waiting;
    case 'ticket.split':
      return waitingIn(ticket, before, at);
    case 'ticket.overdue':
    case 'ticket.reminded':
      return before === null ? null : { ...before, told: at };
    default:
      return before;
  }
}

function afterWord(
  { direction }: Message,
  { status }: Ticket,
  before: Waiting | null,
  at: string,
): Waiting | null {
  switch (status) {
    case 'resolved':
      return null;
    case 'pending':
      return { for: 'customer', since: at, told: null };
    case 'new':
    case 'open':
      if (direction === 'out') return null;
      return before?.for === 'desk' ? before : { for: 'desk', since: at, told: null };
  }
}

/** What goes on waiting keeps its time. */
export function waitingIn(ticket: Ticket, before: Waiting | null, at: string): Waiting | null {
  const whom = whomIn(ticket);
  if (whom === null) return null;
  return before?.for === whom ? before : { for: whom, since: at, told: null };
}

function whomIn(ticket: Ticket): Waiting['for'] | null {
  if (ticket.status === 'resolved') return null;
  if (ticket.status === 'pending') return 'customer';
  const last = mailsOf(ticket).findLast((message) => isWord(message, ticket));
  return last?.direction === 'out' ? null : 'desk';
}

/** A person has written, from outside or to the requester, and it is part of this ticket. */
export function isWord(message: Message, { requester }: Pick<Ticket, 'requester'>): boolean {
  if (message.movedTo !== undefined) return false;
  if (message.direction === 'in') {
    return message.trust !== 'automatic' && !answersNothing(message.mark);
  }
  if (message.delivery === 'undone') return false;
  return !message.automatic && sameAddress(message.to[0].address, requester?.address ?? '');
}

/** What is said by a person, or done by the staff, ends it; so does its time (`ticket.woken`). */
export function endsSnooze(change: Change, ticket: Pick<Ticket, 'requester'>): boolean {
  switch (change.type) {
    case 'message.added':
      return change.message.direction === 'in' && isWord(change.message, ticket);
    case 'message.proven':
      return change.from === 'automatic';
    case 'ticket.snoozed':
      return change.until === null;
    case 'ticket.absorbed':
      return change.unanswered !== undefined;
    case 'ticket.status':
      return change.to !== 'pending';
    case 'ticket.merged':
    case 'ticket.woken':
      return true;
    default:
      return false;
  }
}

/** What may become due next; null if nothing may. */
export type Stage = 'desk' | 'customer' | 'reminded' | 'snoozed';

/** And from when on; of one that is snoozed: when its time has come. */
export function stageOf({
  waiting,
  snoozed,
}: Pick<Ticket, 'waiting' | 'snoozed'>): { readonly stage: Stage; readonly since: string } | null {
  if (snoozed !== undefined) return { stage: 'snoozed', since: snoozed.until };
  if (waiting === null) return null;
  const { since, told, resumed = '' } = waiting;
  const from = (time: string) => (time < resumed ? resumed : time);
  if (told === null) return { stage: waiting.for, since: from(since) };
  return waiting.for === 'customer' ? { stage: 'reminded', since: from(told) } : null;
}
