/**
 * Addresses of ours that prove something, at the desk's domain:
 *
 * `support-7102-b-12-k3v…@` bounces of message 12 come to it (its reverse-path);
 * `support-7102-r-12-k3v…@` its reply address, for relays that replace
 * Message-IDs (`"proof": "reply-to"`), both signed over ticket, serial and
 * recipient; `support-7102-a-hp4v0-k3v…@` an answer or a note of one of the staff
 * (`-n-`: a note alone), signed over
 * ticket, person and the minute in which it was given (base 36, since 1970): good
 * for 30 days, and until that person's addresses are revoked, from when on something
 * else is signed with them. Compared without
 * case; at most 64 octets before the @ (RFC 5321 4.5.3.1.1).
 */
import type { SigningKeys } from '../store/store.ts';
import { ageOf } from '../ticket/age.ts';
import { localPartAt, parseTicketId } from '../ticket/id.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { epochOf, SIGNATURE, signature } from './signature.ts';

const ROLES = { b: 'bounce', r: 'reply', a: 'answer', n: 'note' } as const;

/** What the address that one of the staff is given is good for. */
export type StaffRole = 'answer' | 'note';
const SHAPE = new RegExp(`^([a-z0-9]+-[0-9]+)-([abrn])-([a-z0-9]{1,9})-(${SIGNATURE})$`, 'i');
const MINUTE_MS = 60_000;
const GOOD_FOR_MINUTES = 30 * 24 * 60;

export type SignedAddress =
  | {
      readonly role: 'bounce' | 'reply';
      readonly ticket: TicketId;
      readonly serial: number;
      readonly signature: string;
    }
  | {
      readonly role: StaffRole;
      readonly ticket: TicketId;
      /** Minutes since 1970. */
      readonly minute: number;
      readonly signature: string;
    };

export interface Sent {
  readonly ticket: TicketId;
  readonly serial: number;
  readonly recipient: string;
}

export function sentAddress(
  keys: SigningKeys,
  role: 'bounce' | 'reply',
  sent: Sent,
  domain: string,
): string {
  const signed = signature(keys, role, partsOf(sent));
  return `${sent.ticket.toLowerCase()}-${role[0]}-${sent.serial}-${signed}@${domain}`;
}

export function staffAddress(
  keys: SigningKeys,
  role: StaffRole,
  { ticket, person, at }: { ticket: TicketId; person: string; at: Date },
  domain: string,
): string {
  const minute = Math.floor(at.getTime() / MINUTE_MS);
  const signed = signature(keys, role, [
    ...[ticket, person, String(minute)],
    ...renewal(keys, person),
  ]);
  return `${ticket.toLowerCase()}-${role[0]}-${minute.toString(36)}-${signed}@${domain}`;
}

/** Reads the shape alone: the signature is still to be verified. */
export function parseSignedAddress(
  address: string,
  domain: string,
  prefixes: readonly string[],
): SignedAddress | null {
  const local = localPartAt(address, domain) ?? '';
  const [, id = '', letter, number = '', signed] = SHAPE.exec(local) ?? [];
  const ticket = parseTicketId(id, prefixes);
  const role = Object.entries(ROLES).find(([name]) => name === letter?.toLowerCase())?.[1];
  if (ticket === null || role === undefined || signed === undefined) return null;
  if (role === 'note' || role === 'answer') {
    return { role, ticket, minute: Number.parseInt(number, 36), signature: signed };
  }
  return /^\d+$/.test(number) ? { role, ticket, serial: Number(number), signature: signed } : null;
}

/** The epoch in which it was signed for this recipient, or null where it was not. */
export function epochOfSent(
  keys: SigningKeys,
  { role, ticket, serial, signature: given }: SignedAddress & { role: 'bounce' | 'reply' },
  recipient: string,
): string | null {
  return epochOf(keys, given, role, partsOf({ ticket, serial, recipient }));
}

/** Whether it was given to this person, and still counts. */
export function isOfPerson(
  keys: SigningKeys,
  { role, ticket, minute, signature: given }: SignedAddress & { role: StaffRole },
  person: string,
  now: Date,
): boolean {
  const age = Math.floor(now.getTime() / MINUTE_MS) - minute;
  if (age < 0 || age > GOOD_FOR_MINUTES) return false;
  // A restore would bring back what was revoked since: only this epoch's count.
  const isSigned = (parts: readonly string[]) =>
    epochOf({ ...keys, pastEpochs: [] }, given, role, parts) !== null;
  const parts = [ticket, person, String(minute)];
  if (isSigned([...parts, ...renewal(keys, person)])) return true;
  const revoked = keys.revoked[person];
  if (revoked === undefined || keys.renewed?.[person] !== undefined) return false;
  // Given by an older program, which went by its clock: where that was ahead, none is certain.
  const isAfter = ageOf(revoked, now) !== Infinity && minute * MINUTE_MS > Date.parse(revoked);
  return isAfter && isSigned(parts);
}

/** What stands in a signature since the addresses of that person were revoked last. */
function renewal({ revoked, renewed }: SigningKeys, person: string): readonly string[] {
  const since = renewed?.[person] ?? revoked[person];
  return since === undefined ? [] : [since];
}

function partsOf({ ticket, serial, recipient }: Sent): readonly string[] {
  return [ticket, String(serial), recipient.toLowerCase()];
}

/** An address that lets one of the staff answer, also broken over lines or in a link. */
const GIVEN =
  /(?<![a-z0-9])[a-z0-9]+-\s?[0-9]+-\s?[an]-\s?[a-z0-9]{1,9}-\s?[a-z2-7]{16}(?:@|%40)[a-z0-9.-]+/gi;

export function withoutStaffAddresses(text: string, instead: string): string {
  return text.replace(GIVEN, instead);
}

/** What is left of such an address, whatever broke it or stands between its parts. */
const BROKEN = /-[an]-[a-z0-9]{1,9}-[a-z2-7]{16}/i;

export function holdsStaffAddress(text: string): boolean {
  return BROKEN.test(text.replace(/[\s\0>＞|=\p{Cf}]+/gu, ''));
}
