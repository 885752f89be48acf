/**
 * The message as people mean it.
 *
 * Reads the raw mail as a stream within limits; attachments go straight to
 * `openAttachment`. Never throws for what a mail holds: if a limit is reached
 * or the parser gives up, `faults` says so and the message has what could be
 * read. RFC 5322, MIME (RFC 2045 to 2049, 2231), RFC 6532.
 */

import { isUtf8 } from 'node:buffer';
import type { ReadLimits } from '../config/limits.ts';
import type { ShownHtml } from '../html/shown.ts';
import type { AttachmentWriter } from '../journal/spool.ts';
import { Failure } from '../outcome.ts';
import type { FoundLines, Guess, LineRange, Mailbox } from '../ticket/ticket.ts';
import { mailboxes, subjectLine } from './addresses.ts';
import { type AttachedText, Attachments, type ParsedAttachment } from './attachments.ts';
import type { TextBlock } from './blocks/block.ts';
import { BoundedMail } from './bounded-mail.ts';
import { octetsThrough } from './bounded-octets.ts';
import { dateOf } from './date.ts';
import { fieldValue, type HeaderField, headerFields, messageIds } from './header.ts';
import { type Parsing, parse } from './mail-parser.ts';
import { treeOf } from './mime-tree.ts';
import { PartOctets } from './part-octets.ts';
import type { Report } from './report.ts';
import { isReportPart, type ReportPart } from './report-part.ts';
import { htmlBeside, readableText, shownParts, type TextPart } from './text.ts';
import type { Defect } from './walked.ts';
import type { Seen } from './walked-once.ts';

export interface ParsedMessage {
  readonly fields: readonly HeaderField[];
  readonly from: Mailbox | null;
  /** The mailboxes of Reply-To, the first few. */
  readonly replyTo: readonly Mailbox[];
  /** To and Cc. */
  readonly to: readonly Mailbox[];
  /** To alone. */
  readonly primary: readonly Mailbox[];
  readonly subject: string;
  readonly messageId: string | null;
  /** Message-IDs that this mail answers, nearest first. */
  readonly references: readonly string[];
  /** RFC 3339, UTC; null if the mail has none that can be understood. */
  readonly date: string | null;
  readonly text: string;
  /** What its lines are. */
  readonly blocks: readonly TextBlock[];
  /** Lines of the text that are neither quoted nor a signature. */
  readonly newLines: readonly LineRange[];
  /** Lines of the text that no filter in front of us has seen. */
  readonly foundLines: readonly FoundLines[];
  /** The text was made of HTML. */
  readonly isHtml: boolean;
  /** How many lines of the text its author wrote as the mail itself, and did not attach. */
  readonly firstPartLines: number;
  readonly attachments: readonly ParsedAttachment[];
  /** What it says about another mail, if a machine speaks. */
  readonly report: Report | null;
  /** Its HTML as others may be shown it; left out if nobody has asked for it, or it has none. */
  readonly shownHtml?: ShownHtml;
  /** What was guessed. */
  readonly guesses: readonly Guess[];
  /** Why the ticket does not show the whole mail, in words. */
  readonly faults: readonly string[];
  /** What it was read within: read within the same once more, it gives the same. */
  readonly within: ReadLimits;
}

/** What its author has written themselves. */
export function newText({ text, newLines }: Pick<ParsedMessage, 'text' | 'newLines'>): string {
  const lines = text.split('\n');
  return newLines.map(({ from, to }) => lines.slice(from - 1, to).join('\n')).join('\n\n');
}

/** The same without what no filter in front of us has seen: only this may command something. */
export function commandingText(
  message: Pick<ParsedMessage, 'text' | 'newLines' | 'foundLines'>,
): string {
  const { text, foundLines } = message;
  const isFound = (n: number) => foundLines.some(({ from, to }) => from <= n && n <= to);
  const lines = text.split('\n').map((line, at) => (isFound(at + 1) ? '' : line));
  return newText({ ...message, text: lines.join('\n') });
}

export interface MessageSource {
  chunks(): Iterable<Buffer>;
  openAttachment(n: number): AttachmentWriter;
  /** Its HTML is wanted, too, made safe to show. */
  readonly wantsHtml?: boolean;
}

const MAX_REPLY_TO = 5;
/** Characters of text that a ticket keeps of one mail; the raw mail has the rest. */
const MAX_TEXT_CHARACTERS = 256 * 1024;

