/**
 * When the Reply-To of a message counts, and what then is its author's.
 *
 * Anybody can write one. It counts in the mail that opened the ticket, whose requester it is, and
 * later if it is known who wrote the mail. Pure.
 */
import { type IncomingMessage, type Mailbox, sameAddress, type Ticket } from './ticket.ts';

type Answerable = Pick<IncomingMessage, 'serial' | 'trust' | 'from' | 'replyTo' | 'provenBy'>;

/**
 * Where its author reads answers, if that is said and counts; null if it is their From. What a
 * later copy has proven does not count: the staff were told of another address.
 */
export function replyToOf(message: Omit<Answerable, 'from'>): Mailbox | null {
  const { serial, trust, replyTo, provenBy } = message;
  const isProven = provenBy === undefined && (trust === 'thread' || trust === 'authenticated');
  return serial === 1 || isProven ? (replyTo ?? null) : null;
}

export function isOfOtherDomain({ from, replyTo }: Pick<Answerable, 'from' | 'replyTo'>): boolean {
  if (from === null || replyTo === undefined) return false;
  return domainOf(from.address) !== domainOf(replyTo.address);
}

/** Whether whoever reads mail at this address wrote it, by its From or the Reply-To that counts. */
export function isBy(message: Answerable, address: string): boolean {
  return authorsOf(message).some((one) => sameAddress(one.address, address));
}

/** The one person who wrote it, at each of their addresses in it. */
export function authorsOf(message: Answerable): readonly Mailbox[] {
  return [message.from, replyToOf(message)].filter((one) => one !== null);
}

/**
 * Of a requester who opened the ticket from another address, or writes from it again: the one on
 * record, where their mail goes.
 */
export function onRecord({ requester, messages: [first] }: Ticket, writer: Mailbox): Mailbox {
  if (first?.direction !== 'in' || first.from === null || requester === null) return writer;
  const isTheirs =
    sameAddress(first.from.address, writer.address) &&
    sameAddress(first.replyTo?.address ?? '', requester.address);
  return isTheirs ? requester : writer;
}

/** Where the requester wants the answer to this mail of theirs, if not at the address on record. */
export function requesterAt(ticket: Ticket, message: IncomingMessage | null): Mailbox | null {
  const { requester } = ticket;
  if (message === null || message.from === null || requester === null) return null;
  const at = replyToOf(message);
  const isTheirs = sameAddress(onRecord(ticket, message.from).address, requester.address);
  return at !== null && isTheirs && !sameAddress(at.address, requester.address) ? at : null;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
