/**
 * Tells the staff by mail what waits for them.
 *
 * Every run asks whether it is time, because there is no daemon: one small file is
 * read, and something is committed only if it is time. Throws what the store throws;
 * whoever calls it does not let that change how the run ends.
 */

import { isTimeForDaily, isTimeToNotify } from '../desk/notices.ts';
import type { UnsentMail } from '../journal/outbox.ts';
import type { Telling } from './telling.ts';

/** Gives the mails that this run has to send. */
export async function notifyStaff(telling: Telling): Promise<readonly UnsentMail[]> {
  const { config, store, now } = telling;
  if (config.staff.length === 0) return [];
  const known = await store.notices();
  if (isTimeToNotify(known, now()) || isTimeForDaily(known.bulk, now())) {
    const { tellStaff } = await import('./tell-staff.ts');
    const mails = await tellStaff(telling);
    if (mails.length > 0) return mails;
  }
  if (!config.staff.some(({ digest }) => digest)) return [];
  const { tellOfTheWeek } = await import('./weekly.ts');
  return tellOfTheWeek(telling);
}
