/**
 * Stdin to its end, and a durable raw mail.
 *
 * The mbox `From ` line that local(8) writes first belongs to the envelope and
 * is cut off; every other octet is kept as it came. Stdin is read to its end
 * even when the message is too large, so that the MTA never sees a broken
 * pipe (what is left after a failure, cli/pipe.ts reads). Gives null for an empty message; throws
 * `too-large` above `limit` octets. The caller discards `incoming` when the run does not commit.
 */
import type { Config } from '../config/config.ts';
import type { Incoming } from '../journal/spool.ts';
import { Failure } from '../outcome.ts';
import { isPlain } from '../reading/limits.ts';
import { type WalkedMail, WalkOnce } from '../reading/walked-once.ts';
import { DeliveryHash } from './delivery-hash.ts';

export interface Received extends WalkedMail {
  /** The mbox line without its line end, or null. */
  readonly fromLine: string | null;
  readonly hash: string;
  /** Under which our MTA has it; empty if it has not said so. */
  readonly queueId: string;
}

export async function receive(
  input: AsyncIterable<Uint8Array>,
  incoming: Incoming,
  { limits: { messageSize, reading }, spam }: Pick<Config, 'limits' | 'spam'>,
): Promise<Received | null> {
  const hash = new DeliveryHash(spam.map(({ header }) => header));
  const walk = new WalkOnce(reading);
  const mbox = new FromLine();
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > messageSize || chunk.length === 0) return;
    incoming.write(chunk);
    hash.update(chunk);
    walk.take(chunk);
  };
  for await (const chunk of input) {
    for (const rest of mbox.cut(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)))
      take(rest);
  }
  for (const rest of mbox.end()) take(rest);
  if (size > messageSize)
    throw new Failure('too-large', `the message has ${size} octets, ${messageSize} allowed`);
  if (size === 0) return null;
  const walked = walk.end();
  const digest = hash.finish();
  incoming.seal(digest, !isPlain(walked.outline));
  return { fromLine: mbox.line, ...walked, hash: digest, queueId: hash.queueId };
}

/** A mail out of a mailbox or of local(8), without the mbox line. */
export function withoutFromLine(mail: Buffer): Buffer {
  const mbox = new FromLine();
  return Buffer.concat([...mbox.cut(mail), ...mbox.end()]);
}

const FROM_LINE_MARK = Buffer.from('From ');
const LINE_LIMIT = 4096;
/** `From sender Fri Nov 20 08:25:44 2026`, as local(8) and other agents write it. */
const FROM_LINE =
  /^From .*\S +[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d(:\d\d)?( \S+)? \d{4}( \S+)?\s*$/;

/** Cuts the first line off a stream if it is an mbox `From ` line (RFC 4155). */
class FromLine {
  line: string | null = null;
  #held: Buffer | null = Buffer.alloc(0);

  *cut(chunk: Buffer): Generator<Buffer> {
    if (this.#held === null) {
      yield chunk;
      return;
    }
    const start = Buffer.concat([this.#held, chunk]);
    const compared = Math.min(start.length, FROM_LINE_MARK.length);
    const mayBe = start.subarray(0, compared).equals(FROM_LINE_MARK.subarray(0, compared));
    const end = start.subarray(0, LINE_LIMIT).indexOf(0x0a);
    if (mayBe && end < 0 && start.length < LINE_LIMIT) {
      this.#held = start;
      return;
    }
    this.#held = null;
    if (!mayBe) {
      yield start;
      return;
    }
    const line = start.toString('latin1', 0, Math.max(0, end)).replace(/\r$/, '');
    if (!FROM_LINE.test(line)) {
      yield start;
      return;
    }
    this.line = line;
    yield start.subarray(end + 1);
  }

  /** What was held back when the stream ended within the first line. */
  *end(): Generator<Buffer> {
    if (this.#held !== null && this.#held.length > 0) yield this.#held;
  }
}
