/**
 * The first octets of a mail tell a byte order mark, and line ends of CR alone: those become LF.
 */
import { LONG_LINE } from './delimiter-search.ts';

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export class LineEnds {
  /** null until the first octets have shown it. */
  #isCrOnly: boolean | null = null;

  /** null if more octets are needed to tell. */
  read(octets: Buffer, isEnd: boolean): Buffer | null {
    let rest = octets;
    if (this.#isCrOnly === null) {
      const head = octets.subarray(0, LONG_LINE);
      if (head.length < LONG_LINE && !head.includes(LF) && !isEnd) return null;
      this.#isCrOnly = head.includes(CR) && !head.includes(LF);
      if (octets.subarray(0, 3).equals(BYTE_ORDER_MARK)) rest = octets.subarray(3);
    }
    if (!this.#isCrOnly) return rest;
    const ended = Buffer.from(rest);
    for (let at = ended.indexOf(CR); at >= 0; at = ended.indexOf(CR, at)) ended[at] = LF;
    return ended;
  }
}
