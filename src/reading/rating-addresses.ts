/**
 * Texts and HTML without the addresses by which a ticket is rated (addresses/signed-address.ts): a
 * reply quotes them, and whoever reads it could answer in its author's place. A text keeps its
 * number of lines. Pure, linear.
 */

const RATING =
  /(?<![a-z0-9])[a-z0-9]+(?:[-+]|%2B)[0-9]+-g-[0-9]{2,9}-[a-z2-7]{16}(?:(?:@|%40)[a-z0-9.-]+)?/gi;
const BROKEN = /-g-[0-9]{2,9}-[a-z2-7]{16}/gi;
/** What a client puts between the parts of a long word, or of a quoted one. */
const BETWEEN = /[\s\0>＞|=\p{Cf}]/u;
const IN_PLACE = '[address]';

export function withoutRatingAddresses(text: string): string {
  return withoutBroken(text.replace(RATING, IN_PLACE));
}

/** null if one is left in pieces. */
export function withoutRatingsInHtml(html: string): string | null {
  const left = html.replace(RATING, IN_PLACE);
  const words = left.replace(/<[^<>]*>|&nbsp;|&shy;|&#\w{1,8};/g, '');
  return withoutBroken(words) === words ? left : null;
}

function withoutBroken(text: string): string {
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
    left += text.slice(done, from) + IN_PLACE + text.slice(from, last + 1).replace(/[^\n]/g, '');
    done = last + 1;
  }
  return left + text.slice(done);
}
