/**
 * How a mail is read: as far as it can be, whatever it is made to do.
 *
 * A plain mail here and now; any other in a process that can be stopped
 * (apart.ts), once within the limits of the config and, where that was not to
 * its end, once within the strictest. A mail whose first delivery died is read
 * with the strictest at once. What even then cannot be read keeps its plain
 * header fields and the beginning of its octets as text. Throws for what is
 * wrong with us alone, never for a mail.
 */
import { mailboxOf, oneLine } from './addresses.ts';
import { type ReaderProgram, readApart } from './apart.ts';
import { BoundedMail } from './bounded-mail.ts';
import { fieldValue, headerFields, messageIds } from './header.ts';
import { isPlain, type Outline, type ReadLimits, strictest } from './limits.ts';
import { type MessageSource, type ParsedMessage, parseMessage } from './message.ts';
import { newLines } from './quotes.ts';

export interface MailToRead extends MessageSource {
  readonly header: Buffer;
  readonly outline: Outline;
  /** An earlier run has died over this mail. */
  readonly hasKilled: boolean;
  /** Attachments that were begun are of no use. */
  forgetAttachments(): void;
}

export async function readMessage(
  mail: MailToRead,
  limits: ReadLimits,
  reader: ReaderProgram,
): Promise<ParsedMessage> {
  if (!mail.hasKilled && isPlain(mail.outline)) return parseMessage(mail, limits);
  const least = strictest(limits);
  for (const tried of mail.hasKilled ? [least] : [limits, least]) {
    const message = await readApart(mail, tried, reader);
    if (message !== null) return tried === limits ? message : withFault(message, mail.hasKilled);
    mail.forgetAttachments();
  }
  return unread(mail);
}

/** A mail that is in the store already: what is in it, and no attachment written anywhere. */
export function readStored(
  chunks: () => Iterable<Buffer>,
  limits: ReadLimits,
  reader: ReaderProgram,
): Promise<ParsedMessage> {
  const bounded = new BoundedMail(limits);
  for (const chunk of chunks()) for (const _ of bounded.push(chunk));
  for (const _ of bounded.end());
  const { header, outline } = bounded;
  const nowhere = { write: () => {}, close: () => {} };
  const mail = {
    header,
    outline,
    chunks,
    hasKilled: false,
    openAttachment: () => nowhere,
    forgetAttachments: () => {},
  };
  return readMessage(mail, limits, reader);
}

const TOO_MUCH = 'reading it took too much time or memory: only its beginning was read';
const HAS_KILLED = 'its first delivery broke off while it was read: it was read with care';

/** With the strictest limits a small mail is whole, and there is nothing to say. */
function withFault(message: ParsedMessage, hasKilled: boolean): ParsedMessage {
  if (hasKilled && message.faults.length === 0) return message;
  return { ...message, faults: [hasKilled ? HAS_KILLED : TOO_MUCH, ...message.faults] };
}

const SHOWN = 65_536;

/** Nothing is decoded: header fields as they stand, and the first octets below them. */
function unread(mail: MailToRead): ParsedMessage {
  const fields = headerFields(mail.header);
  const date = new Date(fieldValue(fields, 'date') ?? '');
  const text = beginning(mail);
  return {
    fields,
    from: mailboxOf(fieldValue(fields, 'from') ?? ''),
    to: [],
    subject: oneLine(fieldValue(fields, 'subject') ?? '').slice(0, 998),
    messageId: messageIds(fields, 'message-id')[0] ?? null,
    references: [],
    date: Number.isNaN(date.getTime()) ? null : date.toISOString(),
    text,
    newLines: newLines(text),
    attachments: [],
    faults: ['it could not be read: this is its beginning, as it came'],
  };
}

function beginning({ header, chunks }: MailToRead): string {
  const octets: Buffer[] = [];
  let length = 0;
  for (const chunk of chunks()) {
    octets.push(chunk);
    length += chunk.length;
    if (length >= header.length + SHOWN) break;
  }
  return Buffer.concat(octets)
    .toString('utf8', Math.min(header.length, length), header.length + SHOWN)
    .trim();
}
