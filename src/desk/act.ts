/**
 * What a mail does to the desk as it is, and the mail that goes out because of it.
 *
 * One case for each intent, on values alone: what is known was gathered before (questions.ts).
 * Nothing is done yet: changes and mails are given, for a commit or a preview. What only few
 * mails need (what the staff write, commands, mail that is passed on) is loaded when one comes.
 */

import type { Caps } from '../config/config.ts';
import { cappedBy, limitsOf } from '../decision/caps.ts';
import type { CustomerCommand } from '../decision/customer-command.ts';
import { ACTED_BEFORE } from '../decision/doubt.ts';
import type { Intent } from '../decision/intent.ts';
import { personOf } from '../decision/trust.ts';
import { awayIn, type Facts, failedIn, heldMailsIn } from '../journal/facts.ts';
import type { Limit } from '../journal/limits.ts';
import { OWN_NUMBER } from '../journal/own-names.ts';
import type { WrittenDrafts } from '../letters/written-draft.ts';
import { Failure, type Kept } from '../outcome.ts';
import { namesPlainly } from '../reading/addresses.ts';
import { fieldValue } from '../reading/header.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { isReadByNobody, sameMailbox } from '../ticket/address.ts';
import type { Answered, Kind } from '../ticket/answered.ts';
import { type Decision, NO_REPLY, type Verdict } from '../ticket/decision.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import { statusChanges } from '../ticket/status.ts';
import type { Ticket, TicketId } from '../ticket/ticket.ts';
import { askAfterClosing } from './after-closing.ts';
import { Batch } from './batch.ts';
import type { Delivery, DeskContext } from './delivery.ts';
import { isToldWithOthers, shownElsewhere } from './elsewhere.ts';
import { appendToTicket, holdMail, isOneWord, type Result, recordMail } from './incoming.ts';
import { isCopy, openFor } from './opening.ts';
import { receivedMail } from './received-mail.ts';
import { QUESTION_CAPS, STAFF_CAPS } from './staff-caps.ts';

export interface Outcome {
  readonly end: Kept;
  readonly written: WrittenDrafts;
  /** As it was decided, and whether it has acted. */
  readonly decision: Decision;
  /** Within which it is right, whatever else is committed meanwhile. */
  readonly limits: readonly Limit[];
}

export async function outcomeOf(delivery: Delivery, context: DeskContext): Promise<Outcome> {
  const { decided } = delivery;
  const { intent, actor, decision } = decided;
  const batch = new Batch(context);
  const end = await act(delivery, batch, context);
  if ('found' in intent) {
    await batch.add((await import('./field.ts')).foundChanges(batch, intent.found));
  }
  const after = (id: TicketId) => batch.ticket(id);
  const isQuiet =
    intent.type === 'append' &&
    isForNobody(intent.customerCommand, delivery.message) &&
    !(intent.customerCommand === 'close' && batch.current(intent.ticket)?.status !== 'resolved');
  if (context.config.staff.length > 0) {
    const [{ notificationsOf }, { absenceIn }] = await Promise.all([
      import('./tell.ts'),
      import('./away.ts'),
    ]);
    const absence = absenceIn(context.facts, context.now);
    const alsoTold = intent.type === 'append' ? intent.alsoTold : undefined;
    const drafts = notificationsOf(batch.written.changes, after, {
      ...{
        ...context.config,
        absence,
        html: delivery.message.shownHtml,
        earlier: delivery.earlier,
      },
      ...(alsoTold !== undefined && { alsoTold }),
    });
    await batch.add(
      [],
      drafts.filter(({ message: said }) => !isQuiet || said === null),
    );
    if (personOf(decided.from?.address ?? null, context.config.staff) !== null) {
      const { toldOfAbsence } = await import('./absence.ts');
      await batch.add([], toldOfAbsence(delivery, batch, context));
    }
  }
  await askAfterClosing(batch, context);
  const isAct = actor !== null && hasActed(end, intent);
  const { written, limits } = batch;
  return { end, written, limits, decision: isAct ? { ...decision, actor } : decision };
}

