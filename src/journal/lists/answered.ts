/** Automatic answers that were made, for the caps: by commit, and their place in it. */
import type { Answered, Kind } from '../../ticket/answered.ts';
import { type Change, ticketOf } from '../../ticket/change.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { List } from './list.ts';

export const answered: List<Answered> = ({ seq, time, changes }) => {
  // To the second: no more is asked of it.
  const at = new Date(Math.floor(Date.parse(time) / 1000) * 1000);
  return changes
    .flatMap((change) => answeredBy(change, changes) ?? [])
    .map((row, n) => ({ type: 'put', key: `${seq}.${n}`, row: { at, ...row } }));
};

function answeredBy(change: Change, all: readonly Change[]): Omit<Answered, 'at'> | null {
  if (change.type === 'mail.answered') {
    return { address: change.address, ticket: null, kind: change.about };
  }
  if (change.type !== 'message.added' || change.message.direction === 'in') return null;
  const { ticket, message } = change;
  if (!message.automatic) return null;
  return { address: message.to[0].address, ticket, kind: kindOf(ticket, all) };
}

/** What is said about a ticket, by what happened to it in the same commit. */
function kindOf(ticket: TicketId, changes: readonly Change[]): Kind {
  const has = (type: Change['type']) =>
    changes.some((change) => change.type === type && ticketOf(change) === ticket);
  if (has('ticket.created')) return 'acknowledgement';
  return has('ticket.reminded') ? 'reminder' : 'service';
}
