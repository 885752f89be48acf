/**
 * What of a text must be the same where two forms of it are held against each other: letters,
 * digits and emoji, and the signs by which a number is another one. Those are what stands between
 * two digits (`1.50`), a minus before one, and `$`, `€` and `%`. Programs put other signs where
 * they like: marks of emphasis, of lists and of quotes. Pure, linear.
 */

const COUNTED =
  /(?:[\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Sc}%‰]|(?<=\p{Nd})[\p{P}\p{Sm}\p{Sk}]+(?=\p{Nd})|-(?=\p{Nd}))+/gu;

/** What counts, each run of it by itself; the text is normalised before. */
export function countedIn(text: string): readonly string[] {
  return (
    text
      .replace(/\p{Cf}+/gu, '')
      // Programs write one for the other.
      .replace(/[\p{Pd}\u2212]/gu, '-')
      .replace(/[‘’′]/gu, "'")
      .match(COUNTED) ?? []
  );
}
