/**
 * Step 7, second half: where does this mail belong?
 *
 * A ticket's address decides first, then a Message-ID that we signed, then any
 * Message-ID that the desk has seen; else it opens a ticket in the queue that
 * it was written to. Automatic mail opens nothing: without a ticket it is
 * recorded. Only tickets that exist are handed in, so a guessed number opens a
 * new ticket. Pure.
 */
import type { QueueConfig } from '../config/config.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Verdict } from './guard.ts';

export interface Candidates {
  readonly queue: QueueConfig;
  readonly byAddress: TicketId | null;
  readonly bySignedReference: TicketId | null;
  readonly byReference: TicketId | null;
  readonly automatic: Verdict | null;
}

export type Intent =
  | { readonly type: 'open'; readonly queue: QueueConfig }
  | { readonly type: 'append'; readonly ticket: TicketId }
  | { readonly type: 'record'; readonly verdict: Verdict };

export function route(candidates: Candidates): Intent {
  const { byAddress, bySignedReference, byReference, automatic, queue } = candidates;
  if (byAddress !== null) return { type: 'append', ticket: byAddress };
  const byThread = bySignedReference ?? byReference;
  if (byThread !== null) return { type: 'append', ticket: byThread };
  if (automatic !== null) return { type: 'record', verdict: automatic };
  return { type: 'open', queue };
}
