/**
 * Mail of ours that has not gone out, as `status` and `doctor` count it: what waits for the mail
 * server, what waits for a time that is still to come, and what has missed its time, since nothing
 * runs by the clock. Pure.
 */
import type { UnsentMail } from '../journal/outbox.ts';
import { hasCome } from '../ticket/age.ts';
import type { Backlog, HealthFacts } from './health.ts';

export function unsentIn(
  all: readonly UnsentMail[],
  now: Date,
): Pick<HealthFacts, 'outbox' | 'later' | 'missed'> {
  const unsent = all.filter(({ notBefore }) => notBefore === undefined || hasCome(notBefore, now));
  // Tried in vain, it waits for the mail server, and for no clock.
  const missed = unsent.filter(
    ({ notBefore, lastTried, isBegun }) =>
      notBefore !== undefined && lastTried === null && !isBegun,
  );
  return {
    outbox: backlogOf(unsent),
    later: all.length - unsent.length,
    missed: backlogOf(missed),
  };
}

/** Each waits since it was written, or since its time. */
function backlogOf(mails: readonly UnsentMail[]): Backlog {
  const [first = null] = mails.map(({ notBefore, since }) => notBefore ?? since).toSorted();
  return { count: mails.length, since: first };
}
