/**
 * Addresses of ours that prove something, at the desk's domain:
 *
 * `support-7102-b-12-k3v…@` bounces of message 12 come to it (its reverse-path);
 * `support-7102-r-12-k3v…@` its reply address, for relays that replace
 * Message-IDs (`"proof": "reply-to"`), both signed over ticket, serial and
 * recipient; `support-7102-a-hp4v0-k3v…@` an answer or a note of one of the staff
 * (`-k-`: also to whom the answered mail had in copy; `-n-`: a note alone), signed over
 * ticket, person and the minute in which it was given (base 36, since 1970): good
 * for 30 days, and until that person's addresses are revoked, from when on something
 * else is signed with them;
 * `support-7102-g-125-k3v…@` rates the ticket with 5, in answer to message 12, signed over ticket,
 * serial, score and recipient;
 * `support-39-p-hp4v0-k3v…@` is for whoever has to confirm what a robot would do for mail 39;
 * `support-39-c-hp4v0-k3v…@` the word of one of the staff that mail 39, which was held or came
 * back to them, is theirs and meant, signed over its number (or nonce), person and minute. Compared without
 * case, also as `support+7102-…` (postfix/tickets.regexp); at most 64 octets before
 * the @ (RFC 5321 4.5.3.1.1).
 */

import { ageOf, MINUTE_MS } from '../ticket/age.ts';
import { parseTicketId, ticketPartAt } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { SigningKeys } from './token.ts';
import { epochOf, makeToken, TOKEN_PATTERN } from './token.ts';

const ROLES = {
  b: 'bounce',
  r: 'reply',
  a: 'answer',
  n: 'note',
  c: 'confirm',
  g: 'rating',
  k: 'copies',
  p: 'plan',
} as const;

/** What the address that one of the staff is given is good for. */
export type StaffRole = 'answer' | 'copies' | 'note';
const LETTERS: Readonly<Record<StaffRole, string>> = { answer: 'a', copies: 'k', note: 'n' };
const SHAPE = new RegExp(
  `^([a-z0-9]+-[0-9]+)-([abcgknpr])-([a-z0-9]{1,9})-(${TOKEN_PATTERN})$`,
  'i',
);
const GOOD_FOR_MINUTES = 30 * 24 * 60;

export type SignedAddress =
  | {
      readonly role: 'bounce' | 'reply';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly token: string;
    }
  | AddressOfStaff
  | AddressOfPlan
  | AddressOfRating;

export type AddressOfStaff =
  | {
      readonly role: StaffRole;
      readonly ticket: TicketId;
      /** Minutes since 1970. */
      readonly minute: number;
      readonly token: string;
    }
  | {
      readonly role: 'confirm';
      readonly ticket: null;
      /** Number of the mail's commit, or its nonce (journal/nonce.ts). */
      readonly held: number;
      readonly minute: number;
      readonly token: string;
    };

/** Given to whoever has to confirm what a robot would do (plan-address.ts). */
export interface AddressOfPlan {
  readonly role: 'plan';
  readonly ticket: null;
  /** Number of the mail that asked for it. */
  readonly run: number;
  readonly minute: number;
  readonly token: string;
}

/** Given to whoever is asked how it went (desk/ask-rating.ts). */
export interface AddressOfRating {
  readonly role: 'rating';
  readonly ticket: TicketId;
  /** Of the message that asks. */
  readonly serial: number;
  /** 1 to 5 in one that we gave. */
  readonly score: number;
  readonly token: string;
}

export interface Sent {
  readonly ticket: TicketId;
  readonly serial: number;
  readonly recipient: string;
  /** What an address of this message rates the ticket with. */
  readonly score?: number;
}

type SentRole = 'bounce' | 'reply' | 'rating';

export function sentAddress(keys: SigningKeys, role: SentRole, sent: Sent, domain: string): string {
  const token = makeToken(keys, role, partsOf(sent));
  const letter = role === 'rating' ? 'g' : role[0];
  return `${sent.ticket.toLowerCase()}-${letter}-${numberOf(sent)}-${token}@${domain}`;
}