async function act(delivery: Delivery, batch: Batch, context: DeskContext): Promise<Kept> {
  const { message, decided, cameBack = false } = delivery;
  const { intent } = decided;
  const { config, now, facts } = context;
  const mail = receivedMail(delivery, {
    now,
    nonce: facts.nonce,
    elsewhere: shownElsewhere(delivery, facts),
  });
  const put = async (end: Kept, { changes, drafts }: Result): Promise<Kept> => {
    await batch.add(changes, drafts);
    return end;
  };
  const capped = (caps: Caps, next: Omit<Answered, 'at'>) => {
    const verdict = cappedBy(facts.answered, { at: now, ...next }, caps);
    if (verdict === null) batch.answer(limitsOf({ at: now, ...next }, caps));
    return verdict;
  };
  const silence = (kind: Kind) => (ticket: TicketId | null, address: string) =>
    decided.forged ??
    unanswered(address, delivery, facts) ??
    capped(config.caps, { ticket, address, kind });
  const isTooMuchForStaff = (kind: Kind) => (address: string) =>
    capped(STAFF_CAPS, { ticket: null, address, kind }) !== null;
  const isTooMuchToAsk = (address: string) =>
    capped(QUESTION_CAPS, { ticket: null, address, kind: 'question' }) !== null;
  const monitors = config.collapse.length === 0 ? null : await import('./repeats.ts');
  const repeats = monitors?.repeatName(delivery, config) ?? null;
  const counted = monitors?.asRepeat(mail, repeats, batch, facts) ?? null;
  if (counted !== null) return put('recorded', counted);
  switch (intent.type) {
    case 'open':
      return openFor(delivery, intent, mail, {
        ...{ batch, context, repeats, silence, put },
        unanswered: (address) => decided.forged ?? unanswered(address, delivery, facts),
      });
    case 'append': {
      // It may have been merged since its mail was decided, or held.
      const ticket = batch.current(intent.ticket);
      if (ticket === null) throw new Failure('internal', `${intent.ticket} is gone`);
      if (mail.about) {
        const { asReport } = await import('./reported-mail.ts');
        const report = asReport(mail, ticket, batch.ticket(mail.about.ticket));
        if (report !== null) return put('appended', report);
      }
      const { answeredBy, rating } = intent;
      if (answeredBy !== undefined) await batch.add(statusChanges(ticket, 'pending', answeredBy));
      const appending = {
        ...{ ...intent, silence: silence('service') },
        toldLaterIn: laterIn(delivery, ticket, context),
      };
      if (rating !== undefined) {
        const { rate } = await import('./rate.ts');
        return rate(mail, rating, appending, { batch, ticket, staff: config.staff });
      }
      return put('appended', appendToTicket(mail, ticket, appending));
    }
    case 'act': {
      const { carryOutMail } = await import('./desk-mail.ts');
      const doubt = isCopy(delivery, facts) ? ACTED_BEFORE : intent.doubt;
      return carryOutMail(
        mail,
        { ...intent, doubt },
        {
          ...{ batch, message, staffFiles: delivery.staffFiles, config, now, cameBack },
          snippets: delivery.snippets,
          isTooMuchForStaff: isTooMuchForStaff('returned'),
          ...{ isTooMuchToAsk, heldMails: heldMailsIn(facts) },
          away: context.config.staff.length > 0 ? awayIn(facts) : {},
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
          ...{ batch, message, config, now, facts, cameBack, fromStore: delivery.fromStore },
          silence: silence(intent.type),
          isTooMuchForStaff: isTooMuchForStaff(intent.type),
          isTooMuchToAsk,
        },
      );
    }
    case 'confirm': {
      const { recordConfirmation, recordHeldOrders } = await import('./confirm.ts');
      const { queue } = intent;
      const about = { ...intent, queue: queue.prefix, from: queue.address };
      const desk = { batch, isTooMuchToAsk };
      if (intent.named === null) return recordConfirmation(mail, message, about, desk);
      return recordHeldOrders(mail, message, { ...about, done: delivery.doneWithHeld }, desk);
    }
    case 'hold': {
      const { queue, ticket, verdict, asked } = intent;
      if (asked !== undefined && ticket !== null) {
        const { holdUntilConfirmed } = await import('./confirm.ts');
        const doubted = {
          queue: queue.prefix,
          ticket,
          person: asked,
          doubt: verdict,
          from: ticket,
        };
        return holdUntilConfirmed(mail, doubted, { batch, isTooMuchToAsk });
      }
      const held = { id: OWN_NUMBER, queue: queue.prefix, ticket, reason: verdict };
      return put('held', holdMail(mail, held));
    }
    case 'run': {
      const { queueForRobot } = await import('./to-robot.ts');
      const { end, ...result } = queueForRobot(mail, intent, {
        ...{ decided, config },
        doubt: isCopy(delivery, facts) ? ACTED_BEFORE : null,
        unanswered: (address) => decided.forged ?? unanswered(address, delivery, facts),
      });
      return put(end, result);
    }
    case 'plan': {
      const { answerPlan } = await import('./answer-plan.ts');
      const mayAnswer = (address: string) => silence('robot')(null, address);
      return answerPlan(mail, intent, { batch, silence: mayAnswer });
    }
    case 'record':
      return put('recorded', recordMail(mail, intent.verdict, true));
  }
}

/** Queues whose people are told of it later; none if they are told at once, or of nothing. */
function laterIn(
  delivery: Delivery,
  { queue }: Ticket,
  { config, facts }: DeskContext,
): readonly string[] {
  const { decided, message } = delivery;
  const { intent, decision } = decided;
  if (config.staff.length === 0 || intent.type !== 'append') return [];
  if (decision.trust === 'automatic' || isForNobody(intent.customerCommand, message)) return [];
  if (!isToldWithOthers(delivery, facts)) return [];
  return [...new Set([queue, ...(intent.alsoTold ?? [])])];
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
  if (isReadByNobody(address)) {
    return { check: NO_REPLY, evidence: `${address} says that nobody reads there` };
  }
  const isProvenStaff =
    decision.trust === 'staff' && from !== null && sameMailbox(from.address, address);
  return unansweredVerdict(address, failedIn(facts, address), isProvenStaff);
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
      return intent.mayBeOnBehalf || (intent.ruled?.run != null && intent.ruled.against === null);
    case 'run':
      return end === 'queued';
    default:
      return false;
  }
}

/** It comes from a field that does not name it plainly. */
function isMisread(address: string, { fields, from, replyTo }: ParsedMessage): boolean {
  const isRead = [from, ...replyTo].some((read) => read?.address === address);
  const isNamed = ['from', 'reply-to'].some((name) =>
    namesPlainly(fieldValue(fields, name) ?? '', address),
  );
  return isRead && !isNamed;
}

/** It asks a machine for something, and says nothing else. */
function isForNobody(customerCommand: CustomerCommand | null, message: ParsedMessage): boolean {
  return (
    customerCommand === 'quiet' ||
    (customerCommand !== null && customerCommand !== 'close, unproven' && isOneWord(message))
  );
}
