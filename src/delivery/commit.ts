/**
 * The action, and the one durable record of it.
 *
 * A mail that was delivered before changes nothing: what that delivery left
 * unsent is claimed and sent again, after its commit is known to be durable.
 * Under the lock the question is asked once more, the action sees the ticket
 * as it is now, and the reply is composed with the number that it gets.
 */
import type { Kept } from '../outcome.ts';
import type { Delivered, DeliveryKey, Store, WaitingMail } from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import { type Context, type Delivery, outcomeOf } from './act.ts';

export interface Committed {
  readonly end: Kept;
  /** Mails of this delivery that this run has to send. */
  readonly mails: readonly WaitingMail[];
}

/** What `also` gives, under the lock, is committed with it. */
export async function commitDelivery(
  delivery: Delivery,
  context: Context,
  also: () => readonly Change[] = () => [],
): Promise<Committed> {
  const { decided, message, hash, incoming } = delivery;
  const { targets, decision } = decided;
  const { store } = context;
  const key: DeliveryKey = { hash, targets };
  const within = message.attachments.length > 0 ? { within: message.within } : {};

  const earlier = store.findDelivery(key);
  if (earlier !== null) return duplicate(earlier, store);
  const outcome = await store.exclusive(async (transaction) => {
    const twin = transaction.findDelivery(key);
    if (twin !== null) return { twin };
    const changesToo = also();
    const { end, written } = await outcomeOf(delivery, transaction, context);
    const mails = transaction.commit({
      changes: [...written.changes, ...changesToo],
      outgoing: written.mails,
      delivery: { key, incoming, decision, ...within },
    });
    return { end, mails };
  });
  return 'twin' in outcome ? duplicate(outcome.twin, store) : outcome;
}

async function duplicate(earlier: Delivered, store: Store): Promise<Committed> {
  store.settle();
  const unsent = (mail: WaitingMail) => mail.seq === earlier.seq;
  if (!store.waiting().some(unsent)) return { end: 'duplicate', mails: [] };
  const mails = await store.exclusive((transaction) => transaction.claim(unsent, Infinity));
  return { end: 'duplicate', mails };
}
