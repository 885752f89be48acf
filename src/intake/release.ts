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
 * lets it in. So is what came back to its author, who says that it is meant as it stands.
 */
import { type Config, type QueueConfig, queueOf } from '../config/config.ts';
import { queueOfTicket } from '../decision/addressing.ts';
import { type DecidedMail, decide } from '../decision/decide.ts';
import { envelopeOf } from '../decision/envelope.ts';
import type { Confirmation } from '../decision/given.ts';
import type { Intent } from '../decision/intent.ts';
import { questionsOf } from '../decision/questions.ts';
import { personOf } from '../decision/trust.ts';
import type { Delivery } from '../desk/delivery.ts';
import { sendKept } from '../jobs/send-kept.ts';
import { isHeldIn, NO_QUESTIONS, returnedIn } from '../journal/facts.ts';
import type { Transaction } from '../journal/ledger.ts';
import { Failure } from '../outcome.ts';
import type { ParsedMessage } from '../reading/message.ts';
import { marked } from '../ticket/decision.ts';
import { type HeldMail, heldTarget } from '../ticket/held.ts';
import type { TicketId } from '../ticket/ticket.ts';
import { commitReleased } from './commit.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import { lookInto } from './look-into.ts';
import { receive } from './receive.ts';

export type ReleaseContext = Omit<
  DeliveryContext,
  'verb' | 'defaultQueue' | 'environment' | 'chores' | 'trials' | 'writeLog'
> & {
  /** For programs that a command starts. */
  readonly environment?: DeliveryContext['environment'];
  /** For a mail of commands that waited: what they ask the whole store (ask-store.ts). */
  readonly askStore?: (
    intent: Intent,
    message: ParsedMessage,
    context: ReleaseContext,
  ) => Promise<NonNullable<Delivery['fromStore']>>;
};

/** Somebody else has let it in or thrown it away meanwhile: nothing was changed. */
export class HeldNoMore extends Error {}

/** What a held mail becomes, if somebody says so. */
export const RELEASED_AS = ['answer', 'note', 'message', 'ticket'] as const;
export type ReleasedAs = (typeof RELEASED_AS)[number];

/** It cannot become that: nothing was changed. */
export class CannotBe extends Error {}

/**
 * Gives false if an acknowledgement waits in the outbox; throws a HeldNoMore or a CannotBe. Without
 * `as` it becomes what it was held for: an answer, if one of the staff wrote it.
 */
export function release(
  held: HeldMail,
  by: string,
  context: ReleaseContext,
  as: ReleasedAs | null = null,
): Promise<boolean> {
  const isDoubt = as === null && CHECKS_OF_DOUBT.includes(held.reason.check);
  return decideAnew({ ...held, how: isDoubt ? 'confirmed' : 'let in', as }, by, context);
}

/** What waited for the word of its author is carried out; true also if somebody was faster. */
export async function confirmed(
  { held, ticket, person: { name } }: Confirmation,
  context: ReleaseContext,
): Promise<boolean> {
  const waiting = await waitingFor(held, ticket, context);
  if (waiting === null) return true;
  return decideAnew(waiting, name, context).catch((error: unknown) => {
    if (error instanceof HeldNoMore) return true;
    throw error;
  });
}

/** Mail of the staff that is only to be confirmed (doubt.ts). */
const CHECKS_OF_DOUBT: readonly string[] = ['copied', 'unconfirmed'];

/** A mail that is decided once more, and what was said of it: it is theirs, or meant as it stands. */
type Waiting = Pick<HeldMail, 'id' | 'raw' | 'queue' | 'ticket' | 'by'> & {
  readonly how: 'let in' | 'confirmed' | 'meant';
  readonly as?: ReleasedAs | null;
};

async function waitingFor(
  id: number,
  ticket: TicketId | null,
  { store, config }: ReleaseContext,
): Promise<Waiting | null> {
  if (ticket === null) {
    const held = (await store.held()).find((one) => one.id === id);
    if (held === undefined) return null;
    // It was never proven to be theirs: now they say so.
    return { ...held, how: held.reason.check === 'unlisted' ? 'let in' : 'confirmed' };
  }
  const mail = await store.mailOf(id);
  if (mail === null) return null;
  const { prefix } = queueOfTicket(ticket, config) ?? config.queues[0];
  return { id, raw: mail.raw, queue: prefix, ticket, how: 'meant' };
}

async function isStillWaiting({ id, how }: Waiting, transaction: Transaction): Promise<boolean> {
  const facts = await transaction.facts({ ...NO_QUESTIONS, held: [id], returned: [id] });
  return how === 'meant' ? returnedIn(facts, id)?.isWaiting === true : isHeldIn(facts, id);
}

