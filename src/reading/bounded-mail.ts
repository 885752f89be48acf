/**
 * A mail on its way to the parser, no larger than its limits allow, and in a
 * structure that no parser can take for another.
 *
 * Follows the MIME structure (RFC 2046 5.1) line by line, in bounded memory and
 * linear time: cuts header sections and text parts, and ends the mail where it has
 * too many parts, attachments or levels; so the n-th attachment is the same under
 * any limits. Delimiters are written anew, with a boundary that the mail cannot
 * know. Counts what the mail consists of (`outline`) and names its `defects`. A
 * line that is no field ends a header unless a field follows. Never throws.
 */
import { randomBytes } from 'node:crypto';
import type { ReadLimits } from '../config/limits.ts';
import { isFieldLine, isFolded } from './header.ts';
import { HeaderSection } from './header-section.ts';
import type { Outline } from './limits.ts';
import {
  closings,
  type Delimiter,
  delimiterBeginnings,
  delimiterIn,
  delimiterLine,
  type Part,
} from './mime-part.ts';
import { readPartHeader } from './part-header.ts';

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
  | 'encoding';

/** What was done with the beginning of some octets; null if more are needed to tell. */
type Step = { readonly length: number; readonly out: readonly Buffer[] } | null;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');
/**
 * Of a line no more octets are waited for: RFC 5322 2.1.1 allows 998, RFC 2046 5.1.1 a boundary of
 * 70.
 */
