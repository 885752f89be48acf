/**
 * Hands a mail over to a program in the manner of sendmail(1): the mail, composed right before and
 * without the lock (copies.ts), is its stdin, straight from a file; nothing else is inherited but
 * the claim (hand-over.ts), which lives as long as its holder.
 */
import { FileLost } from '../../journal/blobs.ts';
import { mailsIn } from '../../journal/mails.ts';
import type { HandOver, UnsentMail } from '../../journal/outbox.ts';
import { Failure } from '../../outcome.ts';
import { startDetached } from '../../runtime/detached.ts';
import { type Composing, type OpenMail, openMail } from './copies.ts';
import { close } from './disk.ts';

export async function handOver(
  mail: UnsentMail,
  sendmail: readonly [string, ...string[]],
  patienceMs: number,
  store: Composing,
): Promise<HandOver> {
  const composed = await openOrLost(mail, store);
  if (composed === null) {
    return { end: 'impossible', error: 'a file that belongs in it is lost' };
  }
  const { fd: input, sum } = composed;
  const opened = [input];
  try {
    const { outbox } = store.derived.lists;
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

/** null if it cannot be composed any more: a file of it is lost. */
async function openOrLost({ id, seq }: UnsentMail, store: Composing): Promise<OpenMail | null> {
  const record = store.journal.find(seq);
  const committed = record === null ? undefined : mailsIn(record).find((one) => one.id === id);
  if (record === null || committed === undefined) {
    throw new Failure('store-damaged', `outbox/${id}: no commit has it`);
  }
  try {
    return await openMail(committed, record, store);
  } catch (error) {
    if (error instanceof FileLost) return null;
    throw error;
  }
}
