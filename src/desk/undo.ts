/**
 * `undo`: takes the last answer of a ticket that has not gone out back, with all its copies. It goes
 * to nobody; its author gets its words by mail, and the status that came with it is as it was before,
 * unless somebody has changed it since. The question how it went, which waits for it, goes with it.
 *
 * Only what nobody hands over meanwhile (`withheld`) is taken back: whoever hands a mail over and
 * whoever takes it back claim it in the same way, so exactly one of them has it. Pure.
 */
import { mayGo } from '../journal/hand-over.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { TranscriptDraft } from '../letters/draft.ts';
import { hasCome } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import { isSendable } from '../ticket/found.ts';
import { isAnswer, isLater } from '../ticket/later.ts';
import type { Refusal } from '../ticket/refusal.ts';
import { statusChanges } from '../ticket/status.ts';
import {
  type BeforeAnswer,
  mailboxText,
  mailsOf,
  nameOf,
  type OutgoingMessage,
  type Ticket,
} from '../ticket/ticket.ts';
import { isWord } from '../ticket/waiting.ts';
import type { ActionContext, DeskResult, Saying } from './action.ts';
import { memberCalled } from './member.ts';

interface Answer {
  /** Where it stands: also a ticket that is merged into the one that is named. */
  readonly of: Ticket;
  readonly message: OutgoingMessage;
}

export function undo(
  ticket: Ticket,
  context: ActionContext & Pick<Saying, 'now'>,
): DeskResult | Refusal {
  const { by, now, tickets, withheld } = context;
  const all = [ticket, ...ticket.merged.flatMap((id) => tickets.get(id) ?? [])];
  const last = all
    .flatMap(waitingAnswers)
    .reduce<Answer | null>(
      (one, other) => (one === null || isNewer(other, one) ? other : one),
      null,
    );
  const id = nameOf(ticket);
  if (last === null) return { refused: `${id} has no answer that has not gone out` };
  const { of, message } = last;
  const copies = of.messages.filter(
    (one): one is OutgoingMessage => one.direction === 'out' && one.copyOf === message.serial,
  );
  const changes: Change[] = [];
  for (const { serial, to } of [message, ...copies]) {
    const mail = withheld.find((one) => isMailOf(one, of, serial));
    if (mail === undefined || mayHaveGone(mail, now)) {
      const [{ address }] = to;
      return { refused: `the answer to ${address} has gone out, or is on its way` };
    }
    changes.push({ type: 'reply.undone', ticket: of.id, serial, mail: mail.id, by });
  }
  const asked = questionBehind(ticket, withheld);
  if (asked !== undefined)
    changes.push({ ...{ type: 'reply.undone', ticket: ticket.id, by }, ...asked });
  const { waiting, status, isAsGiven } = leftIn(of, message);
  const restored = [
    ...statusChanges(of, status, by),
    ...(isAsGiven && message.undo !== undefined ? snoozedAgain(of, message.undo, now) : []),
    // At the end, since a change of the status says for whom it waits as well.
    ...withWaiting(changes, waiting),
  ];
  return { changes: restored, drafts: toItsAuthor(last, id, context) };
}

/**
 * How the ticket stands without it. Its status goes back if nobody has answered since, given another
 * or snoozed it; if it waits for the desk, then since the first mail that nobody has answered.
 * No `waiting`: it waits as it does.
 */
function leftIn(
  of: Ticket,
  { serial, undo: before }: OutgoingMessage,
): Pick<Ticket, 'status'> & { readonly waiting?: Ticket['waiting']; readonly isAsGiven: boolean } {
  const { status: now, mergedInto } = of;
  const words = mailsOf(of).filter((one) => one.serial !== serial && isWord(one, of));
  const isAnswered = words.some((one) => one.direction === 'out' && one.serial > serial);
  if (before === undefined || isAnswered || mergedInto !== null) {
    return { status: now, isAsGiven: false };
  }
  // A mail opens it: somebody has given it that status again.
  const isGivenAgain =
    before.gave !== 'open' &&
    words.some((one) => one.direction === 'in' && one.serial > serial && now === before.gave);
  const isAsGiven = now === before.gave && !isGivenAgain && !isSnoozedSince(of, before);
  const status = isAsGiven ? before.status : now;
  if (status === 'pending' || status === 'resolved') {
    return { status, isAsGiven, ...(isAsGiven && { waiting: before.waiting }) };
  }
  const [known] = [before.waiting, of.waiting]
    .flatMap((one) => (one?.for === 'desk' ? one : []))
    .toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (known !== undefined) return { status, isAsGiven, waiting: known };
  const unanswered = words[words.findLastIndex(({ direction }) => direction === 'out') + 1];
  if (unanswered === undefined) return { status, isAsGiven, waiting: null };
  return { status, isAsGiven, waiting: { for: 'desk', since: unanswered.date, told: null } };
}

