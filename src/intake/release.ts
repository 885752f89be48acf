/**
 * A held mail that a staff member lets in.
 *
 * Its raw mail is received, read and decided once more, with the envelope that was
 * written down with it. The person overrules what held it, and nothing else: a
 * machine's mail gets no answer and reopens nothing, a true report counts, and what one of
 * the staff had proven to be theirs goes out as their answer. The authorship of any other mail
 * is no better proven than before. The commit that takes it in also takes
 * it out of the held ones: all or nothing, and only one of two who do it at once. What is
 * held until its author confirms it is carried out as theirs, also if one of the staff
 * lets it in.
 */
import { type Config, type QueueConfig, queueOf } from '../config/config.ts';
import { type DecidedMail, decide } from '../decision/decide.ts';
import { envelopeOf } from '../decision/envelope.ts';
import { questionsOf } from '../decision/questions.ts';
import type { Intent } from '../decision/route.ts';
import { sendKept } from '../jobs/send-kept.ts';
import { Failure } from '../outcome.ts';
import { type HeldMail, heldTarget } from '../ticket/held.ts';
import { commitReleased } from './commit.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import { lookInto } from './look-into.ts';
import { receive } from './receive.ts';

type ReleaseContext = Omit<
  DeliveryContext,
  'verb' | 'defaultQueue' | 'environment' | 'chores' | 'trials' | 'writeLog'
>;

/** Somebody else has let it in or thrown it away meanwhile: nothing was changed. */
export class HeldNoMore extends Error {}

/** Gives false if an acknowledgement waits in the outbox; throws a HeldNoMore. */
export function release(held: HeldMail, by: string, context: ReleaseContext): Promise<boolean> {
  const isInDoubt = CHECKS_OF_DOUBT.includes(held.reason.check);
  return decideAnew(held, by, isInDoubt ? 'confirmed' : 'let in', context);
}

/** What waited for the word of its author is carried out; true also if somebody was faster. */
export function confirmed(held: HeldMail, by: string, context: ReleaseContext): Promise<boolean> {
  return decideAnew(held, by, 'confirmed', context).catch((error: unknown) => {
    if (error instanceof HeldNoMore) return true;
    throw error;
  });
}

/** Mail of the staff that is only to be confirmed (doubt.ts). */
const CHECKS_OF_DOUBT: readonly string[] = ['copied', 'unconfirmed'];

async function decideAnew(
  held: HeldMail,
  by: string,
  how: 'let in' | 'confirmed',
  context: ReleaseContext,
): Promise<boolean> {
  const { config, store, mta, now } = context;
  const incoming = store.receive();
  try {
    const received = await receive(await store.rawMail(held.raw), incoming, config);
    if (received === null) throw new Failure('store-damaged', `${held.raw} is empty`);
    const message = await read(received, incoming, context);
    const recorded = (await store.mailAt(held.raw))?.decision;
    if (recorded === undefined) throw new Failure('store-damaged', `${held.raw} has no decision`);
    const { verb } = recorded;
    const envelope = envelopeOf(recorded);
    const isConfirmed = how === 'confirmed';
    // Its alias may have named the queue that it was held for.
    const mail = { envelope, message, verb, defaultQueue: held.queue };
    const facts = await store.facts(questionsOf(mail, config));
    const decided = decide({ ...mail, now: now(), isConfirmed }, config, facts);
    const released = outOfHeld(decided, held, by, how, context);
    const { hash } = received;
    const committed = await commitReleased(
      {
        ...{ decided: released, message, raw: incoming.sum, hash, queueId: '', incoming },
        ...(await lookInto(released, message, incoming, config)),
      },
      async () => {
        const isHeld = (await store.held()).some(({ id }) => id === held.id);
        if (!isHeld) throw new HeldNoMore();
        return [{ type: 'mail.released', held: held.id, by }];
      },
      { config, store, now },
    );
    if (committed === 'done already') throw new HeldNoMore();
    return await sendKept(committed.mails, { store, mta, now });
  } finally {
    incoming.discard();
  }
}

function outOfHeld(
  decided: DecidedMail,
  held: HeldMail,
  by: string,
  how: 'let in' | 'confirmed',
  { config }: ReleaseContext,
): DecidedMail {
  const { id, ticket, queue: prefix } = held;
  const targets = [heldTarget(id)];
  if (how === 'confirmed') {
    const why = `${decided.decision.why}; ${by} has confirmed it`;
    return { ...decided, targets, decision: { ...decided.decision, why, by: 'release' } };
  }
  const queue = queueOf(prefix, config);
  const [machine = null] = decided.decision.spoke;
  const intent: Intent =
    answerOf(held, decided, queue, config) ??
    (ticket === null
      ? { type: 'open', queue, silence: machine, mayBeOnBehalf: false }
      : { type: 'append', ticket, mayReopen: machine === null, customerCommand: null });
  return {
    ...decided,
    intent,
    targets,
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
  { intent }: DecidedMail,
  queue: QueueConfig,
  { staff }: Config,
): Intent | null {
  if (by === undefined || ticket === null) return null;
  if (intent.type === 'act' && intent.person.name === by)
    return { ...intent, doubt: null, isLetIn: true };
  const person = staff.find(({ name }) => name === by);
  if (person === undefined) return null;
  const known = { person, may: 'answer', suffix: null, doubt: null } as const;
  return { type: 'act', ticket, queue, ...known, isLetIn: true };
}
