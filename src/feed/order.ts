/**
 * What a person or another system orders: an action on a ticket, or a new ticket.
 *
 * Decided under the lock, on the ticket as it is then; committed; its mail sent. An
 * order that came as an event is carried out once: its origin is committed with it,
 * also if there was nothing to change. Where sendmail does not take an answer now,
 * the order is carried out all the same, and a later run sends it.
 */

import { type Config, hasRatings, prefixesOf } from '../config/config.ts';
import type { Action, DeskResult, TakenBack } from '../desk/action.ts';
import { askAfterClosing } from '../desk/after-closing.ts';
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { questionsOfActions } from '../desk/command-questions.ts';
import { createTicket, type NewTicket } from '../desk/perform.ts';
import { type EarlierHtml, notificationsOf } from '../desk/tell.ts';
import {
  type HtmlOf,
  lastMailsHtml,
  type ReadingHtml,
  showsLastMail,
} from '../jobs/earlier-html.ts';
import { sendKept } from '../jobs/send-kept.ts';
import { withholding } from '../jobs/withhold.ts';
import { NO_QUESTIONS, type Questions, ticketIn } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { filesIn } from '../letters/written-draft.ts';
import { type NamedTicket, ticketMeant } from '../ticket/id.ts';
import type { Origin } from '../ticket/origin.ts';
import type { Refusal } from '../ticket/refusal.ts';
import type { Mailbox, TicketId } from '../ticket/ticket.ts';

export type Order = {
  readonly by: string;
  readonly origin: Origin | null;
} /** `ticket` is null where only its source may know it by the name that it gave. */ & (
  | { readonly type: 'act'; readonly ticket: TicketId | null; readonly action: Action }
  | { readonly type: 'create'; readonly ticket: Omit<NewTicket, 'number'> }
  /** A ticket of somebody who has not written, and the first mail to them. */
  | {
      readonly type: 'begin';
      readonly ticket: Omit<NewTicket, 'number' | 'requester'> & {
        readonly requester: Mailbox;
        /** As of a reply. */
        readonly html?: string;
      };
    }
);

/** An order on a ticket that is named, and not looked up yet. */
export type NamedOrder =
  | Extract<Order, { readonly type: 'create' | 'begin' }>
  | (Omit<Extract<Order, { readonly type: 'act' }>, 'ticket'> & {
      readonly ticket: NamedTicket | null;
    });

/** The order on the ticket that is meant; null if only its source may know it. */
export async function lookUp(order: NamedOrder, store: Pick<Store, 'facts'>): Promise<Order> {
  if (order.type !== 'act') return order;
  const { ticket } = order;
  const facts = await store.facts({ ...NO_QUESTIONS, tickets: ticket ?? [] });
  const isThere = (id: TicketId) => ticketIn(facts, id) !== null;
  return { ...order, ticket: ticket === null ? null : ticketMeant(ticket, isThere) };
}

export type Ordered =
  /** `isSent`: the MTA has taken all mail of it. */
  | {
      readonly end: 'done';
      readonly ticket: TicketId;
      /** The ticket that came of it, if one did. */
      readonly made: TicketId | null;
      readonly takenBack?: TakenBack;
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
  /** If whoever is told of a mail by it is to be shown its HTML. */
  readonly htmlOf?: HtmlOf;
}

/** Mails of the ticket that still wait are tried along with a new one, so many at most. */
const MAX_EARLIER_MAILS = 20;

export async function carryOut(order: Order, context: OrderContext): Promise<Ordered> {
  const { config, store, now } = context;
  const earlier = await htmlFor([order], context);
  const commit = (withheld: readonly UnsentMail[]) =>
    store.transact((transaction) => decided(order, withheld, transaction, { ...context, earlier }));
  const { ordered, mails } = await (isUndo(order)
    ? withholding(await namedBy(order, store), store, commit)
    : commit([]));
  // What another has carried out is durable before anybody relies on it.
  if (ordered.end === 'duplicate') await store.settle();
  if (ordered.end !== 'done') return ordered;
  const allGone = await sendKept(mails, { config, store, mta: config.sendmail, now });
  return { ...ordered, isSent: ordered.isSent && allGone };
}

/** Of mails that people may be shown by these orders: before the store is locked. */
export async function htmlFor(
  orders: readonly Order[],
  { config, store, htmlOf }: Pick<OrderContext, 'config' | 'htmlOf'> & Pick<ReadingHtml, 'store'>,
): Promise<EarlierHtml | undefined> {
  if (htmlOf === undefined) return undefined;
  const shown = orders.flatMap((order) =>
    order.type === 'act' && showsLastMail(order.action) ? (order.ticket ?? []) : [],
  );
  return lastMailsHtml(shown, { config, store, htmlOf });
}

function isUndo(order: Order): order is Extract<Order, { readonly type: 'act' }> {
  return order.type === 'act' && order.action.type === 'undo';
}

async function namedBy(order: Order, store: Store): Promise<readonly TicketId[]> {
  const id = await store.transact((transaction) => idOf(order, transaction));
  return id === null ? [] : [id];
}

