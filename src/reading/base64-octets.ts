/**
 * Base64 of a file (RFC 2045 6.8), chunk by chunk, in constant memory and linear time; how it is cut
 * into chunks makes no difference.
 *
 * As forgiving as that of a text (base64.ts): pieces that are padded each stand one behind the other,
 * and signs of no alphabet are left out.
 */
const OTHER_SIGNS = /[^A-Za-z0-9+/=]/g;

export class Base64Octets {
  /** Signs that are no whole four yet. */
  #begun = '';

  decode(chunk: Buffer): Buffer {
    const signs = chunk.toString('latin1').replaceAll('\n', '').replaceAll('\r', '');
    const text = this.#begun + signs;
    return this.#decode(text) ?? this.#decode(text.replace(OTHER_SIGNS, '')) ?? NOTHING;
  }

  /** What was held back. */
  end(): Buffer {
    return Buffer.from(this.#begun, 'base64');
  }

  /** null if other signs stand in it. */
  #decode(text: string): Buffer | null {
    // Of the alphabet for URLs, which `Buffer` reads as well.
    if (text.includes('-') || text.includes('_')) return null;
    const padded = text.lastIndexOf('=') + 1;
    const whole = text.length - ((text.length - padded) % 4);
    const pieces = [...text.slice(0, padded).split('='), text.slice(padded, whole)];
    const decoded = pieces.filter((piece) => piece !== '').map(octetsOf);
    if (!decoded.every((octets) => octets !== null)) return null;
    this.#begun = text.slice(whole);
    return decoded.length === 1 ? (decoded[0] ?? NOTHING) : Buffer.concat(decoded);
  }
}

const NOTHING = Buffer.alloc(0);

/** null if it gives less than so many signs do: `Buffer` has left some out. */
function octetsOf(piece: string): Buffer | null {
  const octets = Buffer.from(piece, 'base64');
  return octets.length === Math.floor((piece.length * 3) / 4) ? octets : null;
}
