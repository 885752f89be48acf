/**
 * Whether somebody outside may be written to for a robot: as an acknowledgement is, by the
 * addresses that get none, the caps, and what was said against the sender when the mail came. Pure.
 */
import type { Caps } from '../config/config.ts';
import type { RobotConfig } from '../config/robots.ts';
import { cappedBy, limitsOf } from '../decision/caps.ts';
import type { Batch } from '../desk/batch.ts';
import { CLAIMED } from '../desk/to-robot.ts';
import type { Order } from '../feed/order.ts';
import { type Facts, failedIn, ticketIn } from '../journal/facts.ts';
import { isOfMachine, isReadByNobody, sameMailbox } from '../ticket/address.ts';
import type { Answered } from '../ticket/answered.ts';
import { NO_REPLY, type Verdict } from '../ticket/decision.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import { isProven, type RobotRun } from '../ticket/robot-run.ts';
import { isMuted } from '../ticket/ticket.ts';
import { authorOf, mayReply } from './output.ts';

/** The automatic answers that there are, those of this commit too. */
export interface Answers {
  readonly batch: Batch;
  readonly caps: Caps;
  readonly now: Date;
  readonly made: Answered[];
}

export type ReplyOrder = Extract<Order, { readonly type: 'act' }>;

export function isReply(order: Order): order is ReplyOrder {
  return order.type === 'act' && order.action.type === 'reply';
}

/** Of what a robot says on a ticket. */
export function againstReply(
  { ticket }: ReplyOrder,
  run: RobotRun,
  robot: RobotConfig,
  facts: Facts,
  answers: Answers,
): Verdict | null {
  const found = ticket === null ? null : ticketIn(facts, ticket);
  // What is not there is refused when it is carried out.
  if (ticket === null || found === null || found.requester === null) return null;
  if (ticket === run.onTicket) {
    const against = atArrival(run, robot);
    if (against !== null) return against;
  }
  const { address } = found.requester;
  if (isReadByNobody(address)) return { check: NO_REPLY, evidence: address };
  if (isMuted(found, address)) return { check: 'muted', evidence: `${address} wants no more mail` };
  const failing = unansweredVerdict(address, failedIn(facts, address));
  if (failing !== null) return failing;
  const kind = isToConfirmer(run, address) ? 'confirmed' : 'service';
  return oneMore({ address, ticket, kind }, answers);
}

/** Of a reply to whom the mail is from. */
export function againstSender(
  run: RobotRun,
  robot: RobotConfig,
  facts: Facts,
  answers: Answers,
): Verdict | null {
  const { answerTo, trust } = run;
  if (answerTo === null) return { check: 'nobody', evidence: 'it names nobody' };
  if (!mayReply(robot)) return { check: 'may-not', evidence: `${authorOf(robot)} may not reply` };
  const { address } = answerTo;
  return (
    atArrival(run, robot) ??
    unansweredVerdict(address, failedIn(facts, address), trust === 'staff') ??
    oneMore({ address, ticket: null, kind: kindOf(run, address) }, answers)
  );
}

/** Of a plan to whoever asked: it needs no right to reply. */
export function againstPlan(
  address: string,
  run: RobotRun,
  robot: RobotConfig,
  facts: Facts,
  answers: Answers,
): Verdict | null {
  return (
    atArrival(run, robot) ??
    unansweredVerdict(address, failedIn(facts, address), run.trust === 'staff') ??
    oneMore({ address, ticket: null, kind: planKindOf(run) }, answers)
  );
}

/** Of a mail to somebody else; what was said against the sender is said against a mail to them. */
export function againstMail(
  address: string,
  run: RobotRun,
  robot: RobotConfig,
  facts: Facts,
  answers: Answers,
): Verdict | null {
  const isSender = run.answerTo !== null && sameMailbox(run.answerTo.address, address);
  const against = isSender ? atArrival(run, robot) : null;
  if (against !== null) return against;
  const isUnread = isReadByNobody(address) || isOfMachine(address);
  if (isUnread) return { check: NO_REPLY, evidence: address };
  const failing = unansweredVerdict(address, failedIn(facts, address));
  return failing ?? oneMore({ address, ticket: null, kind: kindOf(run, address) }, answers);
}

/**
 * As what its plan counts: requests that somebody else has forged use up nothing of a proven one.
 */
export function planKindOf({ trust }: Pick<RobotRun, 'trust'>): 'plan' | 'proven-plan' {
  return isProven(trust) ? 'proven-plan' : 'plan';
}

/**
 * As what a mail to them counts: forged requests use up nothing of whoever has confirmed this one.
 */
export function kindOf(run: RobotRun, address: string): 'robot' | 'confirmed' {
  return isToConfirmer(run, address) ? 'confirmed' : 'robot';
}

function isToConfirmer({ confirms, answerTo }: RobotRun, address: string): boolean {
  return confirms !== undefined && answerTo !== null && sameMailbox(answerTo.address, address);
}

/** Why there may not be one more; else it is counted. */
function oneMore(
  answer: Omit<Answered, 'at'>,
  { batch, caps, now: at, made }: Answers,
): Verdict | null {
  const next = { at, ...answer };
  const capped = cappedBy(made, next, caps);
  if (capped !== null) return capped;
  batch.answer(limitsOf(next, caps));
  made.push(next);
  return null;
}

function atArrival({ silence }: RobotRun, { may }: RobotConfig): Verdict | null {
  const isAllowed = silence?.check === CLAIMED.check && may.includes('reply-unproven');
  return isAllowed ? null : silence;
}
