/**
 * What a person or another system orders: an action on a ticket, or a new ticket.
 *
 * Decided under the lock, on the ticket as it is then; committed; its mail sent. An
 * order that came as an event is carried out once: its origin is committed with it,
 * also where there was nothing to change. Where sendmail does not take an answer now,
 * the order is carried out all the same, and a later run sends it.
 */
import type { Action, DeskResult, Refusal, Setting } from '../actions/action.ts';
import { currentTicket } from '../actions/merge.ts';
import { createTicket, type NewTicket, perform } from '../actions/perform.ts';
import type { Config } from '../config/config.ts';
import { sendAll } from '../outgoing/outbox.ts';
import { readFrom, write } from '../outgoing/write.ts';
import type { Store, StoreView, Transaction, WaitingMail } from '../store/store.ts';
import type { Origin } from '../ticket/origin.ts';
import type { TicketId } from '../ticket/ticket.ts';

export type Order = {
  readonly by: string;
  readonly origin: Origin | null;
} /** `ticket` is null where only its source may know it by the name that it gave. */ & (
  | { readonly type: 'act'; readonly ticket: TicketId | null; readonly action: Action }
  | { readonly type: 'create'; readonly ticket: Omit<NewTicket, 'number'> }
);

export type Ordered =
  /** `isSent`: the MTA has taken all mail of it. */
  | {
      readonly end: 'done';
      readonly ticket: TicketId;
      /** The ticket that came of it, where one did. */
      readonly made: TicketId | null;
      readonly isSent: boolean;
    }
  | { readonly end: 'unchanged'; readonly ticket: TicketId }
  /** The same event was carried out before. */
  | { readonly end: 'duplicate'; readonly ticket: TicketId | null }
  | { readonly end: 'refused'; readonly reason: string };

export interface OrderContext {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}

/** Mails of the ticket that still wait are tried along with a new one, so many at most. */
const EARLIER = 20;

export async function carryOut(order: Order, context: OrderContext): Promise<Ordered> {
  const { config, store, now } = context;
  const { ordered, mails } = await store.exclusive((transaction) =>
    decided(order, transaction, context),
  );
  if (ordered.end !== 'done') return ordered;
  return { ...ordered, isSent: await sendAll(mails, { store, sendmail: config.sendmail, now }) };
}

interface Decided {
  readonly ordered: Ordered;
  readonly mails: readonly WaitingMail[];
}

async function decided(
  order: Order,
  transaction: Transaction,
  { config, store, now }: OrderContext,
): Promise<Decided> {
  const { origin } = order;
  const without = (ordered: Ordered): Decided => ({ ordered, mails: [] });
  const before = origin === null ? null : transaction.findOrigin(origin);
  if (before !== null) return without({ end: 'duplicate', ticket: before.ticket });
  const result = resultOf(order, transaction, config);
  if ('refused' in result) return without({ end: 'refused', reason: result.refused });
  const { ticket, changes, drafts, made = null } = result;
  const isChange = changes.length > 0 || drafts.length > 0;
  if (!isChange && origin === null) return without({ end: 'unchanged', ticket });
  const { places } = transaction;
  const written = await write(drafts, {
    ...{ config, keys: store.signingKeys(), now: now(), places },
    read: readFrom(store),
  });
  if (written.mails.length < drafts.length) {
    return without({ end: 'refused', reason: 'an address cannot be written to: nothing was sent' });
  }
  const mails = transaction.commit({
    changes: [...written.changes, ...changes],
    outgoing: written.mails,
    ...(origin !== null && { origin }),
  });
  if (!isChange) return without({ end: 'unchanged', ticket });
  const earlier = transaction.claim((mail) => mail.ticket === ticket, EARLIER);
  return { ordered: { end: 'done', ticket, made, isSent: true }, mails: [...earlier, ...mails] };
}

function resultOf(
  order: Order,
  transaction: Transaction,
  config: Config,
): (DeskResult & { readonly ticket: TicketId }) | Refusal {
  const { by } = order;
  if (order.type === 'create') {
    const queue = config.queues.find(({ prefix }) => prefix === order.ticket.queue);
    if (queue === undefined) return { refused: `there is no queue ${order.ticket.queue}` };
    const number = transaction.nextNumber(queue.prefix, queue.first);
    return createTicket({ ...order.ticket, number }, by);
  }
  const { origin } = order;
  const id = (origin === null ? null : transaction.findCopy(origin)) ?? order.ticket;
  const named = id === null ? null : transaction.ticket(id);
  const ticket = currentTicket(named, (other) => transaction.ticket(other));
  if (ticket === null) return { refused: `there is no ticket ${id ?? origin?.ticket}` };
  const result = perform(ticket, order.action, settingOf(transaction, by, config));
  return 'refused' in result ? result : { ...result, ticket: ticket.id };
}

/** What an action may know of the desk. */
export function settingOf(view: StoreView, by: string, { queues, staff }: Config): Setting {
  return {
    by,
    failed: (address) => view.failed(address),
    staff: staff.map(({ name }) => name),
    ticket: (id) => view.ticket(id),
    nextNumber: (prefix) =>
      view.nextNumber(prefix, queues.find((queue) => queue.prefix === prefix)?.first ?? 1),
  };
}
