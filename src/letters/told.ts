/**
 * How much of a customer's words stands in the mail that tells one of the staff of them.
 * What is longer is attached, with the whole mail. Pure.
 */

/** As they go out. */
const MAX_TOLD_BYTES = 24 * 1024;

export function isToldWhole(text: string): boolean {
  return toldOf(text).length === text.length;
}

/** Whole lines, as many as there is room for; of a longer first line its beginning. */
export function toldOf(text: string): string {
  // Most texts are short.
  if (text.length * 9 <= MAX_TOLD_BYTES) return text;
  let end = 0;
  let left = MAX_TOLD_BYTES;
  for (const line of text.split('\n')) {
    left -= quotedPrintableBytes(line) + 1;
    if (left < 0) break;
    end += line.length + 1;
  }
  if (end === 0) return text.slice(0, MAX_TOLD_BYTES / 9);
  return text.slice(0, Math.min(end - 1, text.length));
}

/** Quoted-printable makes three of an octet that is not ASCII (RFC 2045 6.7). */
export function quotedPrintableBytes(text: string): number {
  const octets = Buffer.byteLength(text);
  const plain = text.match(/[\t\n\x20-\x3c\x3e-\x7e]/g)?.length ?? 0;
  return plain + 3 * (octets - plain);
}
