/**
 * Automatic answers that were made, for the caps: by commit, and their place in it. And tickets of
 * mails with a machine's mark, which got none, and those that the staff were told of alone.
 */
import { DAY_MS } from '../../ticket/age.ts';
import type { Answered, Kind } from '../../ticket/answered.ts';
import { type Change, ticketOf } from '../../ticket/change.ts';
import { MARKED } from '../../ticket/decision.ts';
import type { TicketId } from '../../ticket/ticket.ts';
import type { List } from './list.ts';

/** So long one is known: a day more than the longest time that a cap may look back (config.schema.json). */
export const ANSWERED_MS = 8 * DAY_MS;

export const answered: List<Answered> = ({ seq, time, changes, delivery }) => {
  // To the second: no more is asked of it.
  const at = new Date(Math.floor(Date.parse(time) / 1000) * 1000);
  const isLetIn = delivery?.decision.by === 'release';
  return changes
    .flatMap(
      (change) =>
        answeredBy(change, changes) ?? (isLetIn ? null : markedBy(change)) ?? toldBy(change) ?? [],
    )
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

/** That nobody has let in, but the mail itself. */
function markedBy(change: Change): Omit<Answered, 'at'> | null {
  if (change.type !== 'reply.silenced' || change.reason.check !== MARKED) return null;
  return { address: NOBODY, ticket: change.ticket, kind: 'marked' };
}

function toldBy(change: Change): Omit<Answered, 'at'> | null {
  if (change.type !== 'ticket.created' || change.isToldAlone !== true) return null;
  return { address: NOBODY, ticket: change.ticket, kind: 'told' };
}

/** In the place of an address. */
const NOBODY = '-';

/** What is said about a ticket, by what happened to it in the same commit. */
function kindOf(ticket: TicketId, changes: readonly Change[]): Kind {
  const own = changes.filter((change) => ticketOf(change) === ticket);
  const created = own.find((change) => change.type === 'ticket.created');
  if (created !== undefined) return created.isFirstTime ? 'first-time' : 'acknowledgement';
  const proven = own.find((change) => change.type === 'message.proven');
  if (proven !== undefined) return proven.isFirstTime ? 'first-time' : 'acknowledgement';
  if (own.some(({ type }) => type === 'ticket.reminded')) return 'reminder';
  return own.some(({ type }) => type === 'ticket.asked') ? 'rating' : 'service';
}
