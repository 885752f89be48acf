/**
 * Sends what a commit has made. The commit stands, whatever happens: where the store cannot write
 * down how a mail went (a full disk), that mail waits, and false is given.
 */

import type { UnsentMail } from '../journal/outbox.ts';
import { Failure } from '../outcome.ts';
import { type Sending, sendAll } from './outbox.ts';

export async function sendKept(mails: readonly UnsentMail[], sending: Sending): Promise<boolean> {
  try {
    return await sendAll(mails, sending);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
