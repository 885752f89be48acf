/**
 * A held mail that a person of the desk lets in.
 *
 * Its raw copy is received and read once more, and goes where it was meant to:
 * into the ticket that it was written to, or into a new one, with whatever
 * follows from that. Its authorship is no better proven than before. The commit
 * that takes it in also takes it out of the held ones: all or nothing.
 */
import { Failure } from '../outcome.ts';
import { sendAll } from '../outgoing/outbox.ts';
import type { Decision } from '../ticket/decision.ts';
import type { HeldMail } from '../ticket/held.ts';
import { commitDelivery } from './commit.ts';
import type { Decided } from './decide.ts';
import { type DeliveryContext, read } from './deliver.ts';
import { receive } from './receive.ts';
import type { Intent } from './route.ts';

/** Gives false where an acknowledgement waits in the outbox. */
export async function release(
  held: HeldMail,
  by: string,
  context: Omit<DeliveryContext, 'verb' | 'environment'>,
): Promise<boolean> {
  const { config, store, now } = context;
  const incoming = store.receive();
  try {
    const received = await receive(chunksOf(store.rawMail(held.raw)), incoming, config.limits);
    if (received === null) throw new Failure('store-damaged', `${held.raw} is empty`);
    const message = await read(received, incoming, context);
    const { mails } = await commitDelivery(
      { decided: letIn(held, by, context.config), message, hash: received.hash, incoming },
      { config, store, now },
      [{ type: 'mail.released', held: held.id, by }],
    );
    return await sendAll(mails, { store, sendmail: config.sendmail, now });
  } finally {
    incoming.discard();
  }
}

function letIn(held: HeldMail, by: string, config: DeliveryContext['config']): Decided {
  const queue = config.queues.find(({ prefix }) => prefix === held.queue) ?? config.queues[0];
  const intent: Intent =
    held.ticket === null
      ? { type: 'open', queue }
      : { type: 'append', ticket: held.ticket, mayReopen: true };
  const decision: Decision = {
    messageId: null,
    verb: 'any',
    sender: held.from?.address ?? null,
    recipients: [],
    client: null,
    login: null,
    asked: [],
    spoke: [held.reason],
    trust: 'claimed',
    why: `${by} has let it in`,
    route: held.ticket ?? queue.prefix,
    by: held.ticket === null ? 'queue' : 'address',
    intent: intent.type,
  };
  const report = { shown: null, bounce: null };
  return { intent, from: held.from, report, targets: [`held ${held.id}`], decision };
}

async function* chunksOf(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}
