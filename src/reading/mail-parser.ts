/**
 * The parser of MIME. The one file that knows mailparser.
 *
 * A stream of octets in, header values, attachments and text parts out. Differs
 * from mailparser as it comes: text is decoded by charset.ts, format=flowed by
 * flowed.ts (mailparser's joins quotes of different depth), nothing is made into
 * HTML, and an attached mail stays one file. Rejects where mailparser gives up;
 * what was read until then is in `parts` and `headers`.
 */
import { once } from 'node:events';
import { Transform } from 'node:stream';
import {
  type AttachmentStream,
  type Headers,
  MailParser,
  type MailParserOptions,
  type PartOfTree,
  type SplitPart,
} from 'mailparser';
import { decodeText } from './charset.ts';
import { decodeWords } from './encoded-words.ts';
import { unflowed } from './flowed.ts';
import { QuotedPrintable } from './quoted-printable.ts';

/**
 * What is used of mailparser beyond its published types: methods that a subclass
 * may replace, and the tree that it makes. Read off 3.9.31, which package.json pins.
 */
declare module 'mailparser' {
  /** A part as the splitter sees it. */
  interface SplitPart {
    flowed: boolean;
    readonly delSp: boolean;
    readonly charset: string | false;
    readonly encoding: string | false;
    getDecoder(): NodeJS.ReadWriteStream;
  }

  interface PartOfTree {
    readonly node: SplitPart;
    readonly contentType: string | false;
    readonly children: readonly PartOfTree[];
    charset?: string;
    /** The decoded text of an inline text part. */
    textContent?: string;
  }

  interface MailParser {
    /** False until the first header section has been read. */
    readonly tree: PartOfTree | false;
    /** Decodes header values; names of attachments are decoded by the splitter's own. */
    readonly libmime: { decodeWords(text: string): string };
    createNode(part: SplitPart): PartOfTree;
    getDecoder(): { decodeStream(charset: string): NodeJS.ReadWriteStream };
    getTextContent(): object;
  }
}

/** What is read of the MIME tree; files of it are not in here. */
export type MimePart =
  | {
      readonly kind: 'text';
      /** text/plain or message/delivery-status. */
      readonly type: string;
      /** As it is declared; empty if it is not. */
      readonly charset: string;
      readonly text: string;
    }
  | {
      readonly kind: 'html';
      readonly charset: string;
      readonly text: string;
      /** As it was sent, after transfer decoding. */
      readonly octets: Buffer;
    }
  | {
      readonly kind: 'parts';
      readonly isAlternative: boolean;
      readonly children: readonly MimePart[];
    };

export interface Parsing {
  headers: Headers;
  tree: MimePart | null;
}

export interface DescribedAttachment {
  readonly filename: string;
  /** As it was sent, not guessed by the name. */
  readonly type: string;
  readonly disposition: string | null;
  readonly contentId: string | null;
  /** Of a text, as it is declared; empty if it is not. */
  readonly charset: string;
}

export type KeepAttachment = (attachment: DescribedAttachment) => AttachmentTaker;

export interface AttachmentTaker {
  write(chunk: Buffer): void;
  close(): void;
}

/** Fills `parsing` while it goes, so that a mail that breaks off is not all lost. */
export async function parse(
  octets: Iterable<Buffer>,
  keep: KeepAttachment,
  maxParts: number,
  parsing: Parsing,
): Promise<void> {
  const parser = new TicketParser(maxParts);
  parser.on('headers', (headers) => {
    parsing.headers = headers;
  });
  parser.on('data', (data) => {
    if (data.type === 'attachment') take(data, keep, parser);
  });
  // The first error ends the reading below; later ones of a broken mail add nothing.
  parser.on('error', () => {});
  try {
    await Promise.all([once(parser, 'end'), feed(parser, octets)]);
  } finally {
    parsing.tree = parser.mimeTree();
  }
}

async function feed(parser: MailParser, octets: Iterable<Buffer>): Promise<void> {
  for (const chunk of octets) {
    if (!parser.write(chunk)) await once(parser, 'drain');
  }
  parser.end();
}

function take(data: AttachmentStream, keep: KeepAttachment, parser: MailParser): void {
  const orEnd = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      parser.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  orEnd(() => {
    const taker = keep({
      filename: data.filename ?? '',
      type: sentType(data.headers) ?? data.contentType,
      disposition: data.contentDisposition ?? null,
      contentId: data.cid || null,
      charset: sentCharset(data.headers),
    });
    data.content.on('data', (chunk: Buffer) => orEnd(() => taker.write(chunk)));
    data.content.on('end', () => {
      orEnd(() => taker.close());
      data.release();
    });
  });
}

