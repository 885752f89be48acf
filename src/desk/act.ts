/**
 * What a mail does to the desk as it is, and the mail that goes out because of it.
 *
 * One case for each intent. Nothing is done yet: changes and mails are given, for a
 * commit or a preview. What only few mails need (what the staff write, commands, mail that
 * is passed on) is loaded when one comes.
 */

import type { Caps } from '../config/config.ts';
import { cappedBy, countedSince } from '../decision/caps.ts';
import { ACTED_BEFORE } from '../decision/doubt.ts';
import type { Intent } from '../decision/route.ts';
import { type Wish, wishInText } from '../decision/wish.ts';
import type { StoreView } from '../journal/store.ts';
import type { Written } from '../letters/written.ts';
import { Failure, type Kept } from '../outcome.ts';
import { namesPlainly } from '../reading/addresses.ts';
import { fieldValue } from '../reading/header.ts';
import { languageOf } from '../reading/language.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import { sameMailbox } from '../ticket/address.ts';
import type { Answered, Kind } from '../ticket/answered.ts';
import type { Decision } from '../ticket/decision.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { Batch } from './batch.ts';
import type { Context, Delivery } from './delivery.ts';
import { appendToTicket, holdMail, openTicket, type Result, recordMail } from './incoming.ts';
import { filesWith, receivedMail } from './received-mail.ts';
import { notificationsOf } from './tell.ts';

export interface Outcome {
  readonly end: Kept;
  readonly written: Written;
  /** As it was decided, and whether it has acted. */
  readonly decision: Decision;
}

export async function outcomeOf(
  delivery: Delivery,
  view: StoreView,
  { config, store, now }: Context,
): Promise<Outcome> {
  const { intent } = delivery.decided;
  const time = now();
  const context = { config, store, now: () => time };
  const batch = batchOf(delivery, view, context);
  const end = await act(delivery, batch, view, context);
  const after = (id: TicketId) => batch.ticket(id);
  const isQuiet =
    intent.type === 'append' &&
    isForNobody(intent.wish, delivery.message) &&
    !(intent.wish === 'close' && batch.current(intent.ticket)?.status !== 'resolved');
  if (!isQuiet) {
    await batch.add([], notificationsOf(batch.written.changes, after, config.staff));
  }
  const { actor, decision } = delivery.decided;
  const isAct = actor !== null && hasActed(end, intent);
  return { end, written: batch.written, decision: isAct ? { ...decision, actor } : decision };
}

/** What the commit of a delivery is gathered in. */
export function batchOf(
  delivery: Delivery,
  view: StoreView,
  { config, store, now }: Context,
): Batch {
  return new Batch(view, {
    ...{ config, keys: store.signingKeys(), now: now(), places: view.places },
    files: filesWith(delivery, store),
  });
}

/** Answers to commands: far more than a person asks for, and an end to two machines that answer each other. */
const ENDLESS = { count: Number.POSITIVE_INFINITY, hours: 1 };
const STAFF_CAPS = {
  ...{ address: { count: 30, hours: 1 }, all: { count: 60, hours: 1 } },
  ...{ domain: ENDLESS, ticket: ENDLESS, total: ENDLESS },
};
/** Whoever has old mails of somebody can have them asked again and again. */
const QUESTION_CAPS = { ...STAFF_CAPS, address: { count: 5, hours: 1 }, all: ENDLESS };

