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

/** Nobody reads there, as its name says, in the languages of those who write so. */
const NOBODY =
  /^(?:[^@]{0,64}[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?(?:reply|respond)|dont[._-]?reply|no[._-]?response|nobody|unattended|ne[._-]?pas[._-]?repondre|keine[._-]?antwort|nicht[._-]?antworten|no[._-]?responder|nao[._-]?respond(?:a|er?)|non[._-]?rispondere|niet[._-]?antwoorden|geen[._-]?antwoord|svara?[._-]?ej|ingen[._-]?svar|ikke[._-]?svar|nie[._-]?odpowiadaj|neodpovidat)\d{0,4}(?:[._+-][^@]{0,64})?@/i;

/** Each of those names has one of these. */
const ROOTS: readonly string[] = [
  ...['repl', 'respon', 'nobody', 'unattended', 'repond', 'antwo', 'rispond', 'svar', 'odpo'],
];

export function isReadByNobody(address: string): boolean {
  const lower = address.toLowerCase();
  return ROOTS.some((root) => lower.includes(root)) && NOBODY.test(address);
}

/** Reports come from there, or a program of a list reads it. */
const MACHINE =
  /^(?:mailer-daemon|postmaster|bounces?|owner-[^@]{0,64}|[^@]{1,60}-(?:request|owner|bounces?))@/i;

export function isOfMachine(address: string): boolean {
  return MACHINE.test(address);
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
