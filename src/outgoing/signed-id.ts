/**
 * Message-IDs that only a recipient of our mail can know.
 *
 * `<support-7102.12.k3v…@domain>`: ticket, serial of the message in it, and 80
 * bits of HMAC-SHA256 in lower-case base32 over store epoch, ticket, serial
 * and recipient. A reply that names it has seen our mail; whoever writes from
 * the very recipient address has it from his own mailbox. Lower case and short,
 * so that it survives clients that fold or re-case (RFC 5322 3.6.4 makes no
 * promise). Every known secret and epoch verifies, the first
 * secret and the present epoch sign.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKeys } from '../store/store.ts';
import { parseTicketId } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const SIGNATURE_LENGTH = 16;
const SHAPE = /^<([a-z0-9]+-[0-9]+)\.([0-9]{1,9})\.([a-z2-7]{16})@([^<>@\s]+)>$/i;

export interface SignedId {
  readonly ticket: TicketId;
  readonly serial: number;
  readonly signature: string;
}

export function signedMessageId(
  keys: SigningKeys,
  ticket: TicketId,
  serial: number,
  recipient: string,
  domain: string,
): string {
  const signature = sign(keys.secrets[0], keys.epoch, ticket, serial, recipient);
  return `<${ticket.toLowerCase()}.${serial}.${signature}@${domain}>`;
}

/** Reads the shape alone: the signature is still to be verified. */
export function parseSignedId(
  messageId: string,
  domain: string,
  prefixes: readonly string[],
): SignedId | null {
  const [, id, serial, signature, host] = SHAPE.exec(messageId) ?? [];
  if (id === undefined || signature === undefined) return null;
  if (host?.toLowerCase() !== domain.toLowerCase()) return null;
  const ticket = parseTicketId(id, prefixes);
  return ticket && { ticket, serial: Number(serial), signature: signature.toLowerCase() };
}

export function wasSentTo(keys: SigningKeys, id: SignedId, recipient: string): boolean {
  const given = Buffer.from(id.signature);
  return keys.secrets.some((secret) =>
    [keys.epoch, ...keys.pastEpochs].some((epoch) =>
      timingSafeEqual(given, Buffer.from(sign(secret, epoch, id.ticket, id.serial, recipient))),
    ),
  );
}

function sign(
  secret: string,
  epoch: string,
  ticket: TicketId,
  serial: number,
  recipient: string,
): string {
  const data = ['message-id', epoch, ticket, serial, recipient.toLowerCase()].join('\0');
  const digest = createHmac('sha256', Buffer.from(secret, 'hex')).update(data).digest();
  return base32(digest).slice(0, SIGNATURE_LENGTH);
}

/** RFC 4648 section 6, lower case, no padding; whole groups of five octets only. */
function base32(data: Buffer): string {
  let text = '';
  for (let at = 0; at + 5 <= data.length; at += 5) {
    let group = data.readUIntBE(at, 5);
    let chars = '';
    for (let n = 0; n < 8; n += 1) {
      chars = (ALPHABET[group % 32] ?? '') + chars;
      group = Math.floor(group / 32);
    }
    text += chars;
  }
  return text;
}
