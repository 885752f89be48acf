/**
 * `undo`: takes an answer back that has not gone out, with all its copies: that of a number, or else the
 * newest that can still be taken back. It goes to nobody, and its author gets its words by mail. How the
 * ticket stands without it says without-answer.ts.
 *
 * Only what nobody hands over meanwhile (`withheld`) is taken back: whoever hands a mail over and
 * whoever takes it back claim it in the same way, so exactly one of them has it. Pure.
 */
import { mayGo } from '../journal/hand-over.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import { isAnswer, isLater, isUndone } from '../ticket/later.ts';
import type { Refusal } from '../ticket/refusal.ts';
import {
  currentTicket,
  mailboxText,
  nameOf,
  type OutgoingMessage,
  type Ticket,
} from '../ticket/ticket.ts';
import type { Action, ActionContext, DeskResult, Saying } from './action.ts';
import { memberCalled } from './member.ts';
import { returnedAnswer } from './returned-answer.ts';
import { mailOf, takenBack, type Undone, undone, wholeAnswer } from './taken-back.ts';
import { type Left, without } from './without-answer.ts';

/** One that has not gone out, as far as the ticket says. */
interface Waiting {
  /** Where it stands: also a ticket that is merged into the one that is named. */
  readonly of: Ticket;
  readonly message: OutgoingMessage;
  /** It, and its copies, but for those that the mail server has refused; null if one may have gone. */
  readonly mails: readonly UnsentMail[] | null;
}

type Context = ActionContext & Pick<Saying, 'now'>;

export function undo(
  ticket: Ticket,
  { serial }: Extract<Action, { type: 'undo' }>,
  context: Context,
): DeskResult | Refusal {
  const { by, now, withheld } = context;
  const id = nameOf(ticket);
  const waiting = waitingIn(ticket, context);
  const meant = serial === undefined ? waiting : withNumber(serial, waiting, ticket);
  const answer = newest(meant);
  if (answer === null) return { refused: whyNone(ticket, serial, meant) };
  const { of, message, mails } = answer;
  const left = without(message, of, now);
  const isRest = (one: Waiting) => one.message !== message;
  const asked = isStillAsked(ticket, answer, left, waiting.filter(isRest))
    ? []
    : questionBehind(ticket, withheld, by);
  return {
    changes: [...takenBack(mails, of, left, by), ...asked],
    drafts: returnedAnswer(message, of, whatYouWrote(answer, id, context), context),
    takenBack: { ticket: of.id, message },
  };
}

/** Of the ticket, and of all that have become part of it. */
function waitingIn(ticket: Ticket, { tickets, withheld, now }: Context): readonly Waiting[] {
  const find = (id: Ticket['id']) => (id === ticket.id ? ticket : (tickets.get(id) ?? null));
  const merged = [...tickets.keys()].flatMap((id) => {
    const one = id === ticket.id ? null : find(id);
    return one?.id === id && currentTicket(id, find)?.id === ticket.id ? one : [];
  });
  const free = withheld.filter((mail) => !mayHaveGone(mail, now));
  return [ticket, ...merged].flatMap((of) =>
    of.messages.filter(isAnswer).flatMap((message): readonly Waiting[] => {
      const all = wholeAnswer(of, message.serial);
      if (!all.some(({ delivery }) => delivery === 'waiting')) return [];
      const mails = all.flatMap(({ serial }) => mailOf(serial, of, free) ?? []);
      return [{ of, message, mails: mails.length === all.length ? mails : null }];
    }),
  );
}

/** Messages are numbered in each ticket: that of the ticket itself, or else of a merged one. */
function withNumber(
  serial: number,
  waiting: readonly Waiting[],
  ticket: Ticket,
): readonly Waiting[] {
  const all = waiting.filter(({ of, message }) => {
    return message.serial === serial || isCopyOf(serial, message, of);
  });
  const own = all.filter(({ of }) => of === ticket);
  return own.length > 0 ? own : all;
}

function isCopyOf(serial: number, message: OutgoingMessage, { messages }: Ticket): boolean {
  return messages.some(
    (one) => one.serial === serial && one.direction === 'out' && one.copyOf === message.serial,
  );
}

type Free = Waiting & { readonly mails: readonly UnsentMail[] };

/** By its commit: which of two came first is no question for a clock. */
function newest(waiting: readonly Waiting[]): Free | null {
  const free = waiting.flatMap((one) => (one.mails === null ? [] : { ...one, mails: one.mails }));
  return free.reduce<Free | null>(
    (last, one) => (last === null || placeOf(one) >= placeOf(last) ? one : last),
    null,
  );
}

function placeOf({ mails: [mail] }: Free): number {
  return mail?.seq ?? 0;
}

function whyNone(ticket: Ticket, serial: number | undefined, waiting: readonly Waiting[]): string {
  const last = waiting.at(-1);
  if (last !== undefined) {
    return `the answer to ${last.message.to[0].address} has gone out, or is on its way`;
  }
  if (serial === undefined) return `${nameOf(ticket)} has no answer that has not gone out`;
  const message = ticket.messages.find((one) => one.serial === serial);
  const what = `message ${serial} of ${nameOf(ticket)}`;
  if (message === undefined) return `${nameOf(ticket)} has no message ${serial}`;
  if (message.direction !== 'out' || message.by === undefined) return `${what} is no answer`;
  return isUndone(message) ? `${what} is taken back already` : `${what} has gone out`;
}

/** How it went is asked when the answer has gone (ask-rating.ts). */
function questionBehind(
  ticket: Ticket,
  withheld: readonly UnsentMail[],
  by: string,
): readonly Undone[] {
  const one = ticket.messages.find(({ serial }) => serial === ticket.rating?.question);
  if (one === undefined || !isLater(one)) return [];
  const mail = mailOf(one.serial, ticket, withheld);
  return mail === undefined ? [] : [undone(mail, ticket, by)];
}

/** The ticket stays closed, and another answer has gone, or will. */
function isStillAsked(
  ticket: Ticket,
  { of, message }: Waiting,
  { status }: Left,
  others: readonly Waiting[],
): boolean {
  const isClosed = (of === ticket ? status : ticket.status) === 'resolved';
  const isAnswered = ticket.messages.some(
    (one) => one !== message && isAnswer(one) && !isUndone(one) && one.delivery !== 'failed',
  );
  return isClosed && (isAnswered || others.length > 0);
}

/** A hand-over of it broke off; before its time there was none, and only an `undo` can have. */
function mayHaveGone(mail: UnsentMail, now: Date): boolean {
  return mail.repeated === true && mayGo(mail, now);
}

function whatYouWrote(
  { message }: Waiting,
  id: Ticket['id'],
  { by, staff }: ActionContext,
): string {
  const author = memberCalled(message.by ?? '', staff)?.name;
  const isOwn = author !== undefined && memberCalled(by, staff)?.name === author;
  const [to] = message.to;
  return [
    `${isOwn ? 'You have' : `${by} has`} taken back your answer about ${id} to`,
    `${mailboxText(to)}. It has gone to nobody. This is what you wrote:`,
  ].join('\n');
}
