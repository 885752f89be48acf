/**
 * Words that are looked for in a text: as whole words, whatever their case, their form in Unicode
 * and the blanks between them. No expression is run, and the time is in proportion to the text.
 *
 * Where a script writes no blanks between words (Chinese, Japanese, Thai and their neighbours), a
 * phrase may stand anywhere. Pure.
 */

/** A text as `hasPhrase` reads it: made once for many phrases. */
export interface Searchable {
  readonly folded: string;
}

/** Soft hyphens, joiners, marks of direction. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Behind the limit nothing is looked for. */
export function searchable(text: string, maxCharacters: number): Searchable {
  return { folded: fold(text.slice(0, maxCharacters)) };
}

/** By capitals first: then ß is ss, and an s at the end of a Greek word any other. */
function fold(text: string): string {
  const plain = text.normalize('NFKC').replace(INVISIBLE, '');
  return plain.toUpperCase().toLowerCase().normalize('NFKC').replace(/\s+/g, ' ').trim();
}

export function isPhrase(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(fold(text));
}

const IN_WORD = /[\p{L}\p{N}\p{M}_]/u;
const WITHOUT_BLANKS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

export function hasPhrase({ folded }: Searchable, phrase: string): boolean {
  const wanted = fold(phrase);
  if (wanted === '') return false;
  const [first, last] = [firstOf(wanted), lastOf(wanted)];
  const isPlain = isPlainWord(wanted, 0);
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    // Of a text that is one long word each letter may be such a place.
    if (isPlain && isPlainWord(folded, at - 1)) continue;
    const end = at + wanted.length;
    const before = lastOf(folded.slice(Math.max(0, at - 2), at));
    if (isEdge(before, first) && isEdge(last, firstOf(folded.slice(end, end + 2)))) return true;
  }
  return false;
}

/** A letter or digit of ASCII, in small letters. */
function isPlainWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

/** Whether one word ends, and another begins, between two characters. */
function isEdge(before: string, after: string): boolean {
  if (!IN_WORD.test(before) || !IN_WORD.test(after)) return true;
  return WITHOUT_BLANKS.test(before) || WITHOUT_BLANKS.test(after);
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

function lastOf(text: string): string {
  return [...text.slice(-2)].at(-1) ?? ' ';
}