/** `seen`: if it has been walked through, within these limits, and what the parser sees is known. */
export async function parseMessage(
  source: MessageSource,
  limits: ReadLimits,
  seen: Seen | null = null,
): Promise<ParsedMessage> {
  const bounded = seen?.bounded ?? new BoundedMail(limits);
  const octets = seen?.octets ?? octetsThrough(bounded, source.chunks());
  const found = await take(source, octets, bounded, limits);
  const { headers, tree, shown, attachments, reports, fault } = found;
  const text = await withoutRatings(await readableText(shown, MAX_TEXT_CHARACTERS));
  const isHtml = shown.some(({ kind }) => kind === 'html');
  const fields = headerFields(bounded.header);
  const primary = mailboxes(headers.get('to'), limits.addresses + 1);
  const recipients = [...primary, ...mailboxes(headers.get('cc'), limits.addresses + 1)];
  const isHeaderless = !fields.some(({ name }) => name !== '');
  return {
    fields,
    from: mailboxes(headers.get('from'), 1)[0] ?? null,
    replyTo: mailboxes(headers.get('reply-to'), MAX_REPLY_TO),
    to: recipients.slice(0, limits.addresses),
    primary: primary.slice(0, limits.addresses),
    subject: subjectLine(String(headers.get('subject') ?? '')),
    messageId: messageIds(fields, 'message-id')[0] ?? null,
    references: answered(fields),
    date: dateOf(fieldValue(fields, 'date')),
    text: text.text,
    blocks: text.blocks,
    newLines: text.newLines,
    foundLines: text.foundLines,
    firstPartLines: text.firstPartLines,
    guesses: bounded.guesses.all,
    isHtml,
    ...(source.wantsHtml &&
      tree !== null &&
      tree.kind !== 'text' &&
      !bounded.defects.has('textSize') &&
      (await (await import('./shown-html.ts')).shownHtml(tree, { ...text, isHtml }, attachments))),
    attachments,
    report: await reportIn(reports, fields),
    faults: [
      ...(fault === null ? [] : [fault]),
      ...(isHeaderless ? ['it has no header'] : []),
      ...[...bounded.defects].map((defect) => IN_WORDS[defect](limits)),
      ...(recipients.length > limits.addresses
        ? [`it names more than ${limits.addresses} recipients`]
        : []),
      ...(text.isCut ? ['its text is too long or too deep to be shown whole'] : []),
    ],
    within: limits,
  };
}

/** Whoever reads a reply to the question how it went cannot answer that in its author's place. */
async function withoutRatings<T extends { readonly text: string }>(read: T): Promise<T> {
  if (!MAY_RATE.test(read.text)) return read;
  const { withoutRatingAddresses } = await import('./rating-addresses.ts');
  return { ...read, text: withoutRatingAddresses(read.text) };
}

const MAY_RATE = /-[^a-z0-9]{0,9}g[^a-z]/i;

/** Few mails are a machine's word about another one. */
async function reportIn(
  parts: readonly ReportPart[],
  fields: readonly HeaderField[],
): Promise<Report | null> {
  const isNone = parts.length === 0 && fieldValue(fields, 'x-failed-recipients') === null;
  return isNone ? null : (await import('./report.ts')).reportOf(parts, fields);
}

/** Message-IDs that a mail answers, nearest first (RFC 5322 3.6.4). */
export function answered(fields: readonly HeaderField[]): readonly string[] {
  return [...messageIds(fields, 'in-reply-to'), ...[...messageIds(fields, 'references')].reverse()];
}

const IN_WORDS: Readonly<Record<Defect, (limits: ReadLimits) => string>> = {
  headerSize: ({ headerSize }) =>
    `it has a header above ${headerSize} octets, or a very long field`,
  parts: ({ parts }) => `it has more than ${parts} parts`,
  depth: ({ depth }) => `its parts lie more than ${depth} deep`,
  attachments: ({ attachments }) => `it has more than ${attachments} attachments`,
  textSize: ({ textSize }) => `it has more than ${textSize} octets of text`,
  header: () => 'a line of a header is no field',
  boundary: () => 'its parts do not begin where it says that they do',
  structure: () => 'its structure is too intricate to be followed',
  encoding: () => 'a part has a transfer encoding that nobody knows',
  packed: () => 'a part is too large to be unpacked',
};

