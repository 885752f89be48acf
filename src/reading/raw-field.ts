/** A header field with octets above ASCII, for the parser. Loaded for a mail that has one. */
import { isUtf8 } from 'node:buffer';
import { decodeText } from './charset.ts';

/** `charset`: what the octets are in if they are no UTF-8; empty if it is not known. */
export function inUtf8(field: Buffer, charset: string): Buffer {
  return withoutBlankEnd(isUtf8(field) ? field : Buffer.from(decodeText(field, charset, false)));
}

const BLANK_OCTET = 0xa0;

/**
 * The parser takes blanks away from octets, and the last one of a letter (à) looks like a no-break
 * space: such a letter is written as an encoded word.
 */
function withoutBlankEnd(octets: Buffer): Buffer {
  const end = octets.length - (/\r?\n$/.exec(octets.toString('latin1'))?.[0].length ?? 0);
  if (octets[end - 1] !== BLANK_OCTET) return octets;
  const text = octets.toString('utf8', 0, end);
  const last = /.$/su.exec(text)?.[0] ?? '';
  const word = `=?utf-8?B?${Buffer.from(last).toString('base64')}?=`;
  return Buffer.concat([Buffer.from(text.slice(0, -last.length) + word), octets.subarray(end)]);
}
