/**
 * Which raw mail may be removed while tickets are on legal hold: what has nothing to do with them.
 */
import type { Asked } from '../journal/ledger.ts';
import { isFate } from '../ticket/change.ts';
import { coverOf, ticketsAbout } from '../ticket/legal-hold.ts';
import type { TicketId } from '../ticket/ticket.ts';

/** `mails`: numbers of commits; so many at most, in their order. */
export async function ofOthers(
  mails: readonly number[],
  limit: number,
  {
    onHold,
    store,
  }: { readonly onHold: readonly TicketId[]; readonly store: Pick<Asked, 'mailOf' | 'ticket'> },
): Promise<readonly number[]> {
  const free: number[] = [];
  const holds = new Set(onHold);
  for (const seq of mails) {
    if (free.length === limit) break;
    const mail = await store.mailOf(seq);
    // What has become of other mails stands in any commit.
    const own = (mail?.changes ?? []).filter((change) => !isFate(change));
    const into = await mergesOf(own.flatMap(ticketsAbout), store);
    const isHeld = [...into.keys()].some(
      (id) => coverOf(id, holds, (one) => into.get(one) ?? null) !== null,
    );
    if (!isHeld) free.push(seq);
  }
  return free;
}

/** What each of them, and whatever that was merged into, goes on in. */
async function mergesOf(
  tickets: readonly TicketId[],
  store: Pick<Asked, 'ticket'>,
): Promise<ReadonlyMap<TicketId, TicketId | null>> {
  const into = new Map<TicketId, TicketId | null>();
  const left = [...tickets];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (into.has(id)) continue;
    const next = (await store.ticket(id))?.mergedInto ?? null;
    into.set(id, next);
    if (next !== null) left.push(next);
  }
  return into;
}
