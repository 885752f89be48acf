/**
 * Octets of a text part as characters, whatever its charset is said to be.
 *
 * ASCII and UTF-8 are read here. All else is judged and decoded by charsets/other.ts, which a plain
 * mail does not load. Never throws.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { decodeOther, isKnown } from './charsets/other.ts';
import { MEANS_NOTHING, plainLabel, USUAL_LABELS, WIDE } from './charsets/plain-label.ts';
import type { Tell } from './guesses.ts';

/** Charsets whose ASCII octets do not all mean ASCII, or that are told by what their label says. */
const NOT_ASCII = /^(x-)?(hz|utf-?7|unicode-1-1-utf-?7|(cs)?iso-?2022|cp5022)/;
const ESC = 0x1b;

/** `otherwise`: of octets that are not what is declared, if anybody knows a charset of them. */
export function decodeText(
  octets: Buffer,
  declared: string,
  isHtml: boolean,
  tell?: Tell,
  otherwise?: string,
): string {
  const label = plainLabel(declared);
  if (isAscii(octets)) {
    const isPlain =
      USUAL_LABELS.includes(label) ||
      (!NOT_ASCII.test(label) && !(WIDE.test(label) && octets.includes(0)));
    if (isPlain && !octets.includes(ESC)) return octets.toString('latin1');
  } else if (MEANS_NOTHING.test(label) && isUtf8(octets)) {
    return withoutMark(octets.toString('utf8'));
  }
  return withoutMark(decodeOther(octets, label, isHtml, tell, otherwise));
}

export function isCharset(declared: string): boolean {
  return isKnown(plainLabel(declared));
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
