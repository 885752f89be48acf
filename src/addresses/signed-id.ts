/**
 * Message-IDs that only a recipient of our mail can know.
 *
 * `<support-7102.12.k3v…@domain>`: ticket, serial of the message in it, and a
 * token over ticket, serial and recipient. A reply that names it has seen our
 * mail; whoever writes from the very recipient address has it from their own
 * mailbox (RFC 5322 3.6.4).
 */

import { parseTicketId } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { SigningKeys } from './token.ts';
import { epochOf, makeToken, TOKEN_PATTERN } from './token.ts';

const ID = String.raw`<([a-z0-9]+-[0-9]+)\.([0-9]{1,9})\.(${TOKEN_PATTERN})@([^<>@\s]+)>`;
const SHAPE = new RegExp(`^${ID}$`, 'i');
const IN_A_COPY = new RegExp(String.raw`^[> \t]*Message-ID:\s*(${ID})`, 'gim');

export interface SignedId {
  readonly ticket: TicketId;
  readonly serial: number;
  readonly token: string;
}

export function signedMessageId(
  keys: SigningKeys,
  ticket: TicketId,
  serial: number,
  recipient: string,
  domain: string,
): string {
  const token = makeToken(keys, 'message-id', partsOf(ticket, serial, recipient));
  return `<${ticket.toLowerCase()}.${serial}.${token}@${domain}>`;
}

/** Reads the shape alone: the token is still to be verified. */
export function parseSignedId(
  messageId: string,
  domain: string,
  prefixes: readonly string[],
): SignedId | null {
  const [, id, serial, token, host] = SHAPE.exec(messageId) ?? [];
  if (id === undefined || token === undefined) return null;
  if (host?.toLowerCase() !== domain.toLowerCase()) return null;
  const ticket = parseTicketId(id, prefixes);
  return ticket && { ticket, serial: Number(serial), token };
}

/**
 * Signed ids in a text, since older bounces copy the header of a mail as text. Not what that mail
 * answered.
 */
export function signedIdsIn(text: string): readonly string[] {
  return [...text.matchAll(IN_A_COPY)].map(([, id = '']) => id);
}

/** The epoch in which it was signed for this recipient, or null if it was not. */
export function epochSentTo(
  keys: SigningKeys,
  { ticket, serial, token: given }: SignedId,
  recipient: string,
): string | null {
  return epochOf(keys, given, 'message-id', partsOf(ticket, serial, recipient));
}

function partsOf(ticket: TicketId, serial: number, recipient: string): readonly string[] {
  return [ticket, String(serial), recipient.toLowerCase()];
}
