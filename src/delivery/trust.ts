/**
 * Who wrote this, and how do we know?
 *
 * The ladder, low to high: automatic, claimed, thread (a Message-ID that we signed
 * for the very address it comes from), authenticated (our own MTA says that the
 * From is true), staff (a login or an authenticated From of somebody in the staff
 * list). A SASL login counts for the person whose names list it, not for whoever
 * the From claims. What each level may do is one table: PERMITTED. Pure.
 */
import type { StaffPerson } from '../config/config.ts';
import { sameAddress, type Trust } from '../ticket/ticket.ts';

export interface Proofs {
  readonly isAutomatic: boolean;
  readonly from: string | null;
  /** SASL_USERNAME, from the environment alone. */
  readonly login: string | null;
  /** Evidence that the From is true, by our own MTA. */
  readonly authenticated: string | null;
  /** A reference that we signed for this mail's From address. */
  readonly namesMailSentToSender: boolean;
}

export interface Trusted {
  readonly level: Trust;
  readonly why: string;
  /** Who of the staff it is. */
  readonly person: StaffPerson | null;
}

export function trust(proofs: Proofs, staff: readonly StaffPerson[]): Trusted {
  const { isAutomatic, from, login, authenticated, namesMailSentToSender } = proofs;
  const is = (level: Trust, why: string, person: StaffPerson | null = null) => ({
    level,
    why,
    person,
  });
  if (isAutomatic) return is('automatic', 'a machine wrote it');
  const logged = staff.find(({ sasl }) => login !== null && sasl.includes(login));
  if (logged !== undefined) return is('staff', `SASL login ${login} of ${logged.name}`, logged);
  if (authenticated !== null) {
    const named = staff.find(({ addresses }) =>
      addresses.some((address) => from !== null && sameAddress(address, from)),
    );
    if (named !== undefined) return is('staff', `${named.name}: ${authenticated}`, named);
    return is('authenticated', authenticated);
  }
  if (namesMailSentToSender) return is('thread', 'it names a mail that we sent to this address');
  return is('claimed', from === null ? 'it names nobody' : 'nothing proves its From');
}

export type Deed =
  /** Begin a ticket. */
  | 'open'
  /** Write into the ticket that it belongs to, where it is the requester's. */
  | 'answer'
  /** Write into a ticket that it only knows the address of. */
  | 'join'
  /** Bring a resolved ticket back, and take one out of waiting. */
  | 'reopen';

/** What each level may do; `strict` in the config raises `answer` and `reopen` to proven mail. */
export const PERMITTED: Readonly<Record<Deed, readonly Trust[]>> = {
  open: ['claimed', 'thread', 'authenticated', 'staff'],
  answer: ['automatic', 'claimed', 'thread', 'authenticated', 'staff'],
  join: ['automatic', 'staff'],
  reopen: ['claimed', 'thread', 'authenticated', 'staff'],
};

export function isPermitted(deed: Deed, level: Trust, isStrict: boolean): boolean {
  if (isStrict && level === 'claimed' && deed !== 'open') return false;
  return PERMITTED[deed].includes(level);
}
