/**
 * Hands the mails of the outbox to the MTA, the last step of a delivery.
 *
 * One mail after the other. One that the MTA takes becomes `reply.sent` in the journal; any
 * other stays in the outbox with its error, unless it is rejected for good. A hand-over that takes
 * longer than this run waits goes on without it, and the next run reads how it ended. `sendLeftovers` sends what dead or
 * failed runs have left, a few mails and for a short time. It never throws, because it must
 * not change how the run ends that calls it.
 */
import type { Config } from '../config/config.ts';
import { mayGo } from '../journal/hand-over.ts';
import type { Mta, UnsentMail } from '../journal/outbox.ts';
import type { Store } from '../journal/store.ts';
import { ageOf } from '../ticket/age.ts';
import type { Change } from '../ticket/change.ts';
import { handOver } from './sendmail.ts';

export interface Sending {
  readonly config: Config;
  readonly store: Store;
  readonly mta: Mta;
  readonly now: () => Date;
}

/** So long a run waits for all of its own mails. Those left then are begun, and not waited for. */
const OWN_MAILS_MS = 30_000;
const MAX_LEFTOVERS = 5;
/** No leftover is begun after this; one that was begun is waited for so long. */
const LEFTOVERS_MS = 2000;
const LEFTOVER_MS = 5000;
const LEFTOVER_REST_MS = 60_000;
const LEFTOVER_PATIENCE_SECONDS = 1;

/**
 * What cannot be written down of one mail keeps none of the others: it is thrown at the end.
 * True if every mail has gone out, is on its way, or has failed for good.
 */
export async function sendAll(mails: readonly UnsentMail[], sending: Sending): Promise<boolean> {
  const end = sending.now().getTime() + OWN_MAILS_MS;
  let all = true;
  const failures: unknown[] = [];
  for (const mail of mails) {
    try {
      all = (await send(mail, sending, Math.max(0, end - sending.now().getTime()))) && all;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return all;
}

/** Mails of other runs that nobody is sending and that have rested a minute. */
export async function sendLeftovers(sending: Sending): Promise<void> {
  const { store, now } = sending;
  try {
    if (await store.findLost(MAX_LEFTOVERS)) await store.catchUp(LEFTOVER_PATIENCE_SECONDS);
    const start = now();
    const isRested = (mail: UnsentMail) =>
      !mail.isBegun &&
      mayGo(mail, start) &&
      (mail.lastTried === null || ageOf(mail.lastTried, start) > LEFTOVER_REST_MS);
    const restedSince = new Date(start.getTime() - LEFTOVER_REST_MS);
    if (!(await store.unsent({ restedSince })).some(isRested)) return;
    const mails = await store.exclusive(
      (transaction) => transaction.claim({ restedSince }, MAX_LEFTOVERS),
      LEFTOVER_PATIENCE_SECONDS,
    );
    await sendBriefly(mails, sending);
  } catch {
    // They stay where they are, for the next run.
  }
}

/** Those that are not begun in that time wait for the next run. */
export async function sendBriefly(mails: readonly UnsentMail[], sending: Sending): Promise<void> {
  const end = sending.now().getTime() + LEFTOVERS_MS;
  for (const mail of mails) {
    if (sending.now().getTime() < end) await sendLeftover(mail, sending);
  }
}

/** One that cannot be read goes to the end of the line, and holds up no other. */
async function sendLeftover(mail: UnsentMail, sending: Sending): Promise<void> {
  try {
    await send(mail, sending, LEFTOVER_MS);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    await writeDownFailed(mail, { end: 'failed', error: said }, sending);
  }
}

async function send(mail: UnsentMail, sending: Sending, patienceMs: number): Promise<boolean> {
  if (mail.notBefore !== undefined) {
    const { stays, mails } = await (await import('./let-go.ts')).look(mail, sending);
    for (const one of mails) await send(one, sending, patienceMs);
    if (stays) return true;
  }
  const attempt = await handOver(mail, sending, patienceMs);
  switch (attempt.end) {
    case 'taken':
      await writeDownSent(mail, sending.store);
      return true;
    case 'under way':
    case 'unknown':
    case 'rejected':
      return true;
    case 'refused':
    case 'failed':
    case 'impossible':
      return writeDownFailed(mail, attempt, sending);
  }
}

/** Gives whether it has failed for good. Never throws: how the attempt ended is on disk already. */
async function writeDownFailed(
  mail: UnsentMail,
  { end, error: lastError }: { readonly end: string; readonly error: string },
  { store, now }: Sending,
): Promise<boolean> {
  try {
    const tried = { ...mail, lastTried: now().toISOString(), lastError };
    await store.noteFailure(tried, LEFTOVER_PATIENCE_SECONDS, end === 'impossible');
    return !(await store.unsent(mail)).some(({ id }) => id === mail.id);
  } catch {
    return false;
  }
}

/** A mail that has gone must not go twice: if the quick note fails, the journal takes it now. */
async function writeDownSent(mail: UnsentMail, store: Store): Promise<void> {
  try {
    await store.markSent(mail);
  } catch {
    const { ticket, serial, id } = mail;
    const sent: Change = { type: 'reply.sent', ticket, serial, mail: id };
    await store.exclusive((transaction) => transaction.commit({ changes: [sent], outgoing: [] }));
  }
}
