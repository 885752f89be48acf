/**
 * The life of one message, top to bottom (README, A message's life).
 *
 * Every step is one call; what it may decide is in its own file. Until the
 * commit a failure throws, leaves no trace, and the mail stays with the MTA;
 * from then on the mail is ours, and a retry only brings its reply on its way.
 * Gives the end of the run (src/outcome.ts).
 */
import type { Config } from '../config/config.ts';
import type { ParsedMessage } from '../message/message.ts';
import { readMessage } from '../message/read.ts';
import type { ReaderProgram } from '../message/reader-process.ts';
import type { End } from '../outcome.ts';
import { sendAll } from '../outgoing/outbox.ts';
import type { Incoming, Store } from '../store/store.ts';
import { ageOf } from '../ticket/age.ts';
import type { Verb } from '../ticket/decision.ts';
import { doChores } from './chores.ts';
import { commitDelivery } from './commit.ts';
import { decide } from './decide.ts';
import { type Environment, readEnvelope } from './envelope.ts';
import { type Received, receive } from './receive.ts';

export interface DeliveryContext {
  readonly verb: Verb;
  readonly config: Config;
  readonly store: Store;
  readonly environment: Environment;
  /** Reads the mails that must not be read in this process. */
  readonly reader: ReaderProgram;
  readonly now: () => Date;
  /** Whether this delivery also does what others have left, or somebody else sees to it. */
  readonly chores: 'now' | 'later';
}

/** How long the MTA is asked to come back for a reply that could not be handed over. */
const REPLY_RETRY_MS = 2 * 60 * 60 * 1000;

export async function deliver(
  input: AsyncIterable<Uint8Array>,
  context: DeliveryContext,
): Promise<End> {
  const incoming = context.store.receive();
  try {
    const received = await receive(input, incoming, context.config.limits);
    return received === null ? 'empty' : await deliverReceived(received, incoming, context);
  } finally {
    incoming.discard();
  }
}

async function deliverReceived(
  received: Received,
  incoming: Incoming,
  { verb, config, store, environment, reader, now, chores }: DeliveryContext,
): Promise<End> {
  await store.recover();
  const envelope = readEnvelope(received.fromLine, received.header, environment);
  const message = await read(received, incoming, { config, reader });
  const decided = decide({ envelope, message, verb, now: now() }, config, store);
  const { end, mails } = await commitDelivery(
    { decided, message, hash: received.hash, incoming },
    { config, store, now },
  );
  const allGone = await sendAll(mails, { store, sendmail: config.sendmail, now });
  if (chores === 'now') await doChores({ config, store, now });
  const isRecent = mails.every(({ since }) => ageOf(since, now()) < REPLY_RETRY_MS);
  return allGone || !isRecent ? end : 'reply-waits';
}

/** A received mail as people mean it. */
export function read(
  received: Received,
  incoming: Incoming,
  { config, reader }: Pick<DeliveryContext, 'config' | 'reader'>,
): Promise<ParsedMessage> {
  const mail = {
    ...received,
    wasInterrupted: incoming.wasInterrupted,
    chunks: () => incoming.chunks(),
    openAttachment: (n: number) => incoming.attachment(n),
    forgetAttachments: () => incoming.forgetAttachments(),
  };
  return readMessage(mail, config.limits.reading, reader);
}
