/**
 * Where a mail with a machine's mark goes that a person may have written.
 *
 * It gets no automatic answer, and orders nothing. It opens a ticket if anything speaks for a
 * person; what goes to many does what its queue says (`bulk`); anything else is held. Pure.
 */

import { BULK, marked, type Verdict } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Addressee } from './addressing.ts';
import type { Candidates } from './candidates.ts';
import type { Intent } from './intent.ts';

/**
 * What is left to say of a mail with a machine's mark: null if it goes on as any other. What one of
 * the staff wrote is carried out if the mark is a relay's; else a machine may have answered for
 * them, and a person decides.
 */
export function markedIntent(
  ticket: TicketId | null,
  service: Addressee['service'],
  candidates: Candidates,
): Intent | null {
  const { queue, mark, isOfRelays, isToMany, speaksForPerson, trusted, isRequester } = candidates;
  if (mark === null) return null;
  const hold = (verdict: Verdict): Intent => ({ type: 'hold', queue, ticket, verdict });
  const isOfStaff = trusted.staff !== null && !isRequester;
  if (isOfStaff && isOfRelays) return null;
  // Whoever says that they are away calls the mail so.
  const isLoggedIn = trusted.staff?.proof === 'login';
  if (service === 'control' && isLoggedIn && candidates.isMarkedBySubject) return null;
  if (isOfStaff || service !== null) return hold(marked(mark));
  if (speaksForPerson) {
    if (ticket !== null) return null;
    const open = { type: 'open', queue, mayBeOnBehalf: false } as const;
    return { ...open, silence: marked(mark), isMarked: true };
  }
  if (!isToMany) return ticket === null ? hold(marked(mark)) : null;
  const verdict = { ...marked(mark), check: BULK };
  if (queue.bulk === 'hold') return hold(verdict);
  if (queue.bulk === 'record') return { type: 'record', verdict };
  if (ticket !== null) return null;
  return { type: 'open', queue, silence: marked(mark), mayBeOnBehalf: false, isMarked: true };
}
