/**
 * Addresses that our mail can be sent to, those that get automatic mail, and which of them are
 * one mailbox. A dot-atom local part and a domain (RFC 5321 4.1.2, RFC 6531 3.3) that is no
 * option of sendmail, holds nothing invisible, and nothing that a client would decode (RFC
 * 2047). Pure.
 */
import { isPlain } from './plain.ts';

/** Octets, RFC 5321 4.5.3.1.3. */
const MAX_ADDRESS_BYTES = 254;
const PLAIN = shape('', 'A-Za-z0-9');

export function isWritable(address: string): boolean {
  if (Buffer.byteLength(address) > MAX_ADDRESS_BYTES) return false;
  const known = isPlain(address)
    ? PLAIN
    : shape(String.raw`\p{Cc}\p{Cf}\p{Cs}`, String.raw`\p{L}\p{N}`);
  return known.test(address);
}

/**
 * Whether a machine of ours may answer there. By %, ! and routes (RFC 5321 appendix C) a relay
 * passes a mail on to somebody who has never written to us.
 */
export function isAnswerable(address: string): boolean {
  return isWritable(address) && !/[%!]/.test(address);
}

/**
 * Compared without case and without what stands behind a + (RFC 5233): caps and blocks count them
 * as one.
 */
export function sameMailbox(a: string, b: string): boolean {
  return mailboxOf(a) === mailboxOf(b);
}

export function mailboxOf(address: string): string {
  const folded = address.toLowerCase();
  const at = folded.lastIndexOf('@');
  const plus = folded.indexOf('+');
  return plus > 0 && plus < at ? folded.slice(0, plus) + folded.slice(at) : folded;
}

/**
 * `invisible`: what no atom has, besides that of ASCII. `letter`: with what a domain begins and
 * ends.
 */
function shape(invisible: string, letter: string): RegExp {
  const atom = String.raw`[^\s@"(),.:;<>[\\\]${invisible}]+`;
  const domain = `[${letter}](?:[${letter}.-]*[${letter}])?`;
  return new RegExp(String.raw`^(?!-)(?!.*=\?)(?=.{1,64}@)${atom}(?:\.${atom})*@${domain}$`, 'u');
}
