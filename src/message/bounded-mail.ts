/**
 * A mail on its way to the parser, no larger than its limits allow.
 *
 * Follows the MIME structure (RFC 2046 5.1) line by line as the parser's own
 * splitter does, in constant memory: cuts header sections and text parts, and
 * ends the mail where it has too many parts, attachments or levels. So the n-th
 * attachment is the same under any limits. Counts what the mail consists of
 * (`outline`) and names its `defects`. A line that is no field ends
 * a header unless a field follows, as in Postfix. Never throws.
 */
import { isFieldLine } from './header.ts';
import { HeaderSection } from './header-section.ts';
import type { Outline, ReadLimits } from './limits.ts';
import { type PartKind, readPartHeader } from './part-header.ts';

/** Why the parser does not see all of the mail: a limit by its name, or a structure that is none. */
export type Defect =
  | 'headerSize'
  | 'parts'
  | 'depth'
  | 'attachments'
  | 'textSize'
  | 'header'
  | 'boundary'
  | 'encoding';

interface Part {
  readonly parent: Part | null;
  readonly depth: number;
  readonly header: HeaderSection;
  kind: PartKind;
  /** Of its children, where it is a multipart. */
  boundary: string | null;
  /** Its closing delimiter has been seen. */
  isOver: boolean;
}

interface Delimiter {
  /** The multipart whose delimiter it is. */
  readonly owner: Part;
  readonly isClosing: boolean;
}

/** What was done with the beginning of some octets; null where more are needed to tell. */
type Step = { readonly length: number; readonly out: readonly Buffer[] } | null;

const LF = 0x0a;
const DASH = 0x2d;
const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');
const DELIMITER_START = Buffer.from('\n--');
/** Octets of a header line that are waited for; RFC 5322 2.1.1 allows 998. */
const LONG_LINE = 8192;
/** A longer line is no delimiter: RFC 2046 5.1.1 allows 70 characters, programs do not count. */
const DELIMITER_SIZE = 1100;

export class BoundedMail {
  readonly #limits: ReadLimits;
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
  #counts = { headerSize: 0, parts: 0, depth: 0, attachments: 0, textSize: 0 };

