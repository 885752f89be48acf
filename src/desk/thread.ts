/**
 * Which mails of a ticket a person knows: what a mail to them may answer and name (RFC 5322
 * 3.6.4), so that none shows them what others wrote. Pure.
 */
import { type Mailbox, type Message, mailsOf, sameAddress, type Ticket } from '../ticket/ticket.ts';

/** Message-IDs of what a person has written to the ticket, or got from it; oldest first. */
export function knownTo(ticket: Ticket, person: Mailbox): readonly string[] {
  return mailsOf(ticket)
    .filter((message) => isBy(message, person) || isTo(message, person))
    .flatMap(({ messageId }) => messageId ?? []);
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
  const last =
    requester === null
      ? undefined
      : mailsOf(ticket).findLast((message) => isBy(message, requester));
  if (last?.direction !== 'in') return null;
  const { serial, trust } = last;
  return { serial, isProven: trust !== 'claimed' };
}

function isTo(message: Message, { address }: Mailbox): boolean {
  return message.direction === 'out' && sameAddress(message.to[0].address, address);
}

function isBy(message: Message, { address }: Mailbox): boolean {
  return (
    message.direction === 'in' &&
    message.trust !== 'automatic' &&
    message.from !== null &&
    sameAddress(message.from.address, address)
  );
}
