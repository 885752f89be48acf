/**
 * What a mail and all that was packed in it have in common while they are walked through: counts
 * and their limits, what is known of the parts, and what was found wrong or guessed.
 */
import { randomBytes } from 'node:crypto';
import type { ReadLimits } from '../config/limits.ts';
import { Guesses } from './guesses.ts';
import { HeaderSection } from './header-section.ts';
import { KnownParts, type LeafPart } from './known-part.ts';
import type { Outline } from './limits.ts';
import type { PartTaker } from './mail-parser.ts';
import type { Part } from './mime-part.ts';
import type { Room, Unpack } from './packed-content.ts';

/** Why the parser does not see all of the mail: a limit, by its name, or a broken structure. */
export type Defect =
  | 'headerSize'
  | 'parts'
  | 'depth'
  | 'attachments'
  | 'textSize'
  | 'header'
  | 'boundary'
  | 'structure'
  | 'encoding'
  | 'packed';

const MIN_HEADER_BYTES = 16 * 1024;
/** Of the memory that reading may take, this part for what is packed: it is copied a few times. */
const PACKED_SHARE = 8;

export class Walked {
  readonly limits: ReadLimits;
  readonly counts: Record<keyof Outline, number> = {
    ...{ headerSize: 0, parts: 0, depth: 0, attachments: 0, textSize: 0, packed: 0 },
  };
  readonly defects = new Set<Defect>();
  readonly guesses = new Guesses();
  readonly parts = new KnownParts();
  readonly room: Room;
  /** Of header octets that are no UTF-8; empty as long as it is not known. */
  charset: string;
  unpack: Unpack | null = null;
  /** Takes files past the parser. null: they go through it, and so do all behind one that does. */
  takePast: ((part: LeafPart) => PartTaker) | null = null;
  hasWords = false;
  readonly #secret: string;

  /** `secret` is in each boundary that the parser sees, so that nobody can have written one. */
  constructor(limits: ReadLimits, charset: string, secret = randomBytes(12).toString('hex')) {
    this.limits = limits;
    this.charset = charset;
    this.room = { left: Math.floor(limits.memory / PACKED_SHARE) };
    this.#secret = secret;
  }

  /** A part begins. */
  partIn(parent: Part | null): Part {
    const { counts, limits } = this;
    const depth = parent === null ? 0 : parent.depth + 1;
    counts.parts += 1;
    counts.depth = Math.max(counts.depth, depth);
    const room = Math.max(MIN_HEADER_BYTES, limits.headerSize - counts.headerSize);
    return {
      parent,
      depth,
      header: new HeaderSection(parent === null ? 'mail' : 'part', room),
      mark: `=_${this.#secret}.${counts.parts}`,
      kind: 'text',
      boundaries: [],
      isOver: false,
      hasChild: false,
      hasForms: false,
      preamble: [],
      packed: null,
      unseen: null,
      file: null,
      within: parent?.known ?? null,
      known: null,
    };
  }

  /**
   * The limit that is reached; a part is counted when it begins, a file when its header is read.
   */
  limitOf(depth: number): 'parts' | 'depth' | 'attachments' | null {
    if (this.counts.parts > this.limits.parts) return 'parts';
    if (depth > this.limits.depth) return 'depth';
    return this.counts.attachments > this.limits.attachments ? 'attachments' : null;
  }

  /** Octets of a text, as far as they are read. */
  withinText(octets: Buffer): Buffer {
    const room = Math.max(0, this.limits.textSize - this.counts.textSize);
    this.counts.textSize += octets.length;
    this.hasWords ||= octets.toString('latin1', 0, WORDS_BYTES).trim() !== '';
    if (octets.length <= room) return octets;
    this.defects.add('textSize');
    return octets.subarray(0, room);
  }
}

/** So many octets tell whether there are words. */
const WORDS_BYTES = 8192;
