/**
 * Step 6, second half: how do we know who wrote this?
 *
 * Low to high: automatic, claimed, thread. A mail is
 * `thread` where it names a Message-ID that we signed for the very address it
 * comes from; a signed id from another address routes and proves nothing, so
 * it stays `claimed`, as does any bare From. Pure; the caller verifies.
 */
import type { Trust } from '../ticket/ticket.ts';
import type { Verdict } from './guard.ts';

export interface Proofs {
  readonly automatic: Verdict | null;
  /** A reference that we signed for this mail's From address. */
  readonly namesMailSentToSender: boolean;
}

export function trust({ automatic, namesMailSentToSender }: Proofs): Trust {
  if (automatic !== null) return 'automatic';
  return namesMailSentToSender ? 'thread' : 'claimed';
}
