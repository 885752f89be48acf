/**
 * What became of a ticket, as statistics need it. It is answered when the first mail that a staff
 * member wrote to its requester goes out, and resolved when it was resolved last; one that was opened
 * again is not resolved, and one that was merged into another counts with that one. Pure.
 */
import { hasCome } from '../ticket/age.ts';

export interface Course {
  readonly queue: string;
  readonly requester: string | null;
  readonly created: number;
  /** The first answer to its requester went out. */
  readonly answered: number | null;
  readonly resolved: number | null;
  readonly isMerged: boolean;
  /** Until when; null if it is not. */
  readonly snoozed: string | null;
}

export function isSnoozedAt({ snoozed }: Course, now: Date): boolean {
  return snoozed !== null && !hasCome(snoozed, now);
}
