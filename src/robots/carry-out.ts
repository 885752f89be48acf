/**
 * What the orders of a run come to, on what the store says now: changes, and the mail that follows
 * from them. One that cannot be carried out refuses all of them, and so does a mail with secrets that
 * may not go out; any other such mail is left out, and why is said. Nothing is committed here.
 */
import { ownAddresses, reachesDesk } from '../addresses/own-address.ts';
import { reachesRobot } from '../addresses/robot-address.ts';
import type { Config } from '../config/config.ts';
import { type RobotConfig, robotAddresses } from '../config/robots.ts';
import { countedSince } from '../decision/caps.ts';
import { askAfterClosing } from '../desk/after-closing.ts';
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { type EarlierHtml, notificationsOf } from '../desk/tell.ts';
import { type Order, performOrder, questionsOf } from '../feed/order.ts';
import { NO_QUESTIONS, type Questions, ticketIn } from '../journal/facts.ts';
import type { Asked, Transaction } from '../journal/ledger.ts';
import { filesIn } from '../letters/written-draft.ts';
import type { Verdict } from '../ticket/decision.ts';
import type { RobotRun } from '../ticket/robot-run.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { type Answers, againstMail, againstReply, againstSender, isReply } from './answerable.ts';
import type { RanMail } from './held-run.ts';
import { OwnMails } from './own-mails.ts';
import type { Ordered } from './wanted.ts';

export interface CarriedOut {
  readonly batch: Batch;
  /** Why a mail did not go out that there was. */
  readonly silence: Verdict | null;
  readonly secretTexts: ReadonlyMap<number, string>;
}

export interface DeskNow {
  readonly config: Config;
  readonly store: Asked;
  readonly now: () => Date;
  readonly earlier?: EarlierHtml | undefined;
}

export async function carriedOut(
  run: RobotRun,
  { orders, mails, reply, blank }: Ordered,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Pick<Transaction, 'facts'>,
  { config, store, now, earlier }: DeskNow,
): Promise<CarriedOut | { readonly refused: string }> {
  const own = ownAddresses(config);
  const robots = robotAddresses(config);
  const ours = mails.find(({ to }) => reachesDesk(to, own) || reachesRobot(to, robots));
  if (ours !== undefined)
    return { refused: `it mails ${ours.to}, which is an address of the desk` };
  if (blank !== null && run.isFiled) {
    return { refused: 'it blanks a mail that is in a ticket: mailrobot erase can do that' };
  }
  const asked = orders.map((order) => questionsOf(order, ticketOf(order), config));
  const addressed = [
    ...(run.answerTo === null ? [] : [run.answerTo.address]),
    ...mails.map(({ to }) => to),
  ];
  const together = togetherAsked(asked, addressed, config, now());
  const about = blank === null || run.onTicket === null ? [] : [run.onTicket];
  const facts = await transaction.facts({ ...together, tickets: [...together.tickets, ...about] });
  const onHold = about.find((id) => ticketIn(facts, id)?.legalHold === true);
  if (onHold !== undefined)
    return { refused: `nothing about ${onHold} is blanked: it is on legal hold` };
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
  const desk = { ...config, absence, earlier };
  await batch.add([], notificationsOf(batch.written.changes, after, desk));
  await askAfterClosing(batch, { config, facts, now: now() });
  const written = new OwnMails(batch);
  for (const one of mails) {
    const against = againstMail(one.to, run, robot, facts, answers);
    if (against === null) await written.mail(one, run);
    else if (one.secretText !== null) return { refused: lost(one.to, against) };
    silence ??= against;
  }
  if (reply !== null) {
    const against = reply.against ?? againstSender(run, robot, facts, answers);
    if (against === null) await written.reply(reply, run, mail.messageId, blank);
    else if (reply.secretText !== null || reply.hasSecrets)
      return { refused: lost('its sender', against) };
    silence ??= against;
  }
  return { batch, silence, secretTexts: written.secretTexts };
}

/** What is secret is in that mail alone: whoever waits for it would never hear of it. */
function lost(whom: string, { check, evidence }: Verdict): string {
  return `its mail with secrets to ${whom} may not go out (${check}: ${evidence})`;
}

/** All that they ask, and what mails to these people do. */
function togetherAsked(
  asked: readonly Questions[],
  addressed: readonly string[],
  config: Config,
  now: Date,
): Questions {
  const [first = NO_QUESTIONS] = asked;
  return {
    ...first,
    tickets: [...new Set(asked.flatMap(({ tickets }) => tickets))],
    addresses: [...new Set([...asked.flatMap(({ addresses }) => addresses), ...addressed])],
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
