/**
 * What the orders of a run come to, on what the store says now: changes, and the mail that follows
 * from them. One that cannot be carried out refuses all of them; a mail that may not go out is left
 * out, and why is said. Nothing is committed here.
 */
import type { Config } from '../config/config.ts';
import type { RobotConfig } from '../config/robots.ts';
import { countedSince } from '../decision/caps.ts';
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { notificationsOf } from '../desk/tell.ts';
import { type Order, performOrder, questionsOf } from '../feed/order.ts';
import { NO_QUESTIONS, type Questions } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import type { Store } from '../journal/store.ts';
import { filesIn } from '../letters/written-draft.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { type Answers, againstReply, againstSender, isReply } from './answerable.ts';
import type { RanMail } from './held-run.ts';
import type { Ordered } from './wanted.ts';

export interface CarriedOut {
  readonly batch: Batch;
  /** Why a mail did not go out that there was. */
  readonly silence: Verdict | null;
}

export interface DeskNow {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}

export async function carriedOut(
  run: RobotRun,
  { orders, reply }: Ordered,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Pick<Transaction, 'facts'>,
  { config, store, now }: DeskNow,
): Promise<CarriedOut | { readonly refused: string }> {
  const asked = orders.map((order) => questionsOf(order, ticketOf(order), config));
  const facts = await transaction.facts(together(asked, run, config, now()));
  const batch = new Batch({ config, now: now(), facts, files: filesIn(store) });
  const answers: Answers = { batch, caps: config.caps, now: now(), made: [...facts.answered] };
  let silence: Verdict | null = null;
  for (const [at, order] of orders.entries()) {
    const against = isReply(order) ? againstReply(order, run, robot, facts, answers) : null;
    if (against !== null) {
      silence ??= against;
      continue;
    }
    const done = await performOrder(order, ticketOf(order), batch, config);
    if ('refused' in done) return { refused: `order ${at + 1}: ${done.refused}` };
  }
  const after = (id: TicketId) => batch.ticket(id);
  const absence = absenceIn(facts, now());
  await batch.add([], notificationsOf(batch.written.changes, after, { ...config, absence }));
  if (reply !== null) {
    const against = againstSender(run, robot, facts, answers);
    if (against === null) await writeReply(reply, run, mail, batch);
    silence ??= against;
  }
  return { batch, silence };
}

/** All that they ask, and what a mail to the sender does. */
function together(
  asked: readonly Questions[],
  { answerTo }: RobotRun,
  config: Config,
  now: Date,
): Questions {
  const [first = NO_QUESTIONS] = asked;
  return {
    ...first,
    tickets: [...new Set(asked.flatMap(({ tickets }) => tickets))],
    addresses: [
      ...new Set([
        ...asked.flatMap(({ addresses }) => addresses),
        ...(answerTo === null ? [] : [answerTo.address]),
      ]),
    ],
    people: PEOPLE.findLast((which) => asked.some(({ people }) => people === which)) ?? 'none',
    away: true,
    answeredSince: countedSince(config.caps, now),
    queues: config.queues.map(({ prefix }) => prefix),
  };
}

/** Each with those before it. */
const PEOPLE = ['none', 'on them', 'and who wrote', 'and who had a copy'] as const;

function ticketOf(order: Order): TicketId | null {
  return order.type === 'act' ? order.ticket : null;
}

async function writeReply(
  text: string,
  { answerTo, answerFrom, queue, subject }: RobotRun,
  { messageId }: RanMail,
  batch: Batch,
): Promise<void> {
  if (answerTo === null) return;
  const { address } = answerTo;
  await batch.add(
    [{ type: 'mail.answered', address, about: 'robot' }],
    [
      {
        ...{ kind: 'transcript', to: answerTo, subject, inReplyTo: messageId },
        references: messageId === null ? [] : [messageId],
        ...{ text, from: answerFrom, queue, answerTo: null },
      },
    ],
  );
}
