/**
 * Who wrote this, and how do we know?
 *
 * The ladder, low to high: automatic, claimed, thread (a Message-ID that we signed
 * for the very address it comes from), authenticated (our own MTA says that the
 * From is true), staff (somebody in the staff list, by a login, by the address that
 * we gave him for notes on this ticket, or by an authenticated From unless the
 * config wants the login). A SASL login counts for the person whose names list it, not
 * for whoever the From claims. What each level may do is one table: PERMITTED. Pure.
 */
import type { Config, StaffPerson } from '../config/config.ts';
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
  /** Whose note address, signed for this ticket, it was sent to. */
  readonly noteOf: StaffPerson | null;
}

export interface Trusted {
  readonly level: Trust;
  readonly why: string;
  /** Who of the staff it is. */
  readonly person: StaffPerson | null;
}

export function trust(
  proofs: Proofs,
  { staff, staffProof }: Pick<Config, 'staff' | 'staffProof'>,
): Trusted {
  const { isAutomatic, from, login, authenticated, namesMailSentToSender, noteOf } = proofs;
  const is = (level: Trust, why: string, person: StaffPerson | null = null) => ({
    level,
    why,
    person,
  });
  if (isAutomatic) return is('automatic', 'a machine wrote it');
  const logged = staff.find(({ sasl }) => login !== null && sasl.includes(login));
  if (logged !== undefined) return is('staff', `SASL login ${login} of ${logged.name}`, logged);
  if (noteOf !== null) return is('staff', `the note address of ${noteOf.name}`, noteOf);
  if (authenticated !== null) {
    const named = staff.find(({ addresses }) =>
      addresses.some((address) => from !== null && sameAddress(address, from)),
    );
    if (named !== undefined && staffProof === 'authenticated')
      return is('staff', `${named.name}: ${authenticated}`, named);
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
  join: ['staff'],
  reopen: ['claimed', 'thread', 'authenticated', 'staff'],
};

export function isPermitted(deed: Deed, level: Trust, isStrict: boolean): boolean {
  if (isStrict && level === 'claimed' && deed !== 'open') return false;
  return PERMITTED[deed].includes(level);
}
