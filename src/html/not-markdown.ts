/**
 * Lines that Markdown would take for lists, rules or headings, and that a person writes as words: a
 * sum behind a minus, a date, a line of stars or underscores, what a diff adds. A sign that nobody
 * writes is put before them, so that they are read as text; it is taken out afterwards. Pure.
 */

const NO_MARK = '\u{10FFF8}';

export function withWordsMarked(text: string): string | null {
  if (text.includes(NO_MARK)) return null;
  const isDiff = /^[ \t>]{0,20}\+[ \t]/m.test(text);
  let isInList = false;
  return text
    .split('\n')
    .map((line) => {
      const [before = ''] = /^[ \t>]*/.exec(line) ?? [];
      const rest = line.slice(before.length);
      const isWords = isNoMark(rest) || (isDiff && /^[-+]/.test(rest));
      const isSum = !isInList && SUM.test(rest);
      if (ITEM.test(rest)) isInList = !isWords && !isSum;
      else if (rest !== '' && !/^[ \t]/.test(line)) isInList = false;
      return isWords || isSum ? before + NO_MARK + rest : line;
    })
    .join('\n');
}

export function withoutMarkOfWords(text: string): string {
  return text.replaceAll(NO_MARK, '');
}

const ITEM = /^(?:[-*+]|\d{1,9}[.)])[ \t]/;
/** `- 5 Euro`; in a list, an item may begin so. */
const SUM = /^[-*+][ \t]+[-+~<>≈(]?\p{Sc}?\d/u;
/** `1. 2. 2026` */
const DATE = /^\d{1,9}[.)][ \t]+[-+]?\p{Sc}?\d/u;

function isNoMark(rest: string): boolean {
  if (DATE.test(rest) || /^(?:\d{1,9}[.)]|#{1,6})[ \t]*$/.test(rest)) return true;
  return /^[-*_+ \t]+$/.test(rest) && !/^-{3,}[ \t]*$/.test(rest);
}
