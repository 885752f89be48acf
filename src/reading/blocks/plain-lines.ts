/**
 * What a line of text is by itself: an item of a list, a row of a table, pictures, or words; and
 * how deep a quoted one lies. Pure, linear.
 */
import type { Line } from '../quotes/lines.ts';

export type PlainKind = 'paragraph' | 'list' | 'table' | 'picture';

const ITEM = /^\s{0,8}(?:[-*+•‣◦·–]|\(?\d{1,3}[.)]|[a-z][.)])\s+\S/i;
/** Cells between tabs, or between bars. */
const ROW = /\S *\t+ *\S|^\|[^|]+\|.*\|$/;
/** What programs write in the place of a picture. */
const PICTURE = /^(?:\[(?:cid|image|inline image|bild|obrazek)\b[^\]]{0,200}\]\s?)+$/i;

/** Words that nothing is to be matched against (quotes/lines.ts) are a paragraph. */
export function kindOf({ raw, text }: Line): PlainKind {
  if (text === '') return 'paragraph';
  const mayBeRow = raw.includes('\t') || raw.startsWith('|');
  if (mayBeRow && ROW.test(raw)) return 'table';
  if (ITEM.test(raw)) return 'list';
  return text.startsWith('[') && PICTURE.test(text) ? 'picture' : 'paragraph';
}

/** Whether a line goes on with the item above it: indented, or below a line that was wrapped. */
export function isFurther({ raw }: Line, above: Line | null): boolean {
  return /^(?: {2}|\t)/.test(raw) || (above !== null && above.raw.length >= WRAPPED_CHARACTERS);
}

/** A program that wraps leaves no line shorter than this before another word. */
const WRAPPED_CHARACTERS = 55;

/** Of a quoted line, the marks before it: `>`, the wide one, those behind initials, and bars. */
export function depthOf({ raw }: Line): number {
  const [marks = ''] = /^(?:[A-Z]{0,2}[>＞] ?|\| ?)+/.exec(raw.trimStart()) ?? [];
  return Math.max(1, marks.replace(/[^>＞|]/g, '').length);
}
