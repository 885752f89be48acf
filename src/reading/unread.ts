/** A mail that could not be read, as far as it shows by itself. */
import type { ReadLimits } from '../config/limits.ts';
import { plainMailbox, subjectLine } from './addresses.ts';
import { dateOf } from './date.ts';
import { fieldValue, headerFields, messageIds } from './header.ts';
import { answered, type MessageSource, type ParsedMessage } from './message.ts';

const MAX_TEXT_BYTES = 65_536;

interface RawMail extends Pick<MessageSource, 'chunks'> {
  readonly header: Buffer;
}

/** Nothing is decoded: header fields as they stand, and the first octets below them. */
export function unread(mail: RawMail, within: ReadLimits): ParsedMessage {
  const fields = headerFields(mail.header);
  const text = beginning(mail);
  const recipients = [fieldValue(fields, 'to'), fieldValue(fields, 'cc')];
  return {
    fields,
    from: plainMailbox(fieldValue(fields, 'from') ?? ''),
    replyTo: [],
    to: recipients.flatMap((field) => plainMailbox(field ?? '') ?? []),
    primary: recipients.slice(0, 1).flatMap((field) => plainMailbox(field ?? '') ?? []),
    subject: subjectLine(fieldValue(fields, 'subject') ?? ''),
    messageId: messageIds(fields, 'message-id')[0] ?? null,
    references: answered(fields),
    date: dateOf(fieldValue(fields, 'date')),
    text,
    blocks: [{ kind: 'paragraph', from: 1, to: text.split('\n').length }],
    newLines: [{ from: 1, to: text.split('\n').length }],
    foundLines: [],
    guesses: [],
    firstPartLines: text.split('\n').length,
    attachments: [],
    report: null,
    isHtml: false,
    faults: ['it could not be read: this is its beginning, as it came'],
    within,
  };
}

function beginning({ header, chunks }: RawMail): string {
  const octets: Buffer[] = [];
  let length = 0;
  for (const chunk of chunks()) {
    octets.push(chunk);
    length += chunk.length;
    if (length >= header.length + MAX_TEXT_BYTES) break;
  }
  return Buffer.concat(octets)
    .toString('utf8', Math.min(header.length, length), header.length + MAX_TEXT_BYTES)
    .trim();
}