interface Decided {
  readonly ordered: Ordered;
  readonly mails: readonly UnsentMail[];
}

async function decided(
  order: Order,
  withheld: readonly UnsentMail[],
  transaction: Transaction,
  { config, now, earlier: shown }: OrderContext & { readonly earlier: EarlierHtml | undefined },
): Promise<Decided> {
  const { origin } = order;
  const without = (ordered: Ordered): Decided => ({ ordered, mails: [] });
  const before = origin === null ? null : await transaction.findOrigin(origin);
  if (before !== null) return without({ end: 'duplicate', ticket: before.ticket });
  const id = await idOf(order, transaction);
  const asked = questionsOf(order, id, config);
  const ofRating = hasRatings(config)
    ? (await import('../desk/ask-rating.ts')).askedForRating(config, now())
    : {};
  const facts = await transaction.facts({
    ...{ ...asked, ...ofRating },
    tickets: [...asked.tickets, ...withheld.flatMap(({ ticket }) => ticket ?? [])],
  });
  const batch = new Batch({
    ...{ config, now: now(), facts, files: filesIn(transaction.store) },
    ...{ ran: () => transaction.store.ran(), withheld },
  });
  const done = await performOrder(order, id, batch, config);
  if ('refused' in done) return without({ end: 'refused', reason: done.refused });
  const { ticket, made, takenBack } = done;
  const isChange = batch.written.changes.length > 0;
  if (!isChange && origin === null) return without({ end: 'unchanged', ticket });
  const after = (id: TicketId) => batch.ticket(id);
  const absence = absenceIn(facts, now());
  const desk = { ...config, absence, earlier: shown };
  await batch.add([], notificationsOf(batch.written.changes, after, desk));
  await askAfterClosing(batch, { config, facts, now: now() });
  const { changes, mails: outgoing } = batch.written;
  const { limits } = batch;
  const mails = await transaction.commit({
    ...{ changes, outgoing, limits },
    ...(origin !== null && { origin }),
  });
  if (!isChange) return without({ end: 'unchanged', ticket });
  const earlier = await transaction.claim({ ticket }, MAX_EARLIER_MAILS);
  // A store that rests gives none to be sent, and what has a time goes then.
  const isSent = mails.length >= outgoing.filter((mail) => mail.notBefore === undefined).length;
  const taken = takenBack === undefined ? {} : { takenBack };
  return {
    ordered: { end: 'done', ticket, made, ...taken, isSent },
    mails: [...earlier, ...mails],
  };
}

interface PerformedOrder extends Pick<DeskResult, 'takenBack'> {
  readonly ticket: TicketId;
  readonly made: TicketId | null;
}

/** The ticket that it is about: by the name that its source has given, or by its own. */
async function idOf(order: Order, transaction: Transaction): Promise<TicketId | null> {
  if (order.type !== 'act') return null;
  const { origin, ticket } = order;
  return (origin === null ? null : await transaction.findImported(origin)) ?? ticket;
}

/** What performing it asks. */
export function questionsOf(order: Order, id: TicketId | null, config: Config): Questions {
  const named = questionsOfActions(
    order.type === 'act' ? [order.action] : [],
    id === null ? [] : [id],
  );
  const tickets = [...(id === null ? [] : [id]), ...named.tickets];
  const begun = order.type === 'begin' ? [order.ticket.requester.address] : [];
  return {
    ...{ ...NO_QUESTIONS, ...named, tickets, away: true, queues: prefixesOf(config) },
    addresses: [...named.addresses, ...begun],
  };
}

export async function performOrder(
  order: Order,
  id: TicketId | null,
  batch: Batch,
  config: Config,
): Promise<PerformedOrder | Refusal> {
  const { by, origin } = order;
  if (order.type !== 'act') {
    const queue = config.queues.find(({ prefix }) => prefix === order.ticket.queue);
    if (queue === undefined) return { refused: `there is no queue ${order.ticket.queue}` };
    const number = batch.nextNumber(queue.prefix);
    const isBegun = order.type === 'begin';
    const { text } = order.ticket;
    const made = { ...order.ticket, number, ...(isBegun && { text: '' }) };
    const { ticket, changes } = createTicket(made, by);
    await batch.add(changes);
    if (!isBegun) return { ticket, made: null };
    const html = isBegun && order.ticket.html !== undefined ? { html: order.ticket.html } : {};
    const said = { type: 'reply', text, ...html, begins: true } as const;
    const sent = await batch.perform(ticket, said, by);
    return 'refused' in sent ? sent : { ticket, made: null };
  }
  const ticket = id === null ? null : batch.current(id);
  if (ticket === null) return { refused: `there is no ticket ${id ?? origin?.ticket}` };
  const result = await batch.perform(ticket.id, order.action, by);
  if ('refused' in result) return result;
  const { made = null, takenBack } = result;
  return { ticket: ticket.id, made, ...(takenBack !== undefined && { takenBack }) };
}
