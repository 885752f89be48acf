/**
 * The newest mail by which one of the staff has written to a ticket and which was carried out, as
 * whoever has got a copy of it would send it again: the same octets, without what our own MTA has
 * put above them for local(8). For the store's owner.
 */
import { type Config, prefixesOf } from '../../config/config.ts';
import { allOf } from '../../journal/blobs.ts';
import type { RecordedMail } from '../../journal/ledger.ts';
import type { Store } from '../../journal/store.ts';
import { ERASED } from '../../ticket/erased.ts';
import { receivedAs } from '../../ticket/ticket.ts';
import { openStore } from '../open-store.ts';
import type { Run } from '../run.ts';

export interface Replay {
  readonly to: string;
  /** Lines end with CRLF, and those that begin with a dot have two. */
  readonly octets: Buffer;
}

/** Of so many of the newest tickets, and of so many messages of each. */
const MOST_TICKETS = 20;
const MOST_MESSAGES = 20;

/** null if there is none. */
export async function replayOf(config: Config, run: Run): Promise<Replay | null> {
  const { store } = await openStore(config, run);
  const mail = await newestOrder(store, prefixesOf(config));
  const [to] = mail?.decision.recipients ?? [];
  if (mail === null || to === undefined) return null;
  return { to, octets: sentAgain(await allOf(await store.rawMail(mail.raw))) };
}

async function newestOrder(store: Store, queues: readonly string[]): Promise<RecordedMail | null> {
  let newest: RecordedMail | null = null;
  let tickets = 0;
  for await (const { messages } of store.tickets('all', queues)) {
    for (const message of messages.slice(-MOST_MESSAGES)) {
      const raw = receivedAs(message);
      const mail = raw === null ? null : await store.mailAt(raw);
      if (mail === null || mail.decision.actor === undefined || isGone(mail)) continue;
      if (newest === null || mail.seq > newest.seq) newest = mail;
    }
    tickets += 1;
    if (tickets === MOST_TICKETS) break;
  }
  return newest;
}

/** By `mailrobot erase`, with its octets. */
function isGone({ decision }: RecordedMail): boolean {
  return decision.recipients.includes(ERASED);
}

/** local(8) returns a mail that has its own Delivered-To already. */
const OF_LOCAL = /^(?:return-path|x-original-to|delivered-to):/i;

export function sentAgain(octets: Buffer): Buffer {
  const lines = octets.toString('latin1').split(/\r?\n/);
  const end = lines.indexOf('');
  const header: string[] = [];
  let isKept = true;
  for (const line of lines.slice(0, end < 0 ? lines.length : end)) {
    if (!/^[ \t]/.test(line)) isKept = !OF_LOCAL.test(line);
    if (isKept) header.push(line);
  }
  const all = [...header, ...(end < 0 ? [''] : lines.slice(end))];
  if (all.at(-1) !== '') all.push('');
  return Buffer.from(all.map((line) => line.replace(/^\./, '..')).join('\r\n'), 'latin1');
}
