/**
 * What a mail does to the desk as it is, and the mail that goes out because of it.
 *
 * One case for each intent, on values alone: what is known was gathered before (questions.ts).
 * Nothing is done yet: changes and mails are given, for a commit or a preview. What only few
 * mails need (what the staff write, commands, mail that is passed on) is loaded when one comes.
 */

import type { Caps } from '../config/config.ts';
import { cappedBy } from '../decision/caps.ts';
import { type CustomerCommand, customerCommandInText } from '../decision/customer-command.ts';
import { ACTED_BEFORE } from '../decision/doubt.ts';
import type { Intent } from '../decision/route.ts';
import { type Facts, failedIn, hasActedIn } from '../journal/facts.ts';
import { pathsFor } from '../journal/record.ts';
import type { WrittenDrafts } from '../letters/written-draft.ts';
import { Failure, type Kept } from '../outcome.ts';
import { namesPlainly } from '../reading/addresses.ts';
import { fieldValue } from '../reading/header.ts';
import { languageOf } from '../reading/language.ts';
import { newText, type ParsedMessage } from '../reading/message.ts';
import { sameMailbox } from '../ticket/address.ts';
import type { Answered, Kind } from '../ticket/answered.ts';
import type { Decision, Verdict } from '../ticket/decision.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { Batch } from './batch.ts';
import type { Delivery, DeskContext } from './delivery.ts';
import { appendToTicket, holdMail, openTicket, type Result, recordMail } from './incoming.ts';
import { receivedMail } from './received-mail.ts';
import { QUESTION_CAPS, STAFF_CAPS } from './staff-caps.ts';
import { notificationsOf } from './tell.ts';

export interface Outcome {
  readonly end: Kept;
  readonly written: WrittenDrafts;
  /** As it was decided, and whether it has acted. */
  readonly decision: Decision;
}

export async function outcomeOf(delivery: Delivery, context: DeskContext): Promise<Outcome> {
  const { intent, actor, decision } = delivery.decided;
  const batch = new Batch(context);
  const end = await act(delivery, batch, context);
  const after = (id: TicketId) => batch.ticket(id);
  const isQuiet =
    intent.type === 'append' &&
    isForNobody(intent.customerCommand, delivery.message) &&
    !(intent.customerCommand === 'close' && batch.current(intent.ticket)?.status !== 'resolved');
  if (!isQuiet) {
    await batch.add([], notificationsOf(batch.written.changes, after, context.config.staff));
  }
  const isAct = actor !== null && hasActed(end, intent);
  return { end, written: batch.written, decision: isAct ? { ...decision, actor } : decision };
}

async function act(delivery: Delivery, batch: Batch, context: DeskContext): Promise<Kept> {
  const { message, decided, passedOn, cameBack = false } = delivery;
  const { intent } = decided;
  const { config, now, facts } = context;
  const paths = pathsFor(facts.seq);
  const mail = receivedMail(delivery, paths, now);
  const put = async (end: Kept, { changes, drafts }: Result): Promise<Kept> => {
    await batch.add(changes, drafts);
    return end;
  };
  const capped = (caps: Caps, next: Omit<Answered, 'at'>) =>
    cappedBy(facts.answered, { at: now, ...next }, caps);
  const silence = (kind: Kind) => (ticket: TicketId | null, address: string) =>
    decided.forged ??
    unanswered(address, delivery, facts) ??
    capped(config.caps, { ticket, address, kind });
  const isTooMuchForStaff = (kind: Kind) => (address: string) =>
    capped(STAFF_CAPS, { ticket: null, address, kind }) !== null;
  const isTooMuchToAsk = (address: string) =>
    capped(QUESTION_CAPS, { ticket: null, address, kind: 'question' }) !== null;
  switch (intent.type) {
    case 'open': {
      const { prefix } = intent.queue;
      const number = batch.nextNumber(prefix);
      const isSilent = (ticket: TicketId, address: string) =>
        intent.silence ?? silence('acknowledgement')(ticket, address);
      const other = isCopy(delivery, facts) ? null : passedOn;
      const { asOpened } = other === null ? { asOpened: null } : await import('./on-behalf.ts');
      const opened = other === null || asOpened === null ? mail : asOpened(mail, other);
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
      const doubt = isCopy(delivery, facts) ? ACTED_BEFORE : intent.doubt;
      return carryOutMail(
        mail,
        { ...intent, doubt },
        {
          ...{ batch, message, leak: delivery.leak, config, now, cameBack },
          isTooMuchForStaff: isTooMuchForStaff('returned'),
          isTooMuchToAsk,
        },
      );
    }
    case 'control':
    case 'help': {
      const { answerCommands } = await import('./control.ts');
      const doubt = isCopy(delivery, facts) ? ACTED_BEFORE : intent.doubt;
      return answerCommands(
        mail,
        { ...intent, doubt },
        {
          ...{ batch, message, config, now, facts, cameBack },
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
      return recordConfirmation(mail, message, about, { batch, isTooMuchToAsk });
    }
    case 'hold': {
      const { queue, ticket, verdict } = intent;
      const held = { id: paths.seq, queue: queue.prefix, ticket, reason: verdict };
      return put('held', holdMail(mail, held));
    }
    case 'record':
      return put('recorded', recordMail(mail, intent.verdict, true));
  }
}

/** Why this address gets no answer, whatever has been answered. */
function unanswered(
  address: string,
  { message, decided: { from, decision } }: Delivery,
  facts: Facts,
): Verdict | null {
  if (isMisread(address, message)) {
    return { check: 'unanswerable-address', evidence: 'its From can be read in more than one way' };
  }
  const isProvenStaff =
    decision.trust === 'staff' && from !== null && sameMailbox(from.address, address);
  return unansweredVerdict(address, failedIn(facts, address), isProvenStaff);
}

/** Another copy may have acted since it was decided. */
function isCopy({ decided: { actor, actsOnce, decision } }: Delivery, facts: Facts): boolean {
  const { messageId } = decision;
  if (!actsOnce || actor === null || messageId === null) return false;
  return hasActedIn(facts, { actor, messageId });
}

/** It has ordered something, or has had something sent to somebody. */
function hasActed(end: Kept, intent: Intent): boolean {
  switch (intent.type) {
    case 'act':
    case 'control':
      return end === 'carried-out' || end === 'answered';
    case 'append':
      return intent.customerCommand === 'close' || intent.customerCommand === 'stop';
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
function isForNobody(customerCommand: CustomerCommand | null, message: ParsedMessage): boolean {
  const text = newText(message).trim();
  const isOneWord = text === '' || (customerCommandInText(text) !== null && !text.includes('\n'));
  return (
    customerCommand === 'quiet' ||
    (customerCommand !== null && customerCommand !== 'close, unproven' && isOneWord)
  );
}
