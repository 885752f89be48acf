/**
 * Which mails of a ticket a person knows: what a mail to them may answer and name (RFC 5322
 * 3.6.4), so that none shows them what others wrote. Pure.
 */
import { isBy as isFrom } from '../ticket/reply-to.ts';
import {
  type Mailbox,
  type Message,
  mailsOf,
  type OutgoingMessage,
  sameAddress,
  type Ticket,
} from '../ticket/ticket.ts';

/** Message-IDs of what a person has written to the ticket, or got from it; oldest first. */
export function knownTo(ticket: Ticket, person: Mailbox): readonly string[] {
  return mailsOf(ticket)
    .filter((message) => isBy(message, person) || isTo(message, person))
    .filter((message) => message.direction === 'in' || hasGone(message))
    .flatMap(({ messageId }) => messageId ?? []);
}

/** Or may have. */
function hasGone({ delivery, notBefore }: OutgoingMessage): boolean {
  return delivery === 'waiting' ? notBefore === undefined : delivery !== 'undone';
}

/** Of their last mail. */
export function lastOf(ticket: Ticket, person: Mailbox): string | null {
  return mailsOf(ticket).findLast((message) => isBy(message, person))?.messageId ?? null;
}

/** The last mail that says it is from the requester, and whether that is proven. */
export function lastOfRequester(
  ticket: Ticket,
): { readonly serial: number; readonly isProven: boolean } | null {
  const { requester } = ticket;
  if (requester === null) return null;
  const { address } = requester;
  const last = mailsOf(ticket).findLast((message) => isBy(message, requester));
  if (last?.direction !== 'in') return null;
  const { serial, trust, from } = last;
  // A Reply-To proves nothing about whoever reads there.
  const isProven = trust !== 'claimed' && from !== null && sameAddress(from.address, address);
  return { serial, isProven };
}

/** By us, or by one of the staff from their own mailbox. */
function isTo(message: Message, { address }: Mailbox): boolean {
  if (message.direction === 'in' && message.trust !== 'staff') return false;
  return message.to.some((person) => sameAddress(person.address, address));
}

function isBy(message: Message, { address }: Mailbox): boolean {
  return message.direction === 'in' && message.trust !== 'automatic' && isFrom(message, address);
}