async function decideAnew(waiting: Waiting, by: string, context: ReleaseContext): Promise<boolean> {
  const { config, store, mta, now } = context;
  const incoming = store.receive();
  try {
    const received = await receive(await store.rawMail(waiting.raw), incoming, config);
    if (received === null) throw new Failure('store-damaged', `${waiting.raw} is empty`);
    const message = await read(received, incoming, context);
    const recorded = await store.mailAt(waiting.raw);
    if (recorded === null) throw new Failure('store-damaged', `${waiting.raw} has no decision`);
    const { verb } = recorded.decision;
    const envelope = envelopeOf(recorded.decision);
    const isConfirmed = waiting.how !== 'let in';
    // Its alias may have named the queue that it was held for.
    const mail = { envelope, message, verb, defaultQueue: waiting.queue };
    const facts = await store.facts(questionsOf(mail, config));
    const at = waiting.how === 'meant' ? new Date(recorded.time) : now();
    const decided = decide({ ...mail, now: at, isConfirmed }, config, facts);
    const released = outOfHeld(decided, waiting, by, context);
    const { hash } = received;
    // One that is let in by it asks nothing more: it may be this very mail.
    const { askStore, ...within } = context;
    const fromStore = await askStore?.(released.intent, message, within);
    const committed = await commitReleased(
      {
        ...{ decided: released, message, raw: incoming.sum, hash, queueId: '', incoming },
        ...(await lookInto(released, message, incoming, config)),
        ...(fromStore !== undefined && { fromStore }),
      },
      async (transaction) => {
        if (!(await isStillWaiting(waiting, transaction))) throw new HeldNoMore();
        return [{ type: 'mail.released', held: waiting.id, by }];
      },
      { config, store, now },
    );
    if (committed === 'done already') throw new HeldNoMore();
    return await sendKept(committed.mails, { config, store, mta, now });
  } finally {
    incoming.discard();
  }
}

function outOfHeld(
  decided: DecidedMail,
  held: Waiting,
  by: string,
  { config }: ReleaseContext,
): DecidedMail {
  const { id, ticket, queue: prefix, how } = held;
  const targets = [heldTarget(id)];
  if (how === 'confirmed') {
    const why = `${decided.decision.why}; ${by} has confirmed it`;
    return { ...decided, targets, decision: { ...decided.decision, why, by: 'release' } };
  }
  if (how === 'meant') return asMeant(decided, held, by);
  const queue = queueOf(prefix, config);
  const { mark } = decided;
  const [first = null] = decided.decision.spoke;
  const machine = mark === null ? first : null;
  const silence = mark === null ? machine : marked(mark);
  const into = held.as === 'ticket' ? null : ticket;
  const intent: Intent =
    (held.as === 'message' || held.as === 'note' || into === null
      ? null
      : answerOf(held, decided, queue, config)) ??
    asSaid(held, decided, by, queue, config) ??
    (into === null
      ? { type: 'open', queue, silence, mayBeOnBehalf: false }
      : { type: 'append', ticket: into, mayReopen: machine === null, customerCommand: null });
  return {
    ...decided,
    intent,
    targets,
    decision: {
      ...decided.decision,
      why: `${decided.decision.why}; ${by} has let it in`,
      route: into ?? queue.prefix,
      by: 'release',
      intent: intent.type,
    },
  };
}

/** As it was decided when it came: what was good for a time may be no longer. */
function asMeant(decided: DecidedMail, { id }: Waiting, by: string): DecidedMail {
  const { intent, decision } = decided;
  if (intent.type !== 'act' || intent.person.name !== by) throw new HeldNoMore();
  const why = `${decision.why}; ${by} says that it is meant as it stands`;
  return {
    ...decided,
    intent: { ...intent, isLetIn: true, isMeant: true },
    ...{ actor: by, actsOnce: false, targets: [heldTarget(id)] },
    decision: { ...decision, why, by: 'release' },
  };
}

/** As an answer or a note it is of the staff person who wrote it, or who lets it in. */
function asSaid(
  { as = null, ticket, by: author }: Waiting,
  { from }: DecidedMail,
  by: string,
  queue: QueueConfig,
  { staff }: Config,
): Intent | null {
  if (as === null || as === 'message' || as === 'ticket') return null;
  const called = (name: string | undefined) => staff.find((one) => one.name === name);
  const person = called(author) ?? personOf(from?.address ?? null, staff) ?? called(by);
  if (ticket === null)
    throw new CannotBe(
      `it is for no ticket: it cannot become ${as === 'answer' ? 'an answer' : 'a note'}`,
    );
  if (person === undefined) {
    throw new CannotBe(
      `neither its author nor you are one of the staff: it cannot become ${as === 'answer' ? 'an answer' : 'a note'}`,
    );
  }
  const known = {
    person,
    may: 'answer',
    suffix: as === 'note' ? 'note' : null,
    doubt: null,
  } as const;
  return { type: 'act', ticket, queue, ...known, isLetIn: true };
}

/** It was proven when it was held; what is good for a time may be no longer. */
function answerOf(
  { ticket, by }: Waiting,
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
