/**
 * A text as words that can be compared, whatever a mail client has done to it: letters and digits
 * alone, in lower case. Scripts that have no blanks between words give their letters one by one.
 * Addresses of links, and what stands for a picture, are no words. Pure, linear.
 */
/** None of them looks further than to the next sign of its own kind. */
const NOT_SAID = [
  /<(?:https?|mailto|tel|cid):[^<>\s]*>/gi,
  /(?:https?|mailto|tel|cid):[^\s<>[\]]*/gi,
  /\[(?:cid|image|inline)\b[^[\]\n]*\]/gi,
  /<[^<>@\s]*@[^<>@\s]*>/g,
];
const ALONE = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}';
const LETTER_ALONE = new RegExp(`^[${ALONE}]$`, 'u');
const TOKENS = new RegExp(`[${ALONE}]|[\\p{L}\\p{N}]+?(?=[^\\p{L}\\p{N}]|[${ALONE}]|$)`, 'gu');

export function tokensOf(text: string): readonly string[] {
  const said = NOT_SAID.reduce((left, pattern) => left.replace(pattern, ' '), text);
  return said.normalize('NFKC').toLowerCase().match(TOKENS) ?? [];
}

/** Whether it is a letter that stands for itself: then two of them weigh as much as a word. */
export function isLetterAlone(token: string): boolean {
  return LETTER_ALONE.test(token);
}
