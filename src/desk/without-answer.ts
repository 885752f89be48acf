/**
 * How a ticket stands without an answer that is taken back: as if it had never been written, unless
 * somebody has acted since.
 *
 * - Its status is that from before, if it still has the one that came with the answer. A later answer,
 *   another status, a snooze or a merge is an act, and then it stays. A mail of the customer that came
 *   since opens it, as it would have.
 * - It waits for the desk since the first mail that nobody has answered without it; for the customer as
 *   before, if the status is that from before.
 * - A snooze that the answer ended goes on, until its time.
 *
 * Answers that were taken back count as never written, in whatever order that was done. Pure.
 */
import { hasCome } from '../ticket/age.ts';
import { isUndone } from '../ticket/later.ts';
import {
  type BeforeAnswer,
  type Message,
  mailsOf,
  type OutgoingMessage,
  type Snooze,
  type Status,
  type Ticket,
  type Waiting,
} from '../ticket/ticket.ts';
import { isWord } from '../ticket/waiting.ts';

export interface Left extends Pick<Ticket, 'status'> {
  /** Left out: it waits as it does. */
  readonly waiting?: Waiting | null;
  /** To be snoozed anew, since something of this has ended that. */
  readonly snoozed?: Snooze;
}

/** `of` is as it is now, with the answer. */
export function without(answer: OutgoingMessage, of: Ticket, now: Date): Left {
  const before = asBefore(answer, of);
  const words = mailsOf(of).filter((one) => one.serial !== answer.serial && isWord(one, of));
  const since = words.filter(({ serial }) => serial > answer.serial);
  const isAnsweredSince = since.some(({ direction }) => direction === 'out');
  const hasChanged = before !== undefined && before.gave !== before.status;
  // To somebody else: the ticket waits as it did.
  const isAside = !hasChanged && !isWord(answer, of);
  if (before === undefined || isAside || isAnsweredSince || of.mergedInto !== null) {
    return { status: of.status };
  }
  const hasWritten = since.length > 0;
  const isGivenAgain = hasWritten && isClosing(before.gave);
  const isAsGiven = of.status === before.gave && !isGivenAgain && !isSnoozedSince(of, before);
  const opened = hasWritten && isClosing(before.status) ? 'open' : before.status;
  const status = isAsGiven ? opened : of.status;
  const snoozed = of.snoozed ?? (isAsGiven && !hasWritten ? before.ended : undefined);
  // A change of the status ends it.
  const isEnded = of.snoozed === undefined || (status !== of.status && status !== 'pending');
  return {
    status,
    ...(isClosing(status)
      ? isAsGiven && { waiting: before.waiting }
      : { waiting: waitingForUs(answer, of, words) }),
    ...(snoozed !== undefined && isEnded && !hasCome(snoozed.until, now) && { snoozed }),
  };
}

/** A mail of the customer opens it again. */
function isClosing(status: Ticket['status']): boolean {
  return status === 'pending' || status === 'resolved';
}

function isSnoozedSince({ snoozed: now }: Ticket, { snoozed: before }: BeforeAnswer): boolean {
  return now !== undefined && (now.until !== before?.until || now.by !== before.by);
}

/** What `of` is when an answer is written that gives it a status. */
export function beforeAnswer(of: Ticket, gave: Status): BeforeAnswer {
  const { status, waiting, snoozed } = of;
  const last = mailsOf(of).findLast((one) => one.direction === 'out' && isWord(one, of));
  return {
    ...{ status, waiting, gave },
    ...(snoozed !== undefined && { snoozed }),
    ...(last?.direction === 'out' && last.undo !== undefined && { behind: last.serial }),
  };
}

/** The one that it was written behind, if that was taken back since. */
function undoneBefore({ undo }: OutgoingMessage, of: Ticket): OutgoingMessage | undefined {
  const one = of.messages.find(({ serial }) => serial === undo?.behind);
  return one?.direction === 'out' && isUndone(one) ? one : undefined;
}

/** Nobody has acted between the two. */
function hasLedTo(
  { serial, undo: before }: OutgoingMessage,
  { serial: first, undo, date }: OutgoingMessage,
  of: Ticket,
): boolean {
  if (before === undefined || undo?.gave !== before.status) return false;
  const { waiting, snoozed } = before;
  if (waiting?.for === 'customer' && waiting.since < date) return false;
  if (snoozed !== undefined && snoozed.until !== undo.snoozed?.until) return false;
  return !mailsOf(of).some(
    (one) => one.direction === 'in' && one.serial > first && one.serial < serial && isWord(one, of),
  );
}

interface Before extends BeforeAnswer {
  /** A snooze that the answer has ended. */
  readonly ended?: Snooze | undefined;
}

/** Before the answer, and before those that it was written behind, and that were taken back since. */
function asBefore(answer: OutgoingMessage, of: Ticket): Before | undefined {
  const { undo } = answer;
  if (undo === undefined) return undefined;
  // It was pending for a moment, also if it is open as before.
  const ended = undo.gave === 'pending' ? undefined : undo.snoozed;
  const last = undoneBefore(answer, of);
  const first = last !== undefined && hasLedTo(answer, last, of) ? asBefore(last, of) : undefined;
  if (first === undefined) return { ...undo, ended };
  const { snoozed: _, ...others } = first;
  return {
    ...{ ...others, gave: undo.gave },
    ...(undo.snoozed !== undefined && { snoozed: undo.snoozed }),
    ended: ended ?? (undo.snoozed === undefined ? first.ended : undefined),
  };
}

/** null if every mail is answered without it. */
function waitingForUs(
  answer: OutgoingMessage,
  of: Ticket,
  words: readonly Message[],
): Waiting | null {
  const [first] = [...waitingBefore(answer, of), of.waiting]
    .flatMap((one) => (one?.for === 'desk' ? one : []))
    .toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (first !== undefined) {
    const told = of.waiting?.for === 'desk' ? of.waiting.told : null;
    return { ...first, told: told ?? first.told };
  }
  // Somebody has taken its status for an answer, and has opened it again since.
  const isUnanswered = words.at(-1)?.direction === 'in';
  return isUnanswered ? { for: 'desk', since: answer.date, told: null } : null;
}

function waitingBefore(answer: OutgoingMessage, of: Ticket): readonly (Waiting | null)[] {
  const last = undoneBefore(answer, of);
  const own = answer.undo?.waiting ?? null;
  return last === undefined ? [own] : [own, ...waitingBefore(last, of)];
}
