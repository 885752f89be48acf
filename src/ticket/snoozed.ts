/**
 * Whether a ticket is snoozed now. Once its time has come it is not, whether or not somebody has
 * written that down yet (`ticket.woken`). A time that lies ahead is what a person has asked for,
 * so a clock that was ahead is no matter here. Pure.
 */
import { hasCome } from './age.ts';
import type { Ticket } from './ticket.ts';

export function isSnoozed({ snoozed }: Pick<Ticket, 'snoozed'>, now: Date): boolean {
  return snoozed !== undefined && !hasCome(snoozed.until, now);
}

/** For whoever looks at it: without a snooze whose time has come. */
export function asOf(now: Date, ticket: Ticket): Ticket {
  if (ticket.snoozed === undefined || isSnoozed(ticket, now)) return ticket;
  const { snoozed: _, ...awake } = ticket;
  return awake;
}
