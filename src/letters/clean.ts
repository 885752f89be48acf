/**
 * A stranger's words as one line of our mail: no line breaks, no control characters, none
 * of the marks that turn the direction of what follows (UAX 9), and nothing that a client
 * would decode once more (RFC 2047): it may decode to anything.
 */
import { withoutControls } from '../ticket/plain.ts';

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function clean(text: string): string {
  return withoutControls(text).replace(BIDI, '').replaceAll('=?', '= ?').trim();
}
