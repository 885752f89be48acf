/**
 * Whom an answer of the staff reaches: the requester, and who else is on the ticket; or the writer
 * of the mail that it answers alone, if they are not on it. Pure.
 */
import { replyToOf, requesterAt } from './reply-to.ts';
import {
  type IncomingMessage,
  isMuted,
  isOnTicket,
  type Mailbox,
  peopleOf,
  sameAddress,
  type Ticket,
} from './ticket.ts';

export interface Addressees {
  /** null if there is nobody who could be answered. */
  readonly to: Mailbox | null;
  readonly copies: readonly Mailbox[];
}

/** `answered`: the mail that was shown; null if none was. */
export function addresseesOf(ticket: Ticket, answered: IncomingMessage | null): Addressees {
  const outsider = outsiderIn(ticket, answered);
  if (outsider !== null) return { to: outsider, copies: [] };
  const wantsMail = ({ address }: Mailbox) => !isMuted(ticket, address);
  const { requester, participants } = ticket;
  if (requester === null || !wantsMail(requester)) return { to: null, copies: [] };
  const to = requesterAt(ticket, answered) ?? requester;
  const isOther = ({ address }: Mailbox) => !sameAddress(address, to.address);
  return { to, copies: participants.filter(wantsMail).filter(isOther) };
}

/** Of the last mail of somebody who is not on the ticket. */
export function lastOutsiderIn(ticket: Ticket): Mailbox | null {
  const found = ticket.messages.flatMap((message) =>
    message.direction === 'in' && message.movedTo === undefined
      ? (outsiderIn(ticket, message) ?? [])
      : [],
  );
  return found.at(-1) ?? null;
}

/** Somebody else than those on the ticket: it was passed to them, or their mail was let in. */
export function outsiderIn(ticket: Ticket, answered: IncomingMessage | null): Mailbox | null {
  if (answered === null || answered.from === null || peopleOf(ticket).length === 0) return null;
  if (answered.trust === 'automatic' || answered.trust === 'staff') return null;
  if (isOnTicket(ticket, answered.from.address)) return null;
  const at = replyToOf(answered);
  return isOnTicket(ticket, at?.address ?? null) ? null : (at ?? answered.from);
}
