/**
 * Does something while nobody hands over the answers of some tickets that wait: whoever takes one back
 * decides and commits within it. Where nothing of them was taken back, they go as before.
 */
import type { UnsentMail, Withheld } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { currentTicket, type Ticket, type TicketId } from '../ticket/ticket.ts';

/** `work` gets those of which no hand-over has begun. */
export async function withholding<T>(
  tickets: readonly TicketId[],
  store: Store,
  work: (withheld: readonly UnsentMail[]) => Promise<T>,
): Promise<T> {
  const all = new Set<TicketId>();
  for (const id of tickets) {
    for (const one of await asOneNow(id, store)) all.add(one);
  }
  const held: Withheld[] = [];
  try {
    for (const mail of await store.unsent()) {
      if (mail.ticket === null || !all.has(mail.ticket)) continue;
      // What a machine says has the null sender; only the question how it went waits for an answer.
      if (mail.sender === '' && mail.notBefore === undefined) continue;
      const one = await store.withhold(mail);
      if (one !== null) held.push(one);
    }
    const areHeld = await Promise.all(held.map((one) => one.holds()));
    return await work(held.filter((_, n) => areHeld[n]).map(({ mail }) => mail));
  } finally {
    await Promise.allSettled(held.map((one) => one.letGo()));
  }
}

/** The ticket that it is part of now, and all that are. */
async function asOneNow(id: TicketId, store: Store): Promise<readonly TicketId[]> {
  const known = new Map<TicketId, Ticket | null>();
  for (let next: TicketId | null = id; next !== null && !known.has(next); ) {
    const ticket: Ticket | null = await store.ticket(next);
    known.set(next, ticket);
    next = ticket?.mergedInto ?? null;
  }
  const current = currentTicket(id, (one) => known.get(one) ?? null);
  const all = new Set(current === null ? [] : [current.id]);
  // What it grows by is gone through as well: also what was part of those.
  for (const one of all) {
    const { merged = [] } = (await store.ticket(one)) ?? {};
    for (const other of merged) all.add(other);
  }
  return [...all];
}
