/**
 * The action, and the one durable record of it.
 *
 * What the MTA tries again changes nothing: what the first attempt left unsent is
 * claimed and sent again, after its commit is known to be durable. So does a copy of a mail
 * that would become no more than the mail has become; what becomes of any other
 * copy says again.ts. Both questions are asked in the transaction that commits, which compares what
 * was gathered for the decision: if that has changed, it is gathered and decided again, after
 * MAX_TRIES under the lock. The action sees the ticket as it is now; the reply is composed later.
 */
import type { Config } from '../config/config.ts';
import { type Outcome, outcomeOf } from '../desk/act.ts';
import type { Delivery, DeskContext } from '../desk/delivery.ts';
import { NO_COMMANDS, questionsFor } from '../desk/questions.ts';
import type { Facts, Questions } from '../journal/facts.ts';
import type { Delivered, DeliveryKey, Transaction } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Incoming } from '../journal/spool.ts';
import type { Store } from '../journal/store.ts';
import type { Kept } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import type { Looked } from './look-into.ts';
import { filesWith } from './mail-files.ts';

export interface CommittedDelivery {
  readonly end: Kept;
  /** Mails of this delivery that this run has to send. */
  readonly mails: readonly UnsentMail[];
  /** What it has become, or the commit of the mail that it repeats. */
  readonly became: Became | { readonly earlier: number };
}

interface Became {
  readonly decision: Decision;
  readonly changes: readonly Change[];
}

/** A delivery, and what makes it one that can be committed once. */
export interface Arrival extends Delivery {
  /** Empty if it is not known. */
  readonly queueId: string;
  readonly incoming: Incoming;
}

export interface CommitContext {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => Date;
}

/** What a decision rests on, and how it is made. */
export interface Grounds {
  readonly asked: Questions;
  readonly facts: Facts;
  /** `ahead`: so that no mail is read. */
  readonly decide: (facts: Facts, ahead?: Looked) => Promise<Arrival>;
  readonly lookAhead: () => Promise<Looked>;
}

/** So often it is decided without the lock, if others go on changing what it rests on. */
const MAX_TRIES = 3;

export async function commitDelivery(
  decided: Arrival,
  grounds: Grounds,
  context: CommitContext,
): Promise<CommittedDelivery> {
  const { store } = context;
  const { asked, decide } = grounds;
  let [arrival, facts] = [decided, grounds.facts];
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const tried = await store.findDelivery(keyOf(arrival));
    if (tried !== null) return duplicate(tried, store);
    const questions = await questionsOf(arrival, context);
    // What it confirms has just been let in.
    const rests = arrival.decided.intent.type === 'confirm' ? null : facts;
    const outcome = await store.transact(async (transaction) =>
      rests === null || (await transaction.stillHolds(rests))
        ? commitDecided(arrival, questions, transaction, context)
        : 'changed',
    );
    if (outcome !== 'changed') return committed(outcome, store);
    facts = await store.facts(asked);
    arrival = await decide(facts);
  }
  const ahead = await grounds.lookAhead();
  const outcome = await store.exclusive(async (transaction) => {
    arrival = await decide(await transaction.facts(asked), ahead);
    return commitDecided(arrival, await questionsOf(arrival, context), transaction, context);
  });
  return committed(outcome, store);
}

type Committed = CommittedDelivery | { readonly twin: Delivered };

async function committed(outcome: Committed, store: Store): Promise<CommittedDelivery> {
  return 'twin' in outcome ? await duplicate(outcome.twin, store) : outcome;
}

/** `asked`: what carrying it out asks. */
async function commitDecided(
  arrival: Arrival,
  asked: Questions,
  transaction: Transaction,
  context: CommitContext,
): Promise<Committed> {
  const key = keyOf(arrival);
  const twin = await transaction.findDelivery(key);
  if (twin !== null) return { twin };
  const copies = await transaction.findCopies(key);
  const { type } = arrival.decided.intent;
  const mayBeAgain = copies.length > 0 || type === 'act' || type === 'control';
  const again = mayBeAgain ? await import('./again.ts') : null;
  const earlier = { copies, queueId: key.attempt?.queueId ?? null };
  const opened = again?.openedBefore(arrival, earlier, context.config) ?? null;
  if (opened !== null) return { twin: opened };
  const deskContext = await deskContextFor(arrival, asked, transaction, context);
  const first = await outcomeOf(arrival, deskContext);
  const became =
    (await again?.oneMore(arrival, earlier, first, deskContext, { transaction, asked })) ?? first;
  if ('twin' in became) return became;
  return commit(arrival, became, [], transaction);
}