async function act(
  delivery: Delivery,
  batch: Batch,
  view: StoreView,
  context: Context,
): Promise<Kept> {
  const { intent, from, forged, actor, actsOnce, decision } = delivery.decided;
  const { config, now } = context;
  const mail = receivedMail(delivery, view, now());
  const put = async (end: Kept, { changes, drafts }: Result): Promise<Kept> => {
    await batch.add(changes, drafts);
    return end;
  };
  const isProvenStaff = (address: string) =>
    decision.trust === 'staff' && from !== null && sameMailbox(from.address, address);
  const unanswered = (address: string) =>
    isMisread(address, delivery.message)
      ? { check: 'unanswerable-address', evidence: 'its From can be read in more than one way' }
      : unansweredVerdict(address, view.failed(address), isProvenStaff(address));
  const capped = (caps: Caps, next: Omit<Answered, 'at'>) =>
    cappedBy(view.answered(countedSince(caps, now())), { at: now(), ...next }, caps);
  const silence = (kind: Kind) => (ticket: TicketId | null, address: string) =>
    forged ?? unanswered(address) ?? capped(config.caps, { ticket, address, kind });
  const isTooMuchForStaff = (kind: Kind) => (address: string) =>
    capped(STAFF_CAPS, { ticket: null, address, kind }) !== null;
  const isTooMuchToAsk = (address: string) =>
    capped(QUESTION_CAPS, { ticket: null, address, kind: 'question' }) !== null;
  const { messageId } = decision;
  /** Another copy may have acted since it was decided. */
  const isCopy = () =>
    actsOnce && actor !== null && messageId !== null && view.hasActed(actor, messageId);
  const cameBack = delivery.cameBack === true;
  switch (intent.type) {
    case 'open': {
      const { prefix } = intent.queue;
      const number = batch.nextNumber(prefix);
      const isSilent = (ticket: TicketId, address: string) =>
        intent.silence ?? silence('acknowledgement')(ticket, address);
      const isMaybe = intent.mayBeOnBehalf && config.onBehalf && !isCopy();
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
      const reported = mail.about ? batch.ticket(mail.about.ticket) : null;
      return put(
        'appended',
        appendToTicket(mail, ticket, { ...intent, silence: silence('service'), reported }),
      );
    }
    case 'act': {
      const { carryOutMail } = await import('./desk-mail.ts');
      const doubt = isCopy() ? ACTED_BEFORE : intent.doubt;
      return carryOutMail(
        mail,
        { ...intent, doubt },
        {
          ...{ batch, message: delivery.message, config, now: now(), cameBack },
          isTooMuchForStaff: isTooMuchForStaff('returned'),
          isTooMuchToAsk,
        },
      );
    }
    case 'control':
    case 'help': {
      const { answerCommands } = await import('./control.ts');
      const doubt = isCopy() ? ACTED_BEFORE : intent.doubt;
      return answerCommands(
        mail,
        { ...intent, doubt },
        {
          ...context,
          batch,
          message: delivery.message,
          cameBack,
          silence: silence(intent.type),
          isTooMuchForStaff: isTooMuchForStaff(intent.type),
          isTooMuchToAsk,
        },
      );
    }
    case 'confirm': {
      const { recordConfirmation } = await import('./confirm.ts');
      const { queue } = intent;
      const about = { ...intent, queue: queue.prefix, from: queue.address };
      return recordConfirmation(mail, delivery.message, about, { batch, isTooMuchToAsk });
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

/** It has ordered something, or has had something sent to somebody. */
function hasActed(end: Kept, intent: Intent): boolean {
  switch (intent.type) {
    case 'act':
    case 'control':
      return end === 'carried-out' || end === 'answered';
    case 'append':
      return intent.wish === 'close' || intent.wish === 'stop';
    case 'open':
      return intent.mayBeOnBehalf;
    default:
      return false;
  }
}

/** It comes from a field that does not name it plainly. */
function isMisread(address: string, { fields, from, replyTo }: ParsedMessage): boolean {
  const isRead = [from, replyTo].some((read) => read?.address === address);
  const isNamed = ['from', 'reply-to'].some((name) =>
    namesPlainly(fieldValue(fields, name) ?? '', address),
  );
  return isRead && !isNamed;
}

/** It asks a machine for something, and says nothing else. */
function isForNobody(wish: Wish | null, message: ParsedMessage): boolean {
  const text = newText(message).trim();
  const isOneWord = text === '' || (wishInText(text) !== null && !text.includes('\n'));
  return wish === 'quiet' || (wish !== null && wish !== 'close, unproven' && isOneWord);
}
