/**
 * The parser of MIME. The one file that knows mailparser, by its documented events alone.
 *
 * What bounded-mail.ts lets through goes in; header values, and the octets of each part by its
 * number, come out. Rejects if mailparser gives up; what was read until then is in `headers`, and
 * in the takers. Text is decoded behind it (mime-tree.ts), and so is quoted-printable.
 */
import {
  type AttachmentStream,
  type Headers,
  MailParser,
  type MailParserOptions,
} from 'mailparser';
import { PART_FIELD } from './known-part.ts';

export interface Parsing {
  headers: Headers;
}

/** Gets the octets of a part. */
export interface PartTaker {
  write(chunk: Buffer): void;
  close(): void;
}

/** By the number of the part; one is open at a time. */
export type TakePart = (number: number) => PartTaker;

/** Fills `parsing` while it goes, so that a mail that breaks off is not all lost. */
export async function parse(
  octets: Iterable<Buffer> | AsyncIterable<Buffer>,
  take: TakePart,
  maxParts: number,
  parsing: Parsing,
): Promise<void> {
  const parser = new MailParser(optionsFor(maxParts));
  parser.on('headers', (headers) => {
    parsing.headers = headers;
  });
  parser.on('data', (data) => {
    if (data.type === 'attachment') takePart(data, take, parser);
  });
  // The first error ends the reading below; later ones of a broken mail add nothing.
  parser.on('error', () => {});
  await Promise.all([next(parser, 'end'), feed(parser, octets)]);
}

/** Options that go on to the splitter, above whatever bounded-mail.ts lets through. */
interface SplitterOptions {
  readonly maxChildNodes: number;
  readonly maxHeadSize: number;
}

const MAX_HEADER_BYTES = 64 * 1024 * 1024;

function optionsFor(maxParts: number): MailParserOptions & SplitterOptions {
  // What is packed, or a multipart without parts, is two for it; and one begins beyond the limit.
  return { maxChildNodes: 2 * (maxParts + 1), maxHeadSize: MAX_HEADER_BYTES };
}

async function feed(
  parser: MailParser,
  octets: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  for await (const chunk of octets) {
    if (!parser.write(chunk)) await next(parser, 'drain');
  }
  parser.end();
}

/** Rejects if the parser fails first. */
function next(parser: MailParser, event: 'drain' | 'end'): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      parser.removeListener('error', failed);
      resolve();
    };
    const failed = (error: Error): void => {
      parser.removeListener(event, done);
      reject(error);
    };
    parser.once(event, done);
    parser.once('error', failed);
  });
}

function takePart(data: AttachmentStream, take: TakePart, parser: MailParser): void {
  const orEnd = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      parser.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  orEnd(() => {
    const taker = take(Number(data.headers.get(PART_FIELD)));
    data.content.on('data', (chunk: Buffer) => orEnd(() => taker.write(chunk)));
    data.content.on('end', () => {
      orEnd(() => taker.close());
      data.release();
    });
  });
}
