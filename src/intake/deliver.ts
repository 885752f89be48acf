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
import { decide } from '../decision/decide.ts';
import { readEnvelope } from '../decision/envelope.ts';
import { type Arrived, questionsOf } from '../decision/questions.ts';
import type { Intent } from '../decision/route.ts';
import { doChores } from '../jobs/chores.ts';
import { sendAll } from '../jobs/outbox.ts';
import type { Facts } from '../journal/facts.ts';
import type { Incoming } from '../journal/spool.ts';
import type { End } from '../outcome.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { ageOf } from '../ticket/age.ts';
import { type Arrival, type CommittedDelivery, commitDelivery } from './commit.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import { type Looked, lookAhead, lookInto } from './look-into.ts';
import { type Received, receive } from './receive.ts';

/** How long the MTA is asked to come back for a reply that could not be handed over. */
const REPLY_RETRY_MS = 2 * 60 * 60 * 1000;

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
  const mail = { envelope, message, verb, defaultQueue };
  const trial = trialIn(envelope.recipients, message.messageId);
  if (trial !== null && (await isTaken(trial, mail, context))) return 'answered';
  const asked = questionsOf(mail, config);
  const decideOn = async (facts: Facts, ahead?: Looked): Promise<Arrival> => {
    const decided = decide({ ...mail, now: now() }, config, facts);
    const { hash, queueId } = received;
    return {
      ...{ decided, message, hash, queueId, incoming, raw: incoming.sum },
      ...(await lookInto(decided, message, incoming, config, ahead)),
    };
  };
  const facts = await store.facts(asked);
  const arrival = await decideOn(facts);
  const isReleased = await releaseConfirmed(arrival.decided.intent, message, context);
  const look = () => lookAhead(message, incoming, config);
  const grounds = { asked, facts, decide: decideOn, lookAhead: look };
  const committed = await commitDelivery(arrival, grounds, { config, store, now });
  const { end, mails } = committed;
  if (config.log !== null) await log(committed, received.queueId, config.log, context);
  const allGone = await sendAll(mails, { store, mta, now });
  if (chores === 'now') await doChores({ config, store, mta, now });
  const isRecent = mails.every(({ since }) => ageOf(since, now()) < REPLY_RETRY_MS);
  return (allGone && isReleased) || !isRecent ? end : 'reply-waits';
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

/** A mail that was held until its author confirms it goes first: a retry finds it gone. */
async function releaseConfirmed(
  intent: Intent,
  message: ParsedMessage,
  context: DeliveryContext,
): Promise<boolean> {
  if (intent.type !== 'confirm') return true;
  const { isTheWord } = await import('../desk/confirm.ts');
  const held = (await context.store.held()).find(({ id }) => id === intent.held);
  if (held === undefined || !isTheWord(message)) return true;
  const { confirmed } = await import('./release.ts');
  return await confirmed(held, intent.person.name, context);
}
