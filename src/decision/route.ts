/**
 * Where does this mail belong, and may it go there?
 *
 * A ticket's address decides first, then a Message-ID that we signed, then a
 * Message-ID that the desk has seen from the very requester; else it opens a
 * ticket in the queue that it was written to. Somebody who only knows a ticket's
 * address is held until a staff member lets them in. A machine's mail to a machine opens
 * nothing: without a ticket it is recorded, and so is what a machine of a stranger's
 * writes to a ticket's address, unless it is a report. A mail with a machine's mark that a person
 * may have written gets no automatic answer, and orders nothing; it opens a ticket if anything
 * speaks for a person, else it is held. Only tickets that exist are handed in,
 * so a guessed number opens a new ticket. What one of the staff answers to an address of before a
 * restore goes back. Pure.
 */

import { marked, type RoutedBy, type Verdict } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Addressee } from './addressing.ts';
import type { Candidates } from './candidates.ts';
import { filing } from './filing.ts';
import type { Confirmation } from './given.ts';
import type { Intent, Routed } from './intent.ts';
import { intoTicket } from './into-ticket.ts';
import { inLinkedTicket } from './linked-ticket.ts';
import { markedIntent } from './marked-mail.ts';
import { mayCommand } from './trust.ts';

const NOT_ASKED = (name: string): Verdict => ({
  check: 'not-asked',
  evidence: `it came to an address that only ${name} was given, and is not from there`,
});
const COUNTS_NO_MORE: Verdict = {
  check: 'not-asked',
  evidence: 'it came to an address for one answer, which is not valid, or no longer',
};

export function route(candidates: Candidates): Routed {
  const { byAddress, verdict, spam, queue } = candidates;
  const ticket = byAddress ?? byThread(candidates);
  const by = routedBy(candidates);
  if (spam !== null && !isProvenReport(ticket, candidates)) {
    return { intent: { type: 'hold', queue, ticket, verdict: spam }, by };
  }
  const { confirmation, trusted, claimedOurs = null, unlistedForm = null } = candidates;
  const isOfPerson = verdict === null && trusted.staff === null && confirmation === null;
  const isNew = ticket === null && candidates.service === null && candidates.blocked === null;
  if (unlistedForm !== null && isNew && (claimedOurs !== null || isOfPerson)) {
    return { intent: { type: 'hold', queue, ticket, verdict: unlistedForm }, by };
  }
  if (claimedOurs !== null && candidates.blocked === null) {
    return { intent: { type: 'hold', queue, ticket, verdict: claimedOurs }, by };
  }
  if (confirmation !== null) {
    const intent = confirming(confirmation, candidates);
    if (intent !== null) return { intent, by: 'address' };
  }
  if (
    confirmation === null &&
    candidates.isToConfirm &&
    verdict === null &&
    trusted.staff === null
  ) {
    return { intent: { type: 'hold', queue, ticket, verdict: COUNTS_NO_MORE }, by };
  }
  const service = serviceFor(ticket, candidates);
  const silent = candidates.blocked ?? (ticket === null || service !== null ? verdict : null);
  if (silent !== null) return { intent: { type: 'record', verdict: silent }, by };
  const intent = markedIntent(ticket, service, candidates);
  if (intent !== null) return { intent, by };
  if (service !== null) {
    const person = mayCommand(trusted) ? (trusted.staff?.person ?? null) : null;
    const { doubt } = trusted;
    return { intent: { type: service, queue, person, doubt }, by: 'address' };
  }
  const { outdated } = candidates;
  if (outdated !== null && verdict === null && (byAddress === null || trusted.staff === null)) {
    const act = { type: 'act', ticket: byAddress ?? outdated.ticket, suffix: null } as const;
    return {
      intent: { ...act, queue, person: outdated.person, may: 'nothing', doubt: null },
      by: 'address',
    };
  }
  const filed = filing(candidates);
  if (filed !== null) return { intent: filed, by };
  if (ticket !== null)
    return { intent: inLinkedTicket(intoTicket(ticket, by, candidates), candidates), by };
  // What is passed on makes mail to somebody else: a copy of it must not.
  const mayBeOnBehalf = mayCommand(trusted) && trusted.doubt?.check !== 'copied';
  const silence = candidates.mark === null ? null : marked(candidates.mark);
  return { intent: { type: 'open', queue, silence, mayBeOnBehalf }, by };
}

/** null for an answer to a mail that came back, which says something else. */
function confirming(
  confirmation: Confirmation,
  { verdict, mark, isOfRelays, queue, isTheWord, heldOrders, isByWhoeverIsAsked }: Candidates,
): Intent | null {
  const { ticket, person, named } = confirmation;
  if (verdict !== null) return { type: 'record', verdict };
  if (mark !== null && !isOfRelays) return { type: 'hold', queue, ticket, verdict: marked(mark) };
  const isOrder = named === null ? isTheWord : heldOrders !== null;
  if (ticket !== null && !isOrder) return null;
  if (isByWhoeverIsAsked) return { type: 'confirm', queue, heldOrders, ...confirmation };
  return { type: 'hold', queue, ticket, verdict: NOT_ASKED(person.name) };
}

/** Filters take what comes back for spam; this one has seen our mail, and is counted. */
function isProvenReport(
  ticket: TicketId | null,
  { isReport, verdict, bySignedReference }: Candidates,
): boolean {
  return isReport && verdict !== null && ticket !== null && bySignedReference === ticket;
}

/** Its address comes before what it answers. */
function serviceFor(
  ticket: TicketId | null,
  { service, asksForHelp }: Candidates,
): Addressee['service'] {
  return service ?? (ticket === null && asksForHelp ? 'help' : null);
}

/**
 * What one of the staff writes is sent to a customer only if they wrote to the ticket's
 * own address: a forward, or a mail to a queue, may name a mail about it as well.
 */
function byThread({
  bySignedReference,
  byReference,
  bySubject,
  trusted,
  isRequester,
}: Candidates): TicketId | null {
  if (trusted.staff !== null && !isRequester) return null;
  return bySignedReference ?? byReference ?? bySubject;
}

function routedBy(candidates: Candidates): RoutedBy {
  const { byAddress, bySignedReference, byReference, bySubject } = candidates;
  if (byAddress !== null) return 'address';
  if (bySignedReference !== null) return 'signed reference';
  if (byReference !== null) return 'reference';
  return byThread(candidates) !== null && bySubject !== null ? 'subject' : 'queue';
}
