/**
 * The content of a file on its way past the parser, which would look at each line of it and find
 * nothing. The last line end is the delimiter's behind it (RFC 2046 5.1.1), so it waits.
 */
import type { PartTaker } from './mail-parser.ts';

/** `closing`: of a multipart around it. */
export type PartEnd = 'next part' | 'closing' | 'end of mail';

const LF = 0x0a;
const CR = 0x0d;

export class FileContent {
  readonly #taker: PartTaker;
  #held: Buffer = Buffer.alloc(0);
  #isEmpty = true;

  constructor(taker: PartTaker) {
    this.#taker = taker;
  }

  write(octets: Buffer): void {
    const all = this.#held.length === 0 ? octets : Buffer.concat([this.#held, octets]);
    const end = beforeLineEnd(all);
    if (end > 0) {
      this.#taker.write(all.subarray(0, end));
      this.#isEmpty = false;
    }
    this.#held = all.subarray(end);
  }

  end(by: PartEnd): void {
    // As in the parser: there, one line end before another part is a file.
    const isItsOwn = by === 'end of mail' || (by === 'next part' && this.#isEmpty);
    if (isItsOwn && this.#held.length > 0) this.#taker.write(this.#held);
    this.#taker.close();
  }
}

function beforeLineEnd(octets: Buffer): number {
  const { length } = octets;
  if (octets[length - 1] === CR) return length - 1;
  if (octets[length - 1] !== LF) return length;
  return octets[length - 2] === CR ? length - 2 : length - 1;
}
