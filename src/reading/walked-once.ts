/**
 * A mail on its way in, walked through: what it consists of, and what the parser shall see of it.
 *
 * The latter is kept of a small mail without files, which most are; it is walked through in one
 * piece, as it would be read from its file. Any other is walked through as it comes, and once more
 * when it is read: what is packed is unpacked then, and files go past the parser. Never throws.
 */
import type { ReadLimits } from '../config/limits.ts';
import { BoundedMail } from './bounded-mail.ts';
import type { Outline } from './limits.ts';

/** Whoever reads it by this does so once: the walker notes what is guessed meanwhile. */
export interface Seen {
  readonly bounded: BoundedMail;
  readonly octets: readonly Buffer[];
}

export interface WalkedMail {
  /** The header section, as it came, within limits. */
  readonly header: Buffer;
  readonly outline: Outline;
  readonly seen: Seen | null;
}

/** Octets of a small mail. */
const SMALL_BYTES = 65_536;

export class WalkOnce {
  readonly #bounded: BoundedMail;
  /** The whole mail while it is small. */
  #small: Buffer[] | null = [];
  #size = 0;

  constructor(limits: ReadLimits) {
    this.#bounded = new BoundedMail(limits);
  }

  /** The memory of the chunk is not used again. */
  take(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#small !== null && this.#size <= SMALL_BYTES) {
      this.#small.push(chunk);
      return;
    }
    for (const one of [...(this.#small ?? []), chunk]) for (const _ of this.#bounded.push(one));
    this.#small = null;
  }

  end(): WalkedMail {
    const seen = this.#small === null ? null : this.#walk(Buffer.concat(this.#small));
    if (this.#small === null) for (const _ of this.#bounded.end());
    const { header, outline } = this.#bounded;
    return { header, outline, seen };
  }

  /** null if there are files in it, or something is packed. */
  #walk(whole: Buffer): Seen | null {
    const bounded = this.#bounded;
    const octets: Buffer[] = [];
    let isPacked = false;
    for (const walking of [bounded.push(whole), bounded.end()]) {
      for (const some of walking) {
        isPacked ||= bounded.isWaiting;
        octets.push(some);
      }
    }
    return isPacked || bounded.outline.attachments > 0 ? null : { bounded, octets };
  }
}
