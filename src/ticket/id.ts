/**
 * Ticket ids as text: `SUPPORT-7102`, and the address that carries one.
 *
 * People write ids in any case and leave the prefix away; a ticket's address
 * is the id at the desk's domain (RFC 5321 local parts, compared without case).
 * Parsing gives null for anything else and never throws.
 */
import { type KnownSuffix, suffixNamed } from './suffix.ts';
import { sameAddress, type TicketId } from './ticket.ts';

const NUMBER = /^[1-9][0-9]{0,14}$/;

export function ticketId(prefix: string, number: number): TicketId {
  return `${prefix}-${number}`;
}

/** Prefix of the queue that it began in. */
export function queueIn(id: TicketId): string {
  return id.slice(0, id.lastIndexOf('-'));
}

export function numberOf(id: TicketId): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}

/** `SUPPORT-7102`, `support-7102` or `7102`; a bare number belongs to the first of `prefixes`. */
export function parseTicketId(text: string, prefixes: readonly string[]): TicketId | null {
  const dash = text.lastIndexOf('-');
  const digits = text.slice(dash + 1);
  if (!NUMBER.test(digits)) return null;
  const wanted = dash < 0 ? prefixes[0] : text.slice(0, dash);
  const prefix = prefixes.find((known) => known.toLowerCase() === wanted?.toLowerCase());
  return prefix === undefined ? null : ticketId(prefix, Number(digits));
}

/** How people may name the tickets of a desk. */
export interface TicketNames {
  readonly prefixes: readonly [string, ...string[]];
  /** Prefixes of the queues that count their tickets together. */
  readonly sharing: readonly string[];
}

/** A ticket as somebody has named it: its id, or those that a bare number may be, in this order. */
export type NamedTicket = readonly [TicketId, ...TicketId[]];

/**
 * A bare number is the first queue's ticket; if that is not there, the ticket of a queue
 * that shares its numbers with others.
 */
export function parseTicketName(
  text: string,
  { prefixes, sharing }: TicketNames,
): NamedTicket | null {
  const id = parseTicketId(text, prefixes);
  if (id === null || text.includes('-')) return id === null ? null : [id];
  const others = sharing.map((prefix) => ticketId(prefix, Number(text)));
  return [id, ...others.filter((other) => other !== id)];
}

/** Which of them it is: the first that is there; the first, if none is. */
export function ticketMeant(named: NamedTicket, isThere: (id: TicketId) => boolean): TicketId {
  return named.find(isThere) ?? named[0];
}

/** The local part of an address at this domain, or null for any other address. */
export function localPartAt(address: string, domain: string): string | null {
  const at = address.lastIndexOf('@');
  return at >= 0 && sameAddress(address.slice(at + 1), domain) ? address.slice(0, at) : null;
}

/**
 * The same of an address that may be a ticket's: SUPPORT+7102, as a map of Postfix writes it, is
 * SUPPORT-7102.
 */
export function ticketPartAt(address: string, domain: string): string | null {
  return localPartAt(address, domain)?.replace(/^([a-z0-9]+)\+(?=\d)/i, '$1-') ?? null;
}

/** The ticket that a recipient address names, or null. */
export function ticketOfAddress(
  address: string,
  domain: string,
  prefixes: readonly string[],
): TicketId | null {
  const local = ticketPartAt(address, domain);
  return local?.includes('-') ? parseTicketId(local, prefixes) : null;
}

export interface TicketAndSuffix {
  readonly ticket: TicketId;
  readonly suffix: KnownSuffix;
}

/** `SUPPORT-7102-close`, also with a + for a -: the ticket and the word. null for anything else. */
export function ticketAndSuffix(
  local: string,
  prefixes: readonly string[],
): TicketAndSuffix | null {
  const { name, suffix } = splitSuffix(local);
  const ticket = suffix === null ? null : parseTicketId(name, prefixes);
  return ticket === null || suffix === null ? null : { ticket, suffix };
}

/** A ticket's name, and the word behind it; null if there is none. */
export function splitSuffix(local: string): {
  readonly name: string;
  readonly suffix: KnownSuffix | null;
} {
  const [, name, word = ''] = /^(.*?\d)[-+]?([a-z][a-z-]*)$/i.exec(local) ?? [];
  if (name === undefined) return { name: local, suffix: null };
  return { name, suffix: suffixNamed(word) };
}

export function ticketAddress(id: TicketId, domain: string): string {
  return `${id}@${domain}`;
}
