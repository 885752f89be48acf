/**
 * The action, and the one durable record of it.
 *
 * A mail that was delivered before changes nothing: what that delivery left
 * unsent is claimed and sent again, after its commit is known to be durable.
 * Under the lock the question is asked once more, the action sees the ticket
 * as it is now, and the reply is composed with the number that it gets.
 */
import { type Caps, cappedBy } from '../actions/caps.ts';
import {
  appendToTicket,
  holdMail,
  openTicket,
  type ReceivedMail,
  type Result,
  recordMail,
} from '../actions/incoming.ts';
import type { Config } from '../config/config.ts';
import type { ParsedMessage } from '../message/message.ts';
import { Failure, type Kept } from '../outcome.ts';
import { readFrom, write } from '../outgoing/write.ts';
import type {
  Delivered,
  DeliveryKey,
  Incoming,
  Store,
  StoreView,
  WaitingMail,
} from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import { failingVerdict } from '../ticket/failing.ts';
import type { TicketId } from '../ticket/ticket.ts';
import type { Decided } from './decide.ts';

export interface Delivery {
  readonly decided: Decided;
  readonly message: ParsedMessage;
  readonly hash: string;
  readonly incoming: Incoming;
}

export interface Context {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}

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
  const { decided, hash, incoming } = delivery;
  const { targets, decision } = decided;
  const { config, store, now } = context;
  const key: DeliveryKey = { hash, targets };

  const earlier = store.findDelivery(key);
  if (earlier !== null) return duplicate(earlier, store);
  const outcome = await store.exclusive(async (transaction) => {
    const twin = transaction.findDelivery(key);
    if (twin !== null) return { twin };
    const changesToo = also();
    const { end, result } = act(delivery, transaction, now(), config.caps);
    const written = await write(result.drafts, {
      config,
      keys: store.signingKeys(),
      now: now(),
      places: transaction.places,
      read: readFrom(store),
    });
    const mails = transaction.commit({
      changes: [...result.changes, ...written.changes, ...changesToo],
      outgoing: written.mails,
      delivery: { key, incoming, decision },
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

/** What a mail does to the desk as it is: nothing is done yet. */
export function act(
  delivery: Delivery,
  view: StoreView,
  now: Date,
  caps: Caps,
): { readonly end: Kept; readonly result: Result } {
  const { intent } = delivery.decided;
  const mail = receivedMail(delivery, view, now);
  switch (intent.type) {
    case 'open': {
      const { prefix, first } = intent.queue;
      const number = view.nextNumber(prefix, first);
      const silence = (ticket: TicketId, address: string) =>
        intent.silence ??
        failingVerdict(view.failed(address)) ??
        cappedBy(view.answered(), { at: now, ticket, address }, caps);
      return { end: 'opened', result: openTicket(mail, { queue: prefix, number }, silence) };
    }
    case 'append': {
      const ticket = view.ticket(intent.ticket);
      if (ticket === null) throw new Failure('internal', `${intent.ticket} is gone`);
      return { end: 'appended', result: appendToTicket(mail, ticket, intent.mayReopen) };
    }
    case 'hold': {
      const { queue, ticket, verdict } = intent;
      const { seq } = view.places;
      const held = { id: seq, queue: queue.prefix, ticket, reason: verdict };
      return { end: 'held', result: holdMail(mail, held) };
    }
    case 'record':
      return { end: 'recorded', result: recordMail(mail, intent.verdict, true) };
  }
}

const RAW_MAIL = { filename: 'message.eml', contentType: 'message/rfc822' } as const;

function receivedMail(
  { message, decided: { from, report, decision }, incoming }: Delivery,
  { places }: StoreView,
  now: Date,
): ReceivedMail {
  return {
    from,
    to: message.to,
    date: message.date ?? now.toISOString(),
    subject: message.subject,
    text: message.text,
    newLines: message.newLines,
    messageId: message.messageId,
    references: message.references,
    trust: decision.trust,
    faults: message.faults,
    report: report.shown,
    bounce: report.bounce,
    raw: places.rawIn,
    commit: places.seq,
    attachments: (ticket, serial, withRaw) => [
      ...message.attachments.map((attachment, n) => ({
        ...attachment,
        path: places.attachment(ticket, serial, n + 1, attachment.filename),
      })),
      ...(withRaw ? [{ ...RAW_MAIL, ...incoming.sum, path: places.rawIn }] : []),
    ],
  };
}
