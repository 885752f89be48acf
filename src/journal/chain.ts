/**
 * The chain through the journal: a line of format 2 holds the hash of the line before it, so a
 * line that was changed, lost or put in does not fit the one behind it.
 *
 * The hash is taken over the octets of a line as they stand in the journal, without its LF, in
 * whatever format it is. A cursor holds the beginning of the hash of the line that it is about.
 */
import { createHash } from 'node:crypto';

/** Hex digits that a line holds: 128 bits of SHA-256. */
const HASH_DIGITS = 32;

/** What the first line of a store holds: there is no line before it. */
export const NO_LINE = '0'.repeat(HASH_DIGITS);

export function hashOf(line: Uint8Array | string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, HASH_DIGITS);
}
