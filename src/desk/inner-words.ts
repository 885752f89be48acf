/**
 * Words of the desk alone in what is about to go out: eight in a row that are a note's, another
 * person's, or those around a notification.
 *
 * Letters alone are compared, so it does not matter how they are wrapped or marked. What the
 * addressee wrote or was sent is theirs, whoever else has quoted it. Where letters stand without
 * blanks between words, two of them count as a word. Pure, linear.
 */
import type { SentText } from '../reading/quotes/sent-words.ts';
import { isLetterAlone, tokensOf } from '../reading/quotes/tokens.ts';

const WORDS_IN_A_ROW = 8;

/** The first words that must not go out, or null. */
export function innerWordsIn(text: string, texts: readonly SentText[]): string | null {
  const own = new Set(rowsOf(text));
  if (own.size === 0) return null;
  const found = new Set(rowsAmong(texts, 'inner', own));
  if (found.size === 0) return null;
  for (const known of rowsAmong(texts, 'shared', found)) found.delete(known);
  const [first] = found;
  return first ?? null;
}

function* rowsAmong(
  texts: readonly SentText[],
  of: 'inner' | 'shared',
  wanted: ReadonlySet<string>,
): Generator<string> {
  for (const { whose, text } of texts) {
    if ((whose === 'shared') !== (of === 'shared')) continue;
    for (const row of rowsOf(text)) if (wanted.has(row)) yield row;
  }
}

/** Each row of eight words, from each word on. */
function* rowsOf(text: string): Generator<string> {
  const words = tokensOf(text);
  const weights = words.map((word) => (isLetterAlone(word) ? 0.5 : 1));
  let end = 0;
  let weight = 0;
  for (let from = 0; from < words.length; from += 1) {
    while (weight < WORDS_IN_A_ROW && end < words.length) {
      weight += weights[end] ?? 0;
      end += 1;
    }
    if (weight < WORDS_IN_A_ROW) return;
    yield words.slice(from, end).join(' ');
    weight -= weights[from] ?? 0;
  }
}
