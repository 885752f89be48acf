/**
 * Step 4: the message as people mean it. The one file that knows mailparser.
 *
 * Reads the raw copy as a stream; attachments go straight to `openAttachment`.
 * Never throws for what a mail holds: where the parser gives up, `fault` says
 * so and the message has what could be read. HTML-only mail becomes text with
 * a converter that is loaded only then. MIME: RFC 2045 to 2049, 2231, 6532.
 */
import { once } from 'node:events';
import { type AddressObject, type AttachmentStream, type Headers, MailParser } from 'mailparser';
import { Failure } from '../outcome.ts';
import type { AttachmentWriter, ExtractAttachments } from '../store/store.ts';
import type { Mailbox } from '../ticket/ticket.ts';
import { fieldValue, type HeaderField, headerFields, messageIds } from './header.ts';

export interface ParsedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly size: number;
}

export interface ParsedMessage {
  readonly fields: readonly HeaderField[];
  readonly from: Mailbox | null;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  readonly messageId: string | null;
  /** Message-IDs that this mail answers, nearest first. */
  readonly references: readonly string[];
  readonly date: Date | null;
  readonly text: string;
  readonly attachments: readonly ParsedAttachment[];
  readonly fault: string | null;
}

export interface MessageSource {
  readonly header: Buffer;
  readonly chunks: Iterable<Buffer>;
  openAttachment(n: number): AttachmentWriter;
}

const SUBJECT_LIMIT = 998;
/** Characters of text that a ticket keeps of one mail; the raw mail has the rest. */
const TEXT_LIMIT = 256 * 1024;

/** For the store, which knows no MIME: the attachments of a raw mail, once more. */
export const extractAttachments: ExtractAttachments = async (chunks, openAttachment) => {
  await readBody({ header: Buffer.alloc(0), chunks, openAttachment });
};

export async function parseMessage(source: MessageSource): Promise<ParsedMessage> {
  const fields = headerFields(source.header);
  const body = fields.some(({ name }) => name !== '') ? await readBody(source) : noMail(source);
  const dateField = fieldValue(fields, 'date');
  const date = dateField === null ? null : new Date(dateField);
  return {
    fields,
    from: mailboxes(body.headers.get('from'))[0] ?? null,
    to: [...mailboxes(body.headers.get('to')), ...mailboxes(body.headers.get('cc'))],
    subject: oneLine(String(body.headers.get('subject') ?? '')).slice(0, SUBJECT_LIMIT),
    messageId: messageIds(fields, 'message-id')[0] ?? null,
    references: [
      ...messageIds(fields, 'in-reply-to'),
      ...[...messageIds(fields, 'references')].reverse(),
    ],
    date: date === null || Number.isNaN(date.getTime()) ? null : date,
    text: body.text.slice(0, TEXT_LIMIT),
    attachments: body.attachments,
    fault: body.text.length > TEXT_LIMIT ? 'the text is cut off here' : body.fault,
  };
}

interface Body {
  headers: Headers;
  text: string;
  attachments: ParsedAttachment[];
  fault: string | null;
}

const SHOWN_OF_NO_MAIL = 65536;

/** What has not one header field is no mail: its beginning is shown as it is. */
function noMail({ chunks }: MessageSource): Body {
  const pieces: Buffer[] = [];
  let length = 0;
  for (const chunk of chunks) {
    pieces.push(chunk);
    length += chunk.length;
    if (length >= SHOWN_OF_NO_MAIL) break;
  }
  const text = Buffer.concat(pieces).toString('utf8', 0, SHOWN_OF_NO_MAIL);
  return { headers: new Map(), text, attachments: [], fault: 'this is no mail: it has no header' };
}

async function readBody(source: MessageSource): Promise<Body> {
  const body: Body = { headers: new Map(), text: '', attachments: [], fault: null };
  const parser = new MailParser({
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  let html = '';
  parser.on('headers', (headers) => {
    body.headers = headers;
  });
  parser.on('data', (data) => {
    if (data.type === 'attachment') {
      keepAttachment(parser, data, source, body.attachments);
    } else {
      body.text = data.text ?? '';
      html = typeof data.html === 'string' ? data.html : '';
    }
  });
  // The first error ends the reading below; later ones of a broken mail add nothing.
  parser.on('error', () => {});
  try {
    await Promise.all([once(parser, 'end'), feed(parser, source.chunks)]);
    if (body.text.trim() === '' && html !== '') {
      const { textOfHtml } = await import('./html.ts');
      body.text = textOfHtml(html);
    }
  } catch (error) {
    if (error instanceof Failure || isOurFault(error)) throw error;
    body.fault = `the mail could not be read whole: ${error instanceof Error ? error.message : ''}`;
  }
  return body;
}

/** A part of the program that is not there says nothing about the mail. */
function isOurFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}

async function feed(parser: MailParser, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) {
    if (!parser.write(chunk)) await once(parser, 'drain');
  }
  parser.end();
}

function keepAttachment(
  parser: MailParser,
  data: AttachmentStream,
  source: MessageSource,
  attachments: ParsedAttachment[],
): void {
  const writer = source.openAttachment(attachments.length + 1);
  const orEnd = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      parser.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const position = attachments.length;
  const described = {
    filename: oneLine(data.filename ?? ''),
    contentType: oneLine(data.contentType),
  };
  attachments.push({ ...described, size: 0 });
  let size = 0;
  data.content.on('data', (chunk: Buffer) => {
    size += chunk.length;
    orEnd(() => writer.write(chunk));
  });
  data.content.on('end', () => {
    orEnd(() => writer.close());
    attachments[position] = { ...described, size };
    data.release();
  });
}

function mailboxes(value: unknown): readonly Mailbox[] {
  // mailparser makes an AddressObject (or several) of every address field.
  const objects = (Array.isArray(value) ? value : value ? [value] : []) as AddressObject[];
  return objects
    .flatMap((object) => object.value)
    .flatMap((entry) => entry.group ?? [entry])
    .flatMap(({ name, address }) =>
      address ? [{ name: oneLine(name ?? ''), address: oneLine(address) }] : [],
    );
}

/** Header text has one line, whatever an encoded word decodes to. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
