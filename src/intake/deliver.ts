/**
 * The life of one message, top to bottom (docs/architecture.md).
 *
 * Every step is one call; what it may decide is in its own file. Until the
 * commit a failure throws, leaves no trace, and the mail stays with the MTA;
 * from then on the mail is ours, and a retry only brings its reply on its way.
 * Gives the end of the run (src/outcome.ts).
 */

import { type TrialMail, trialIn } from '../addresses/trial-address.ts';
import type { LogPlace } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { readEnvelope } from '../decision/envelope.ts';
import { type Arrived, questionsOf } from '../decision/questions.ts';
import { personOf } from '../decision/trust.ts';
import { doChores } from '../jobs/chores.ts';
import { sendAll } from '../jobs/outbox.ts';
import type { Facts } from '../journal/facts.ts';
import type { Incoming } from '../journal/spool.ts';
import type { End } from '../outcome.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { ageOf, HOUR_MS } from '../ticket/age.ts';
import { type Arrival, type CommittedDelivery, commitDelivery } from './commit.ts';
import { arrived, decidedMail } from './decided.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import type { DoneBefore } from './done-before.ts';
import { type Looked, lookAhead, lookInto } from './look-into.ts';
import { type Received, receive } from './receive.ts';
import type { SignedMail } from './signed-mail.ts';

/** How long the MTA is asked to come back for a reply that could not be handed over. */
const REPLY_RETRY_MS = 2 * HOUR_MS;

export async function deliver(
  input: AsyncIterable<Uint8Array>,
  context: DeliveryContext,
): Promise<End> {
  const incoming = context.store.receive();
  try {
    const received = await receive(input, incoming, context.config);
    return received === null ? 'empty' : await deliverReceived(received, incoming, context);
  } finally {
    incoming.discard();
  }
}

async function deliverReceived(
  received: Received,
  incoming: Incoming,
  context: DeliveryContext,
): Promise<End> {
  const { verb, defaultQueue, config, store, mta, environment, reader, now, chores } = context;
  await store.recover();
  const envelope = readEnvelope(received.fromLine, received.header, environment);
  const message = await read(received, incoming, { config, reader });
  const { size } = incoming.sum;
  const mail = await arrived({ envelope, message, verb, defaultQueue, size }, config);
  const trial = trialIn(envelope.recipients, message.messageId, envelope.sender);
  if (trial !== null && (await isTaken(trial, mail, context))) return 'answered';
  const signed = await signedMailOf(incoming, context);
  const plainly = questionsOf(mail, config);
  const asked = signed?.ask(plainly) ?? plainly;
  let done: DoneBefore = {};
  const decideOn = async (facts: Facts, ahead?: Looked): Promise<Arrival> => {
    const proof = signed?.proofIn(facts) ?? null;
    const decided = await decidedMail(mail, facts, { ...context, proof });
    const { hash, queueId } = received;
    return {
      ...{ decided, message, hash, queueId, incoming, raw: incoming.sum },
      ...(await lookInto(decided, message, incoming, config, ahead)),
      ...done,
    };
  };
  const facts = await store.facts(asked);
  const arrival = await decideOn(facts);
  const { isReleased = true, ...before } = await doBefore(arrival.decided, message, facts, context);
  done = before;
  const look = () => lookAhead(message, incoming, config);
  const grounds = { asked, facts, decide: decideOn, lookAhead: look };
  const commit = (more: DoneBefore = {}) => {
    done = { ...done, ...more };
    return commitDelivery({ ...arrival, ...done }, grounds, { config, store, now });
  };
  const committed = await (arrival.decided.intent.type === 'control'
    ? (await import('./taken-back.ts')).committing(message, context, commit)
    : commit());
  const { end, mails } = committed;
  if (config.log !== null) await log(committed, received.queueId, config.log, context);
  const allGone = await sendAll(mails, { config, store, mta, now });
  if (chores === 'now') await doChores({ config, store, mta, now });
  const isRecent = mails.every(({ since }) => ageOf(since, now()) < REPLY_RETRY_MS);
  return (allGone && isReleased) || !isRecent ? end : 'reply-waits';
}

/** null if no robot wants a signature. */
async function signedMailOf(
  incoming: Incoming,
  context: DeliveryContext,
): Promise<SignedMail | null> {
  const { robot } = context;
  if (robot?.proof === undefined) return null;
  return (await import('./signed-mail.ts')).signedMail(incoming, robot, context);
}

/** Of a trial that the doctor waits for: it is no mail to the desk. */
async function isTaken(
  trial: TrialMail,
  mail: Arrived,
  context: DeliveryContext,
): Promise<boolean> {
  const { takeTrial } = await import('./trial.ts');
  return takeTrial(trial, mail, context);
}

/** Whatever becomes of the line, the mail is kept. */
async function log(
  { end, became }: CommittedDelivery,
  queueId: string,
  place: LogPlace,
  { store, writeLog }: DeliveryContext,
): Promise<void> {
  try {
    const { logLine } = await import('./log-line.ts');
    const mail = 'earlier' in became ? await store.mailOf(became.earlier) : became;
    if (mail === null) return;
    await writeLog(logLine({ end, queueId, ...mail }), place);
  } catch {
    // `mailrobot doctor` and `status` say that nothing can be written there.
  }
}

/** For what somebody orders, asks or confirms, and for who of the staff is away. */
async function doBefore(
  decided: DecidedMail,
  message: ParsedMessage,
  facts: Facts,
  context: DeliveryContext,
): Promise<DoneBefore & { readonly isReleased?: boolean }> {
  const { intent, from, decision } = decided;
  const { type } = intent;
  const isOrder = type === 'act' || type === 'control' || type === 'confirm';
  const isByMachine = type !== 'open' && decision.wrote !== 'person';
  const mayBeAway = isByMachine && personOf(from?.address ?? null, context.config.staff) !== null;
  if (!isOrder && !mayBeAway) return {};
  const { doneBefore } = await import('./done-before.ts');
  return doneBefore(decided, message, facts, context);
}