export function staffAddress(
  keys: SigningKeys,
  role: StaffRole,
  { ticket, person, at }: { ticket: TicketId; person: string; at: Date },
  domain: string,
): string {
  const minute = Math.floor(at.getTime() / MINUTE_MS);
  const token = makeToken(keys, role, [
    ...[ticket, person, String(minute)],
    ...renewal(keys, person),
  ]);
  return `${ticket.toLowerCase()}-${LETTERS[role]}-${minute.toString(36)}-${token}@${domain}`;
}

export function confirmAddress(
  keys: SigningKeys,
  { held, queue, person, at }: { held: number; queue: string; person: string; at: Date },
  domain: string,
): string {
  const minute = Math.floor(at.getTime() / MINUTE_MS);
  const token = makeToken(keys, 'confirm', [
    ...[String(held), person, String(minute)],
    ...renewal(keys, person),
  ]);
  return `${queue.toLowerCase()}-${held}-c-${minute.toString(36)}-${token}@${domain}`;
}

/** Reads the shape alone: the token is still to be verified. */
export function parseSignedAddress(
  address: string,
  domain: string,
  prefixes: readonly string[],
): SignedAddress | null {
  const local = ticketPartAt(address, domain) ?? '';
  const [, id = '', letter, number = '', token] = SHAPE.exec(local) ?? [];
  const ticket = parseTicketId(id, prefixes);
  const role = Object.entries(ROLES).find(([name]) => name === letter?.toLowerCase())?.[1];
  if (ticket === null || role === undefined || token === undefined) return null;
  const minute = Number.parseInt(number, 36);
  if (role === 'note' || role === 'answer' || role === 'copies')
    return { role, ticket, minute, token };
  const ofId = Number(id.slice(id.lastIndexOf('-') + 1));
  if (role === 'confirm') return { role, ticket: null, held: ofId, minute, token };
  if (role === 'plan') return { role, ticket: null, run: ofId, minute, token };
  if (!/^\d+$/.test(number)) return null;
  const serial = Number(number);
  if (role !== 'rating') return { role, ticket, serial, token };
  return { role, ticket, serial: Math.floor(serial / 10), score: serial % 10, token };
}

/** The epoch in which it was signed for this recipient, or null if it was not. */
export function epochOfSent(
  keys: SigningKeys,
  { role, token: given, ...sent }: SignedAddress & { role: SentRole },
  recipient: string,
): string | null {
  return epochOf(keys, given, role, partsOf({ ...sent, recipient }));
}

/**
 * What it says of this person: it was given to them and counts, or was before a restore, which
 * brings back what was revoked since. null if it was not, or for too long, or was revoked.
 */
export function givenToPerson(
  keys: SigningKeys,
  address: AddressOfStaff,
  person: string,
  now: Date,
): 'counts' | 'before a restore' | null {
  const { role, minute, token: given } = address;
  const age = Math.floor(now.getTime() / MINUTE_MS) - minute;
  if (age < 0 || age > GOOD_FOR_MINUTES) return null;
  const about = address.role === 'confirm' ? String(address.held) : address.ticket;
  const parts = [about, person, String(minute)];
  const epoch =
    epochOf(keys, given, role, [...parts, ...renewal(keys, person)]) ??
    (mayBeOlder(keys, person, minute, now) ? epochOf(keys, given, role, parts) : null);
  if (epoch === null) return null;
  return epoch === keys.epoch ? 'counts' : 'before a restore';
}

/** Given by an older program, which went by its clock: if that was ahead, none is certain. */
function mayBeOlder(
  { revoked, renewed }: SigningKeys,
  person: string,
  minute: number,
  now: Date,
): boolean {
  const since = revoked[person];
  if (since === undefined || renewed?.[person] !== undefined) return false;
  return ageOf(since, now) !== Infinity && minute * MINUTE_MS > Date.parse(since);
}

/** What stands in a token since the addresses of that person were revoked last. */
function renewal({ revoked, renewed }: SigningKeys, person: string): readonly string[] {
  const since = renewed?.[person] ?? revoked[person];
  return since === undefined ? [] : [since];
}

function partsOf(sent: Sent): readonly string[] {
  return [sent.ticket, numberOf(sent), sent.recipient.toLowerCase()];
}

function numberOf({ serial, score = '' }: Pick<Sent, 'serial'> & { score?: number | '' }): string {
  return `${serial}${score}`;
}
