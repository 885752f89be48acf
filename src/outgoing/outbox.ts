/**
 * Step 10: what must go out goes out.
 *
 * Sends claimed mails one by one; a taken one becomes `reply.sent` in the
 * journal, another stays in the outbox with its error. A mail that the MTA has
 * refused REFUSALS times for a reason of its own becomes `reply.failed`. `leftovers`
 * takes up what dead or failed runs left, bounded in number and time, and never
 * throws: it must not change the end of the run that it rides on.
 */
import * as fs from 'node:fs';
import type { Store, WaitingMail } from '../store/store.ts';
import type { Change } from '../ticket/change.ts';
import { handOver } from './sendmail.ts';

export interface Sending {
  readonly store: Store;
  readonly sendmail: readonly [string, ...string[]];
  readonly now: () => Date;
}

const OWN_MS = 60_000;
const REFUSALS = 10;
const LEFTOVERS = 5;
/** No leftover is begun after this; one that was begun has its own limit. */
const LEFTOVERS_MS = 2000;
const LEFTOVER_MS = 5000;
const LEFTOVER_REST_MS = 60_000;
const LEFTOVER_PATIENCE_SECONDS = 1;

/** True where every mail has gone out, or has failed for good. */
export async function sendAll(mails: readonly WaitingMail[], sending: Sending): Promise<boolean> {
  let all = true;
  for (const mail of mails) all = (await send(mail, sending, OWN_MS)) && all;
  return all;
}

/** Mails of other runs that nobody is sending and that have rested a minute. */
export async function sendLeftovers(sending: Sending): Promise<void> {
  const { store, now } = sending;
  try {
    const start = now().getTime();
    const rested = ({ lastTried }: WaitingMail) =>
      lastTried === null || Date.parse(lastTried) < start - LEFTOVER_REST_MS;
    if (!store.waiting().some(rested)) return;
    const mails = await store.exclusive(
      (transaction) => transaction.claim(rested, LEFTOVERS),
      LEFTOVER_PATIENCE_SECONDS,
    );
    await sendBriefly(mails, sending);
  } catch {
    // They stay where they are, for the next run.
  }
}

/** Those that do not go out in that time wait for the next run. */
export async function sendBriefly(mails: readonly WaitingMail[], sending: Sending): Promise<void> {
  const end = sending.now().getTime() + LEFTOVERS_MS;
  for (const mail of mails) {
    if (sending.now().getTime() < end) await sendLeftover(mail, sending);
    else sending.store.release(mail);
  }
}

/** One that cannot be read goes to the end of the line, and holds up no other. */
async function sendLeftover(mail: WaitingMail, sending: Sending): Promise<void> {
  try {
    await send(mail, sending, LEFTOVER_MS);
  } catch (error) {
    const lastError = error instanceof Error ? error.message : String(error);
    sending.store.release({ ...mail, lastTried: sending.now().toISOString(), lastError });
  }
}

async function send(mail: WaitingMail, sending: Sending, limitMs: number): Promise<boolean> {
  const { store, sendmail, now } = sending;
  const content = await store.openMail(mail);
  if (content === null) {
    store.settleMail({ ...mail, lastError: 'a file that belongs into it is lost' }, 'failed');
    return true;
  }
  const handover = await handOver(sendmail, mail, content, limitMs).finally(() => close(content));
  if (handover.end === 'taken') {
    await writeDownSent(mail, store);
    return true;
  }
  const tried: WaitingMail = {
    ...mail,
    refusals: mail.refusals + (handover.end === 'refused' ? 1 : 0),
    lastTried: now().toISOString(),
    lastError: handover.error,
  };
  const isHopeless = tried.refusals >= REFUSALS;
  if (isHopeless) store.settleMail(tried, 'failed');
  else store.release(tried);
  return isHopeless;
}

/** A mail that has gone must not go twice: where the quick note fails, the journal takes it at once. */
async function writeDownSent(mail: WaitingMail, store: Store): Promise<void> {
  try {
    store.settleMail(mail, 'sent');
  } catch {
    const { ticket, serial, id } = mail;
    const sent: Change = { type: 'reply.sent', ticket, serial, mail: id };
    await store.exclusive((transaction) => transaction.commit({ changes: [sent], outgoing: [] }));
  }
}

/** Never throws: a mail that has gone must not look as if it had not. */
function close(descriptor: number): void {
  try {
    fs.closeSync(descriptor);
  } catch {
    // It was only read from.
  }
}
