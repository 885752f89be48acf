/**
 * Tells the people of the desk by mail what waits for them.
 *
 * Looked at by every run, for there is no daemon that would: one small file is
 * read, and only where it is time is anything committed. Throws what the store
 * throws; like leftovers it must not change the end of the run that it rides on.
 */

import type { Config } from '../config/config.ts';
import { isTimeToNotify, notify } from '../desk/notices.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import { placesFor } from '../journal/record.ts';
import type { Store, WaitingMail } from '../journal/store.ts';
import { write } from '../letters/write.ts';
import { filesIn } from '../letters/written.ts';

const PATIENCE_SECONDS = 1;

/** Gives the mails that this run has to send. */
export async function notifyStaff({
  config,
  store,
  now,
}: {
  config: Config;
  store: Store;
  now: () => Date;
}): Promise<readonly WaitingMail[]> {
  if (config.staff.length === 0) return [];
  const draftsNow = () => {
    const known = store.notices();
    if (!isTimeToNotify(known, now())) return [];
    // One that waits for the MTA is told first: else they would all come at once. One that sendmail
    // has and does not end with must not keep the desk from all that comes later.
    const isOneWaiting = store.waiting().some(({ ticket, isBegun }) => ticket === null && !isBegun);
    return isOneWaiting ? [] : notify(known, config.staff);
  };
  if (draftsNow().length === 0) return [];
  return store.exclusive(async (transaction) => {
    const drafts = draftsNow();
    if (drafts.length === 0) return [];
    const { seq, keys } = transaction.facts(NO_QUESTIONS);
    const { mails } = await write(drafts, {
      ...{ config, keys, now: now(), places: placesFor(seq) },
      files: filesIn(store),
    });
    if (mails.length === 0) return [];
    const people = drafts.map(({ to }) => to.name);
    return transaction.commit({
      changes: [{ type: 'staff.notified', people }],
      outgoing: mails,
    });
  }, PATIENCE_SECONDS);
}
