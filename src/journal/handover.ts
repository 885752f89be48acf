/** What the exit of sendmail says of a mail: taken, or not, and whether the mail is to blame. Pure. */
import type { Handover } from './store.ts';

/** A mail that the MTA refuses so often, for a reason of its own, has failed. */
export const MAX_REFUSALS = 10;

const SAID_KEPT = 500;
/** sysexits(3) for a fault of the mail itself: usage, data, no user, no host. */
const BLAMES_THE_MAIL: readonly number[] = [64, 65, 67, 68];
/** What the shell says of a program that it could not start. */
const NOT_STARTED: ReadonlyMap<number, string> = new Map([
  [126, 'EACCES'],
  [127, 'ENOENT'],
]);

/** `said`: what it wrote to its standard error. */
export function handoverOf(
  status: number,
  said: string,
): Extract<Handover, { end: 'taken' | 'refused' | 'failed' }> {
  if (status === 0) return { end: 'taken' };
  const how = NOT_STARTED.get(status) ?? `exit ${status}`;
  const error = `sendmail: ${how} ${said.trim().slice(0, SAID_KEPT)}`.trim();
  return { end: BLAMES_THE_MAIL.includes(status) ? 'refused' : 'failed', error };
}
