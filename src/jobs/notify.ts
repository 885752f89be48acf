/**
 * Tells the staff by mail what waits for them.
 *
 * Every run asks whether it is time, because there is no daemon: one small file is
 * read, and something is committed only if it is time. Throws what the store throws;
 * whoever calls it does not let that change how the run ends.
 */

import type { Config } from '../config/config.ts';
import { isTimeToNotify, notify } from '../desk/notices.ts';
import { NO_QUESTIONS } from '../journal/facts.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import { pathsFor } from '../journal/record.ts';
import type { Store } from '../journal/store.ts';
import { write } from '../letters/write.ts';
import { filesIn } from '../letters/written-draft.ts';

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
}): Promise<readonly UnsentMail[]> {
  if (config.staff.length === 0) return [];
  const draftsNow = async () => {
    const known = await store.notices();
    if (!isTimeToNotify(known, now())) return [];
    // While a mail to the staff waits for the MTA, no other is written: when the MTA is back,
    // they get that one, and one more with all that has come since. A mail that sendmail has and
    // does not end with is no reason to wait.
    const isOneUnsent = (await store.unsent()).some(
      ({ ticket, isBegun }) => ticket === null && !isBegun,
    );
    return isOneUnsent ? [] : notify(known, config.staff);
  };
  if ((await draftsNow()).length === 0) return [];
  return store.exclusive(async (transaction) => {
    const drafts = await draftsNow();
    if (drafts.length === 0) return [];
    const { seq, keys } = await transaction.facts(NO_QUESTIONS);
    const { mails } = await write(drafts, {
      ...{ config, keys, now: now(), paths: pathsFor(seq) },
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
