/**
 * Step 4: the message as people mean it.
 *
 * Reads the raw copy as a stream within limits; attachments go straight to
 * `openAttachment`. Never throws for what a mail holds: where a limit is reached
 * or the parser gives up, `faults` says so and the message has what could be
 * read. RFC 5322, MIME (RFC 2045 to 2049, 2231), RFC 6532.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../outcome.ts';
import type { AttachmentWriter, ExtractAttachments } from '../store/store.ts';
import type { LineRange, Mailbox } from '../ticket/ticket.ts';
import { mailboxes, oneLine } from './addresses.ts';
import { BoundedMail, type Defect } from './bounded-mail.ts';
import { fieldValue, type HeaderField, headerFields, messageIds } from './header.ts';
import { DEFAULT_LIMITS, type ReadLimits } from './limits.ts';
import {
  type AttachmentTaker,
  type DescribedAttachment,
  type Parsing,
  parse,
} from './mail-parser.ts';
import { newLines } from './quotes.ts';
import { readableText } from './text.ts';

export interface ParsedAttachment {
  readonly filename: string;
  readonly contentType: string;
  /** Octets after decoding, and their SHA-256 in hex. */
  readonly size: number;
  readonly sha256: string;
  /** RFC 2392: what a `cid:` in the HTML names, without the angle brackets. */
  readonly contentId?: string;
  /** The sender meant it to be seen within the text. */
  readonly isInline?: true;
}

export interface ParsedMessage {
  readonly fields: readonly HeaderField[];
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  readonly messageId: string | null;
  /** Message-IDs that this mail answers, nearest first. */
  readonly references: readonly string[];
  /** RFC 3339, UTC; null where the mail has none that can be understood. */
  readonly date: string | null;
  readonly text: string;
  /** Lines of the text that are neither quoted nor a signature. */
  readonly newLines: readonly LineRange[];
  readonly attachments: readonly ParsedAttachment[];
  /** Why the ticket does not show the whole mail, in words. */
  readonly faults: readonly string[];
}

export interface MessageSource {
  chunks(): Iterable<Buffer>;
  openAttachment(n: number): AttachmentWriter;
}

/** Characters; what is longer is no subject that anybody reads. */
const SUBJECT_LIMIT = 4096;
/** Characters of text that a ticket keeps of one mail; the raw mail has the rest. */
const TEXT_LIMIT = 256 * 1024;

/** For the store, which knows no MIME: the attachments of a raw mail, once more. */
export const extractAttachments: ExtractAttachments = async (chunks, openAttachment) => {
  await parseMessage({ chunks: () => chunks, openAttachment }, DEFAULT_LIMITS);
};

export async function parseMessage(
  source: MessageSource,
  limits: ReadLimits,
): Promise<ParsedMessage> {
  const bounded = new BoundedMail(limits);
  const attachments: ParsedAttachment[] = [];
  const parsing: Parsing = { headers: new Map(), parts: null };
  const faults: string[] = [];
  try {
    const keep = (described: DescribedAttachment) =>
      keepAttachment(source, attachments, describe(described));
    await parse(boundedOctets(bounded, source.chunks()), keep, limits.parts, parsing);
  } catch (error) {
    if (error instanceof Failure || isOurFault(error)) throw error;
    faults.push(`it could not be read whole: ${error instanceof Error ? error.message : ''}`);
  }
  const { text, html } = await readableText(parsing.parts);
  for (const octets of html) keepHtml(octets, source, attachments);
  const fields = headerFields(bounded.header);
  const recipients = [
    ...mailboxes(parsing.headers.get('to'), limits.addresses + 1),
    ...mailboxes(parsing.headers.get('cc'), limits.addresses + 1),
  ];
  if (!fields.some(({ name }) => name !== '')) faults.push('it has no header');
  for (const defect of bounded.defects) faults.push(IN_WORDS[defect](limits));
  if (recipients.length > limits.addresses) {
    faults.push(`it names more than ${limits.addresses} recipients`);
  }
  if (text.length > TEXT_LIMIT) faults.push(`its text has more than ${TEXT_LIMIT} characters`);
  const dateField = fieldValue(fields, 'date');
  const date = dateField === null ? null : new Date(dateField);
  const shown = text.slice(0, TEXT_LIMIT);
  return {
    fields,
    from: mailboxes(parsing.headers.get('from'), 1)[0] ?? null,
    to: recipients.slice(0, limits.addresses),
    subject: oneLine(String(parsing.headers.get('subject') ?? '')).slice(0, SUBJECT_LIMIT),
    messageId: messageIds(fields, 'message-id')[0] ?? null,
    references: [
      ...messageIds(fields, 'in-reply-to'),
      ...[...messageIds(fields, 'references')].reverse(),
    ],
    date: date === null || Number.isNaN(date.getTime()) ? null : date.toISOString(),
    text: shown,
    newLines: newLines(shown),
    attachments,
    faults,
  };
}

const IN_WORDS: Readonly<Record<Defect, (limits: ReadLimits) => string>> = {
  headerSize: ({ headerSize }) =>
    `it has a header above ${headerSize} octets, or a very long field`,
  parts: ({ parts }) => `it has more than ${parts} parts`,
  depth: ({ depth }) => `its parts lie more than ${depth} deep`,
  attachments: ({ attachments }) => `it has more than ${attachments} attachments`,
  textSize: ({ textSize }) => `it has more than ${textSize} octets of text`,
  boundary: () => 'it has parts and does not say where they begin',
  encoding: () => 'a part has a transfer encoding that nobody knows',
};

function* boundedOctets(bounded: BoundedMail, chunks: Iterable<Buffer>): Generator<Buffer> {
  for (const chunk of chunks) yield* bounded.push(chunk);
  yield* bounded.end();
}

/** A part of the program that is not there says nothing about the mail. */
function isOurFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}

function describe({ filename, type, contentId, disposition }: DescribedAttachment) {
  const isInline = disposition === 'inline' || (contentId !== null && disposition === null);
  return {
    filename: oneLine(filename),
    contentType: oneLine(type),
    ...(contentId !== null && { contentId: oneLine(contentId) }),
    ...(isInline && { isInline: true as const }),
  };
}

function keepAttachment(
  source: MessageSource,
  attachments: ParsedAttachment[],
  described: Omit<ParsedAttachment, 'size' | 'sha256'>,
): AttachmentTaker {
  const position = attachments.length;
  const writer = source.openAttachment(position + 1);
  const hash = createHash('sha256');
  let size = 0;
  attachments.push({ ...described, size, sha256: '' });
  return {
    write: (chunk) => {
      size += chunk.length;
      hash.update(chunk);
      writer.write(chunk);
    },
    close: () => {
      writer.close();
      attachments[position] = { ...described, size, sha256: hash.digest('hex') };
    },
  };
}

/** HTML that is shown as text is kept beside it: its layout may say more. */
function keepHtml(html: Buffer, source: MessageSource, attachments: ParsedAttachment[]): void {
  const described = { filename: 'message.html', contentType: 'text/html' };
  const taker = keepAttachment(source, attachments, described);
  taker.write(html);
  taker.close();
}
