/** What the parser sees of a mail: its octets through the walker, with what it needs to unpack. */
import type { BoundedMail } from './bounded-mail.ts';

export async function* octetsThrough(
  bounded: BoundedMail,
  chunks: Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield* unpacking(bounded.push(chunk), bounded);
  yield* unpacking(bounded.end(), bounded);
}

/** Few mails hold packed parts. The header of one comes before its content. */
async function* unpacking(octets: Iterable<Buffer>, bounded: BoundedMail): AsyncGenerator<Buffer> {
  for (const some of octets) {
    if (bounded.isWaiting) bounded.unpackBy((await import('./unpacked/unpack.ts')).unpack);
    yield some;
  }
}
