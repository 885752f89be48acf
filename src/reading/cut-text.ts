/**
 * The last text of a mail that has more of it than is read, without the half of a character at its
 * end. Pure.
 */
import { fromBase64 } from './base64.ts';
import { decodeText } from './charset.ts';
import type { LeafPart } from './known-part.ts';
import type { TextOctets } from './mime-tree.ts';

/** Octets of a character, less one. */
const MAX_OVER = 3;

export function withoutHalf(texts: TextOctets): TextOctets {
  const last = [...texts].filter(([, octets]) => octets.length > 0).at(-1);
  if (last === undefined) return texts;
  const [part, octets] = last;
  return new Map(texts).set(part, wholeOf(part, octets));
}

function wholeOf({ encoding, charset, type }: LeafPart, sent: Buffer): Buffer {
  const octets = encoding === 'base64' ? fromBase64(sent).octets : sent;
  let end = octets.length - halfEscape(octets, encoding);
  for (let over = 0; over <= MAX_OVER; over += 1) {
    const text = decodeText(octets.subarray(0, end - over), charset, type === 'text/html');
    if (text.endsWith('\uFFFD')) continue;
    end -= over;
    break;
  }
  const whole = octets.subarray(0, end);
  return encoding === 'base64' ? Buffer.from(whole.toString('base64')) : whole;
}

/** `=C` of what was quoted-printable. */
function halfEscape(octets: Buffer, encoding: LeafPart['encoding']): number {
  const end = octets.toString('latin1', octets.length - 2);
  return encoding === 'quoted-printable' ? (/=[0-9A-Fa-f]?$/.exec(end)?.[0].length ?? 0) : 0;
}
