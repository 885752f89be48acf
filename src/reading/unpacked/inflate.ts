/**
 * Octets in zlib's format (RFC 1950), of which no more come out than there is room for. What is cut
 * gives what there is of it; null if that is nothing. Pure.
 */
import { constants, inflateSync } from 'node:zlib';

export function inflated(octets: Buffer, room: number): Buffer | 'too large' | null {
  if (room < 1) return 'too large';
  try {
    const inner = inflateSync(octets, {
      maxOutputLength: room,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return inner.length === 0 ? null : inner;
  } catch (error) {
    const isTooLarge =
      error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge ? 'too large' : null;
  }
}
