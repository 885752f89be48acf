/**
 * What an answer must not carry outside: an address that lets one of the staff answer, or somebody
 * say how it went (signed-address.ts). Loaded by what the staff write alone. Pure, linear.
 */

/** Also broken over lines or in a link. */
const GIVEN =
  /(?<![a-z0-9])[a-z0-9]+(?:[-+]|%2B)\s?[0-9]+-\s?[ackgn]-\s?[a-z0-9]{1,9}-\s?[a-z2-7]{16}(?:@|%40)[a-z0-9.-]+/gi;

export function withoutStaffAddresses(text: string, instead: string): string {
  return text.replace(GIVEN, instead);
}

/**
 * What is left of such an address, whatever broke it or stands between its parts. A minute has five
 * digits (from 1973 on): a list of "- A" and "- B" is none.
 */
const BROKEN = /-(?:[ackn]-[a-z0-9]{5,9}|g-[0-9]{2,9})-[a-z2-7]{16}/i;

export function holdsStaffAddress(text: string): boolean {
  return BROKEN.test(text.replace(/[\s\0>＞|=\p{Cf}]+/gu, ''));
}
