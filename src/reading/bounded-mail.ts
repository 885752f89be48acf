/**
 * A mail on its way to the parser, no larger than its limits allow, and in a
 * structure that no parser can take for another.
 *
 * Follows the MIME structure (RFC 2046 5.1) line by line, in bounded memory and linear time: cuts
 * header sections and text parts, and ends the mail if it has too many parts, attachments or
 * levels; so the n-th attachment is the same under any limits. What a packed part
 * (packed-content.ts) holds is walked through in its place, if somebody has said how it is unpacked
 * (`unpackBy`). The parser gets the same structure, with boundaries of ours, and a number for each
 * part (known-part.ts). Counts what the mail consists of (`outline`) and names its `defects`. Never
 * throws.
 */
import type { ReadLimits } from '../config/limits.ts';
import { DelimiterSearch, LONG_LINE } from './delimiter-search.ts';
import type { Guesses } from './guesses.ts';
import { HeaderLines } from './header-lines.ts';
import type { KnownParts, LeafPart } from './known-part.ts';
import type { Outline } from './limits.ts';
import { LineEnds } from './line-ends.ts';
import type { PartTaker } from './mail-parser.ts';
import { closings, type Delimiter, delimiterLine, type Part } from './mime-part.ts';
import type { PackedContent, Unpack, Unpacked } from './packed-content.ts';
import { beginPart } from './part-beginning.ts';
import { PartContents } from './part-contents.ts';
import { isPackedMultipart, type Packing } from './unpacked/packing.ts';
import { type Defect, Walked } from './walked.ts';

/** What was done with the beginning of some octets; null if more are needed to tell. */
type Step = { readonly length: number; readonly out: readonly Buffer[] } | null;

/** Of what was packed: the part at its top, whose delimiters alone count within it. */
interface Inside {
  readonly top: Part;
  readonly walked: Walked;
  readonly foundIn: Packing | null;
}

const LF = 0x0a;
const DASH = 0x2d;
const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');
const CR_LF = Buffer.from('\r\n');

export class BoundedMail {
  readonly #walked: Walked;
  readonly #top: Part;
  readonly #inside: Inside | null;
  readonly #search = new DelimiterSearch(() => this.#walked.defects.add('boundary'));
  readonly #headerLines = new HeaderLines();
  readonly #lineEnds = new LineEnds();
  readonly #contents: PartContents;
  #part: Part;
  #isInHeader: boolean;
  #isOver = false;
  /** Octets that could not be judged yet. */
  #held: Buffer = NOTHING;
  #isLineStart = true;
  /** Goes out with the header of the part that it begins. */
  #delimiter: readonly Buffer[] = [];

