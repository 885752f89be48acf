/**
 * Hands one composed mail to the MTA: `sendmail -i -f sender -- recipient`.
 *
 * The mail is its stdin, straight from its file; no shell reads anything of it, and `--`
 * keeps an address from being read as an option. It never inherits our stdout or stderr,
 * since local(8) waits for whoever holds them, and it has a process group of its own: once
 * it has begun nobody here ends it. After `patienceMs` it is left to itself, and writes its
 * end down (stores/files/hand-over.ts). Only exit 0 counts as taken. The null reverse-path is `<>`
 * (sendmail(1)).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Handover, Store, WaitingMail } from '../journal/store.ts';

export async function handOver(
  mail: WaitingMail,
  { store, sendmail }: { readonly store: Store; readonly sendmail: readonly string[] },
  patienceMs: number,
): Promise<Handover> {
  const from = mail.sender === '' ? '<>' : mail.sender;
  const content = await store.openMail(mail);
  if (content === null) {
    return { end: 'impossible', error: 'a file that belongs into it is lost' };
  }
  const opened = [content];
  try {
    const options = ['-i', '-f', from, '--', mail.recipient];
    const attempt = await store.attempt(mail, [...sendmail, ...options]);
    opened.push(attempt.descriptor);
    const [program, ...args] = attempt.command;
    const child = spawn(program, args, {
      stdio: [content, 'ignore', 'ignore', attempt.descriptor],
      detached: true,
    });
    const ended = endOf(child, patienceMs);
    // The claim is its own from here on.
    close(opened.splice(0));
    const end = await ended;
    if (end === 'goes on') return { end: 'under way' };
    return end instanceof Error ? { end: 'failed', error: end.message } : attempt.end(end.exit);
  } finally {
    close(opened);
  }
}

type Ended = { readonly exit: number | null } | Error | 'goes on';

function endOf(child: ChildProcess, patienceMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      child.unref();
      resolve('goes on');
    }, patienceMs);
    const end = (ended: Ended): void => {
      clearTimeout(limit);
      resolve(ended);
    };
    child.on('error', end);
    child.on('exit', (exit) => end({ exit }));
  });
}

/** Never throws: a mail that has gone must not look as if it had not. */
function close(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) {
    try {
      closeSync(descriptor);
    } catch {
      // Nobody relies on what was written here.
    }
  }
}