  constructor(limits: ReadLimits) {
    this.#limits = limits;
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

  /** Counts what is in this chunk, where nobody parses it yet. */
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
    if (this.#isInHeader && !this.#isOver) yield* this.#endHeader();
  }

  *#walk(chunk: Buffer, isEnd: boolean): Generator<Buffer> {
    let rest: Buffer = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
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
    const lf = rest.indexOf(LF);
    if (lf < 0 && !isEnd && rest.length < LONG_LINE) return null;
    const length = lf < 0 ? rest.length : lf + 1;
    const line = rest.subarray(0, length);
    const isContinued = this.#isInLongLine;
    this.#isInLongLine = lf < 0;
    if (isContinued) {
      this.#part.header.add(line, true);
      return { length, out: [] };
    }
    const delimiter = this.#delimiterOf(line);
    if (delimiter !== null) {
      return { length, out: [...this.#endHeader(), ...this.#delimit(delimiter)] };
    }
    if (isEmpty(line)) return { length, out: this.#endHeader() };
    if (!isFieldLine(line)) {
      this.#isInLongLine = false;
      const isNextThere =
        isEnd || rest.indexOf(LF, length) >= 0 || rest.length >= length + LONG_LINE;
      if (lf >= 0 && !isNextThere) return null;
      if (lf < 0 || !isFieldLine(rest.subarray(length))) {
        return { length: 0, out: this.#endHeader() };
      }
      this.#defects.add('header');
      return { length, out: [] };
    }
    this.#part.header.add(line, false);
    return { length, out: [] };
  }

  #inBody(rest: Buffer, isEnd: boolean): Step {
    if (this.#isLineStart && rest[0] === DASH) {
      if (rest.length === 1 && !isEnd) return null;
      const lf = rest[1] === DASH ? rest.indexOf(LF) : -1;
      if (lf < 0 && rest[1] === DASH && !isEnd && rest.length < DELIMITER_SIZE) return null;
      const line = lf < 0 ? rest : rest.subarray(0, lf + 1);
      const delimiter = rest[1] === DASH ? this.#delimiterOf(line) : null;
      if (delimiter !== null) return { length: line.length, out: this.#delimit(delimiter) };
    }
    const found = rest.indexOf(DELIMITER_START);
    const isCutDash = found < 0 && !isEnd && rest.at(-1) === DASH && rest.at(-2) === LF;
    const length = found >= 0 ? found + 1 : isCutDash ? rest.length - 1 : rest.length;
    this.#isLineStart = rest[length - 1] === LF;
    return { length, out: this.#content(rest.subarray(0, length)) };
  }

  #content(octets: Buffer): readonly Buffer[] {
    switch (this.#part.kind) {
      case 'multipart':
        return [];
      case 'attachment':
        return [octets];
      case 'text': {
        const room = Math.max(0, this.#limits.textSize - this.#counts.textSize);
        this.#counts.textSize += octets.length;
        if (octets.length <= room) return [octets];
        this.#defects.add('textSize');
        this.#isAfterCut = true;
        return [octets.subarray(0, room)];
      }
    }
  }

  /** The header of the current part is complete: now it is known what the part is. */
  #endHeader(): readonly Buffer[] {
    const part = this.#part;
    this.#isInHeader = false;
    this.#isLineStart = true;
    this.#counts.headerSize = Math.max(this.#counts.headerSize, part.header.size);
    const { kind, boundary, octets, defects } = readPartHeader(part.header, part === this.#top);
    for (const defect of defects) this.#defects.add(defect);
    part.kind = kind;
    part.boundary = boundary;
    if (kind === 'attachment') this.#counts.attachments += 1;
    if (this.#counts.attachments > this.#limits.attachments) return this.#stop('attachments');
    const out = [...this.#delimiter, octets, LINE_END];
    this.#delimiter = [];
    return out;
  }

  #delimit({ owner, isClosing }: Delimiter): readonly Buffer[] {
    const out: Buffer[] = this.#isAfterCut ? [LINE_END] : [];
    this.#isAfterCut = false;
    // RFC 2046 5.1.2: the delimiter of an outer multipart ends the inner ones, closed or not.
    for (let part = this.#part; part !== owner && part.parent !== null; part = part.parent) {
      if (part.parent !== owner && !part.parent.isOver) out.push(delimiterLine(part.parent, true));
    }
    out.push(delimiterLine(owner, isClosing));
    if (isClosing) {
      // Before its first part, a closing delimiter is preamble (RFC 2046 5.1.1).
      owner.isOver ||= this.#part !== owner;
      this.#part = owner;
      this.#isLineStart = true;
      return out;
    }
    this.#part = this.#partIn(owner);
    this.#isInHeader = true;
    if (this.#counts.parts > this.#limits.parts) return this.#stop('parts');
    if (this.#part.depth > this.#limits.depth) return this.#stop('depth');
    this.#delimiter = out;
    return [];
  }

  #stop(limit: Defect): readonly Buffer[] {
    this.#defects.add(limit);
    this.#isOver = true;
    return [];
  }

  #partIn(parent: Part | null): Part {
    const depth = parent === null ? 0 : parent.depth + 1;
    this.#counts.parts += 1;
    this.#counts.depth = Math.max(this.#counts.depth, depth);
    const header = new HeaderSection(this.#limits.headerSize);
    return { parent, depth, header, kind: 'text', boundary: null, isOver: false };
  }

  #delimiterOf(line: Buffer): Delimiter | null {
    if (line[0] !== DASH || line[1] !== DASH || line.length > DELIMITER_SIZE) return null;
    const text = line.toString('utf8', 2).trimEnd();
    for (let owner: Part | null = this.#part; owner !== null; owner = owner.parent) {
      if (owner.boundary === null || owner.isOver || !text.startsWith(owner.boundary)) continue;
      const rest = text.slice(owner.boundary.length);
      if (rest === '' || rest === '--') return { owner, isClosing: rest === '--' };
    }
    return null;
  }
}

function delimiterLine({ boundary }: Part, isClosing: boolean): Buffer {
  return Buffer.from(`--${boundary ?? ''}${isClosing ? '--' : ''}\n`);
}

function isEmpty(line: Buffer): boolean {
  return line[0] === LF || (line[0] === 0x0d && line[1] === LF);
}