  /** `charset` is that of header octets which are no UTF-8. */
  constructor(limits: ReadLimits, charset = '', secret?: string, inside: Inside | null = null) {
    this.#walked = inside?.walked ?? new Walked(limits, charset, secret);
    this.#inside = inside;
    this.#contents = new PartContents(this.#walked, inside?.foundIn ?? null, (...packed) =>
      this.#walkInto(...packed),
    );
    this.#top = inside?.top ?? this.#walked.partIn(null);
    this.#part = this.#top;
    this.#isInHeader = this.#top.kind !== 'multipart';
  }

  /** A part that is packed has begun, and nobody has said yet how it is unpacked. */
  get isWaiting(): boolean {
    return this.#part.packed !== null && this.#walked.unpack === null;
  }

  /** Before that, packed parts are only counted. */
  unpackBy(unpack: Unpack): void {
    this.#walked.unpack = unpack;
  }

  /** Files need not go through the parser. */
  passFilesTo(take: (part: LeafPart) => PartTaker): void {
    this.#walked.takePast = take;
  }

  /** The header section of the mail itself, as it came but for what was too much. */
  get header(): Buffer {
    return this.#top.header.raw();
  }

  get outline(): Outline {
    return { ...this.#walked.counts };
  }

  /** What is known of the parts so far. */
  get parts(): KnownParts {
    return this.#walked.parts;
  }

  /** Octets that are held in memory at the moment. */
  get held(): number {
    const { header, packed } = this.#part;
    return this.#held.length + this.#top.header.kept + header.kept + (packed?.held ?? 0);
  }

  get guesses(): Guesses {
    return this.#walked.guesses;
  }

  get defects(): ReadonlySet<Defect> {
    return this.#walked.defects;
  }

  /** What the parser shall see of this chunk. */
  push(chunk: Buffer): Generator<Buffer> {
    return this.#walk(chunk, false);
  }

  /** What was held back when the mail has ended. */
  *end(): Generator<Buffer> {
    yield* this.#walk(NOTHING, true);
    if (this.#isOver) {
      this.#part.file?.end('end of mail');
      return;
    }
    if (this.#isInHeader) yield* this.#endHeader();
    yield* this.#contents.end(this.#part, 'end of mail');
  }

  *#walk(chunk: Buffer, isEnd: boolean): Generator<Buffer> {
    const joined = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const begun = this.#lineEnds.read(joined, isEnd);
    this.#held = begun === null ? joined : NOTHING;
    let rest = begun ?? NOTHING;
    while (rest.length > 0 && !this.#isOver) {
      const step = this.#isInHeader ? this.#inHeader(rest, isEnd) : this.#inBody(rest, isEnd);
      if (step === null) {
        this.#held = rest;
        return;
      }
      yield* step.out;
      rest = rest.subarray(step.length);
    }
  }

  #inHeader(rest: Buffer, isEnd: boolean): Step {
    const step = this.#headerLines.take(rest, isEnd, this.#part, this.#search);
    switch (step.is) {
      case 'more':
        return null;
      case 'too many':
        return { length: rest.length, out: this.#stop('headerSize') };
      case 'field':
      case 'left out':
        if (step.is === 'left out') this.#walked.defects.add('header');
        return { length: step.length, out: [] };
      case 'end':
        return { length: step.length, out: this.#endHeader() };
      case 'delimiter':
        return {
          length: step.length,
          out: [...this.#endHeader(), ...this.#delimit(step.delimiter)],
        };
    }
  }

  #inBody(rest: Buffer, isEnd: boolean): Step {
    const decided = this.#contents.decide(this.#part, rest, isEnd);
    if (decided === 'more') return null;
    // What is yielded here lets somebody say how a part is unpacked before its content comes.
    if (decided.length > 0) return { length: 0, out: decided };
    if (this.#isLineStart && rest[0] === DASH) {
      const lf = rest.indexOf(LF);
      if (lf < 0 && !isEnd && rest.length < LONG_LINE) return null;
      const line = lf < 0 ? rest : rest.subarray(0, lf + 1);
      const delimiter = this.#search.in(line, this.#part);
      if (delimiter !== null) return { length: line.length, out: this.#delimit(delimiter) };
    }
    const length = this.#search.before(rest, this.#part, isEnd);
    if (length === null) return { length: rest.length, out: this.#stop('structure') };
    this.#isLineStart = rest[length - 1] === LF;
    return { length, out: this.#contents.take(this.#part, rest.subarray(0, length)) };
  }

  #walkInto(
    { octets, foundIn }: Unpacked,
    part: Part,
    { part: packed }: PackedContent,
  ): readonly Buffer[] {
    const isMultipart = isPackedMultipart(packed);
    const top: Part = isMultipart
      ? { ...part, parent: null, kind: 'multipart', boundaries: packed.boundaries, packed: null }
      : { ...this.#walked.partIn(part), parent: null };
    const reached = this.#walked.limitOf(top.depth);
    if (reached === 'parts' || reached === 'depth') return this.#stop(reached);
    const inside = { top, walked: this.#walked, foundIn };
    const inner = new BoundedMail(this.#walked.limits, '', undefined, inside);
    const out = [...inner.push(octets), ...inner.end()];
    this.#isOver ||= inner.#isOver;
    const closing = closings(inner.#part, { depth: -1 });
    const before = isMultipart ? [] : [delimiterLine(part, false)];
    // A CR at the very end is what is in it, and no part of this line end.
    return [...before, ...out, CR_LF, ...closing];
  }

  /** The header of the current part is complete: now it is known what the part is. */
  #endHeader(): readonly Buffer[] {
    const isTop = this.#part === this.#top && this.#inside === null;
    this.#isInHeader = false;
    this.#isLineStart = true;
    const header = beginPart(this.#part, this.#walked, isTop, this.#inside?.foundIn ?? null);
    const ended = this.#delimiter;
    this.#delimiter = [];
    // The delimiter ends what came before it, also if nothing comes after it.
    if (this.#walked.limitOf(0) === 'attachments') return [...ended, ...this.#stop('attachments')];
    this.#contents.begin(this.#part);
    return [...ended, ...header, LINE_END];
  }

  #delimit({ owner, isClosing }: Delimiter): readonly Buffer[] {
    const out = [...this.#contents.lineEnd()];
    const by = isClosing || this.#part.parent !== owner ? 'closing' : 'next part';
    if (this.#part !== owner)
      for (const octets of this.#contents.end(this.#part, by)) out.push(octets);
    if (this.#isOver) return out;
    out.push(...closings(this.#part, owner));
    if (isClosing) {
      // Before its first part, a closing delimiter is preamble (RFC 2046 5.1.1).
      if (!owner.hasChild) return [];
      out.push(delimiterLine(owner, true));
      owner.isOver = true;
      this.#part = owner;
      this.#isLineStart = true;
      return out;
    }
    out.push(delimiterLine(owner, false));
    owner.hasChild = true;
    this.#part = this.#walked.partIn(owner);
    this.#isInHeader = true;
    const reached = this.#walked.limitOf(this.#part.depth);
    if (reached === 'parts' || reached === 'depth') return [...out, ...this.#stop(reached)];
    this.#delimiter = out;
    return [];
  }

  #stop(defect: Defect): readonly Buffer[] {
    this.#walked.defects.add(defect);
    this.#isOver = true;
    return [];
  }
}
