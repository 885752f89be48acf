/**
 * What is kept in the place of a secret, or of a password that somebody mailed to us. Pure.
 */
export const BLANKED = '[blanked]';

/** The longest of them first, so that none of a longer one is left. */
export function blankedText(text: string, words: readonly string[]): string {
  return words
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, word) => left.replaceAll(word, BLANKED), text);
}
