/** Whose an address is, and where one stands within other words. Pure. */

const BETWEEN = /[\s<>()[\]{},;:"|*!?=`]+/;
/** What may stand around one. */
const AROUND = "'.";

/** What looks like an address in it. */
export function addressesIn(text: string): readonly string[] {
  if (!text.includes('@')) return [];
  return text
    .split(BETWEEN)
    .filter((word) => word.includes('@'))
    .map(bare);
}

function bare(word: string): string {
  let [from, end] = [0, word.length];
  while (from < end && AROUND.includes(word.charAt(from))) from += 1;
  while (end > from && AROUND.includes(word.charAt(end - 1))) end -= 1;
  return word.slice(from, end);
}

/** RFC 5321 4.5.3.1.3, with a quoted local part. */
const MAX_ADDRESS_CHARACTERS = 320;

/** Of a value that may be one as a whole. */
export function hasAddressOf(text: string, isPerson: (address: string) => boolean): boolean {
  if (!text.includes('@')) return false;
  if (text.length <= MAX_ADDRESS_CHARACTERS && isPerson(text)) return true;
  return addressesIn(text).some(isPerson);
}
