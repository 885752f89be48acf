/**
 * Whether two texts say the same words in the same order: letters and digits, whatever their case,
 * and however lines, blanks and signs stand between them. What one program writes beside a link or
 * in the place of a picture, and the other does not, is no word. Pure, linear.
 */

export function saySameWords(one: string, other: string): boolean {
  return lettersOf(one) === lettersOf(other);
}

function lettersOf(text: string): string {
  const own = withoutNotes(text).normalize('NFKC');
  // Upper case first: `ß` is `SS` there.
  return own
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** `<https://x.example/>`, `[mailto:x@y.example]`, `[cid:x]`, `[image: x.png]`. */
const NOTE = /[<[(](?:https?:|mailto:|tel:|cid:|image:)/gi;
const CLOSED_BY: Readonly<Record<string, string>> = { '<': '>', '[': ']', '(': ')' };

function withoutNotes(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (const { index, 0: begin } of text.matchAll(NOTE)) {
    if (index < from) continue;
    const end = text.indexOf(CLOSED_BY[begin.charAt(0)] ?? ']', index);
    if (end < 0 || end - index > MAX_NOTE_CHARACTERS) continue;
    kept.push(text.slice(from, index));
    from = end + 1;
  }
  return [...kept, text.slice(from)].join(' ');
}

const MAX_NOTE_CHARACTERS = 4000;
