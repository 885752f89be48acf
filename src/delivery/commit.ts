/**
 * The action, and the one durable record of it.
 *
 * A mail that was delivered before changes nothing: what that delivery left
 * unsent is claimed and sent again, after its commit is known to be durable.
 * Under the lock the question is asked once more, the action sees the ticket
 * as it is now, and the reply is composed with the number that it gets.
 */
import { cappedBy } from '../actions/caps.ts';
import {
  appendToTicket,
  holdMail,
  openTicket,
  type ReceivedMail,
  type Result,
  recordMail,
} from '../actions/incoming.ts';
import { type Wish, wishInText } from '../actions/wish.ts';
import type { Config } from '../config/config.ts';
import { newText, type ParsedMessage } from '../message/message.ts';
import { Failure, type Kept } from '../outcome.ts';
import { type Desk, readFrom, type Written } from '../outgoing/written.ts';
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
import { Batch } from './batch.ts';
import type { Decided } from './decide.ts';
import { notificationsOf } from './tell.ts';

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
  const { store } = context;
  const key: DeliveryKey = { hash, targets };

  const earlier = store.findDelivery(key);
  if (earlier !== null) return duplicate(earlier, store);
  const outcome = await store.exclusive(async (transaction) => {
    const twin = transaction.findDelivery(key);
    if (twin !== null) return { twin };
    const changesToo = also();
    const { end, written } = await carriedOut(delivery, transaction, context);
    const mails = transaction.commit({
      changes: [...written.changes, ...changesToo],
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

/** What a mail does to the desk as it is, and the mail that goes out because of it: nothing is done yet. */
export async function carriedOut(
  delivery: Delivery,
  view: StoreView,
  { config, store, now }: Context,
): Promise<{ readonly end: Kept; readonly written: Written }> {
  const { intent } = delivery.decided;
  const time = now();
  const batch = new Batch(view, {
    ...{ config, keys: store.signingKeys(), now: time, places: view.places },
    read: readFiles(delivery, store),
  });
  const end = await act(delivery, batch, view, { config, store, now: () => time });
  const isQuiet = intent.type === 'append' && isForNobody(intent.wish, delivery.message);
  const after = (id: TicketId) => batch.ticket(id);
  if (!isQuiet) {
    await batch.add([], notificationsOf(batch.written.changes, after, config.staff));
  }
  return { end, written: batch.written };
}

/** Answers to commands: far more than a person asks for, and an end to two machines that answer each other. */
const ENDLESS = { count: Number.POSITIVE_INFINITY, hours: 1 };
const STAFF_CAPS = {
  ...{ address: { count: 30, hours: 1 }, domain: ENDLESS, ticket: ENDLESS, total: ENDLESS },
};

async function act(
  delivery: Delivery,
  batch: Batch,
  view: StoreView,
  context: Context,
): Promise<Kept> {
  const { intent } = delivery.decided;
  const { config, now } = context;
  const mail = receivedMail(delivery, view, now());
  const put = async (end: Kept, { changes, drafts }: Result): Promise<Kept> => {
    await batch.add(changes, drafts);
    return end;
  };
  const silence = (ticket: TicketId | null, address: string) =>
    failingVerdict(view.failed(address)) ??
    cappedBy(view.answered(), { at: now(), ticket, address }, config.caps);
  const isTooMuchForStaff = (address: string) =>
    cappedBy(view.answered(), { at: now(), ticket: null, address }, STAFF_CAPS) !== null;
  switch (intent.type) {
    case 'open': {
      const { prefix, first } = intent.queue;
      const number = view.nextNumber(prefix, first);
      const isSilent = (ticket: TicketId, address: string) =>
        intent.silence ?? silence(ticket, address);
      const isMaybe = intent.mayBeOnBehalf && config.onBehalf;
      const { onBehalf } = isMaybe ? await import('./on-behalf.ts') : { onBehalf: null };
      const { message, incoming } = delivery;
      const other = onBehalf === null ? null : await onBehalf(mail, message, incoming, config);
      const opening = { queue: prefix, number, ...(other !== null && { asked: other.asked }) };
      return put('opened', openTicket(other?.mail ?? mail, opening, isSilent));
    }
    case 'append': {
      const ticket = view.ticket(intent.ticket);
      if (ticket === null) throw new Failure('internal', `${intent.ticket} is gone`);
      return put('appended', appendToTicket(mail, ticket, { ...intent, silence }));
    }
    case 'act': {
      const { carryOutMail } = await import('./desk-mail.ts');
      return carryOutMail(mail, intent, {
        ...{ batch, message: delivery.message, config },
        isTooMuch: isTooMuchForStaff,
      });
    }
    case 'control':
    case 'help': {
      const { answerCommands } = await import('./control.ts');
      return answerCommands(mail, intent, {
        ...context,
        batch,
        message: delivery.message,
        silence,
        isTooMuchForStaff,
      });
    }
    case 'hold': {
      const { queue, ticket, verdict } = intent;
      const { seq } = view.places;
      const held = { id: seq, queue: queue.prefix, ticket, reason: verdict };
      return put('held', holdMail(mail, held));
    }
    case 'record':
      return put('recorded', recordMail(mail, intent.verdict, true));
  }
}

/** It asks a machine for something, and says nothing else. */
function isForNobody(wish: Wish | null, message: ParsedMessage): boolean {
  const text = newText(message).trim();
  const isOneWord = text === '' || (wishInText(text) !== null && !text.includes('\n'));
  return wish === 'quiet' || (wish !== null && isOneWord);
}

/** Files of this very mail lie with it, until it is committed. */
function readFiles({ message, incoming }: Delivery, store: Store): Desk['read'] {
  const fromStore = readFrom(store);
  return (file) => {
    if (file.sha256 === incoming.sum.sha256) return Buffer.concat([...incoming.chunks()]);
    const n = message.attachments.findIndex(({ sha256 }) => sha256 === file.sha256);
    return n < 0 ? fromStore(file) : Buffer.concat([...incoming.attachmentChunks(n + 1)]);
  };
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