const LONG_LINE = 8192;
/** Lines of all headers, and lines that only begin as a delimiter (by depth): more is an attack. */
const HEADER_LINES = 200_000;
const MAX_NEAR_MISSES = 1_000_000;
const MIN_HEADER_BYTES = 16 * 1024;
const MAX_PREAMBLE_BYTES = 65_536;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export class BoundedMail {
  readonly #limits: ReadLimits;
  #charset: string;
  readonly #secret: string;
  readonly #defects = new Set<Defect>();
  readonly #top: Part;
  #part: Part;
  #isInHeader = true;
  #isOver = false;
  /** Octets that could not be judged yet. */
  #held: Buffer = NOTHING;
  #isLineStart = true;
  /** A header line goes on that was too long to be waited for. */
  #isInLongLine = false;
  /** Goes out with the header of the part that it begins. */
  #delimiter: readonly Buffer[] = [];
  #isAfterCut = false;
  /** Line ends are CR alone; null until the first octets have shown it. */
  #isCrOnly: boolean | null = null;
  #headerLines = 0;
  #nearMisses = 0;
  #counts = { headerSize: 0, parts: 0, depth: 0, attachments: 0, textSize: 0 };

  /**
   * `charset` is that of header octets which are no UTF-8; `secret` is in each boundary that the
   * parser sees, so that nobody can have written one.
   */
  constructor(limits: ReadLimits, charset = '', secret = randomBytes(12).toString('hex')) {
    this.#limits = limits;
    this.#charset = charset;
    this.#secret = secret;
    this.#top = this.#partIn(null);
    this.#part = this.#top;
  }

  /** The header section of the mail itself, as it came but for what was too much. */
  get header(): Buffer {
    return this.#top.header.raw();
  }

  get outline(): Outline {
    return { ...this.#counts };
  }

  /** Octets that are held in memory at the moment. */
  get held(): number {
    return this.#held.length + this.#top.header.kept + this.#part.header.kept;
  }

  get defects(): ReadonlySet<Defect> {
    return this.#defects;
  }

  /** Counts what is in this chunk, if nobody parses it yet. */
  count(chunk: Buffer): void {
    for (const _ of this.push(chunk));
  }

  /** What the parser shall see of this chunk. */
  push(chunk: Buffer): Generator<Buffer> {
    return this.#walk(chunk, false);
  }

  /** What was held back when the mail has ended. */
  *end(): Generator<Buffer> {
    yield* this.#walk(NOTHING, true);
    if (this.#isOver) return;
    if (this.#isInHeader) yield* this.#endHeader();
    yield* this.#shownPreamble(this.#part);
  }

  *#walk(chunk: Buffer, isEnd: boolean): Generator<Buffer> {
    const joined = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
    let rest = this.#begun(joined, isEnd);
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

  /** The first octets tell a byte order mark, and line ends of CR alone: those become LF. */
  #begun(octets: Buffer, isEnd: boolean): Buffer {
    let rest = octets;
    if (this.#isCrOnly === null) {
      const head = octets.subarray(0, LONG_LINE);
      if (head.length < LONG_LINE && !head.includes(LF) && !isEnd) {
        this.#held = octets;
        return NOTHING;
      }
      this.#isCrOnly = head.includes(CR) && !head.includes(LF);
      if (octets.subarray(0, 3).equals(BYTE_ORDER_MARK)) rest = octets.subarray(3);
    }
    if (!this.#isCrOnly) return rest;
    const ended = Buffer.from(rest);
    for (let at = ended.indexOf(CR); at >= 0; at = ended.indexOf(CR, at)) ended[at] = LF;
    return ended;
  }

  #inHeader(rest: Buffer, isEnd: boolean): Step {
    const { header } = this.#part;
    const lf = rest.indexOf(LF);
    if (lf < 0 && !isEnd && rest.length < LONG_LINE) return null;
    const length = lf < 0 ? rest.length : lf + 1;
    const line = rest.subarray(0, length);
    this.#headerLines += 1;
    if (this.#headerLines > HEADER_LINES) return { length, out: this.#stop('headerSize') };
    const isContinued = this.#isInLongLine;
    this.#isInLongLine = lf < 0;
    if (isContinued) {
      header.add(line, true);
      return { length, out: [] };
    }
    const delimiter = this.#delimiterOf(line);
    if (delimiter !== null) {
      return { length, out: [...this.#endHeader(), ...this.#delimit(delimiter)] };
    }
    if (isEmpty(line)) return { length, out: this.#endHeader() };
    // A field cannot begin with a folded line.
    if (isFieldLine(line) && (header.size > 0 || !isFolded(line))) {
      header.add(line, false);
      return { length, out: [] };
    }
    this.#isInLongLine = false;
    // Lines that go on with the broken one go with it.
    const behind = lf < 0 ? length : behindFolded(rest, length);
    const isNextThere = isEnd || rest.indexOf(LF, behind) >= 0 || rest.length >= length + LONG_LINE;
    if (lf >= 0 && !isNextThere) return null;
    const next = rest.subarray(behind);
    if (lf < 0 || isFolded(next) || !isFieldLine(next))
      return { length: 0, out: this.#endHeader() };
    this.#defects.add('header');
    return { length: behind, out: [] };
  }

  #inBody(rest: Buffer, isEnd: boolean): Step {
    const needles = delimiterBeginnings(this.#part);
    if (needles.length === 0) return { length: rest.length, out: this.#content(rest) };
    if (this.#isLineStart && rest[0] === DASH) {
      const lf = rest.indexOf(LF);
      if (lf < 0 && !isEnd && rest.length < LONG_LINE) return null;
      const line = lf < 0 ? rest : rest.subarray(0, lf + 1);
      const delimiter = this.#delimiterOf(line);
      if (delimiter !== null) return { length: line.length, out: this.#delimit(delimiter) };
    }
    const length = this.#upToDelimiter(rest, needles, isEnd);
    this.#isLineStart = rest[length - 1] === LF;
    return { length, out: this.#isOver ? [] : this.#content(rest.subarray(0, length)) };
  }

  /** Octets before the next line that is a delimiter, or that may be one once it has ended. */
  #upToDelimiter(rest: Buffer, needles: readonly Buffer[], isEnd: boolean): number {
    const places = needles.map((needle) => rest.indexOf(needle));
    for (;;) {
      let nearest = -1;
      for (const place of places) {
        if (place >= 0 && (nearest < 0 || place < nearest)) nearest = place;
      }
      if (nearest < 0) break;
      const from = nearest + 1;
      const lf = rest.indexOf(LF, from);
      if (lf < 0 && !isEnd && rest.length - from < LONG_LINE) return from;
      if (this.#delimiterOf(rest.subarray(from, lf < 0 ? rest.length : lf + 1)) !== null)
        return from;
      this.#nearMisses += 1 + this.#part.depth;
      if (this.#nearMisses > MAX_NEAR_MISSES) {
        this.#stop('structure');
        return rest.length;
      }
      needles.forEach((needle, n) => {
        if (places[n] === nearest) places[n] = rest.indexOf(needle, from);
      });
    }
    const last = rest.lastIndexOf(LF) + 1;
    const isHeld = !isEnd && last > 0 && rest[last] === DASH && rest.length - last < LONG_LINE;
    return isHeld ? last : rest.length;
  }

  #content(octets: Buffer): readonly Buffer[] {
    switch (this.#part.kind) {
      case 'multipart':
        this.#keepPreamble(octets);
        return [];
      case 'attachment':
        return [octets];
      case 'text':
        return this.#text(octets);
    }
  }

  #text(octets: Buffer): readonly Buffer[] {
    const room = Math.max(0, this.#limits.textSize - this.#counts.textSize);
    this.#counts.textSize += octets.length;
    if (octets.length <= room) return [octets];
    this.#defects.add('textSize');
    this.#isAfterCut = true;
    return [octets.subarray(0, room)];
  }

  #keepPreamble(octets: Buffer): void {
    const { hasChild, preamble } = this.#part;
    const kept = preamble.reduce((sum, { length }) => sum + length, 0);
    if (!hasChild && kept < MAX_PREAMBLE_BYTES)
      preamble.push(Buffer.from(octets.subarray(0, MAX_PREAMBLE_BYTES - kept)));
  }

  /** Of a multipart that ends without a part, what stands in it is shown as its text. */
  #shownPreamble(part: Part): readonly Buffer[] {
    const text = Buffer.concat(part.preamble);
    if (part.kind !== 'multipart' || part.hasChild || text.toString('latin1').trim() === '')
      return [];
    this.#defects.add('boundary');
    const shown = [LINE_END, ...this.#text(text), LINE_END];
    return [delimiterLine(part, false), ...shown, delimiterLine(part, true)];
  }

  /** The header of the current part is complete: now it is known what the part is. */
  #endHeader(): readonly Buffer[] {
    const part = this.#part;
    this.#isInHeader = false;
    this.#isLineStart = true;
    this.#counts.headerSize += part.header.size;
    const read = readPartHeader(part.header, part === this.#top, part.mark, this.#charset);
    for (const defect of read.defects) this.#defects.add(defect);
    if (this.#charset === '') this.#charset = read.charset;
    part.kind = read.kind;
    part.boundaries = read.boundaries;
    if (part.kind === 'attachment') this.#counts.attachments += 1;
    const ended = this.#delimiter;
    this.#delimiter = [];
    // The delimiter ends what came before it, also where nothing comes after it.
    if (this.#counts.attachments > this.#limits.attachments) {
      return [...ended, ...this.#stop('attachments')];
    }
    return [...ended, read.octets, LINE_END];
  }

  #delimit({ owner, isClosing }: Delimiter): readonly Buffer[] {
    const out: Buffer[] = this.#isAfterCut ? [LINE_END] : [];
    this.#isAfterCut = false;
    if (this.#part !== owner) out.push(...this.#shownPreamble(this.#part));
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
    this.#part = this.#partIn(owner);
    this.#isInHeader = true;
    if (this.#counts.parts > this.#limits.parts) return [...out, ...this.#stop('parts')];
    if (this.#part.depth > this.#limits.depth) return [...out, ...this.#stop('depth')];
    this.#delimiter = out;
    return [];
  }

  #stop(defect: Defect): readonly Buffer[] {
    this.#defects.add(defect);
    this.#isOver = true;
    return [];
  }

  #partIn(parent: Part | null): Part {
    const depth = parent === null ? 0 : parent.depth + 1;
    this.#counts.parts += 1;
    this.#counts.depth = Math.max(this.#counts.depth, depth);
    const room = Math.max(MIN_HEADER_BYTES, this.#limits.headerSize - this.#counts.headerSize);
    return {
      parent,
      depth,
      header: new HeaderSection(parent === null ? 'mail' : 'part', room),
      mark: `=_${this.#secret}.${this.#counts.parts}`,
      kind: 'text',
      boundaries: [],
      isOver: false,
      hasChild: false,
      preamble: [],
    };
  }

  #delimiterOf(line: Buffer): Delimiter | null {
    const found = line.length > LONG_LINE ? null : delimiterIn(line, this.#part);
    if (found !== 'after the end') return found;
    this.#defects.add('boundary');
    return null;
  }
}

/** Where the first line begins that does not go on with the one before, if it is there. */
function behindFolded(octets: Buffer, from: number): number {
  let at = from;
  while (isFolded(octets.subarray(at)) && at < from + LONG_LINE) {
    const lf = octets.indexOf(LF, at);
    if (lf < 0) break;
    at = lf + 1;
  }
  return at;
}

function isEmpty(line: Buffer): boolean {
  return line[0] === LF || (line[0] === CR && line[1] === LF);
}
