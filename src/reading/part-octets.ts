/**
 * Where the octets of each part go: those of a text are kept, those of a file go to its attachment.
 * They come out of the parser, or past it, as they stand in the mail, and are decoded on the way;
 * but base64 of a text is for mime-tree.ts, which has all of it at once.
 */
import type { Attachments } from './attachments.ts';
import { Base64Octets } from './base64-octets.ts';
import type { KnownParts, LeafPart } from './known-part.ts';
import type { PartTaker, TakePart } from './mail-parser.ts';
import type { TextOctets } from './mime-tree.ts';
import { QuotedPrintable } from './quoted-printable.ts';

const NOWHERE: PartTaker = { write: () => {}, close: () => {} };

export class PartOctets {
  readonly #parts: KnownParts;
  readonly #attachments: Attachments | null;
  readonly #texts = new Map<LeafPart, Buffer[]>();
  readonly #passed = new Set<LeafPart>();

  /** Without `attachments`, files are thrown away. */
  constructor(parts: KnownParts, attachments: Attachments | null) {
    this.#parts = parts;
    this.#attachments = attachments;
  }

  readonly take: TakePart = (number) => {
    const part = this.#parts.leaf(number);
    if (part === null || this.#passed.has(part)) return NOWHERE;
    if (part.kind === 'file') return this.#file(part);
    const taker = this.#text(part);
    return part.encoding === 'quoted-printable' ? decoding(taker, new QuotedPrintable()) : taker;
  };

  /** Of a file that goes past the parser. */
  readonly takePast = (part: LeafPart): PartTaker => {
    this.#passed.add(part);
    return this.#file(part);
  };

  get texts(): TextOctets {
    return new Map([...this.#texts].map(([part, octets]) => [part, Buffer.concat(octets)]));
  }

  #file(part: LeafPart): PartTaker {
    const taker = this.#attachments?.open(part);
    if (taker === undefined) return NOWHERE;
    if (part.encoding === null) return taker;
    return decoding(taker, part.encoding === 'base64' ? new Base64Octets() : new QuotedPrintable());
  }

  #text(part: LeafPart): PartTaker {
    const octets: Buffer[] = [];
    this.#texts.set(part, octets);
    return { write: (chunk) => octets.push(chunk), close: () => {} };
  }
}

function decoding(taker: PartTaker, decoder: QuotedPrintable | Base64Octets): PartTaker {
  return {
    write: (chunk) => taker.write(decoder.decode(chunk)),
    close: () => {
      taker.write(decoder.end());
      taker.close();
    },
  };
}
