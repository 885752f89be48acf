/**
 * Keeps a mail from being handed over, by its claim (hand-over.ts): this process holds the lock of it,
 * and the file says that something has begun.
 *
 * So nobody begins, also if this process dies right behind a commit that takes the mail back. Where
 * there was no such commit, the mail is found lost then, as after a hand-over that broke off, and goes.
 * Let go, the file is empty again while the lock is held: nothing has begun.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import type { UnsentMail, Withheld } from '../../journal/outbox.ts';
import { endOf } from '../../outcome.ts';
import { close, onDisk, openToAppend, write } from '../disk/disk.ts';
import { hold } from '../disk/lock.ts';
import type { Outbox } from './outbox.ts';

/** null if somebody else has begun, or the mail has gone. Under the store's lock. */
export async function withhold(
  mail: UnsentMail,
  outbox: Outbox,
  now: Date,
): Promise<Withheld | null> {
  // An attempt that has ended is none that has begun.
  outbox.claim('all', 0, now);
  const { claim, isWaiting, removeLeft } = await outbox.forOwn(mail);
  const fd = openToAppend(claim);
  if (!isTaken(fd, claim) || !isWaiting()) {
    close(fd);
    if (!isWaiting()) removeLeft();
    return null;
  }
  try {
    write(fd, claim, Buffer.from(`begun ${randomBytes(8).toString('hex')}\n`));
  } catch (error) {
    close(fd);
    throw error;
  }
  return {
    mail,
    holds: async () => true,
    letGo: async () => {
      try {
        onDisk(claim, () => fs.ftruncateSync(fd));
      } finally {
        close(fd);
      }
    },
  };
}

/** It is ours, empty, and still the file of that name. */
function isTaken(fd: number, claim: string): boolean {
  try {
    hold(fd, claim);
  } catch (error) {
    if (endOf(error) === 'store-locked') return false;
    throw error;
  }
  const { size, nlink } = onDisk(claim, () => fs.fstatSync(fd));
  return size === 0 && nlink === 1;
}