/** What can be had without understanding a text: header, attachments, the parts to show. */
async function take(
  source: Pick<MessageSource, 'openAttachment'>,
  seen: Iterable<Buffer> | AsyncIterable<Buffer>,
  bounded: BoundedMail,
  limits: ReadLimits,
) {
  const attachments = new Attachments((n) => source.openAttachment(n));
  const { tell } = bounded.guesses;
  const parsing: Parsing = { headers: new Map() };
  const octets = new PartOctets(bounded.parts, attachments);
  let fault: string | null = null;
  try {
    bounded.passFilesTo(octets.takePast);
    await parse(seen, octets.take, limits.parts, parsing);
  } catch (error) {
    if (error instanceof Failure || isOurFault(error)) throw error;
    fault = `it could not be read whole: ${error instanceof Error ? error.message : ''}`;
  }
  attachments.closeOpen();
  const texts = bounded.defects.has('textSize')
    ? (await import('./cut-text.ts')).withoutHalf(octets.texts)
    : octets.texts;
  const tree = treeOf(bounded.parts.root, texts, tell);
  const headers = isUtf8(bounded.header)
    ? parsing.headers
    : await (await import('./header-again.ts')).headersAgain(parsing, bounded, limits);
  const shown = await withoutMarkup(tree === null ? [] : shownParts(tree));
  // HTML that was cut is not what came with the mail: then the raw mail has it.
  if (tree !== null && !bounded.defects.has('textSize')) {
    const beside = htmlBeside(tree, shown);
    await keepHtml([...shown, ...beside], attachments, limits.attachments);
  }
  if (shown.length === 0 && attachments.texts.length > 0)
    tell('words-of-a-file', `the text is that of a file (${attachments.texts[0]?.type})`);
  const words = await withoutFiles(
    shown.length > 0 ? shown : await attachedWords(attachments.texts),
    attachments,
    { maxFiles: limits.attachments, isCut: bounded.defects.has('textSize') },
  );
  const statuses = shown.flatMap((part) =>
    part.kind === 'text' && isReportPart(part.type)
      ? [{ type: part.type, octets: Buffer.from(part.text) }]
      : [],
  );
  return {
    headers,
    tree,
    shown: words,
    attachments: attachments.all,
    reports: [...attachments.reports, ...statuses],
    fault,
  };
}

/** HTML is a file, and so is every picture that stands in it. */
async function keepHtml(
  parts: readonly TextPart[],
  attachments: Attachments,
  maxFiles: number,
): Promise<void> {
  const pages = parts.flatMap((part) => (part.kind === 'html' && !part.isSaidPlain ? [part] : []));
  for (const { octets, foundIn } of pages)
    attachments.add({ filename: 'message.html', type: 'text/html', foundIn }, octets);
  for (const { text, foundIn } of pages) {
    if (!/data:image\//i.test(text)) continue;
    const { picturesIn } = await import('./pictures-in-html.ts');
    for (const { octets, ...picture } of picturesIn(text, maxFiles - attachments.all.length))
      attachments.add({ ...picture, foundIn }, octets);
  }
}

/** Few texts are text/enriched. */
async function withoutMarkup(parts: readonly TextPart[]): Promise<readonly TextPart[]> {
  if (parts.every((part) => part.kind !== 'text' || part.markup === undefined)) return parts;
  const { plainOf } = await import('./enriched.ts');
  return parts.map((part) =>
    part.kind === 'text' && part.markup !== undefined
      ? { ...part, text: plainOf(part.text, part.markup) }
      : part,
  );
}

/** Few texts have files in them, as lines. */
async function withoutFiles(
  parts: readonly TextPart[],
  ...others: [Attachments, { readonly maxFiles: number; readonly isCut: boolean }]
): Promise<readonly TextPart[]> {
  const hasFiles = parts.some((part) => part.kind === 'text' && part.withFiles !== undefined);
  return hasFiles ? (await import('./unpacked/in-text.ts')).withoutFiles(parts, ...others) : parts;
}

/** A mail without a text has its words in a file, whatever its name and disposition. */
async function attachedWords(texts: readonly AttachedText[]): Promise<readonly TextPart[]> {
  return texts.length === 0 ? [] : (await import('./attached-words.ts')).wordsOf(texts);
}

/** A part of the program that is not there says nothing about the mail. */
export function isOurFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}