function sentCharset(headers: Headers): string {
  const field = headers.get('content-type');
  const hasParameters = typeof field === 'object' && field !== null && 'params' in field;
  return hasParameters ? (field.params['charset'] ?? '') : '';
}

function sentType(headers: Headers): string | null {
  const field = headers.get('content-type');
  const isParsed = typeof field === 'object' && field !== null && 'value' in field;
  const type = isParsed && typeof field.value === 'string' ? field.value.toLowerCase() : '';
  return type === '' ? null : type;
}

interface SplitterOptions {
  readonly ignoreEmbedded: boolean;
  readonly maxChildNodes: number;
  readonly maxHeadSize: number;
}

/** Above whatever bounded-mail.ts lets through: where the splitter gives up, nothing is read. */
const MAX_HEADER = 64 * 1024 * 1024;

class TicketParser extends MailParser {
  readonly #flowed = new WeakMap<SplitPart, { readonly delSp: boolean }>();
  /** Text parts, so that a part and its decoding find each other. */
  readonly #numbers = new Map<SplitPart, number>();
  readonly #html = new Map<number, Buffer>();

  constructor(maxParts: number) {
    // Both go to the splitter, which mailparser's published options leave out.
    const options: MailParserOptions & SplitterOptions = {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      ignoreEmbedded: true,
      maxChildNodes: maxParts + 1,
      maxHeadSize: MAX_HEADER,
    };
    super(options);
    this.libmime.decodeWords = decodeWords;
  }

  override createNode(split: SplitPart): PartOfTree {
    if (split.encoding === 'quoted-printable') split.getDecoder = () => new QuotedPrintable();
    const part = super.createNode(split);
    if (split.flowed) this.#flowed.set(split, { delSp: split.delSp });
    split.flowed = false;
    // Any charset but ASCII and UTF-8 goes through decodeStream, and so does every text with this
    // mark.
    const number = this.#numbers.size;
    this.#numbers.set(split, number);
    const isHtml = part.contentType === 'text/html';
    part.charset = `${MARK}${isHtml ? 'html' : 'text'}:${number}:${split.charset || ''}`;
    return part;
  }

  override getDecoder() {
    return {
      decodeStream: (marked: string) => {
        const [, kind, number, ...declared] = marked.split(':');
        return new TextDecoding((octets) => {
          if (kind === 'html') this.#html.set(Number(number), octets);
          return decodeText(octets, declared.join(':'), kind === 'html');
        });
      },
    };
  }

  /** Everything is read from the tree: nothing is joined here. */
  override getTextContent(): object {
    return { type: 'text' };
  }

  mimeTree(): MimePart | null {
    return this.tree === false ? null : this.#mimePart(this.tree);
  }

  #mimePart(part: PartOfTree): MimePart {
    const type = part.contentType || 'text/plain';
    if (part.children.length > 0) {
      const children = part.children.map((child) => this.#mimePart(child));
      return { kind: 'parts', isAlternative: type === 'multipart/alternative', children };
    }
    const text = withLineFeeds(part.textContent ?? '');
    const charset = part.node.charset || '';
    if (type === 'text/html') {
      const octets = this.#html.get(this.#numbers.get(part.node) ?? -1) ?? Buffer.alloc(0);
      return { kind: 'html', charset, text, octets };
    }
    const flowed = this.#flowed.get(part.node);
    const isFlowed = flowed !== undefined && type === 'text/plain';
    return { kind: 'text', type, charset, text: isFlowed ? unflowed(text, flowed.delSp) : text };
  }
}

const MARK = 'x-mailrobot:';

/** Collects the octets of one text part (bounded-mail.ts bounds them) and gives them as UTF-8. */
class TextDecoding extends Transform {
  readonly #decode: (octets: Buffer) => string;
  readonly #octets: Buffer[] = [];

  constructor(decode: (octets: Buffer) => string) {
    super();
    this.#decode = decode;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#octets.push(chunk);
    done();
  }

  override _flush(done: () => void): void {
    this.push(this.#decode(Buffer.concat(this.#octets)));
    done();
  }
}

/**
 * A lone CR ends a line only in a text that has no other line ends: within one of many lines it
 * would make several of it, and lines of a quote that no mark stands before.
 */
function withLineFeeds(text: string): string {
  if (!text.includes('\n')) return text.replace(/\r/g, '\n');
  return text.replace(/\r\n/g, '\n').replace(/\r/g, ' ');
}
