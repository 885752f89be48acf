/**
 * What a robot would do becomes a plan that its sender is told of, and has to confirm: in one
 * commit with the end of the run.
 *
 * What could not be carried out now is not asked about, and nor is a plan made that cannot be told:
 * a person looks at that mail. An older plan of the same robot for the same address is over then,
 * if it is proven that the same person has asked, and no less than it was of the older one: what
 * nothing proves somebody else may have sent. And so are some whose time is over.
 */
import { planAddress, planNumber } from '../addresses/plan-address.ts';
import type { Config } from '../config/config.ts';
import type { RobotConfig } from '../config/robots.ts';
import { countedSince } from '../decision/caps.ts';
import { Batch } from '../desk/batch.ts';
import { questionsOf } from '../feed/order.ts';
import { type Facts, NO_QUESTIONS, ticketIn } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import { filesIn } from '../letters/written-draft.ts';
import type { Change } from '../ticket/change.ts';
import { isLapsed } from '../ticket/lapsed-plan.ts';
import type { PlanMade, RobotPlan } from '../ticket/robot-plan.ts';
import { isAtLeast, isProven, type RobotRun } from '../ticket/robot-run.ts';
import { currentTicket, sameAddress, type TicketId } from '../ticket/ticket.ts';
import { type Answers, againstPlan, planKindOf } from './answerable.ts';
import { carriedOut, type DeskNow } from './carry-out.ts';
import type { RanMail } from './held-run.ts';
import { stateOf } from './planned-ticket.ts';
import type { ToBePlanned } from './wanted.ts';

export async function makePlan(
  run: RobotRun,
  wanted: ToBePlanned,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Pick<Transaction, 'facts'>,
  context: DeskNow,
): Promise<Batch | { readonly refused: string }> {
  const { config, store } = context;
  const now = context.now();
  const tried = await carriedOut(run, wanted.ordered, robot, mail, transaction, context);
  if ('refused' in tried) return tried;
  const { answerTo } = run;
  if (answerTo === null) return { refused: 'its plan cannot be told: the mail names nobody' };
  const { address } = answerTo;
  const tickets = namedBy(wanted, config);
  const facts = await transaction.facts({
    ...{ ...NO_QUESTIONS, tickets, addresses: [address] },
    answeredSince: countedSince(config.caps, now),
  });
  const batch = new Batch({ config, now, facts, files: filesIn(store) });
  const answers: Answers = { batch, caps: config.caps, now, made: [...facts.answered] };
  const { own, output, told } = wanted;
  const against = told.against ?? againstPlan(address, run, robot, facts, answers);
  if (against !== null) {
    return { refused: `its plan could not be told (${against.check}: ${against.evidence})` };
  }
  const { keys } = facts;
  const named = { run: run.run, address, minute: told.minute };
  if (planNumber(keys, named) !== told.number) {
    return { refused: 'its plan could not be told: the keys of the store have changed meanwhile' };
  }
  const { robot: name, raw, queue, from, subject, trust, onTicket, answerFrom, silence } = run;
  const { signed, captures, isFiled } = run;
  const plan: PlanMade = {
    ...{ run: run.run, robot: name, raw, queue, from, subject, trust, onTicket },
    ...{ answerTo, answerFrom, silence },
    ...(signed !== undefined && { signed }),
    ...(captures !== undefined && { captures }),
    ...(isFiled && { isFiled }),
    ...(own === null ? { orders: output } : own),
    rests: concerned(tickets, facts).map((ticket) => ({ ticket, state: stateOf(ticket, facts) })),
  };
  const filed = isFiled ? { isFiled } : {};
  const over = lapsedBy(plan, await store.robotPlans(), now);
  const changes: readonly Change[] = [
    ...over,
    { type: 'mail.answered', address, about: planKindOf(run) },
    { type: 'robot.planned', ...plan },
    { type: 'robot.ended', run: run.run, robot: name, end: 'planned', why: '', ...filed },
  ];
  await batch.add(changes, [
    {
      ...{ kind: 'transcript', to: { name: '', address }, subject: `please confirm (${name})` },
      inReplyTo: mail.messageId,
      references: mail.messageId === null ? [] : [mail.messageId],
      text: told.text,
      ...(told.sealed !== undefined && { sealed: told.sealed }),
      ...{ from: answerFrom, queue },
      answerTo: { plan: planAddress(keys, named, { queue, domain: config.domain }) },
    },
  ]);
  return batch;
}

/** On which it orders something, and those that its orders name: what a ticket is merged into. */
function namedBy({ ordered: { orders } }: ToBePlanned, config: Config): readonly TicketId[] {
  return orders.flatMap((order) => {
    return order.type === 'act' ? questionsOf(order, order.ticket, config).tickets : [];
  });
}

/** With those that they have been merged into, which is where it would be done. */
function concerned(named: readonly TicketId[], facts: Facts): readonly TicketId[] {
  const find = (id: TicketId) => ticketIn(facts, id);
  const all = named.flatMap((id) => {
    const ticket = find(id);
    // Nothing can be changed of one that is only looked for, as the name of one that is moved.
    return ticket === null ? [] : [ticket.id, currentTicket(id, find)?.id ?? ticket.id];
  });
  return [...new Set(all)];
}

/** In one commit. */
const MOST_EXPIRED = 50;

function lapsedBy(made: PlanMade, all: readonly RobotPlan[], now: Date): readonly Change[] {
  const isReplaced = (one: RobotPlan) =>
    one.robot === made.robot &&
    one.confirmed === null &&
    isProven(made.trust) &&
    isAtLeast(made.trust, one.trust) &&
    sameAddress(one.answerTo.address, made.answerTo.address);
  return [
    ...all.filter(isReplaced).map((one) => lapsed(one, 'replaced')),
    ...expired(all, now)
      .filter((one) => !isReplaced(one))
      .slice(0, MOST_EXPIRED)
      .map((one) => lapsed(one, 'expired')),
  ];
}

function expired(all: readonly RobotPlan[], now: Date): readonly RobotPlan[] {
  return all.filter((one) => isLapsed(one, now));
}

function lapsed({ run, robot }: RobotPlan, why: 'expired' | 'replaced'): Change {
  return { type: 'robot.lapsed', run, robot, why };
}
