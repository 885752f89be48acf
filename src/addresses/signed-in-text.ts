/**
 * Texts without addresses that we have signed: whoever has one of them can do what it was given for.
 *
 * First they are found as they are written, also in a link; then what is left of one between whose
 * parts lines break, or a client has put marks of quotes, or that is written in another way
 * (sign-at.ts), also around what stands in brackets, as where a link leads. Pure, linear.
 */
import { DASH, signAt } from './sign-at.ts';

/** Of any role (signed-address.ts). */
const SIGNED =
  /(?<![a-z0-9])[a-z0-9]+(?:[-+]|%2B)[0-9]+-[abcgknpr]-[a-z0-9]{1,9}-[a-z2-7]{16}(?:(?:@|%40)[a-z0-9.-]+)?/gi;
/**
 * Of any role, from its number on. Without that: with the minute of which it is, which has five
 * digits (from 1973 on), or before an @, so that a list of "- A" and "- B" is none.
 */
const BROKEN = new RegExp(
  [
    `(?<=[a-z0-9][-+${DASH}])[0-9]+[-${DASH}][abcgknpr][-${DASH}][a-z0-9]{1,9}[-${DASH}][a-z2-7]{16}`,
    '-[acknp]-[a-z0-9]{5,9}-[a-z2-7]{16}',
    '-[bgr]-[0-9]{1,9}-[a-z2-7]{16}(?=@)',
  ].join('|'),
  'gi',
);
/** Whatever stands for a hyphen. */
const MAY_HOLD = /[-%&=]|[^\0-\x7F]/;

/** Those that are written in one piece: also in HTML, of which nothing is broken by that. */
export function withoutWholeAddresses(text: string, instead: string): string {
  return text.replace(SIGNED, instead);
}

export function withoutSignedAddresses(text: string, instead: string): string {
  const plain = withoutWholeAddresses(text, instead);
  if (!MAY_HOLD.test(plain)) return plain;
  const left = withoutBroken(plain, instead, 'with brackets');
  return left.includes('[') ? withoutBroken(left, instead, 'without brackets') : left;
}

function withoutBroken(
  text: string,
  instead: string,
  which: 'with brackets' | 'without brackets',
): string {
  const [places, ends]: [number[], number[]] = [[], []];
  let read = '';
  for (let at = 0; at < text.length; ) {
    const bracket = which === 'without brackets' ? bracketAt(text, at) : 0;
    const { sign, length } = bracket > 0 ? { sign: '', length: bracket } : signAt(text, at);
    if (sign !== '') {
      read += sign.charAt(0);
      places.push(at);
      ends.push(at + length);
    }
    at += length;
  }
  let [left, done] = ['', 0];
  for (const { index, 0: found } of read.matchAll(BROKEN)) {
    const [from, end] = [places[index] ?? 0, ends[index + found.length - 1] ?? 0];
    // A text keeps its number of lines.
    const lines = text.slice(from, end).replace(/[^\n]/g, '');
    left += text.slice(done, from) + instead + lines;
    done = end;
  }
  return left + text.slice(done);
}

/** How long what stands in brackets here is; 0: there is none. */
function bracketAt(text: string, at: number): number {
  if (text.charAt(at) !== '[') return 0;
  let end = at + 1;
  while (end < text.length && !'[]'.includes(text.charAt(end))) end += 1;
  return text.charAt(end) === ']' ? end + 1 - at : 0;
}
