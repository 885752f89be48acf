/**
 * Quoted-printable (RFC 2045 6.7), chunk by chunk, in constant memory and linear time;
 * how it is cut into chunks makes no difference.
 *
 * Soft line breaks go, with the blanks behind their `=`, also at the very end, whose
 * line end belongs to the delimiter; blanks at the end of a line go, unless they are
 * more than MAX_BLANKS; what is no valid escape stays as it stands.
 */
const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;
/** Blanks that may belong to a line end: RFC 5322 2.1.1 allows lines of 998. */
const MAX_BLANKS = 998;

export class QuotedPrintable {
  #rest: Buffer = Buffer.alloc(0);
  /** A run of blanks that is too long for a line end goes on. */
  #isInRun = false;

  decode(chunk: Buffer): Buffer {
    return this.#decode(
      this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]),
      false,
    );
  }

  /** What was held back. */
  end(): Buffer {
    return this.#decode(this.#rest, true);
  }

  #decode(octets: Buffer, isEnd: boolean): Buffer {
    const out = Buffer.allocUnsafe(octets.length);
    let length = 0;
    let at = 0;
    while (at < octets.length) {
      const octet = octets[at] ?? 0;
      const step =
        octet === EQUALS
          ? afterEquals(octets, at, isEnd)
          : isBlank(octet)
            ? this.#blanks(octets, at, isEnd)
            : { used: 1, octet };
      if (step === null) break;
      if ('octet' in step) {
        out[length] = step.octet;
        length += 1;
      } else if (step.isKept) {
        length += octets.copy(out, length, at, at + step.used);
      }
      if (!isBlank(octet)) this.#isInRun = false;
      at += step.used;
    }
    this.#rest = octets.subarray(at);
    return out.subarray(0, length);
  }

  #blanks(octets: Buffer, from: number, isEnd: boolean): Step {
    let to = from;
    while (to < octets.length && to - from <= MAX_BLANKS && isBlank(octets[to])) to += 1;
    const used = to - from;
    this.#isInRun ||= used > MAX_BLANKS;
    if (this.#isInRun) return { used, isKept: true };
    if (!isEnd && (to >= octets.length || (octets[to] === CR && to + 1 >= octets.length))) {
      return null;
    }
    return { used, isKept: !isLineEnd(octets, to) };
  }
}

/** What is done with the octets at a place; null if those that follow must be seen. */
type Step =
  | { readonly used: number; readonly octet: number }
  | { readonly used: number; readonly isKept: boolean }
  | null;

function afterEquals(octets: Buffer, at: number, isEnd: boolean): Step {
  const [high, low] = [hex(octets[at + 1]), hex(octets[at + 2])];
  if (!Number.isNaN(high) && !Number.isNaN(low)) return { used: 3, octet: high * 16 + low };
  let to = at + 1;
  while (to < octets.length && to - at <= MAX_BLANKS && isBlank(octets[to])) to += 1;
  const isOpen = to >= octets.length || (octets[to] === CR && to + 1 >= octets.length);
  const mayBeHex = to === at + 1 && !Number.isNaN(high) && at + 2 >= octets.length;
  if (!isEnd && (isOpen || mayBeHex)) return null;
  if (to >= octets.length) return { used: to - at, isKept: false };
  if (!isLineEnd(octets, to)) return { used: 1, octet: EQUALS };
  return { used: to - at + (octets[to] === CR ? 2 : 1), isKept: false };
}

function isLineEnd(octets: Buffer, at: number): boolean {
  return octets[at] === LF || (octets[at] === CR && octets[at + 1] === LF);
}

function isBlank(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB;
}

/** NaN for what is no hexadecimal digit. */
function hex(octet: number | undefined): number {
  if (octet === undefined) return Number.NaN;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
}
