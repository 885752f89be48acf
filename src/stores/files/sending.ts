/**
 * Hands a mail over to a program in the manner of sendmail(1): the composed mail is its stdin,
 * straight from a file; nothing else is inherited but the claim (hand-over.ts), which lives as
 * long as its holder.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { FileLost } from '../../journal/blobs.ts';
import type { HandOver, UnsentMail } from '../../journal/outbox.ts';
import { pathsFor } from '../../journal/record.ts';
import { Failure } from '../../outcome.ts';
import { startDetached } from '../../runtime/detached.ts';
import { type OutgoingMail, octetsOf, placeOf } from '../../ticket/mail.ts';
import { close, openRead, remove, replace } from './disk.ts';
import type { FileBlobs } from './file-blobs.ts';
import type { Journal } from './journal.ts';
import { sumOf } from './read-pieces.ts';
import type { StoreParts } from './store-parts.ts';

type Sending = StoreParts & { readonly blobs: FileBlobs };

export async function handOver(
  mail: UnsentMail,
  sendmail: readonly [string, ...string[]],
  patienceMs: number,
  sending: Sending,
): Promise<HandOver> {
  const content = await openMail(mail, sending);
  if (content === null) {
    return { end: 'impossible', error: 'a file that belongs in it is lost' };
  }
  const opened = [content];
  try {
    const { outbox } = sending.derived.lists;
    const { command, descriptor, end } = await outbox.attempt(mail, sendmail);
    opened.push(descriptor);
    const ended = startDetached(command, { input: content, third: descriptor }, patienceMs);
    // The claim is its own from here on.
    for (const one of opened.splice(0)) close(one);
    const how = await ended;
    if (how === 'goes on') return { end: 'under way' };
    return how instanceof Error ? { end: 'failed', error: how.message } : end(how.exit);
  } finally {
    for (const one of opened) close(one);
  }
}

/**
 * The composed mail, as it was committed; the caller closes the descriptor. null if it cannot be
 * put together any more: a file of it is lost.
 */
async function openMail(
  mail: UnsentMail,
  { root, journal, blobs }: Sending,
): Promise<number | null> {
  const path = join(root, mail.raw);
  if (sumOf(path) === mail.sha256) return openRead(path);
  const committed = outgoingMail(mail, journal);
  try {
    return await blobs.havingFiles(async () => openComposed(committed, root, blobs));
  } catch (error) {
    if (error instanceof FileLost) return null;
    throw error;
  }
}

/** Without a name: it is gone with its descriptor. */
function openComposed(mail: OutgoingMail, root: string, blobs: FileBlobs): number {
  const path = join(root, 'incoming', `outgoing.${randomBytes(6).toString('hex')}`);
  try {
    replace(
      path,
      octetsOf(mail, (file) => blobs.octetsOf(file)),
    );
    return openRead(path);
  } finally {
    remove(path);
  }
}

function outgoingMail({ id, seq, raw }: UnsentMail, journal: Journal): OutgoingMail {
  const { rawOut } = pathsFor(seq);
  const mail = journal.find(seq)?.outgoing.find((one) => rawOut(placeOf(one)) === raw);
  if (mail === undefined) throw new Failure('store-damaged', `outbox/${id}: no commit has it`);
  return mail;
}
