/**
 * A header field with octets above ASCII, or with escapes, for the parser. Loaded for a mail that
 * has one.
 */
import { isUtf8 } from 'node:buffer';
import { decodeText } from './charset.ts';

/** `charset`: what the octets are in if they are no UTF-8; empty if it is not known. */
export function inUtf8(field: Buffer, charset: string): Buffer {
  if (isUtf8(field) && !field.includes(ESC)) return withoutBlankEnd(field);
  // A character that was cut stands at the very end.
  const end = lineEndOf(field);
  const text = decodeText(field.subarray(0, end), charset, false);
  return withoutBlankEnd(Buffer.concat([Buffer.from(text), field.subarray(end)]));
}

/** Of ISO-2022, which is ASCII by its octets. */
const ESC = 0x1b;
const BLANK_OCTET = 0xa0;

function lineEndOf(octets: Buffer): number {
  return octets.length - (/\r?\n$/.exec(octets.toString('latin1'))?.[0].length ?? 0);
}

/**
 * The parser takes blanks away from octets, and the last one of a letter (à) looks like a no-break
 * space: such a letter is written as an encoded word.
 */
function withoutBlankEnd(octets: Buffer): Buffer {
  const end = lineEndOf(octets);
  if (octets[end - 1] !== BLANK_OCTET) return octets;
  const text = octets.toString('utf8', 0, end);
  const last = /.$/su.exec(text)?.[0] ?? '';
  const word = `=?utf-8?B?${Buffer.from(last).toString('base64')}?=`;
  return Buffer.concat([Buffer.from(text.slice(0, -last.length) + word), octets.subarray(end)]);
}
