/**
 * Steps 8 and 9: the action, and the one durable record of it.
 *
 * A mail that was delivered before changes nothing: what that delivery left
 * unsent is claimed and sent again, after its commit is known to be durable.
 * Under the lock the question is asked once more, the action sees the ticket
 * as it is now, and the reply is composed with the number that it gets.
 */
import {
  appendToTicket,
  openTicket,
  type ReceivedMail,
  type Result,
  recordMail,
} from '../actions/incoming.ts';
import type { Config } from '../config/config.ts';
import type { ParsedMessage } from '../message/message.ts';
import { Failure, type Kept } from '../outcome.ts';
import { write } from '../outgoing/write.ts';
import type {
  Delivered,
  DeliveryKey,
  Incoming,
  Store,
  Transaction,
  WaitingMail,
} from '../store/store.ts';
import type { Mailbox, Trust } from '../ticket/ticket.ts';
import type { Intent } from './route.ts';

export interface Decided {
  readonly intent: Intent;
  readonly message: ParsedMessage;
  readonly from: Mailbox | null;
  readonly trust: Trust;
  /** The ticket or the queue that the recipient names. */
  readonly addressedTo: string;
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

export async function commitDelivery(decided: Decided, context: Context): Promise<Committed> {
  const { intent, addressedTo, hash, incoming } = decided;
  const { config, store, now } = context;
  const reached = intent.type === 'append' ? [intent.ticket] : [];
  const key: DeliveryKey = { hash, targets: [...new Set([addressedTo, ...reached])] };

  const earlier = store.findDelivery(key);
  if (earlier !== null) return duplicate(earlier, store);
  const outcome = await store.exclusive(async (transaction) => {
    if (transaction.findDelivery(key) !== null) return null;
    const { end, result } = act(decided, transaction, context);
    const written = await write(result.drafts, {
      config,
      keys: store.signingKeys(),
      now: now(),
      places: transaction.places,
    });
    const mails = transaction.commit({
      changes: [...result.changes, ...written.changes],
      outgoing: written.mails,
      delivery: { key, incoming },
    });
    return { end, mails };
  });
  if (outcome !== null) return outcome;
  const twin = store.findDelivery(key);
  if (twin === null) throw new Failure('internal', 'a delivery that was there is gone');
  return duplicate(twin, store);
}

async function duplicate(earlier: Delivered, store: Store): Promise<Committed> {
  store.settle();
  const unsent = (mail: WaitingMail) => mail.seq === earlier.seq;
  if (!store.waiting().some(unsent)) return { end: 'duplicate', mails: [] };
  const mails = await store.exclusive((transaction) => transaction.claim(unsent, Infinity));
  return { end: 'duplicate', mails };
}

function act(
  decided: Decided,
  transaction: Transaction,
  { now }: Context,
): { end: Kept; result: Result } {
  const { intent } = decided;
  const mail = receivedMail(decided, transaction, now());
  switch (intent.type) {
    case 'open': {
      const { prefix, first } = intent.queue;
      const number = transaction.nextNumber(prefix, first);
      return { end: 'opened', result: openTicket(mail, { queue: prefix, number }) };
    }
    case 'append': {
      const ticket = transaction.ticket(intent.ticket);
      if (ticket === null) throw new Failure('internal', `${intent.ticket} is gone`);
      return { end: 'appended', result: appendToTicket(mail, ticket) };
    }
    case 'record': {
      const { check, evidence } = intent.verdict;
      return { end: 'recorded', result: recordMail(mail, check, evidence) };
    }
  }
}

const RAW_MAIL = { filename: 'message.eml', contentType: 'message/rfc822' } as const;

function receivedMail(
  { message, from, trust, incoming }: Decided,
  { places }: Transaction,
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
    trust,
    faults: message.faults,
    raw: places.rawIn,
    attachments: (ticket, serial, withRaw) => [
      ...message.attachments.map((attachment, n) => ({
        ...attachment,
        path: places.attachment(ticket, serial, n + 1, attachment.filename),
      })),
      ...(withRaw ? [{ ...RAW_MAIL, ...incoming.sum, path: places.rawIn }] : []),
    ],
  };
}