/** Of a mail that a person lets in, whose copies that person has overruled: `released` is committed with it. */
export async function commitReleased(
  arrival: Arrival,
  released: (transaction: Transaction) => Promise<readonly Change[]>,
  context: CommitContext,
): Promise<CommittedDelivery | 'done already'> {
  const asked = await questionsOf(arrival, context);
  const outcome = await context.store.transact(async (transaction) => {
    if ((await transaction.findCopies(keyOf(arrival))).length > 0) return 'done already';
    const changes = await released(transaction);
    const deskContext = await deskContextFor(arrival, asked, transaction, context);
    const became = await outcomeOf(arrival, deskContext);
    return commit(arrival, became, changes, transaction);
  });
  if (outcome === 'done already') await context.store.settle();
  return outcome;
}

/** What carrying it out will ask; what commands ask is loaded only if there may be some. */
export async function questionsOf(
  { decided, message, ...arrival }: Delivery,
  { config, now }: Pick<CommitContext, 'config' | 'now'>,
): Promise<Questions> {
  const { type } = decided.intent;
  const hasCommands = type === 'act' || type === 'control';
  const commands = hasCommands
    ? (await import('../desk/command-questions.ts')).questionsOfCommands(
        decided.intent,
        message,
        config,
      )
    : NO_COMMANDS;
  const delivery = { decided, message, ...arrival };
  const repeats = await repeatsOf(delivery, config);
  return questionsFor(delivery, { ...commands, repeats }, config, now());
}

async function repeatsOf(delivery: Delivery, config: Config): Promise<readonly string[]> {
  if (config.collapse.length === 0) return [];
  const { repeatName } = await import('../desk/repeats.ts');
  const name = repeatName(delivery, config);
  return name === null ? [] : [name];
}

async function deskContextFor(
  { message, incoming, withheld = [] }: Arrival,
  asked: Questions,
  transaction: Transaction,
  { config, now }: CommitContext,
): Promise<DeskContext> {
  const files = filesWith(message, incoming, transaction.store);
  const ran = () => transaction.store.ran();
  return { config, now: now(), facts: await transaction.facts(asked), files, ran, withheld };
}

async function commit(
  arrival: Arrival,
  { end, written, decision, limits }: Outcome,
  also: readonly Change[],
  transaction: Transaction,
): Promise<CommittedDelivery> {
  const { incoming, message } = arrival;
  const key = keyOf(arrival);
  const within = message.attachments.length > 0 ? { within: message.within } : {};
  const changes = [...written.changes, ...also];
  const mails = await transaction.commit({
    changes,
    outgoing: written.mails,
    limits,
    delivery: { key, incoming, decision, ...within },
  });
  return { end, mails, became: { decision, changes } };
}

function keyOf({ hash, queueId, decided: { targets, decision } }: Arrival): DeliveryKey {
  const { verb, recipients } = decision;
  const isKnown = queueId !== '' && recipients.length > 0;
  const to = [verb, ...recipients].join(' ').toLowerCase();
  return { hash, targets, ...(isKnown && { attempt: { queueId, to } }) };
}

async function duplicate(earlier: Delivered, store: Store): Promise<CommittedDelivery> {
  await store.settle();
  const { seq: commit } = earlier;
  const isUnsent = (await store.unsent()).some(({ seq }) => seq === commit);
  if (!isUnsent) return { end: 'duplicate', mails: [], became: { earlier: commit } };
  const mails = await store.exclusive((transaction) => transaction.claim({ commit }, Infinity));
  return { end: 'duplicate', mails, became: { earlier: commit } };
}
