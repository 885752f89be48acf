/**
 * How far a subscriber is, and what an attempt makes of that. Pure.
 *
 * An event that was not acknowledged is tried again and holds up those behind it, so
 * that their order stays; it rests longer after each attempt, up to an hour.
 */
import type { Epoch, Subscription } from '../journal/log.ts';
import { HOUR_MS } from '../ticket/age.ts';
import { END_OF_COMMIT, parseCursor } from './cursor.ts';

const FIRST_REST_MS = 5000;
const LONGEST_REST_MS = HOUR_MS;
const REASON_LENGTH = 200;

export type Attempt = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** It goes on behind that cursor, and fails no more. */
export function delivered(cursor: string): Subscription {
  return { cursor, failing: null };
}

export function failed(known: Subscription, error: string, now: Date): Subscription {
  const { failing } = known;
  const attempts = (failing?.attempts ?? 0) + 1;
  return {
    ...known,
    failing: {
      attempts,
      since: failing?.since ?? now.toISOString(),
      error: error.replace(/\s+/g, ' ').slice(0, REASON_LENGTH),
      nextTry: new Date(now.getTime() + restAfter(attempts)).toISOString(),
    },
  };
}

function restAfter(attempts: number): number {
  return Math.min(FIRST_REST_MS * 4 ** (attempts - 1), LONGEST_REST_MS);
}

/** Milliseconds until it may be tried; 0 for now, and where the clock was ahead when it failed. */
export function restOf({ failing }: Subscription, now: Date): number {
  if (failing === null) return 0;
  const rest = Date.parse(failing.nextTry) - now.getTime();
  return rest > restAfter(failing.attempts) ? 0 : Math.max(0, rest);
}

/** Whether it is where it was: nobody has sent it elsewhere, and nothing was found lost. */
export function isAt(one: Subscription | null, other: Subscription): boolean {
  return one?.cursor === other.cursor && one.resetBehind === other.resetBehind;
}

/** How many commits it does not know the whole of. */
export function behind(
  { cursor, resetBehind }: Subscription,
  epochs: readonly Epoch[],
  last: number,
): number {
  const position = parseCursor(cursor);
  if (position === null) return last;
  // That was lost.
  if (position.seq > last) return 1;
  const isPast = position.epoch !== epochs.at(-1)?.name;
  const count = last - position.seq + (position.n === END_OF_COMMIT ? 0 : 1);
  return Math.max(isPast || resetBehind !== undefined ? 1 : 0, count);
}
