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
    const lf = rest.indexOf(LF);
    if (lf < 0 && !isEnd && rest.length < LONG_LINE) return { is: 'more' };
    const length = lf < 0 ? rest.length : lf + 1;
    const line = rest.subarray(0, length);
    this.#count += 1;
    if (this.#count > HEADER_LINES) return { is: 'too many' };
    const isContinued = this.#isInLongLine;
    this.#isInLongLine = lf < 0;
    if (isContinued) {
      section.add(line, true);
      return { is: 'field', length };
    }
    const delimiter = search.in(line, part);
    if (delimiter !== null) return { is: 'delimiter', length, delimiter };
    if (isEmpty(line)) return { is: 'end', length };
    // A field cannot begin with a folded line.
    if (isFieldLine(line) && (section.size > 0 || !isFolded(line))) {
      section.add(line, false);
      return { is: 'field', length };
    }
    this.#isInLongLine = false;
    if (lf < 0) return { is: 'end', length: 0 };
    // Lines that go on with the broken one go with it.
    const behind = behindFolded(rest, length);
    const isNextThere = isEnd || rest.indexOf(LF, behind) >= 0 || rest.length >= length + LONG_LINE;
    if (!isNextThere) return { is: 'more' };
    const next = rest.subarray(behind);
    const isLeftOut = !isFolded(next) && isFieldLine(next);
    return isLeftOut ? { is: 'left out', length: behind } : { is: 'end', length: 0 };
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