/** How it went is asked when the answer has gone (ask-rating.ts). */
function questionBehind(
  ticket: Ticket,
  withheld: readonly UnsentMail[],
): { readonly serial: number; readonly mail: string } | undefined {
  const { rating, messages } = ticket;
  const one = messages.find(({ serial }) => serial === rating?.question);
  if (one === undefined || !isLater(one)) return undefined;
  const { serial } = one;
  const mail = withheld.find((other) => isMailOf(other, ticket, serial));
  return mail === undefined ? undefined : { serial, mail: mail.id };
}

function isSnoozedSince({ snoozed: now }: Ticket, { snoozed: before }: BeforeAnswer): boolean {
  return now !== undefined && (now.until !== before?.until || now.by !== before.by);
}

/** The first of them says for whom the ticket waits again. */
function withWaiting(
  [first, ...others]: readonly Change[],
  waiting: Ticket['waiting'] | undefined,
): readonly Change[] {
  if (first?.type !== 'reply.undone') return [];
  return [{ ...first, ...(waiting !== undefined && { waiting }) }, ...others];
}

/** A change of the status ends it: that of the answer to a closed one, and that of taking it back. */
function snoozedAgain(of: Ticket, before: BeforeAnswer, now: Date): readonly Change[] {
  const isEnded = statusChanges(of, before.status, '').some(
    (change) => change.type === 'ticket.status' && change.to !== 'pending',
  );
  const byAnswer = before.gave === 'pending' ? undefined : before.snoozed;
  const snoozed = of.snoozed ?? byAnswer;
  if (snoozed === undefined || hasCome(snoozed.until, now)) return [];
  return isEnded || of.snoozed === undefined
    ? [{ type: 'ticket.snoozed', ticket: of.id, ...snoozed }]
    : [];
}

function waitingAnswers(of: Ticket): readonly Answer[] {
  return of.messages.flatMap((message) =>
    isAnswer(message) && message.delivery === 'waiting' ? [{ of, message }] : [],
  );
}

function isNewer(one: Answer, other: Answer): boolean {
  return one.of === other.of
    ? one.message.serial > other.message.serial
    : one.message.date > other.message.date;
}

function isMailOf({ ticket, serial }: UnsentMail, { id }: Ticket, wanted: number): boolean {
  return ticket === id && serial === wanted;
}

/** A hand-over of it broke off; before its time there was none, and only an `undo` can have. */
function mayHaveGone(mail: UnsentMail, now: Date): boolean {
  return mail.repeated === true && mayGo(mail, now);
}

/** Whoever has no address finds it in the ticket. */
function toItsAuthor(
  { of, message }: Answer,
  id: Ticket['id'],
  { by, staff, control }: ActionContext,
): readonly TranscriptDraft[] {
  const author = memberCalled(message.by ?? '', staff);
  const address = author?.addresses?.[0];
  if (author === null || address === undefined) return [];
  const isOwn = memberCalled(by, staff)?.name === author.name;
  const [to] = message.to;
  return [
    {
      kind: 'transcript',
      to: { name: author.name, address },
      ...{ subject: message.subject, inReplyTo: null, references: [], from: control },
      ...{ queue: of.queue, answerTo: null },
      text: [
        `${isOwn ? 'You have' : `${by} has`} taken back your answer about ${id} to`,
        `${mailboxText(to)}. It has gone to nobody. This is what you wrote:`,
        '',
        message.text,
      ].join('\n'),
      attachments: message.attachments.filter(isSendable),
    },
  ];
}
