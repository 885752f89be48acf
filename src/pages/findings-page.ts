/**
 * What the doctor has found, for a person: each finding with its reason and the lines that mend
 * it, of which no command is broken, so that it can be copied. Whatever Postfix or a mail server has
 * said in it is made inert. Pure.
 */
import { inertLine } from './inert.ts';
import type { Screen } from './style.ts';

export interface Found {
  readonly level: 'warning' | 'critical';
  readonly what: string;
  readonly why: string;
  readonly mend: readonly string[];
}

export interface NotLookedAt {
  readonly what: string;
  readonly why: string;
}

const MOST_COLUMNS = 80;
const MARGIN = '   ';

/** `runtime`: what runs the program, in one line. */
export function findingsPage(
  findings: readonly Found[],
  runtime: string,
  { style, columns }: Screen,
  unchecked: readonly NotLookedAt[] = [],
): string {
  const width = Math.min(columns ?? MOST_COLUMNS, MOST_COLUMNS);
  const pages = findings.map(({ level, what, why, mend }, n) =>
    [
      ...wrapped(`${n + 1}. ${what}`, width, MARGIN).map((line) => style('bold', line)),
      ...wrapped(`${MARGIN}${level === 'critical' ? 'Critical. ' : ''}${why}`, width, MARGIN),
      ...mend.flatMap((line) => indented(inertLine(line), width)),
      '',
    ].join('\n'),
  );
  const head = findings.length === 0 ? 'Nothing is wrong.' : null;
  const rest = unchecked.flatMap(({ what, why }) => wrapped(`${what} ${why}`, width, ''));
  const lines = [...(head === null ? [] : [head]), ...pages, ...rest];
  return [...lines, style('dim', inertLine(runtime)), ''].join('\n');
}

/** A comment in words may be broken; one that shows lines of a file stands further in. */
function indented(line: string, width: number): readonly string[] {
  const margin = `${MARGIN}${MARGIN}`;
  return /^# \S/.test(line) ? wrapped(`${margin}${line}`, width, `${margin}# `) : [margin + line];
}

/** Between words; a word that is longer than a line has one of its own. */
function wrapped(text: string, width: number, margin: string): readonly string[] {
  const [first = ''] = /^\s*/.exec(text) ?? [];
  const lines: string[] = [];
  let line = first;
  for (const word of inertLine(text).trim().split(/\s+/)) {
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (longer.length <= width || line.trim() === '') line = longer;
    else {
      lines.push(line);
      line = `${margin}${word}`;
    }
  }
  return [...lines, line];
}
