/**
 * Sentences for a terminal, broken between words: what goes on is indented a little, so that the
 * next message is seen to begin. A word that is wider than the terminal stays whole, since it is a
 * path or an address that somebody copies; so does a short command in quotes. Pure.
 */
import { width } from './style.ts';

/** A word with the blanks in front of it, or those at the end. */
const WORD = / *(?:"[ !#-~]{1,60}"[^ ]*|[^ ]+|$)/g;
const HANGING = '  ';

/** `columns`: of the terminal, or null for no limit. */
export function wrapped(text: string, columns: number | null): string {
  if (columns === null) return text;
  return text
    .split('\n')
    .map((line) => (width(line) <= columns ? line : lineWrapped(line, columns)))
    .join('\n');
}

function lineWrapped(line: string, columns: number): string {
  const indent = `${/^ */.exec(line)?.[0] ?? ''}${HANGING}`;
  const hanging = indent.length > columns / 2 ? '' : indent;
  const found: string[] = [];
  let begun = '';
  let wide = 0;
  for (const word of line.match(WORD) ?? []) {
    const more = width(word);
    if (begun !== '' && wide + more > columns) {
      found.push(begun);
      begun = `${hanging}${word.trimStart()}`;
      wide = width(begun);
    } else {
      begun += word;
      wide += more;
    }
  }
  return [...found, begun].join('\n');
}
