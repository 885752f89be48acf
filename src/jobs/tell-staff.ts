/**
 * Notices, digests and the mail of the day: written as things are when they are committed. Loaded
 * when it is time for one (notify.ts). Throws what the store throws.
 */
import { dailyDrafts } from '../desk/daily.ts';
import { isTimeForDaily, isTimeToNotify } from '../desk/notices.ts';
import { awayIn, NO_QUESTIONS } from '../journal/facts.ts';
import type { Asked } from '../journal/ledger.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { DigestDraft, NoticeDraft } from '../letters/draft.ts';
import { write } from '../letters/write.ts';
import { filesIn } from '../letters/written-draft.ts';
import { DAY_MS } from '../ticket/age.ts';
import { awayAt } from '../ticket/away.ts';
import type { Telling } from './telling.ts';
import { allOf, notifiedBy } from './to-tell.ts';

const PATIENCE_SECONDS = 1;
const MOST_COUNTED = 10_000;

/** Gives the mails that this run has to send. */
export async function tellStaff({ config, store, now }: Telling): Promise<readonly UnsentMail[]> {
  const draftsNow = async (asked: Asked): Promise<readonly (NoticeDraft | DigestDraft)[]> => {
    const known = await asked.notices();
    const { bulk } = known;
    const isTime = isTimeToNotify(known, now());
    if (!isTime && !isTimeForDaily(bulk, now())) return [];
    if (await isToStaffUnsent(asked)) return [];
    const held = await asked.held();
    const away = awayIn(await asked.facts({ ...NO_QUESTIONS, away: true }));
    const absence = (name: string) => awayAt(away, name, now());
    const notices = isTime ? await allOf(known, { config, store: asked, held, absence }) : [];
    // The mail of the day is for a run that has nothing else to tell.
    if (notices.length > 0 || !isTimeForDaily(bulk, now())) return notices;
    const drafts = dailyDrafts(bulk, config.staff, held, absence);
    if (drafts.length === 0) return [];
    const recorded = await recordedSince(bulk.upTo, asked, now());
    return drafts.map((draft) => ({ ...draft, daily: { recorded } }));
  };
  if ((await draftsNow(store)).length === 0) return [];
  return store.exclusive(async (transaction) => {
    const drafts = await draftsNow(transaction.store);
    if (drafts.length === 0) return [];
    const { nonce, keys } = await transaction.facts(NO_QUESTIONS);
    const { mails } = await write(drafts, {
      ...{ config, keys, nonce, now: now() },
      files: filesIn(transaction.store),
    });
    if (mails.length === 0) return [];
    return transaction.commit({ changes: [notifiedBy(drafts)], outgoing: mails });
  }, PATIENCE_SECONDS);
}

/**
 * While a mail to the staff waits for the MTA, no other is written: when the MTA is back, they get
 * that one, and one more with all that has come since. A mail that sendmail has and does not end
 * with is no reason to wait.
 */
export async function isToStaffUnsent(store: Pick<Asked, 'unsent'>): Promise<boolean> {
  return (await store.unsent({ ticket: null })).some(
    ({ ticket, isBegun }) => ticket === null && !isBegun,
  );
}

/** They are in the list of what is removed after a time, and so is what was thrown away. */
async function recordedSince(
  upTo: number,
  store: Pick<Asked, 'expired'>,
  now: Date,
): Promise<number> {
  const all = await store.expired(new Date(now.getTime() + 2 * DAY_MS), MOST_COUNTED);
  return all.filter((seq) => seq > upTo).length;
}
