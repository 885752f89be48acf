/**
 * Where the octets of each part go that come out of the parser: those of a text are kept, those of
 * a file go to its attachment. Quoted-printable is taken off on the way.
 */
import type { Attachments } from './attachments.ts';
import type { KnownParts, LeafPart } from './known-part.ts';
import type { PartTaker, TakePart } from './mail-parser.ts';
import type { TextOctets } from './mime-tree.ts';
import { QuotedPrintable } from './quoted-printable.ts';

const NOWHERE: PartTaker = { write: () => {}, close: () => {} };

export class PartOctets {
  readonly #parts: KnownParts;
  readonly #attachments: Attachments | null;
  readonly #texts = new Map<LeafPart, Buffer[]>();

  /** Without `attachments`, files are thrown away. */
  constructor(parts: KnownParts, attachments: Attachments | null) {
    this.#parts = parts;
    this.#attachments = attachments;
  }

  readonly take: TakePart = (number) => {
    const part = this.#parts.leaf(number);
    if (part === null) return NOWHERE;
    const taker = part.kind === 'text' ? this.#text(part) : this.#attachments?.open(part);
    if (taker === undefined) return NOWHERE;
    return part.encoding === 'quoted-printable' ? decoding(taker) : taker;
  };

  get texts(): TextOctets {
    return new Map([...this.#texts].map(([part, octets]) => [part, Buffer.concat(octets)]));
  }

  #text(part: LeafPart): PartTaker {
    const octets: Buffer[] = [];
    this.#texts.set(part, octets);
    return { write: (chunk) => octets.push(chunk), close: () => {} };
  }
}

function decoding(taker: PartTaker): PartTaker {
  const decoder = new QuotedPrintable();
  return {
    write: (chunk) => taker.write(decoder.decode(chunk)),
    close: () => {
      taker.write(decoder.end());
      taker.close();
    },
  };
}
