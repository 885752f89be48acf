/**
 * Where does this mail belong, and may it go there?
 *
 * A ticket's address decides first, then a Message-ID that we signed, then a
 * Message-ID that the desk has seen from the requester himself; else it opens a
 * ticket in the queue that it was written to. Somebody who only knows a ticket's
 * address is held until a person of the desk lets him in. Automatic mail opens
 * nothing: without a ticket it is recorded, and so is what a machine of a stranger's
 * writes to a ticket's address, unless it is a report. Only tickets that exist are handed in,
 * so a guessed number opens a new ticket. Pure.
 */
import type { QueueConfig } from '../config/config.ts';
import type { RoutedBy, Verdict } from '../ticket/decision.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { isPermitted, type Trusted } from './trust.ts';

export interface Candidates {
  readonly queue: QueueConfig;
  readonly byAddress: TicketId | null;
  readonly bySignedReference: TicketId | null;
  readonly byReference: TicketId | null;
  readonly verdict: Verdict | null;
  /** A filter in front of us calls it spam. */
  readonly spam: Verdict | null;
  readonly trusted: Trusted;
  /** It says of itself that it is a report: bounces do not always say whose mail came back. */
  readonly isReport: boolean;
  /** It is from the requester of the ticket, or from somebody who was brought in. */
  readonly isOnTicket: boolean;
  readonly isStrict: boolean;
}

export type Intent =
  | {
      readonly type: 'open';
      readonly queue: QueueConfig;
      /** Why it gets no acknowledgement, or null. */
      readonly silence: Verdict | null;
    }
  | { readonly type: 'append'; readonly ticket: TicketId; readonly mayReopen: boolean }
  | {
      readonly type: 'hold';
      readonly queue: QueueConfig;
      readonly ticket: TicketId | null;
      readonly verdict: Verdict;
    }
  | { readonly type: 'record'; readonly verdict: Verdict };

export interface Routed {
  readonly intent: Intent;
  readonly by: RoutedBy;
}

const STRANGER: Verdict = {
  check: 'stranger',
  evidence: 'it is from nobody whom the ticket knows',
};
const UNPROVEN: Verdict = { check: 'strict', evidence: 'nothing proves its From' };

export function route(candidates: Candidates): Routed {
  const { byAddress, bySignedReference, byReference, verdict, spam, queue } = candidates;
  const ticket = byAddress ?? bySignedReference ?? byReference;
  const by = routedBy(candidates);
  if (spam !== null) return { intent: { type: 'hold', queue, ticket, verdict: spam }, by };
  if (ticket !== null) return { intent: intoTicket(ticket, by, candidates), by };
  if (verdict !== null) return { intent: { type: 'record', verdict }, by };
  return { intent: { type: 'open', queue, silence: null }, by };
}

function routedBy({ byAddress, bySignedReference, byReference }: Candidates): RoutedBy {
  if (byAddress !== null) return 'address';
  if (bySignedReference !== null) return 'signed reference';
  return byReference === null ? 'queue' : 'reference';
}

function intoTicket(
  ticket: TicketId,
  by: RoutedBy,
  { trusted, isOnTicket, isStrict, isReport, verdict, bySignedReference, queue }: Candidates,
): Intent {
  const hold = (verdict: Verdict): Intent => ({ type: 'hold', queue, ticket, verdict });
  // Who names a mail that we signed has seen it; the address alone proves nothing.
  const isKnown = by !== 'address' || isOnTicket || bySignedReference === ticket;
  if (!isKnown && verdict !== null) {
    const mayBeOurs = isReport && !isStrict;
    return mayBeOurs ? { type: 'append', ticket, mayReopen: false } : { type: 'record', verdict };
  }
  if (!isKnown && !isPermitted('join', trusted.level, isStrict)) return hold(STRANGER);
  if (!isPermitted('answer', trusted.level, isStrict)) return hold(UNPROVEN);
  const mayReopen = isOnTicket && isPermitted('reopen', trusted.level, isStrict);
  return { type: 'append', ticket, mayReopen };
}
