/**
 * The lines of a header section while they come: which of them are fields, and where the section
 * ends (RFC 5322 2.2). A line that is no field ends it, unless a field follows: then it goes alone.
 */
import { type DelimiterSearch, LONG_LINE } from './delimiter-search.ts';
import { isFieldLine, isFolded } from './header.ts';
import type { Delimiter, Part } from './mime-part.ts';

/** Lines of all headers: more is an attack. */
const HEADER_LINES = 200_000;
const LF = 0x0a;
const CR = 0x0d;

/** What was done with the first line; `more`: it has not come whole. */
export type HeaderStep =
  | { readonly is: 'more' | 'too many' }
  | { readonly is: 'field' | 'left out' | 'end'; readonly length: number }
  | { readonly is: 'delimiter'; readonly length: number; readonly delimiter: Delimiter };

export class HeaderLines {
  #count = 0;
  /** A line goes on that was too long to be waited for. */
  #isInLongLine = false;

  /** Of the section of a part; a delimiter ends it, too. */
  take(rest: Buffer, isEnd: boolean, part: Part, search: DelimiterSearch): HeaderStep {
    const section = part.header;
    const begun = rest.subarray(0, LONG_LINE);
    const lf = begun.indexOf(LF);
    const isLong = lf < 0 && begun.length === LONG_LINE;
    if (lf < 0 && !isEnd && !isLong) return { is: 'more' };
    const length = lf < 0 ? begun.length : lf + 1;
    const line = rest.subarray(0, length);
    this.#count += 1;
    if (this.#count > HEADER_LINES) return { is: 'too many' };
    const isContinued = this.#isInLongLine;
    this.#isInLongLine = isLong;
    if (isContinued) {
      section.add(line, true);
      return { is: 'field', length };
    }
    const delimiter = isLong ? null : search.in(line, part);
    if (delimiter !== null) return { is: 'delimiter', length, delimiter };
    if (isEmpty(line)) return { is: 'end', length };
    // A field cannot begin with a folded line.
    if (isFieldLine(line) && (section.size > 0 || !isFolded(line))) {
      section.add(line, false);
      return { is: 'field', length };
    }
    this.#isInLongLine = false;
    return lf < 0 ? { is: 'end', length: 0 } : afterBroken(rest, length, isEnd);
  }
}

/** What is looked at is the same, however much has come beyond it. */
function afterBroken(rest: Buffer, length: number, isEnd: boolean): HeaderStep {
  // Lines that go on with the broken one go with it.
  const seen = rest.subarray(0, length + LONG_LINE);
  const behind = behindFolded(seen, length);
  const isNextThere = isEnd || seen.indexOf(LF, behind) >= 0 || seen.length === length + LONG_LINE;
  if (!isNextThere) return { is: 'more' };
  const next = seen.subarray(behind);
  const isLeftOut = !isFolded(next) && isFieldLine(next);
  return isLeftOut ? { is: 'left out', length: behind } : { is: 'end', length: 0 };
}

/** Where the first line begins that does not go on with the one before, if it is there. */
function behindFolded(octets: Buffer, from: number): number {
  let at = from;
  while (isFolded(octets.subarray(at))) {
    const lf = octets.indexOf(LF, at);
    if (lf < 0) break;
    at = lf + 1;
  }
  return at;
}

function isEmpty(line: Buffer): boolean {
  return line[0] === LF || (line[0] === CR && line[1] === LF);
}
