/**
 * The life of one message, top to bottom (README, A message's life).
 *
 * Every step is one call; what it may decide is in its own file. Until the
 * commit a failure throws, leaves no trace, and the mail stays with the MTA;
 * from then on the mail is ours, and a retry only brings its reply on its way.
 * Gives the end of the run (src/outcome.ts).
 */
import { type Config, prefixesOf, queueAddress } from '../config/config.ts';
import { inUnicode } from '../message/addresses.ts';
import type { ReaderProgram } from '../message/apart.ts';
import { readMessage } from '../message/read.ts';
import type { End } from '../outcome.ts';
import { type Sending, sendAll, sendLeftovers } from '../outgoing/outbox.ts';
import type { Incoming, Store } from '../store/store.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { addressee, type Verb } from './addressing.ts';
import { commitDelivery } from './commit.ts';
import { type Environment, readEnvelope } from './envelope.ts';
import { guard } from './guard.ts';
import { type Received, receive } from './receive.ts';
import { threadOf } from './references.ts';
import { route } from './route.ts';
import { trust } from './trust.ts';

export interface DeliveryContext {
  readonly verb: Verb;
  readonly config: Config;
  readonly store: Store;
  readonly environment: Environment;
  /** Reads the mails that must not be read in this process. */
  readonly reader: ReaderProgram;
  readonly now: () => Date;
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
  { verb, config, store, environment, reader, now }: DeliveryContext,
): Promise<End> {
  await store.recover();
  const envelope = readEnvelope(received.fromLine, received.header, environment);
  const message = await readMessage(
    {
      ...received,
      hasKilled: incoming.hasKilled,
      chunks: () => incoming.chunks(),
      openAttachment: (n) => incoming.attachment(n),
      forgetAttachments: () => incoming.forgetAttachments(),
    },
    config.limits.reading,
    reader,
  );
  const from =
    message.from ?? (envelope.sender ? { name: '', address: inUnicode(envelope.sender) } : null);
  const automatic = guard({
    envelope,
    fields: message.fields,
    from: message.from?.address ?? null,
    domain: config.domain,
    prefixes: prefixesOf(config),
    queueAddresses: config.queues.map((queue) => queueAddress(queue, config)),
  });
  const thread = threadOf(message.references, message.from?.address ?? null, config, store);
  const trusted = trust({ automatic, namesMailSentToSender: thread.provesSender });
  const addressed = addressee(verb, envelope, message.to, config);
  const byAddress = existing(addressed.ticket, store);
  const intent = route({
    queue: addressed.queue,
    byAddress,
    bySignedReference: thread.signed,
    byReference: thread.known,
    automatic,
  });
  const addressedTo = byAddress ?? addressed.queue.prefix;
  const { end, mails } = await commitDelivery(
    { intent, message, from, trust: trusted, addressedTo, hash: received.hash, incoming },
    { config, store, now },
  );
  const sending: Sending = { store, sendmail: config.sendmail, now };
  const allGone = await sendAll(mails, sending);
  await sendLeftovers(sending);
  const isRecent = mails.every(({ since }) => Date.parse(since) + REPLY_RETRY_MS > now().getTime());
  return allGone || !isRecent ? end : 'reply-waits';
}

function existing(ticket: TicketId | null, store: Store): TicketId | null {
  return ticket !== null && store.ticket(ticket) !== null ? ticket : null;
}
