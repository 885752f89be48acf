/**
 * What the bounded walker (bounded-mail.ts) knows of the parts of a mail, in a tree.
 *
 * The parser of MIME sees every part that has no parts as a file of no known type, and the number
 * of the part in a field of ours: it splits, and says which octets are of which number. All else
 * about a part is here.
 */
import type { FoundIn } from '../ticket/ticket.ts';
import type { Markup } from './enriched.ts';

/** The field by which a part is known behind the parser. */
export const PART_FIELD = 'x-mailrobot-part';

/** A part without parts, as its header says it. */
export interface SaidPart {
  /** Shown as text, or a file. */
  readonly kind: 'text' | 'file';
  /** In lower case: not guessed by a name. */
  readonly type: string;
  /** Of a text, as it is declared; empty if it is not. */
  readonly charset: string;
  /** Empty if it has none. */
  readonly filename: string;
  readonly disposition: string | null;
  readonly contentId: string | null;
  readonly encoding: 'quoted-printable' | 'base64' | null;
  /** format=flowed (RFC 3676). */
  readonly flowed: { readonly isDelSp: boolean } | null;
  readonly markup: Markup | null;
  /** Inside what it was found. */
  readonly foundIn: FoundIn | undefined;
}

export interface LeafPart extends SaidPart {
  /** It was unpacked, and what it held stands in the mail, too. */
  readonly isUnpacked: boolean;
}

export interface PartWithParts {
  readonly kind: 'parts';
  readonly isAlternative: boolean;
  readonly children: KnownPart[];
}

export type KnownPart = LeafPart | PartWithParts;

/** Parts as they come: of a mail, and of what was packed in it. */
export class KnownParts {
  #root: KnownPart | null = null;
  readonly #leaves: LeafPart[] = [];

  /** null as long as no header has been read. */
  get root(): KnownPart | null {
    return this.#root;
  }

  /** The one that was added last. */
  get last(): LeafPart | null {
    return this.#leaves.at(-1) ?? null;
  }

  /** By its number. */
  leaf(number: number): LeafPart | null {
    return this.#leaves[number] ?? null;
  }

  /** Gives the header section for the parser. */
  addLeaf(within: PartWithParts | null, said: SaidPart, { isUnpacked = false } = {}): Buffer {
    const leaf = { ...said, isUnpacked };
    this.#add(within, leaf);
    const number = this.#leaves.push(leaf) - 1;
    return Buffer.from(
      `${PART_FIELD}: ${number}\ncontent-type: application/octet-stream\n` +
        `content-disposition: attachment\n`,
    );
  }

  addParts(within: PartWithParts | null, isAlternative: boolean): PartWithParts {
    const parts: PartWithParts = { kind: 'parts', isAlternative, children: [] };
    this.#add(within, parts);
    return parts;
  }

  #add(within: PartWithParts | null, part: KnownPart): void {
    if (within !== null) within.children.push(part);
    else this.#root ??= part;
  }
}

/** A text that nobody says anything of (RFC 2045 5.2). */
export const PLAIN_TEXT: SaidPart = {
  kind: 'text',
  type: 'text/plain',
  charset: '',
  filename: '',
  disposition: null,
  contentId: null,
  encoding: null,
  flowed: null,
  markup: null,
  foundIn: undefined,
};
