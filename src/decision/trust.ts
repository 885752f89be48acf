/**
 * Who wrote this, and how do we know?
 *
 * The ladder, low to high: automatic, claimed, thread (a Message-ID that we signed
 * for the very address it comes from), authenticated (our own MTA says that the
 * From is true), staff (somebody in the staff list, by a login, by the address that
 * we gave them for notes on this ticket, or by an authenticated From unless the
 * config wants the login). A SASL login counts for the person whose names list it, not
 * for whoever the From claims. What each level may do is one table: PERMITTED_LEVELS. What the From
 * alone proves may be in doubt all the same (doubt.ts). Pure.
 */

import type { StaffRole } from '../addresses/signed-address.ts';
import type { Config, StaffPerson } from '../config/config.ts';
import type { Verdict } from '../ticket/decision.ts';
import { sameAddress, type Trust } from '../ticket/ticket.ts';
import { ACTED_BEFORE, UNCONFIRMED } from './doubt.ts';

export interface Proofs {
  readonly isAutomatic: boolean;
  readonly from: string | null;
  /** SASL_USERNAME, from the environment alone. */
  readonly login: string | null;
  /** Evidence that the From is true, by our own MTA. */
  readonly authenticated: string | null;
  /** A reference that we signed for this mail's From address. */
  readonly namesMailSentToSender: boolean;
  /** Whose address, signed for this ticket, it was sent to, and what that is good for. */
  readonly givenTo: { readonly person: StaffPerson; readonly role: StaffRole } | null;
  /** What speaks for a copy of an older mail. */
  readonly copied: Verdict | null;
  /** A mail of this person with its Message-ID has acted before. */
  readonly hasActed: boolean;
  /** Its host may send for the domain of the From. */
  readonly isSpfAligned: boolean;
  /** Its author has said that it is theirs. */
  readonly isConfirmed: boolean;
}

/** How one of the staff is known: by a login, by an authenticated From, or by the address that they were given. */
export type StaffProof = 'login' | 'from' | StaffRole;

export interface Trusted {
  readonly level: Trust;
  readonly why: string;
  /** Who of the staff it is, and how that is known. */
  readonly staff: { readonly person: StaffPerson; readonly proof: StaffProof } | null;
  /** Why it may be a copy that somebody else sends: it orders nothing until its author confirms it. */
  readonly doubt: Verdict | null;
}

export function trust(
  proofs: Proofs,
  { staff, staffProof }: Pick<Config, 'staff' | 'staffProof'>,
): Trusted {
  const { isAutomatic, from, login, authenticated, namesMailSentToSender, givenTo } = proofs;
  const { copied, hasActed, isSpfAligned, isConfirmed } = proofs;
  const is = (
    level: Trust,
    why: string,
    known: Trusted['staff'] = null,
    doubt: Verdict | null = null,
  ): Trusted => ({ level, why, staff: known, doubt: isConfirmed ? null : doubt });
  if (isAutomatic) return is('automatic', 'a machine wrote it');
  const logged = staff.find(({ sasl }) => login !== null && sasl.includes(login));
  if (logged !== undefined) {
    const why = `SASL login ${login} of ${logged.name}`;
    return is('staff', why, { person: logged, proof: 'login' });
  }
  const named = personOf(from, staff);
  const isFromStaff = authenticated !== null && named !== null && staffProof === 'authenticated';
  // Of a person who is known by both, the stronger proof counts.
  if (isFromStaff && (givenTo === null || givenTo.person === named)) {
    const doubt = copied ?? (givenTo !== null || isSpfAligned ? null : UNCONFIRMED);
    return is('staff', `${named.name}: ${authenticated}`, { person: named, proof: 'from' }, doubt);
  }
  if (givenTo !== null) {
    const { person, role } = givenTo;
    const doubt = hasActed ? ACTED_BEFORE : null;
    return is('staff', `the ${role} address of ${person.name}`, { person, proof: role }, doubt);
  }
  if (authenticated !== null) return is('authenticated', authenticated, null, copied);
  if (namesMailSentToSender) return is('thread', 'it names a mail that we sent to this address');
  return is('claimed', from === null ? 'it names nobody' : 'nothing proves its From');
}

/** Whoever of the staff writes from that address, if it is true. */
export function personOf(from: string | null, staff: readonly StaffPerson[]): StaffPerson | null {
  const isTheirs = (address: string) => from !== null && sameAddress(address, from);
  return staff.find(({ addresses }) => addresses.some(isTheirs)) ?? null;
}

/** A login or an authenticated From: an address that was given is good for words alone. */
export function mayCommand({ staff }: Pick<Trusted, 'staff'>): boolean {
  return staff?.proof === 'login' || staff?.proof === 'from';
}

export type Permission =
  /** Begin a ticket. */
  | 'open'
  /** Write into the ticket that it belongs to, if it is the requester's. */
  | 'answer'
  /** Write into a ticket that it only knows the address of. */
  | 'join'
  /** Bring a resolved ticket back, and take one out of waiting. */
  | 'reopen'
  /** Close one's own. */
  | 'close'
  /** Have no more mail sent to that address. */
  | 'stop';

/** What each level may do; `strict` in the config raises `answer` and `reopen` to proven mail. */
const PERMITTED_LEVELS: Readonly<Record<Permission, readonly Trust[]>> = {
  open: ['claimed', 'thread', 'authenticated', 'staff'],
  answer: ['automatic', 'claimed', 'thread', 'authenticated', 'staff'],
  join: ['staff'],
  reopen: ['claimed', 'thread', 'authenticated', 'staff'],
  close: ['thread', 'authenticated', 'staff'],
  stop: ['thread', 'authenticated', 'staff'],
};

export function isPermitted(permission: Permission, level: Trust, isStrict: boolean): boolean {
  if (isStrict && level === 'claimed' && permission !== 'open') return false;
  return PERMITTED_LEVELS[permission].includes(level);
}

/** Why a mail is held that says it is from one of the staff. */
export const UNPROVEN_STAFF = (name: string): Verdict => ({
  check: 'unproven-staff',
  evidence: `nothing proves that it is from ${name}: it takes a login, an authenticated From, or the reply address that ${name} was given`,
});
