/**
 * Whether HTML and a text say the same words in the same order: letters and digits, whatever their
 * case, with the signs that make a number another one (counted.ts), and however lines, blanks and
 * other signs stand between them. An address that one program writes beside a link, and the other
 * does not, is no word; nor is what a text has in the place of a picture. Neither has room for
 * words of a person. Pure, linear.
 */
import { countedIn } from './counted.ts';

export function saySameWords(ofHtml: string, text: string): boolean {
  const words = lettersOf(without(ofHtml, ADDRESS));
  const ofText = without(text, ADDRESS);
  return words === lettersOf(ofText) || words === lettersOf(without(ofText, PICTURE));
}

function lettersOf(text: string): string {
  // Upper case first: `ß` is `SS` there.
  const own = text.normalize('NFKC').toUpperCase().toLowerCase();
  return countedIn(own)
    .join('')
    .replace(/[\p{M}\p{Extended_Pictographic}]+/gu, '');
}

interface Note {
  readonly begin: RegExp;
  readonly maxCharacters: number;
  /** None of it is a blank. */
  readonly isOneWord: boolean;
}

/** `<https://x.example/>`, `[mailto:x@y.example]`, `[cid:x]`. */
const ADDRESS: Note = {
  begin: /[<[(](?:https?:|mailto:|tel:|cid:)/gi,
  maxCharacters: 4000,
  isOneWord: true,
};
/** `[image: x.png]`. */
const PICTURE: Note = { begin: /[<[(]image:/gi, maxCharacters: 100, isOneWord: false };
const CLOSED_BY: Readonly<Record<string, string>> = { '<': '>', '[': ']', '(': ')' };

function without(text: string, { begin, maxCharacters, isOneWord }: Note): string {
  const kept: string[] = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(begin)) {
    if (index < from) continue;
    const some = text.slice(index, index + maxCharacters);
    const end = some.indexOf(CLOSED_BY[found.charAt(0)] ?? ']');
    if (end < 0 || (isOneWord && /\s/.test(some.slice(0, end)))) continue;
    kept.push(text.slice(from, index));
    from = index + end + 1;
  }
  return [...kept, text.slice(from)].join(' ');
}
