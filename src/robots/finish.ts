/**
 * What has become of a run, in one commit: its orders, the mail that follows from them, and that it
 * has ended. So they are carried out once, and all of them or none, wherever a process dies: a
 * run that is committed is in the list no more, and one that is not has done nothing.
 *
 * Every mail to somebody outside passes what an acknowledgement passes: addresses that get none,
 * caps, and what was said against the sender when the mail came. What a person must look at becomes
 * a held mail, and tells the staff what the robot said last.
 */
import type { Caps, Config } from '../config/config.ts';
import type { RobotConfig } from '../config/robots.ts';
import { cappedBy, countedSince, limitsOf } from '../decision/caps.ts';
import { absenceIn } from '../desk/away.ts';
import { Batch } from '../desk/batch.ts';
import { notificationsOf } from '../desk/tell.ts';
import { CLAIMED } from '../desk/to-robot.ts';
import { lookUp, type Order, performOrder, questionsOf } from '../feed/order.ts';
import type { OrderedDesk } from '../feed/read-order.ts';
import { type Facts, failedIn, NO_QUESTIONS, type Questions, ticketIn } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { filesIn, type WrittenDrafts } from '../letters/written-draft.ts';
import { isReadByNobody } from '../ticket/address.ts';
import type { Answered } from '../ticket/answered.ts';
import type { Change } from '../ticket/change.ts';
import { NO_REPLY, type Verdict } from '../ticket/decision.ts';
import { unansweredVerdict } from '../ticket/failing.ts';
import { ROBOT_FAILED, type RobotRun, type RunEnd } from '../ticket/robot-run.ts';
import { isMuted, type TicketId } from '../ticket/ticket.ts';
import type { Became } from './end.ts';
import { authorOf, mayReply, readOutput } from './output.ts';

export interface FinishContext {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
  readonly desk: OrderedDesk;
}

/** A mail as its robot was given it. */
export interface RanMail {
  readonly messageId: string | null;
  /** Its first lines, for a person who must look at it. */
  readonly beginning: string;
  readonly date: string;
}

export interface Finished {
  /** `again`: it waits once more; `gone`: somebody else has ended it. */
  readonly end: RunEnd | 'again' | 'gone';
  readonly mails: readonly UnsentMail[];
}

export async function finish(
  run: RobotRun,
  became: Became,
  robot: RobotConfig,
  mail: RanMail,
  context: FinishContext,
): Promise<Finished> {
  const wanted = await wantedOf(became, robot, run, context);
  return context.store.exclusive(async (transaction) => {
    const isWaiting = (await context.store.robotRuns()).some((one) => one.run === run.run);
    if (!isWaiting) return { end: 'gone', mails: [] };
    return commitEnd(run, wanted, robot, mail, transaction, context);
  });
}

export interface Rehearsed {
  /** In a word, and why if it is not carried out. */
  readonly end: string;
  readonly written: WrittenDrafts;
  readonly silence: Verdict | null;
}

/** What would be committed, on what the store says now. */
export async function rehearse(
  run: RobotRun,
  became: Became,
  robot: RobotConfig,
  mail: RanMail,
  context: FinishContext,
): Promise<Rehearsed> {
  const wanted = await wantedOf(became, robot, run, context);
  const nothing = { written: { changes: [], mails: [] }, silence: null };
  if (wanted.type === 'again') return { end: `run again: ${wanted.why}`, ...nothing };
  if (wanted.type === 'held') {
    return { end: `held: ${[wanted.why, ...endOf(wanted.said)].join('\n')}`, ...nothing };
  }
  const { store } = context;
  const facts = (asked: Questions) => store.facts(asked);
  const done = await carriedOut(run, wanted, robot, mail, { facts }, context);
  if ('refused' in done) return { end: `held: ${done.refused}`, ...nothing };
  const { batch, silence } = done;
  return { end: wanted.type, written: batch.written, silence };
}

