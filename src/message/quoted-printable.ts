/**
 * Quoted-printable (RFC 2045 6.7) as a stream, in constant memory and linear time.
 *
 * Soft line breaks go, with the blanks behind their `=`; blanks at the end of a
 * line go; what is no valid escape stays as it stands. (The parser's own decoder
 * holds a whole attachment, and takes quadratic time for a run of blanks.)
 */
import { Transform } from 'node:stream';

const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;
/** Octets that are held until their line goes on; a longer run of blanks is content. */
const HELD = 1000;

export class QuotedPrintable extends Transform {
  #rest: Buffer = Buffer.alloc(0);

  override _transform(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = decidable(octets);
    this.#rest = octets.subarray(end);
    this.push(decode(octets.subarray(0, end)));
    done();
  }

  override _flush(done: () => void): void {
    this.push(decode(this.#rest));
    done();
  }
}

/** Up to where the octets can be decoded without those that follow. */
function decidable(octets: Buffer): number {
  let at = octets.length;
  if (octets[at - 1] === CR) at -= 1;
  while (at > 0 && octets.length - at < HELD && isBlank(octets[at - 1])) at -= 1;
  if (octets.length - at >= HELD) return octets.length;
  for (let back = 1; back <= 2; back += 1) {
    if (octets[at - back] === EQUALS) return at - back;
  }
  return at;
}

function decode(octets: Buffer): Buffer {
  const out = Buffer.allocUnsafe(octets.length);
  let length = 0;
  /** Where the blanks that may end a line begin. */
  let blanks = 0;
  for (let at = 0; at < octets.length; ) {
    const octet = octets[at] ?? 0;
    const soft = octet === EQUALS ? softBreak(octets, at) : 0;
    const escaped = octet === EQUALS ? hex(octets[at + 1]) * 16 + hex(octets[at + 2]) : Number.NaN;
    if (soft > 0) {
      at += soft;
    } else if (!Number.isNaN(escaped)) {
      out[length] = escaped;
      length += 1;
      blanks = length;
      at += 3;
    } else {
      const isLineEnd = octet === LF || (octet === CR && octets[at + 1] === LF);
      if (isLineEnd) length = blanks;
      out[length] = octet;
      length += 1;
      if (isLineEnd || !isBlank(octet)) blanks = length;
      at += 1;
    }
  }
  return out.subarray(0, length);
}

/** Octets of `=`, blanks and a line end, or 0 where it is no soft line break. */
function softBreak(octets: Buffer, from: number): number {
  let at = from + 1;
  while (isBlank(octets[at]) && at - from < HELD) at += 1;
  if (octets[at] === CR && octets[at + 1] === LF) return at + 2 - from;
  if (octets[at] === LF) return at + 1 - from;
  return at >= octets.length ? at - from : 0;
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
