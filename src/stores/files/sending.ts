/**
 * Hands a mail over, composed right before and without the lock (copies.ts).
 *
 * A program in the manner of sendmail(1) has it as its stdin, straight from a file; nothing else is
 * inherited but the claim (hand-over.ts), which lives as long as its holder. By SMTP this process
 * does it itself (submitting.ts).
 */
import { FileLost } from '../../journal/blobs.ts';
import { mailsIn } from '../../journal/mails.ts';
import type { HandOver, Mta, UnsentMail } from '../../journal/outbox.ts';
import { Failure } from '../../outcome.ts';
import { startDetached } from '../../runtime/detached.ts';
import { close } from '../disk/disk.ts';
import { type Composing, type OpenMail, openMail, openWithSecret } from './copies.ts';
import type { Outbox } from './outbox.ts';

export async function handOver(
  mail: UnsentMail,
  mta: Mta,
  patienceMs: number,
  store: Composing,
): Promise<HandOver> {
  const composed = await openOrLost(mail, store);
  if (typeof composed === 'string') return { end: 'impossible', error: composed };
  const { outbox } = store.derived.lists;
  if (typeof mta !== 'function') return byProgram(mail, composed, mta, patienceMs, outbox);
  // A pipe hands nothing over like this.
  const { bySmtp } = await import('./submitting.ts');
  return bySmtp(mail, composed, mta, patienceMs, outbox);
}

async function byProgram(
  mail: UnsentMail,
  { fd: input, sum }: OpenMail,
  sendmail: readonly [string, ...string[]],
  patienceMs: number,
  outbox: Outbox,
): Promise<HandOver> {
  const opened = [input];
  try {
    const { command, descriptor, end } = await outbox.attempt(mail, sum, sendmail);
    opened.push(descriptor);
    const ended = startDetached(command, { input, third: descriptor }, patienceMs);
    // The claim is its own from here on.
    for (const one of opened.splice(0)) close(one);
    const how = await ended;
    if (how === 'goes on') return { end: 'under way' };
    return how instanceof Error ? { end: 'failed', error: how.message } : end(how.exit);
  } finally {
    for (const one of opened) close(one);
  }
}

/** Why, if it cannot be composed any more. */
async function openOrLost(mail: UnsentMail, store: Composing): Promise<OpenMail | string> {
  const { id, seq } = mail;
  const record = store.journal.find(seq);
  const committed = record === null ? undefined : mailsIn(record).find((one) => one.id === id);
  if (record === null || committed === undefined) {
    throw new Failure('store-damaged', `outbox/${id}: no commit has it`);
  }
  try {
    if (committed.mail.isBlanked !== true) return await openMail(committed, record, store);
    const secretText = store.derived.lists.outbox.secretText(mail);
    return secretText === null
      ? 'the secret in it is gone'
      : await openWithSecret(committed, secretText, store);
  } catch (error) {
    if (error instanceof FileLost) return 'a file that belongs in it is lost';
    throw error;
  }
}
