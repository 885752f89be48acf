/**
 * The content of a packed part, while it comes: held until it is whole, and unpacked then.
 *
 * What is too large for the room that all packed parts of a mail share goes on as a file. A
 * multipart whose label says that it is encoded is packed only if its beginning is (`decide`).
 */
import type { SaidPart } from './known-part.ts';
import {
  isStillEncoded,
  type PackedPart,
  type Packing,
  TELLING_BYTES,
} from './unpacked/packing.ts';

/**
 * What a packed part holds, as a mail or a multipart; null if it cannot be unpacked. `foundIn` is
 * null for what is said of it.
 */
export type Unpack = (
  octets: Buffer,
  part: PackedPart,
  context: {
    /** The mail has words so far: then a copy of them is left out. */
    readonly hasWords: boolean;
    /** So many octets may come out of it. */
    readonly room: number;
  },
) => Unpacked | 'too large' | null;

export interface Unpacked {
  readonly octets: Buffer;
  readonly foundIn: Packing | null;
}

/** Octets of packed parts that may still be held. */
export interface Room {
  left: number;
}

export class PackedContent {
  readonly part: PackedPart;
  /** The file that it is. */
  readonly said: SaidPart;
  readonly #room: Room;
  readonly #octets: Buffer[] = [];
  #held = 0;
  #isTooLarge = false;
  #isDecided: boolean;

  constructor(part: PackedPart, said: SaidPart, room: Room) {
    this.part = part;
    this.said = said;
    this.#room = room;
    this.#isDecided = part.packing !== 'encoded-multipart';
  }

  get held(): number {
    return this.#held;
  }

  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /** It is a file of the mail, too. */
  get isFile(): boolean {
    return this.part.packing === 'smime' || this.part.packing === 'tnef';
  }

  /** Whether it is packed indeed, by its first octets. */
  decide(octets: Buffer, isEnd: boolean): 'is packed' | 'is not' | 'more' | 'decided' {
    if (this.#isDecided) return 'decided';
    if (octets.length < TELLING_BYTES && !isEnd) return 'more';
    this.#isDecided = true;
    return isStillEncoded(octets, this.part) ? 'is packed' : 'is not';
  }

  /** Whether there is room for it and all before it; if not, it is to be taken at once. */
  keep(octets: Buffer): boolean {
    this.#octets.push(Buffer.from(octets));
    this.#held += octets.length;
    this.#room.left -= octets.length;
    this.#isTooLarge = this.#room.left < 0;
    return !this.#isTooLarge;
  }

  /** All that it holds. The room for it is taken until it is freed. */
  take(): Buffer {
    return Buffer.concat(this.#octets.splice(0));
  }

  free(): void {
    this.#room.left += this.#held;
    this.#held = 0;
  }
}
