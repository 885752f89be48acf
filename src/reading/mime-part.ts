/**
 * A part of a mail within its multiparts, and the lines that end it (RFC 2046 5.1).
 *
 * Any multipart around a part may be delimited by a line, the nearest first, also
 * where the inner ones were never closed (5.1.2). Blanks behind a delimiter are
 * transport padding. Delimiters for the parser are written with the `mark` of the
 * multipart instead. Pure.
 */
import type { FileContent } from './file-content.ts';
import type { HeaderSection } from './header-section.ts';
import type { PartWithParts, SaidPart } from './known-part.ts';
import type { PackedContent } from './packed-content.ts';
import type { PartKind } from './part-header.ts';

export interface Part {
  readonly parent: Part | null;
  readonly depth: number;
  readonly header: HeaderSection;
  /** The boundary that it gets for the parser, where it is a multipart. */
  readonly mark: string;
  kind: PartKind;
  /** Its boundary, in each way that it may be read; octets as characters. */
  boundaries: readonly string[];
  /** Its closing delimiter has been seen. */
  isOver: boolean;
  hasChild: boolean;
  /** Its parts are forms of one text, or belong to it. */
  hasForms: boolean;
  /** What stands before its first delimiter, as far as it may have to be shown. */
  readonly preamble: Buffer[];
  /** If it is packed: what it holds so far. A multipart may be, until its beginning has told. */
  packed: PackedContent | null;
  /** A multipart whose boundary has not been seen: what it is if it has no parts. */
  unseen: SaidPart | null;
  /** The part in which it is known. */
  readonly within: PartWithParts | null;
  /** A file whose content goes past the parser. */
  file: FileContent | null;
  /** If it has parts: what is known of them. */
  known: PartWithParts | null;
}

export interface Delimiter {
  /** The multipart whose delimiter it is. */
  readonly owner: Part;
  readonly isClosing: boolean;
}

const DASHES = Buffer.from('--');

/** So many are looked for one by one; of more, what they all begin with. */
const MAX_BOUNDARIES_ONE_BY_ONE = 6;
/** Characters of a boundary that are looked for, so that near misses cost little. */
const BOUNDARY_CHARACTERS = 16;

/** What a delimiter of any multipart around `part` begins with, behind a line end. */
export function delimiterBeginnings(part: Part): readonly Buffer[] {
  const found = new Set<string>();
  for (const owner of withParents(part)) {
    for (const boundary of owner.boundaries) found.add(boundary.trimEnd());
  }
  const beginnings =
    found.size <= MAX_BOUNDARIES_ONE_BY_ONE ? [...found] : [commonBeginning([...found])];
  return beginnings.map((text) =>
    Buffer.from(`\n--${text.slice(0, BOUNDARY_CHARACTERS)}`, 'latin1'),
  );
}

function commonBeginning(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) {
    while (!text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** `after the end`: it would begin a part of a multipart that is closed. */
export function delimiterIn(line: Buffer, part: Part): Delimiter | 'after the end' | null {
  if (!line.subarray(0, 2).equals(DASHES)) return null;
  const text = line.toString('latin1', 2).trimEnd();
  let isAfterEnd = false;
  for (const owner of withParents(part)) {
    for (const boundary of owner.boundaries) {
      const name = boundary.trimEnd();
      const rest = text.startsWith(name) ? text.slice(name.length).trimStart() : null;
      if (rest !== '' && rest !== '--') continue;
      if (!owner.isOver) return { owner, isClosing: rest === '--' };
      isAfterEnd ||= rest === '';
    }
  }
  return isAfterEnd ? 'after the end' : null;
}

/** Lines that close the multiparts between `part` and `owner`, innermost first. */
export function closings(part: Part, owner: Pick<Part, 'depth'>): readonly Buffer[] {
  return [...withParents(part)]
    .slice(1)
    .filter(({ depth, isOver }) => depth > owner.depth && !isOver)
    .map((inner) => delimiterLine(inner, true));
}

export function delimiterLine({ mark }: Part, isClosing: boolean): Buffer {
  return Buffer.from(`--${mark}${isClosing ? '--' : ''}\n`);
}

function* withParents(part: Part): Generator<Part> {
  for (let one: Part | null = part; one !== null; one = one.parent) yield one;
}
