/** What was gathered, as lookups, facts and sections ask it: each of them says what it wants by asking. */
import type { FactSource } from '../../journal/gather-facts.ts';
import { AWAY } from '../../journal/lists/away.ts';
import type { LookedIn } from '../../journal/lookups.ts';
import { newestFirst } from '../../journal/newest-first.ts';
import type { TicketRow } from '../../journal/ticket-row.ts';
import type { FailedAddress } from '../../ticket/failing.ts';
import type { Gathering } from './gathering.ts';

type Asked = 'signingKeys' | 'nonce' | 'tickets' | 'number' | 'away' | 'heldMails' | 'answered';

export interface Known extends LookedIn, Pick<FactSource, Asked> {
  readonly ticket: (id: string) => TicketRow | null;
  /** Its row in the list. */
  readonly failed: (key: string) => FailedAddress | null;
}

export function knownIn(
  gathering: Gathering,
  { now, nonce }: { readonly now: () => Date; readonly nonce: () => number },
): Known {
  return {
    ...{ now, nonce },
    signingKeys: () => gathering.head.keys,
    rowsNamed: (list, name) => gathering.named(list, name),
    record: (seq) => gathering.record(seq),
    isHeld: (id) => gathering.row('held', String(id)) !== null,
    ticket: (id) => gathering.row('tickets', id),
    failed: (key) => gathering.row('failed', key),
    away: () => gathering.row('away', AWAY),
    number: (queue) => gathering.row('numbers', queue),
    heldMails: (limit) => gathering.heldMails(limit),
    answered: (since) => gathering.answered(since),
    tickets: (which, queues, limit) =>
      newestFirst(queues.map((queue) => gathering.tickets(which, queue, limit).values())),
  };
}
