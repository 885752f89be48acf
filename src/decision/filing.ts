/**
 * A mail of one of the staff that has gone to a customer by itself, and names the desk as well.
 *
 * It is written down as their answer, or as what begins a ticket of that customer, and nobody gets
 * it again; but not if it asks for an answer, which others may wait for. As a blind copy it is a
 * note. Without proof it is held. Pure.
 */

import type { Verdict } from '../ticket/decision.ts';
import type { Candidates } from './candidates.ts';
import type { Intent } from './intent.ts';
import { mayCommand, UNPROVEN_STAFF } from './trust.ts';

const BEGUN = (name: string): Verdict => ({
  check: 'begun-by-staff',
  evidence: `${name} has written to them`,
});

/** null for any other mail. */
export function filing(candidates: Candidates): Intent | null {
  const { byAddress, bySignedReference, byReference, trusted, named, verdict } = candidates;
  const { queue, isRequester, claimedStaff, isBlind } = candidates;
  const ticket = byAddress ?? bySignedReference ?? byReference ?? candidates.answered;
  if (verdict !== null || isRequester) return null;
  if (named.length === 0 || (byAddress !== null && !candidates.namesAddressee)) return null;
  const { staff, doubt } = trusted;
  if (staff === null) {
    if (claimedStaff === null || byAddress !== null) return null;
    return { type: 'hold', queue, ticket, verdict: UNPROVEN_STAFF(claimedStaff) };
  }
  if (doubt?.check === 'copied') {
    return byAddress === null ? { type: 'hold', queue, ticket, verdict: doubt } : null;
  }
  const { person, proof } = staff;
  if (ticket === null) {
    const [requester] = named;
    if (!mayCommand(trusted) || requester === undefined) return null;
    const begun = { by: person.name, requester };
    return { type: 'open', queue, silence: BEGUN(person.name), mayBeOnBehalf: false, begun };
  }
  if (isBlind) {
    const may = proof === 'answer' || proof === 'note' ? proof : 'command';
    return { type: 'act', ticket, queue, person, may, doubt: null, suffix: 'note' };
  }
  if (candidates.isToAnswer) return null;
  const silent = { mayReopen: false, customerCommand: null } as const;
  return { type: 'append', ticket, ...silent, answeredBy: person.name };
}
