/** Mails whose time has come: of a server, which looks every second, and of the timer. */
import type { UnsentMail } from '../journal/outbox.ts';
import { hasCome, MINUTE_MS } from '../ticket/age.ts';
import { type Sending, sendBriefly } from './outbox.ts';
import { sendKept } from './send-kept.ts';

const PATIENCE_SECONDS = 1;

/** Those that are not begun in a short time go with the next look. What was tried in vain rests. */
export async function sendWhatIsDue(sending: Sending): Promise<void> {
  const { store } = sending;
  if ((await store.restingSince()) === null) await sendBriefly(await dueMails(sending), sending);
}

/** All of them, however many have the same time. */
export async function sendDueMails(sending: Sending): Promise<void> {
  for (const mail of await dueMails(sending)) await sendKept([mail], sending);
}

async function dueMails({ store, now }: Sending): Promise<readonly UnsentMail[]> {
  const restedSince = new Date(now().getTime() - MINUTE_MS);
  const isDue = (mail: UnsentMail) =>
    mail.notBefore !== undefined && mail.lastTried === null && hasCome(mail.notBefore, now());
  if (!(await store.unsent({ restedSince })).some(isDue)) return [];
  const mails = await store.exclusive(
    (transaction) => transaction.claim({ restedSince }, Number.POSITIVE_INFINITY),
    PATIENCE_SECONDS,
  );
  return mails.filter(isDue);
}
