/**
 * Tells the staff by mail what waits for them.
 *
 * Every run asks whether it is time, because there is no daemon: one small file is
 * read, and something is committed only if it is time. Throws what the store throws;
 * whoever calls it does not let that change how the run ends.
 */

import type { Config } from '../config/config.ts';
import { isTimeForDaily, isTimeToNotify } from '../desk/notices.ts';
import { awayIn, NO_QUESTIONS } from '../journal/facts.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import type { DigestDraft, NoticeDraft } from '../letters/draft.ts';
import { write } from '../letters/write.ts';
import { filesIn } from '../letters/written-draft.ts';
import { DAY_MS } from '../ticket/age.ts';
import { awayAt } from '../ticket/away.ts';

const PATIENCE_SECONDS = 1;
const MOST_COUNTED = 10_000;

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
  const draftsNow = async (): Promise<readonly (NoticeDraft | DigestDraft)[]> => {
    const known = await store.notices();
    const { bulk } = known;
    const isTime = isTimeToNotify(known, now());
    if (!isTime && !isTimeForDaily(bulk, now())) return [];
    // While a mail to the staff waits for the MTA, no other is written: when the MTA is back,
    // they get that one, and one more with all that has come since. A mail that sendmail has and
    // does not end with is no reason to wait.
    const isOneUnsent = (await store.unsent()).some(
      ({ ticket, isBegun }) => ticket === null && !isBegun,
    );
    if (isOneUnsent) return [];
    const held = await store.held();
    const away = awayIn(await store.facts({ ...NO_QUESTIONS, away: true }));
    const absence = (name: string) => awayAt(away, name, now());
    const { allOf } = await import('./to-tell.ts');
    const notices = isTime ? await allOf(known, { config, store, held, absence }) : [];
    // The mail of the day is for a run that has nothing else to tell.
    if (notices.length > 0 || !isTimeForDaily(bulk, now())) return notices;
    const { dailyDrafts } = await import('../desk/daily.ts');
    const drafts = dailyDrafts(bulk, config.staff, held, absence);
    if (drafts.length === 0) return [];
    const recorded = await recordedSince(bulk.upTo, store, now());
    return drafts.map((draft) => ({ ...draft, daily: { recorded } }));
  };
  if ((await draftsNow()).length === 0) return [];
  return store.exclusive(async (transaction) => {
    const drafts = await draftsNow();
    if (drafts.length === 0) return [];
    const { nonce, keys } = await transaction.facts(NO_QUESTIONS);
    const { mails } = await write(drafts, {
      ...{ config, keys, nonce, now: now() },
      files: filesIn(store),
    });
    if (mails.length === 0) return [];
    const { notifiedBy } = await import('./to-tell.ts');
    return transaction.commit({ changes: [notifiedBy(drafts)], outgoing: mails });
  }, PATIENCE_SECONDS);
}

/** They are in the list of what is removed after a time, and so is what was thrown away. */
async function recordedSince(upTo: number, store: Store, now: Date): Promise<number> {
  const all = await store.expired(new Date(now.getTime() + 2 * DAY_MS), MOST_COUNTED);
  return all.filter((seq) => seq > upTo).length;
}
