/**
 * What a mail does that belongs to a ticket, and whether it may.
 *
 * Staff act. Who is on the ticket, or names a mail that we signed, is appended; whoever only knows
 * its address is held, and what their machine writes is recorded, unless it is a report. Pure.
 */

import { answersNothing, type RoutedBy, type Verdict } from '../ticket/decision.ts';
import { meaningOf } from '../ticket/suffix.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Addressee } from './addressing.ts';
import type { Candidates } from './candidates.ts';
import type { CustomerCommand } from './customer-command.ts';
import type { Intent } from './intent.ts';
import { isPermitted, UNPROVEN_STAFF } from './trust.ts';

const STRANGER: Verdict = {
  check: 'stranger',
  evidence: 'it is from somebody who is not on the ticket',
};
const UNLISTED = (name: string): Verdict => ({
  check: 'unlisted',
  evidence: `it came to the reply address that ${name} was given, and not from an address of ${name}'s in the config`,
});
const UNPROVEN: Verdict = { check: 'strict', evidence: 'nothing proves its From' };

export function intoTicket(ticket: TicketId, by: RoutedBy, candidates: Candidates): Intent {
  const { trusted, isOnTicket, isStrict, isReport, verdict, bySignedReference, queue } = candidates;
  const { suffix, claimedStaff } = candidates;
  const hold = (verdict: Verdict) => ({ type: 'hold', queue, ticket, verdict }) as const;
  const { staff } = trusted;
  const { isRequester, isNoteToo } = candidates;
  const isGiven = staff?.proof === 'answer' || staff?.proof === 'note';
  if (staff !== null && verdict === null && (isGiven || !isRequester)) {
    const { person, proof } = staff;
    const may = proof === 'answer' || proof === 'note' ? proof : 'command';
    const { doubt } = trusted;
    return { type: 'act', ticket, queue, person, may, doubt, suffix: isNoteToo ? 'note' : suffix };
  }
  if (claimedStaff !== null && verdict === null && !isRequester) {
    return hold(UNPROVEN_STAFF(claimedStaff));
  }
  // Who names a mail that we signed has seen it; the address alone proves nothing.
  const isKnown = by !== 'address' || isOnTicket || bySignedReference === ticket;
  if (!isKnown && verdict !== null) {
    const mayBeOurs = isReport && !isStrict;
    if (!mayBeOurs) return { type: 'record', verdict };
    return { type: 'append', ticket, mayReopen: false, customerCommand: null };
  }
  if (!isKnown && !isPermitted('join', trusted.level, isStrict)) {
    const { addressOwner } = candidates;
    if (addressOwner === null) return hold(STRANGER);
    return { ...hold(UNLISTED(addressOwner.name)), asked: addressOwner };
  }
  if (!isPermitted('answer', trusted.level, isStrict)) return hold(UNPROVEN);
  // A number in a subject may be of another matter: it is shown, and changes nothing.
  if (by === 'subject') return { type: 'append', ticket, mayReopen: false, customerCommand: null };
  // From another address, too: whoever names a mail of ours has got it, or was passed it.
  const mayReopen =
    (isOnTicket || bySignedReference === ticket) &&
    !candidates.isReaction &&
    !answersNothing(candidates.mark) &&
    isPermitted('reopen', trusted.level, isStrict);
  const customerCommand =
    isOnTicket && verdict === null && candidates.mark === null
      ? customerCommandOf(suffix ?? candidates.word, candidates)
      : null;
  return { type: 'append', ticket, mayReopen, customerCommand };
}

/** null if nothing is asked for, and for what is the desk's alone. */
function customerCommandOf(
  suffix: Addressee['suffix'],
  { trusted, isStrict }: Candidates,
): CustomerCommand | null {
  const level = trusted.doubt === null ? trusted.level : 'claimed';
  const { customerCommand } = meaningOf(suffix);
  switch (customerCommand) {
    case 'status':
    case 'quiet':
      return customerCommand;
    case 'close':
      return isPermitted('close', level, isStrict) ? 'close' : 'close, unproven';
    case 'stop':
      return isPermitted('stop', level, isStrict) ? 'stop' : 'stop, unproven';
    default:
      return null;
  }
}
