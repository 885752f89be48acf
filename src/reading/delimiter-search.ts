/**
 * Where the next line begins that is a delimiter of a part, or of a multipart around it
 * (mime-part.ts), in what has come of a mail so far. Linear, but for lines that only begin as a
 * delimiter: of those MAX_NEAR_MISSES are looked at.
 */
import { type Delimiter, delimiterBeginnings, delimiterIn, type Part } from './mime-part.ts';

/**
 * Of a line no more octets are waited for: RFC 5322 2.1.1 allows 998, RFC 2046 5.1.1 a boundary of
 * 70.
 */
export const LONG_LINE = 8192;
/** By depth: more is an attack. */
const MAX_NEAR_MISSES = 1_000_000;
const LF = 0x0a;
const DASH = 0x2d;

export class DelimiterSearch {
  readonly #afterEnd: () => void;
  #nearMisses = 0;

  /** `afterEnd`: a line would begin a part of a multipart that is closed. */
  constructor(afterEnd: () => void) {
    this.#afterEnd = afterEnd;
  }

  in(line: Buffer, part: Part): Delimiter | null {
    const found = line.length > LONG_LINE ? null : delimiterIn(line, part);
    if (found !== 'after the end') return found;
    this.#afterEnd();
    return null;
  }

  /**
   * How many octets stand before the next line that is one, or that may be one once it has ended;
   * null if there were too many near misses.
   */
  before(octets: Buffer, part: Part, isEnd: boolean): number | null {
    const needles = delimiterBeginnings(part);
    if (needles.length === 0) return octets.length;
    const places = needles.map((needle) => octets.indexOf(needle));
    for (;;) {
      const found = places.filter((place) => place >= 0);
      if (found.length === 0) break;
      const nearest = Math.min(...found);
      const from = nearest + 1;
      const lf = octets.indexOf(LF, from);
      if (lf < 0 && !isEnd && octets.length - from < LONG_LINE) return from;
      if (this.in(octets.subarray(from, lf < 0 ? octets.length : lf + 1), part) !== null)
        return from;
      this.#nearMisses += 1 + part.depth;
      if (this.#nearMisses > MAX_NEAR_MISSES) return null;
      needles.forEach((needle, n) => {
        if (places[n] === nearest) places[n] = octets.indexOf(needle, from);
      });
    }
    const last = octets.lastIndexOf(LF) + 1;
    const isHeld = !isEnd && last > 0 && octets[last] === DASH && octets.length - last < LONG_LINE;
    return isHeld ? last : octets.length;
  }
}
