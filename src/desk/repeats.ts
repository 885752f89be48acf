/**
 * What a monitor says again and again, as the config names it (`collapse`): the first such mail
 * opens a ticket; while that is not resolved, those after it are counted there, and recorded.
 *
 * Each sender and each pattern has a ticket of its own in each queue. What is proven to come from
 * the sender is not counted on a ticket that a forged mail may have opened. A pattern is tried in
 * a time in proportion to the subject. Pure.
 */
import type { Config } from '../config/config.ts';
import type { DecidedMail } from '../decision/decide.ts';
import { type Facts, ticketsOfMessage } from '../journal/facts.ts';
import { sameMailbox } from '../ticket/address.ts';
import { queueIn } from '../ticket/id.ts';
import type { Batch } from './batch.ts';
import type { Delivery } from './delivery.ts';
import { type ReceivedMail, type Result, recordMail } from './incoming.ts';

/** By which its ticket is found: no Message-ID is like it. null for a mail that no rule names. */
export function repeatName({ decided, message }: Delivery, { collapse }: Config): string | null {
  const { from, decision } = decided;
  const queue = queueMeant(decided);
  if (queue === null || from === null) return null;
  const rule = collapse.find(
    (one) => sameMailbox(one.from, from.address) && isLike(message.subject, one.subject),
  );
  if (rule === undefined) return null;
  const isProven = decision.trust !== 'claimed';
  return JSON.stringify(['repeats', queue, rule.from.toLowerCase(), rule.subject, isProven]);
}

/**
 * Where it would open a ticket, or names an earlier mail of the monitor, as some do. What is sent
 * to a ticket, or answers a mail of ours, is no repeat.
 */
function queueMeant({ intent, decision }: DecidedMail): string | null {
  if (intent.type === 'open') return intent.queue.prefix;
  if (intent.type !== 'append' || decision.by !== 'reference') return null;
  return queueIn(intent.ticket);
}

/** null if no ticket of that name is there to count it. */
export function asRepeat(
  mail: ReceivedMail,
  name: string | null,
  batch: Pick<Batch, 'current'>,
  facts: Facts,
): Result | null {
  const last = name === null ? undefined : ticketsOfMessage(facts, name).at(-1);
  const ticket = last === undefined ? null : batch.current(last);
  if (ticket === null || ticket.status === 'resolved') return null;
  const reason = { check: 'repeated', evidence: `counted on ${ticket.id}` };
  const { changes, drafts } = recordMail(mail, reason, true);
  return { changes: [{ type: 'ticket.repeated', ticket: ticket.id }, ...changes], drafts };
}

const MAX_CHARACTERS = 1000;

/** As a whole, whatever stands for `*`. */
export function isLike(subject: string, pattern: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();
  const text = plain(subject.slice(0, MAX_CHARACTERS));
  const [first = '', ...others] = plain(pattern).split('*');
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