type Wanted =
  | Extract<Became, { type: 'again' | 'held' }>
  | {
      readonly type: 'done' | 'refused';
      readonly orders: readonly Order[];
      readonly reply: string | null;
    };

async function wantedOf(
  became: Became,
  robot: RobotConfig,
  run: RobotRun,
  { desk, store }: FinishContext,
): Promise<Wanted> {
  if (became.type === 'again' || became.type === 'held') return became;
  if (became.type === 'refused') {
    const text = became.text.trim() === '' ? null : became.text;
    return { type: 'refused', orders: [], reply: text };
  }
  const read = readOutput(became.output, robot, run, desk);
  if (read.type === 'nothing') return { type: 'done', orders: [], reply: null };
  if (read.type === 'wrong') return { type: 'held', why: read.why, said: '' };
  const orders: Order[] = [];
  for (const order of read.orders) orders.push(await lookUp(order, store));
  return { type: 'done', orders, reply: read.reply };
}

async function commitEnd(
  run: RobotRun,
  wanted: Wanted,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Transaction,
  context: FinishContext,
): Promise<Finished> {
  const named = { run: run.run, robot: run.robot };
  if (wanted.type === 'again') {
    const { tries, why, next } = wanted;
    const change = { ...named, tries, why, next: next.toISOString() };
    await transaction.commit({ changes: [{ type: 'robot.failed', ...change }], outgoing: [] });
    return { end: 'again', mails: [] };
  }
  if (wanted.type === 'held') return hold(run, wanted, mail, transaction);
  const done = await carriedOut(run, wanted, robot, mail, transaction, context);
  if ('refused' in done) {
    return hold(run, { why: done.refused, said: '' }, mail, transaction);
  }
  const { batch, silence } = done;
  const { type: end } = wanted;
  const ended = { ...named, end, why: '', ...(silence !== null && { silence }) };
  await batch.add([{ type: 'robot.ended', ...ended }]);
  const { changes, mails: outgoing } = batch.written;
  const mails = await transaction.commit({ changes, outgoing, limits: batch.limits });
  return { end, mails };
}

async function hold(
  { run, robot, raw, queue, from, subject, onTicket }: RobotRun,
  { why, said }: { readonly why: string; readonly said: string },
  { beginning, date }: RanMail,
  transaction: Transaction,
): Promise<Finished> {
  const evidence = [`robot ${robot}: ${why}`, ...endOf(said)].join('\n');
  const reason = { check: ROBOT_FAILED, evidence };
  const changes: readonly Change[] = [
    {
      type: 'mail.held',
      mail: {
        ...{ id: run, from, date, subject, beginning, queue },
        ticket: onTicket,
        reason,
        raw,
      },
    },
    { type: 'robot.ended', run, robot, end: 'held', why },
  ];
  await transaction.commit({ changes, outgoing: [] });
  return { end: 'held', mails: [] };
}

const MAX_SAID_LINES = 10;

function endOf(said: string): readonly string[] {
  return said
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-MAX_SAID_LINES);
}

interface CarriedOut {
  readonly batch: Batch;
  /** Why a mail did not go out that there was. */
  readonly silence: Verdict | null;
}

async function carriedOut(
  run: RobotRun,
  { orders, reply }: Extract<Wanted, { readonly orders: readonly Order[] }>,
  robot: RobotConfig,
  mail: RanMail,
  transaction: Pick<Transaction, 'facts'>,
  { config, store, now }: FinishContext,
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

type ReplyOrder = Extract<Order, { readonly type: 'act' }>;

function isReply(order: Order): order is ReplyOrder {
  return order.type === 'act' && order.action.type === 'reply';
}

/** Of what a robot says on a ticket. */
function againstReply(
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
  return oneMore({ address, ticket, kind: 'service' }, answers);
}

/** The automatic answers that there are, those of this commit too. */
interface Answers {
  readonly batch: Batch;
  readonly caps: Caps;
  readonly now: Date;
  readonly made: Answered[];
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

function againstSender(
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
    oneMore({ address, ticket: null, kind: 'robot' }, answers)
  );
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
