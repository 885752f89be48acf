/**
 * What would become of a mail, and the very bytes that would go out: `--dry-run`.
 *
 * The same steps as a delivery, on a copy beside the store and without its lock;
 * nothing is committed and nothing sent. The numbers are those that the next
 * commit would get.
 */

import { decide } from '../decision/decide.ts';
import { readEnvelope } from '../decision/envelope.ts';
import { questionsOf as questionsBefore } from '../decision/questions.ts';
import { outcomeOf } from '../desk/act.ts';
import { allOf } from '../journal/blobs.ts';
import { compose } from '../letters/compose.ts';
import { Failure } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import { type OutgoingLetter, octetsOf } from '../ticket/mail.ts';
import type { StoredFile } from '../ticket/ticket.ts';
import { questionsOf } from './commit.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import { lookInto } from './look-into.ts';
import { filesWith, numberIn } from './mail-files.ts';
import { receive } from './receive.ts';

export interface Preview {
  readonly decision: Decision;
  readonly changes: readonly Change[];
  readonly outgoing: readonly PreviewedMail[];
}

/** Whole, with its files. */
export interface PreviewedMail extends Pick<OutgoingLetter, 'sender' | 'recipient'> {
  readonly content: string;
}

export async function preview(
  input: AsyncIterable<Uint8Array>,
  context: DeliveryContext,
  scratch: string,
): Promise<Preview> {
  const { config, store, now, verb, defaultQueue, environment } = context;
  const incoming = store.receive(scratch);
  try {
    const received = await receive(input, incoming, config);
    if (received === null) throw new Failure('usage', 'the mail is empty');
    const envelope = readEnvelope(received.fromLine, received.header, environment);
    const message = await read(received, incoming, context);
    const mail = { envelope, message, verb, defaultQueue };
    const facts = await store.facts(questionsBefore(mail, config));
    const decided = decide({ ...mail, now: now() }, config, facts);
    const delivery = {
      ...{ decided, message, raw: incoming.sum },
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
    return {
      decision: decided.decision,
      changes: written.changes,
      outgoing: await Promise.all(written.mails.map((one) => whole(one, octetsIn))),
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
