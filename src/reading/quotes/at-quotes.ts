/**
 * Lines that stand directly at a quote: in one paragraph with a quoted line or an
 * attribution, so that nobody can tell whose they are.
 *
 * A client that wraps a long quoted line marks its beginning alone, and what a stranger
 * wrote into it then stands there like a line of the author's: no such line is a
 * command. Only a line without any character ends a paragraph, since blanks can be the rest of
 * a quote, too. Also within ``` a mark is a mark. Pure, linear.
 */
import { fieldOf, openerAt } from './attribution.ts';
import { isBarred, type Line, NO_LINE, nextFilled, readLines } from './lines.ts';

/** Where the quote is: a line above one is no rest of it, a line below one may be. */
export type AtQuote = 'above' | 'below';

/** By the number of the line, from 0. */
export function linesAtQuotes(text: string): ReadonlyMap<number, AtQuote> {
  const lines = readLines(text);
  const quoted = quotedLines(lines);
  const found = new Map<number, AtQuote>();
  for (let from = 0; from < lines.length; ) {
    let end = from;
    let first: number | null = null;
    for (; end < lines.length && lines[end]?.raw !== ''; end += 1) {
      if (quoted[end] === true) first ??= end;
    }
    for (let at = from; first !== null && at < end; at += 1) {
      found.set(at, at < first ? 'above' : 'below');
    }
    from = end + 1;
  }
  return found;
}

function quotedLines(lines: readonly Line[]): readonly boolean[] {
  // A copied header is one also if a long name in it is wrapped over many lines.
  const quoted = lines.map(
    (line) =>
      line.kind === 'quote' ||
      isBarred(line) ||
      /^\s*[>＞]/.test(line.raw) ||
      fieldOf(line) === 'from',
  );
  const isQuote = (at: number) => quoted[at] === true;
  for (let at = 0; at < lines.length; at += 1) {
    if (isQuote(at)) continue;
    const { text } = lines[at] ?? NO_LINE;
    const opener = openerAt(lines, at);
    if (opener !== null) quoted.fill(true, at, opener.last + 1);
    // In a language that nobody here knows it still ends with a colon.
    else if (/[:：]$/.test(text) && isQuote(nextFilled(lines, at + 1))) quoted[at] = true;
  }
  return quoted;
}
