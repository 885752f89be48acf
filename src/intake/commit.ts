/**
 * The action, and the one durable record of it.
 *
 * What the MTA tries again changes nothing: what the first attempt left unsent is
 * claimed and sent again, after its commit is known to be durable. So does a copy of a mail
 * that would become no more than the mail has become; what becomes of any other
 * copy says again.ts. Under the lock both questions are asked, the action sees the ticket
 * as it is now, and the reply is composed with the number that it gets.
 */

import { type Outcome, outcomeOf } from '../desk/act.ts';
import type { Context, Delivery } from '../desk/delivery.ts';
import type { Delivered, DeliveryKey, Store, Transaction, WaitingMail } from '../journal/store.ts';
import type { Kept } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';

export interface Committed {
  readonly end: Kept;
  /** Mails of this delivery that this run has to send. */
  readonly mails: readonly WaitingMail[];
}

export async function commitDelivery(delivery: Delivery, context: Context): Promise<Committed> {
  const { store } = context;
  const key = keyOf(delivery);
  const tried = store.findDelivery(key);
  if (tried !== null) return duplicate(tried, store);
  const outcome = await store.exclusive(async (transaction) => {
    const twin = transaction.findDelivery(key);
    if (twin !== null) return { twin };
    const copies = transaction.findCopies(key);
    const first = await outcomeOf(delivery, transaction, context);
    const { type } = delivery.decided.intent;
    const mayBeAgain = copies.length > 0 || type === 'act' || type === 'control';
    const again = mayBeAgain ? await import('./again.ts') : null;
    const earlier = { copies, queueId: key.attempt?.queueId ?? null };
    const became = (await again?.oneMore(delivery, earlier, first, transaction, context)) ?? first;
    if ('twin' in became) return became;
    return { end: became.end, mails: commit(delivery, became, [], transaction) };
  });
  return 'twin' in outcome ? duplicate(outcome.twin, store) : outcome;
}

/** Of a mail that a person lets in, whose copies that person has overruled: `released` is committed with it. */
export function commitReleased(
  delivery: Delivery,
  released: () => readonly Change[],
  context: Context,
): Promise<Committed | 'done already'> {
  return context.store.exclusive(async (transaction) => {
    if (transaction.findCopies(keyOf(delivery)).length > 0) return 'done already';
    const changes = released();
    const outcome = await outcomeOf(delivery, transaction, context);
    return { end: outcome.end, mails: commit(delivery, outcome, changes, transaction) };
  });
}

function commit(
  delivery: Delivery,
  { written, decision }: Outcome,
  also: readonly Change[],
  transaction: Transaction,
): readonly WaitingMail[] {
  const { incoming, message } = delivery;
  const key = keyOf(delivery);
  const within = message.attachments.length > 0 ? { within: message.within } : {};
  return transaction.commit({
    changes: [...written.changes, ...also],
    outgoing: written.mails,
    delivery: { key, incoming, decision, ...within },
  });
}

function keyOf({ hash, queueId, decided: { targets, decision } }: Delivery): DeliveryKey {
  const { verb, recipients } = decision;
  const isKnown = queueId !== '' && recipients.length > 0;
  const to = [verb, ...recipients].join(' ').toLowerCase();
  return { hash, targets, ...(isKnown && { attempt: { queueId, to } }) };
}

async function duplicate(earlier: Delivered, store: Store): Promise<Committed> {
  store.settle();
  const unsent = (mail: WaitingMail) => mail.seq === earlier.seq;
  if (!store.waiting().some(unsent)) return { end: 'duplicate', mails: [] };
  const mails = await store.exclusive((transaction) => transaction.claim(unsent, Infinity));
  return { end: 'duplicate', mails };
}
