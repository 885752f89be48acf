/**
 * Texts without addresses that we have signed: whoever has one of them can do what it was given for.
 *
 * First they are found as they are written, also in a link; then what is left of one between whose
 * parts lines break, or a client has put marks of quotes. Pure, linear.
 */

/** Of any role (signed-address.ts). */
const SIGNED =
  /(?<![a-z0-9])[a-z0-9]+(?:[-+]|%2B)[0-9]+-[abcgknpr]-[a-z0-9]{1,9}-[a-z2-7]{16}(?:(?:@|%40)[a-z0-9.-]+)?/gi;
/** A minute has five digits (from 1973 on): a list of "- A" and "- B" is none. */
const BROKEN = /-[ackn]-[a-z0-9]{5,9}-[a-z2-7]{16}/gi;
/** What may stand between its parts. */
const BETWEEN = /[\s\0>＞|=\p{Cf}]/u;

/** Those that are written in one piece: also in HTML, of which nothing is broken by that. */
export function withoutWholeAddresses(text: string, instead: string): string {
  return text.replace(SIGNED, instead);
}

export function withoutSignedAddresses(text: string, instead: string): string {
  const plain = withoutWholeAddresses(text, instead);
  return plain.includes('-') ? withoutBroken(plain, instead) : plain;
}

function withoutBroken(text: string, instead: string): string {
  const places: number[] = [];
  const units: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (BETWEEN.test(unit)) continue;
    units.push(unit);
    places.push(at);
  }
  let [left, done] = ['', 0];
  for (const { index, 0: found } of units.join('').matchAll(BROKEN)) {
    const [from, last] = [places[index] ?? 0, places[index + found.length - 1] ?? 0];
    // A text keeps its number of lines.
    const lines = text.slice(from, last + 1).replace(/[^\n]/g, '');
    left += text.slice(done, from) + instead + lines;
    done = last + 1;
  }
  return left + text.slice(done);
}
