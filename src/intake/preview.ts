/**
 * What would become of a mail, and the very bytes that would go out: `--dry-run`.
 *
 * The same steps as a delivery, on a copy beside the store and without its lock;
 * nothing is committed and nothing sent. The numbers are those that the next
 * commit would get.
 */

import { readEnvelope } from '../decision/envelope.ts';
import { questionsOf as questionsBefore } from '../decision/questions.ts';
import { outcomeOf } from '../desk/act.ts';
import { allOf } from '../journal/blobs.ts';
import { numbered } from '../journal/own-names.ts';
import type { Incoming } from '../journal/spool.ts';
import { compose } from '../letters/compose.ts';
import type { WrittenDrafts } from '../letters/written-draft.ts';
import { Failure } from '../outcome.ts';
import type { ParsedMessage } from '../reading/message.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision, Verdict } from '../ticket/decision.ts';
import { type OutgoingLetter, octetsOf } from '../ticket/mail.ts';
import type { StoredFile } from '../ticket/ticket.ts';
import { questionsOf } from './commit.ts';
import { arrived, decidedMail } from './decided.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import { lookInto } from './look-into.ts';
import { filesWith, numberIn } from './mail-files.ts';
import { receive } from './receive.ts';
import { signedMail } from './signed-mail.ts';

export interface Preview {
  readonly decision: Decision;
  readonly changes: readonly Change[];
  readonly outgoing: readonly PreviewedMail[];
  /** What its robot has said, if it gets one. */
  readonly robot?: RobotSaid;
}

export interface RobotSaid {
  readonly output: string;
  /** What would become of that. */
  readonly end: string;
  readonly silence: Verdict | null;
}

/** A mail that a robot gets, with its files. */
export interface Rehearsing {
  readonly queued: Extract<Change, { readonly type: 'robot.queued' }>;
  readonly decision: Decision;
  readonly message: ParsedMessage;
  readonly incoming: Incoming;
}

/** Has the robot do it, and nothing carried out. */
export type Rehearse = (
  mail: Rehearsing,
) => Promise<RobotSaid & Pick<WrittenDrafts, 'changes' | 'mails'>>;

/** Whole, with its files. */
export interface PreviewedMail extends Pick<OutgoingLetter, 'sender' | 'recipient'> {
  readonly content: string;
}

export async function preview(
  input: AsyncIterable<Uint8Array>,
  context: DeliveryContext,
  scratch: string,
  rehearse: Rehearse | null = null,
): Promise<Preview> {
  const { config, store, now, verb, defaultQueue, environment } = context;
  const incoming = store.receive(scratch);
  try {
    const received = await receive(input, incoming, config);
    if (received === null) throw new Failure('usage', 'the mail is empty');
    const envelope = readEnvelope(received.fromLine, received.header, environment);
    const message = await read(received, incoming, context);
    const { size } = incoming.sum;
    const mail = await arrived({ envelope, message, verb, defaultQueue, size }, config);
    const { robot } = context;
    const signed = robot?.proof === undefined ? null : await signedMail(incoming, robot, context);
    const asked = questionsBefore(mail, config);
    const facts = await store.facts(signed?.ask(asked) ?? asked);
    const proof = signed?.proofIn(facts) ?? null;
    const decided = await decidedMail(mail, facts, { ...context, proof });
    const delivery = {
      ...{ decided, message, hash: received.hash, raw: incoming.sum },
      ...(await lookInto(decided, message, incoming, config)),
    };
    const files = filesWith(message, incoming, store);
    const octetsIn = async (file: StoredFile) => {
      const n = numberIn(message, incoming, file);
      if (n === null) return allOf(await store.attachment(file));
      return Buffer.concat([...(n === 0 ? incoming.chunks() : incoming.attachmentChunks(n))]);
    };
    const { written } = await store.havingFiles(async () => {
      const asked = await questionsOf(delivery, { config, now });
      return outcomeOf(delivery, { config, now: now(), facts: await store.facts(asked), files });
    });
    const { decision } = decided;
    const { changes } = numbered({ changes: written.changes, outgoing: [] }, facts.asOf + 1);
    const queued = changes.find((change) => change.type === 'robot.queued');
    const done =
      queued === undefined || rehearse === null
        ? null
        : await rehearse({ queued, decision, message, incoming });
    const mails = [...written.mails, ...(done?.mails ?? [])];
    return {
      decision,
      changes: [...changes, ...(done?.changes ?? [])],
      outgoing: await Promise.all(mails.map((one) => whole(one, octetsIn))),
      ...(done !== null && {
        robot: { output: done.output, end: done.end, silence: done.silence },
      }),
    };
  } finally {
    incoming.discard();
  }
}

async function whole(
  { sender, recipient, letter }: OutgoingLetter,
  read: (file: StoredFile) => Promise<Buffer>,
): Promise<PreviewedMail> {
  const octets = new Map<StoredFile, Buffer>();
  const composed = await compose(letter);
  for (const { file } of composed.enclosed ?? []) octets.set(file, await read(file));
  const all = octetsOf(composed, (file) => [octets.get(file) ?? Buffer.alloc(0)]);
  return { sender, recipient, content: Buffer.concat([...all]).toString() };
}
