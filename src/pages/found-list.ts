/**
 * Tickets that were searched for: the table of tickets, and below each the lines that its words are
 * in, cut to what stands around them. Pure.
 */
import { type Excerpt, excerptsOf, type Span } from '../ticket/excerpt.ts';
import { summary } from '../ticket/summary.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { inertLine } from './inert.ts';
import { type Screen, width } from './style.ts';
import { ticketTable } from './ticket-list.ts';

export function foundTable(
  tickets: readonly Ticket[],
  words: readonly string[],
  at: Screen,
  now: Date,
): string {
  const [head = '', ...rows] = ticketTable(tickets.map(summary), at, now).trimEnd().split('\n');
  const lines = tickets.flatMap((ticket, n) => [
    rows[n] ?? '',
    ...excerptsOf(ticket, words).map((excerpt) => excerptLine(excerpt, at)),
  ]);
  return `${[head, ...lines].join('\n')}\n`;
}

/** Of a line in a pipe, which has no end. */
const MOST_COLUMNS = 160;

function excerptLine({ serial, isNote, line, hits }: Excerpt, at: Screen): string {
  const where = `  #${serial}  ${isNote ? 'note: ' : ''}`;
  const columns = Math.max(1, (at.columns ?? MOST_COLUMNS) - where.length);
  const mark = (text: string) => at.style('yellow', at.style('bold', text));
  return `${at.style('dim', where)}${around(line, hits, columns, mark)}`;
}

/** The same without its place and marks, as JSON has it. */
export function plainExcerpt({ line, hits }: Excerpt): string {
  return around(line, hits, MOST_COLUMNS, (text) => text);
}

/** No line is measured as a whole: it may be a mail. */
const MEASURED = 1000;

/** As much of a line as there are columns, with its first hit in the first third of it. */
function around(
  line: string,
  hits: readonly Span[],
  columns: number,
  mark: (text: string) => string,
): string {
  const first = hits[0]?.from ?? 0;
  const begin = first <= MEASURED ? 0 : first - MEASURED;
  const part = line.slice(begin, first + MEASURED);
  const pieces = [...new Intl.Segmenter().segment(part)].map(({ segment, index }) => {
    const [from, to] = [begin + index, begin + index + segment.length];
    const isHit = hits.some((hit) => hit.from < to && from < hit.to);
    return { segment, isHit, from, columns: width(inertLine(segment)) };
  });
  const beginning = Math.max(
    0,
    pieces.findIndex(({ segment }) => segment.trim() !== ''),
  );
  const isWhole = begin === 0 && part.length === line.length;
  const isFitting = isWhole && widthOf(pieces.slice(beginning)) <= columns;
  let start = isFitting
    ? beginning
    : Math.max(
        beginning,
        pieces.findIndex(({ isHit }) => isHit),
      );
  for (let room = columns / 3; start > beginning; start -= 1) {
    room -= pieces[start - 1]?.columns ?? 0;
    if (room < 1) break;
  }
  const isBegun = begin > 0 || start > beginning;
  let room = columns - (isBegun ? 1 : 0);
  let end = start;
  for (; end < pieces.length; end += 1) {
    const { columns: wide = 0 } = pieces[end] ?? {};
    const isLast = end === pieces.length - 1 && begin + part.length >= line.length;
    if (wide > room - (isLast ? 0 : 1)) break;
    room -= wide;
  }
  const isCut = end < pieces.length || begin + part.length < line.length;
  return `${isBegun ? '…' : ''}${marked(pieces.slice(start, end), mark)}${isCut ? '…' : ''}`;
}

function widthOf(pieces: readonly { readonly columns: number }[]): number {
  return pieces.reduce((sum, { columns }) => sum + columns, 0);
}

/** What belongs together is made inert together: letters that join are no characters of control. */
function marked(
  pieces: readonly { readonly segment: string; readonly isHit: boolean }[],
  mark: (text: string) => string,
): string {
  const runs: { text: string; isHit: boolean }[] = [];
  for (const { segment, isHit } of pieces) {
    const last = runs.at(-1);
    if (last?.isHit === isHit) last.text += segment;
    else runs.push({ text: segment, isHit });
  }
  return runs
    .map(({ text, isHit }) => (isHit ? mark(inertLine(text)) : inertLine(text)))
    .join('')
    .trimEnd();
}
