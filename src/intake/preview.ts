/**
 * What would become of a mail, and the very bytes that would go out: `--dry-run`.
 *
 * The same steps as a delivery, on a copy beside the store and without its lock;
 * nothing is committed and nothing sent. The numbers are those that the next
 * commit would get.
 */

import { decide } from '../decision/decide.ts';
import { readEnvelope } from '../decision/envelope.ts';
import { outcomeOf } from '../desk/act.ts';
import { filesWith } from '../desk/received-mail.ts';
import type { Files } from '../letters/written.ts';
import { Failure } from '../outcome.ts';
import type { Change } from '../ticket/change.ts';
import type { Decision } from '../ticket/decision.ts';
import { type OutgoingMail, octetsOf } from '../ticket/mail.ts';
import type { StoredFile } from '../ticket/ticket.ts';
import { type DeliveryContext, read } from './delivery-context.ts';
import { receive } from './receive.ts';

export interface Preview {
  readonly decision: Decision;
  readonly changes: readonly Change[];
  /** Whole, with their files. */
  readonly outgoing: readonly OutgoingMail[];
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
    const asked = { envelope, message, verb, defaultQueue, now: now() };
    const decided = decide(asked, config, store);
    const { hash, queueId } = received;
    const delivery = { decided, message, hash, queueId, incoming };
    const { written } = await store.havingFiles(() =>
      outcomeOf(delivery, store.view(), { config, store, now }),
    );
    return {
      decision: decided.decision,
      changes: written.changes,
      outgoing: written.mails.map((mail) => whole(mail, filesWith(delivery, store))),
    };
  } finally {
    incoming.discard();
  }
}

function whole({ enclosed, ...mail }: OutgoingMail, files: Files): OutgoingMail {
  const read = (file: StoredFile) => [files.read({ ...file, contentType: '' })];
  const octets = octetsOf({ ...mail, ...(enclosed && { enclosed }) }, read);
  return { ...mail, content: Buffer.concat([...octets]).toString() };
}
