/**
 * What a mail does to the desk as it is, and the mail that goes out because of it.
 *
 * One case for each intent. Nothing is done yet: changes and mails are given, for a
 * commit or a preview. What only few mails need (what the staff write, commands, mail that
 * is passed on) is loaded when one comes.
 */
import { type Caps, cappedBy, countedSince } from '../actions/caps.ts';
import {
  appendToTicket,
  holdMail,
  openTicket,
  type Result,
  recordMail,
} from '../actions/incoming.ts';
import { type Wish, wishInText } from '../actions/wish.ts';
import type { Config } from '../config/config.ts';
import { languageOf } from '../message/language.ts';
import { newText, type ParsedMessage } from '../message/message.ts';
import { Failure, type Kept } from '../outcome.ts';
import type { Written } from '../outgoing/written.ts';
import type { Incoming, Store, StoreView } from '../store/store.ts';
import { failingVerdict } from '../ticket/failing.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { Batch } from './batch.ts';
import type { Decided } from './decide.ts';
import { filesWith, receivedMail } from './received-mail.ts';
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

export async function outcomeOf(
  delivery: Delivery,
  view: StoreView,
  { config, store, now }: Context,
): Promise<{ readonly end: Kept; readonly written: Written }> {
  const { intent } = delivery.decided;
  const time = now();
  const batch = new Batch(view, {
    ...{ config, keys: store.signingKeys(), now: time, places: view.places },
    files: filesWith(delivery, store),
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
  const capped = (caps: Caps, ticket: TicketId | null, address: string) =>
    cappedBy(view.answered(countedSince(caps, now())), { at: now(), ticket, address }, caps);
  const silence = (ticket: TicketId | null, address: string) =>
    failingVerdict(view.failed(address)) ?? capped(config.caps, ticket, address);
  const isTooMuchForStaff = (address: string) => capped(STAFF_CAPS, null, address) !== null;
  switch (intent.type) {
    case 'open': {
      const { prefix } = intent.queue;
      const number = batch.nextNumber(prefix);
      const isSilent = (ticket: TicketId, address: string) =>
        intent.silence ?? silence(ticket, address);
      const isMaybe = intent.mayBeOnBehalf && config.onBehalf;
      const { onBehalf } = isMaybe ? await import('./on-behalf.ts') : { onBehalf: null };
      const { message, incoming } = delivery;
      const other = onBehalf === null ? null : await onBehalf(mail, message, incoming, config);
      const opened = other?.mail ?? mail;
      // The fields of a mail that is passed on are those of the one who does.
      const language = languageOf(
        other === null ? message.fields : [],
        `${opened.subject}\n${newText(opened)}`,
      );
      const asked = other === null ? {} : { asked: other.asked };
      return put(
        'opened',
        openTicket(opened, { queue: prefix, number, language, ...asked }, isSilent),
      );
    }
    case 'append': {
      // It may have been merged since its mail was decided, or held.
      const ticket = batch.current(intent.ticket);
      if (ticket === null) throw new Failure('internal', `${intent.ticket} is gone`);
      return put('appended', appendToTicket(mail, ticket, { ...intent, silence }));
    }
    case 'act': {
      const { carryOutMail } = await import('./desk-mail.ts');
      return carryOutMail(mail, intent, {
        ...{ batch, message: delivery.message, config },
        isTooMuchForStaff,
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
