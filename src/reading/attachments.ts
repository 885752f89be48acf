/**
 * The attachments of a mail while it is read: each streamed to its writer, with
 * its size and SHA-256 counted on the way.
 *
 * One is open at a time, in the order of the parts; one that the parser left open
 * is closed with what there was of it. HTML that is shown as text is kept behind
 * them: its layout may say more. Throws what the writer throws.
 */
import { createHash } from 'node:crypto';
import type { AttachmentWriter } from '../journal/spool.ts';
import type { Attachment, FoundIn } from '../ticket/ticket.ts';
import { oneLine } from './addresses.ts';
import { decodeText } from './charset.ts';
import { decodeWords } from './encoded-words.ts';
import { fieldValue, headerFields, headerOf, rawFields } from './header.ts';
import type { LeafPart } from './known-part.ts';
import type { PartTaker } from './mail-parser.ts';
import { structuredField } from './parameters.ts';
import { isReportPart, type ReportPart } from './report-part.ts';

/** An attachment that has no place in the store yet. */
export type ParsedAttachment = Omit<Attachment, 'path'>;

type Description = Omit<ParsedAttachment, 'size' | 'sha256'>;

export type DescribedFile = Pick<
  LeafPart,
  'filename' | 'type' | 'disposition' | 'contentId' | 'charset' | 'foundIn' | 'isUnpacked'
>;

/** Of a part that reports about a mail, so much is kept for reading; and so many such parts. */
const REPORT_OCTETS = 64 * 1024;
const REPORT_PARTS = 4;
const HAS_WORDS =
  /^text\/(plain|(x-?)?html|(x-v?)?calendar)$|^application\/(ics|calendar)$|^(text|application)\/rtf$/i;
/**
 * With a name, a card, a table or a program is a file; without one, somebody wrote it as the mail.
 */
const HAS_WORDS_UNNAMED =
  /^text\/(?!rfc822-headers$)|^application\/(?:[\w.-]{1,60}\+)?(?:json|xml)$/i;
/** Of all files of text together, so much is kept for showing. */
const TEXT_BYTES = 256 * 1024;

export interface AttachedText {
  readonly type: string;
  readonly charset: string;
  readonly foundIn: FoundIn | undefined;
  readonly octets: Buffer[];
}

export class Attachments {
  readonly #reports: { readonly type: string; readonly octets: Buffer[] }[] = [];
  readonly #texts: AttachedText[] = [];
  #textRoom = TEXT_BYTES;
  readonly #openWriter: (n: number) => AttachmentWriter;
  readonly #done: ParsedAttachment[] = [];
  #open: PartTaker | null = null;

  /** `openWriter` gives the writer of the n-th attachment, from 1. */
  constructor(openWriter: (n: number) => AttachmentWriter) {
    this.#openWriter = openWriter;
  }

  get all(): readonly ParsedAttachment[] {
    return this.#done;
  }

  /** Beginnings of the parts that report about a mail, or are a mail that came back. */
  get reports(): readonly ReportPart[] {
    return this.#reports.map(({ type, octets }) => ({ type, octets: Buffer.concat(octets) }));
  }

  /** Files of text, as far as they may be shown if the mail has no other words. */
  get texts(): readonly AttachedText[] {
    return this.#texts;
  }

  open(part: DescribedFile): PartTaker {
    this.closeOpen();
    const { type, charset, foundIn } = part;
    const isNamedText = type === 'application/octet-stream' && /\.txt$/i.test(part.filename);
    const isUnnamed = part.filename === '' && HAS_WORDS_UNNAMED.test(type);
    const isText = (HAS_WORDS.test(type) || isNamedText || isUnnamed) && this.#textRoom > 0;
    const text: AttachedText | null = isText ? { type, charset, foundIn, octets: [] } : null;
    if (text !== null) this.#texts.push(text);
    return this.#begin(described(part), text);
  }

  /** What stood in a text, or is one, behind the files of the mail. */
  add(
    part: Pick<DescribedFile, 'filename' | 'type'> & Partial<DescribedFile>,
    octets: Buffer,
  ): void {
    const unknown = { disposition: null, contentId: null, charset: '' };
    const unmarked = { foundIn: undefined, isUnpacked: false };
    const taker = this.#begin(described({ ...unknown, ...unmarked, ...part }));
    taker.write(octets);
    taker.close();
  }

  closeOpen(): void {
    this.#open?.close();
  }

  #begin(description: Description, text: AttachedText | null = null): PartTaker {
    const writer = this.#openWriter(this.#done.length + 1);
    const hash = createHash('sha256');
    const report = this.#reportOf(description.contentType);
    let size = 0;
    const taker: PartTaker = {
      write: (chunk) => {
        if (size < REPORT_OCTETS) report?.octets.push(chunk.subarray(0, REPORT_OCTETS - size));
        if (text !== null && this.#textRoom > 0) {
          text.octets.push(chunk.subarray(0, this.#textRoom));
          this.#textRoom -= chunk.length;
        }
        size += chunk.length;
        hash.update(chunk);
        writer.write(chunk);
      },
      close: () => {
        if (this.#open !== taker) return;
        this.#open = null;
        writer.close();
        const filename = description.filename || (report === null ? '' : nameOfMail(report.octets));
        this.#done.push({ ...description, filename, size, sha256: hash.digest('hex') });
      },
    };
    this.#open = taker;
    return taker;
  }

  #reportOf(type: string): { readonly octets: Buffer[] } | null {
    if (!isReportPart(type) || this.#reports.length >= REPORT_PARTS) return null;
    const report = { type, octets: [] };
    this.#reports.push(report);
    return report;
  }
}

/** An attached mail without a name is called by its subject. */
function nameOfMail(octets: readonly Buffer[]): string {
  const header = headerOf(Buffer.concat(octets));
  const type = fieldValue(headerFields(header), 'content-type') ?? '';
  const charset = structuredField(type).parameters.get('charset') ?? '';
  const raw = rawFields(header).find((field) => /^subject[ \t]*:/i.test(field)) ?? '';
  const value = Buffer.from(raw.slice(raw.indexOf(':') + 1), 'latin1');
  const subject = oneLine(decodeWords(decodeText(value, charset, false).trim()));
  return subject === '' ? '' : `${subject.slice(0, SUBJECT_CHARACTERS)}.eml`;
}

const SUBJECT_CHARACTERS = 100;

function described({
  filename,
  type,
  contentId,
  disposition,
  foundIn,
  isUnpacked,
}: DescribedFile): Description {
  const isInline = disposition === 'inline' || (contentId !== null && disposition === null);
  return {
    filename: named(filename),
    contentType: oneLine(type).slice(0, NAME_LIMIT),
    ...(contentId !== null && contentId.length <= NAME_LIMIT && { contentId: oneLine(contentId) }),
    ...(isInline && { isInline: true }),
    ...(foundIn !== undefined && { foundIn }),
    ...(isUnpacked && { isUnpacked }),
  };
}

/** Characters of what a file is called, and of any other word about it. */
const NAME_LIMIT = 1000;

/** What is cut keeps its extension. */
function named(filename: string): string {
  const name = oneLine(filename);
  if (name.length <= NAME_LIMIT) return name;
  const [extension = ''] = /\.[a-z0-9]{1,8}$/i.exec(name) ?? [];
  return `${name.slice(0, NAME_LIMIT - extension.length)}${extension}`;
}
