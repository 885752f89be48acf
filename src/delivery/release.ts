/**
 * A held mail that a person of the desk lets in.
 *
 * Its raw copy is received, read and decided once more, with the envelope that was
 * written down with it. The person overrules what held it, and nothing else: a
 * machine's mail gets no answer and reopens nothing, a true report counts, and what one of
 * the staff had proven to be theirs goes out as their answer. The authorship of any other mail
 * is no better proven than before. The commit that takes it in also takes
 * it out of the held ones: all or nothing, and only one of two who do it at once.
 */
import type { Config, QueueConfig } from '../config/config.ts';
import { Failure } from '../outcome.ts';
import { sendAll } from '../outgoing/outbox.ts';
import type { HeldMail } from '../ticket/held.ts';
import { commitDelivery } from './commit.ts';
import { type Decided, decide } from './decide.ts';
import { type DeliveryContext, read } from './deliver.ts';
import { envelopeOf } from './envelope.ts';
import { receive } from './receive.ts';
import type { Intent } from './route.ts';

type ReleaseContext = Omit<DeliveryContext, 'verb' | 'environment' | 'chores'>;

/** Somebody else has let it in or thrown it away meanwhile: nothing was changed. */
export class HeldNoMore extends Error {}

/** Gives false where an acknowledgement waits in the outbox; throws a HeldNoMore. */
export async function release(
  held: HeldMail,
  by: string,
  context: ReleaseContext,
): Promise<boolean> {
  const { config, store, now } = context;
  const incoming = store.receive();
  try {
    const received = await receive(chunksOf(store.rawMail(held.raw)), incoming, config.limits);
    if (received === null) throw new Failure('store-damaged', `${held.raw} is empty`);
    const message = await read(received, incoming, context);
    const recorded = store.mailAt(held.raw)?.decision;
    if (recorded === undefined) throw new Failure('store-damaged', `${held.raw} has no decision`);
    const { verb } = recorded;
    const envelope = envelopeOf(recorded);
    const decided = decide({ envelope, message, verb, now: now() }, config, store);
    const { end, mails } = await commitDelivery(
      { decided: letIn(decided, held, by, context), message, hash: received.hash, incoming },
      { config, store, now },
      () => {
        const isHeld = store.held().some(({ id }) => id === held.id);
        if (!isHeld) throw new HeldNoMore();
        return [{ type: 'mail.released', held: held.id, by }];
      },
    );
    if (end === 'duplicate') throw new HeldNoMore();
    return await sendAll(mails, { store, sendmail: config.sendmail, now });
  } finally {
    incoming.discard();
  }
}

function letIn(decided: Decided, held: HeldMail, by: string, { config }: ReleaseContext): Decided {
  const { id, ticket, queue: prefix } = held;
  const queue = config.queues.find((known) => known.prefix === prefix) ?? config.queues[0];
  const [machine = null] = decided.decision.spoke;
  const intent: Intent =
    answerOf(held, decided, queue, config) ??
    (ticket === null
      ? { type: 'open', queue, silence: machine, mayBeOnBehalf: false }
      : { type: 'append', ticket, mayReopen: machine === null, wish: null });
  return {
    ...decided,
    intent,
    targets: [`held ${id}`],
    decision: {
      ...decided.decision,
      why: `${decided.decision.why}; ${by} has let it in`,
      route: ticket ?? queue.prefix,
      by: 'release',
      intent: intent.type,
    },
  };
}

/** It was proven when it was held; what is good for a time may be no longer. */
function answerOf(
  { ticket, by }: HeldMail,
  { intent }: Decided,
  queue: QueueConfig,
  { staff }: Config,
): Intent | null {
  if (by === undefined || ticket === null) return null;
  if (intent.type === 'act' && intent.person.name === by) return { ...intent, isLetIn: true };
  const person = staff.find(({ name }) => name === by);
  if (person === undefined) return null;
  return { type: 'act', ticket, queue, person, may: 'answer', suffix: null, isLetIn: true };
}

async function* chunksOf(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}
