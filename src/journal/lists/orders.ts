/**
 * What other systems ordered: by the event, and by their own name of the ticket that they had
 * created.
 */
import { type Change, isFate, ticketOf } from '../../ticket/change.ts';
import type { Origin } from '../../ticket/origin.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import { indexed } from './index-row.ts';

export const orders = indexed(({ origin, changes }) => {
  if (origin === undefined) return [];
  const isCreation = changes.some(({ type }) => type === 'ticket.created');
  const copy = isCreation ? copyName(origin) : null;
  const ticket = changedTicket(changes);
  return [eventName(origin), ...(copy === null ? [] : [copy])].map((name) => [name, ticket]);
});

export function eventName({ source, id }: Origin): string {
  return JSON.stringify([source, id]);
}

/** No event's name: those have two parts. null if the source does not name a ticket. */
export function copyName({ source, ticket }: Origin): string | null {
  return source === '' || ticket === undefined ? null : JSON.stringify([source, 'ticket', ticket]);
}

/** The ticket that an order changed: fates of other mails may stand behind it. */
function changedTicket(changes: readonly Change[]): TicketId | null {
  const own = changes.filter((change) => !isFate(change));
  return own.map(ticketOf).find((id) => id !== null) ?? null;
}
