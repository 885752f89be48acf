/**
 * How a mail is read: as far as it can be, whatever it is made to do.
 *
 * A plain mail here and now; any other in a process that can be stopped
 * (reader-process.ts), once within the limits of the config and, where that was not to
 * its end, once within the strictest. A mail whose first delivery died is read
 * with the strictest at once, or apart where it is plain. What even then cannot be
 * read keeps its plain header fields and the beginning of its octets as text. Throws
 * for what is wrong with us alone, never for a mail.
 */

import type { ReadLimits } from '../config/limits.ts';
import type { ExtractAttachments } from '../journal/spool.ts';
import { isPlain, strictest } from './limits.ts';
import { type MessageSource, type ParsedMessage, parseMessage } from './message.ts';
import type { ReaderProgram } from './reader-process.ts';
import { type WalkedMail, WalkOnce } from './walked-once.ts';

export interface MailToRead extends MessageSource, WalkedMail {
  /** An earlier run has died over this mail; over a plain one, it may have. */
  readonly wasInterrupted: boolean;
  /** Attachments that were begun are of no use. */
  forgetAttachments(): void;
}

export async function readMessage(
  mail: MailToRead,
  limits: ReadLimits,
  reader: ReaderProgram,
): Promise<ParsedMessage> {
  const plain = isPlain(mail.outline);
  if (plain && !mail.wasInterrupted) return parseMessage(mail, limits, mail.seen);
  const least = strictest(limits);
  for (const tried of plain || !mail.wasInterrupted ? [limits, least] : [least]) {
    const { readApart } = await import('./reader-process.ts');
    const message = await readApart(tried === limits ? mail : withoutHtml(mail), tried, reader);
    if (message !== null)
      return tried === limits ? message : withFault(message, mail.wasInterrupted);
    mail.forgetAttachments();
  }
  return (await import('./unread.ts')).unread(mail, least);
}

/** Its HTML may be what was too much: its text is not lost with it. */
function withoutHtml(mail: MessageSource): MessageSource {
  return { chunks: () => mail.chunks(), openAttachment: (n) => mail.openAttachment(n) };
}

/**
 * For the store, which knows no MIME: the attachments of a mail that it has, as they were at
 * first. `limits` are for a mail that nobody has written down what it was read within.
 */
export function attachmentsAgain(limits: ReadLimits, reader: ReaderProgram): ExtractAttachments {
  return async (chunks, within, openAttachment) => {
    await readStored(chunks, within ?? limits, reader, { openAttachment });
  };
}

/** Reads a mail that is in the store already. Its attachments are written only if told where to. */
export function readStored(
  chunks: () => Iterable<Buffer>,
  limits: ReadLimits,
  reader: ReaderProgram,
  wanted: Partial<Pick<MessageSource, 'openAttachment' | 'wantsHtml'>> = {},
): Promise<ParsedMessage> {
  const walk = new WalkOnce(limits);
  for (const chunk of chunks()) walk.take(chunk);
  const mail = {
    ...walk.end(),
    chunks,
    wasInterrupted: false,
    openAttachment: () => NOWHERE,
    forgetAttachments: () => {},
    ...wanted,
  };
  return readMessage(mail, limits, reader);
}

const NOWHERE = { write: () => {}, close: () => {} };

const TOO_MUCH = 'reading it took too much time or memory: only its beginning was read';
const HAS_KILLED = 'its first delivery broke off while it was read: it was read with care';

/** With the strictest limits a small mail is whole, and there is nothing to say. */
function withFault(message: ParsedMessage, wasInterrupted: boolean): ParsedMessage {
  if (wasInterrupted && message.faults.length === 0) return message;
  return { ...message, faults: [wasInterrupted ? HAS_KILLED : TOO_MUCH, ...message.faults] };
}
