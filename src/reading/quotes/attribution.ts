/**
 * What stands above quoted mail: an attribution ("On ... X wrote:"), a divider
 * ("-----Original Message-----"), or a copied header block.
 *
 * An attribution may be wrapped over four lines; one that proves little (no full
 * date, no address) counts only directly above a quote mark. A header block
 * needs From, Subject, and Date or To, in words that words.ts knows. Pure,
 * linear.
 */
import { isPlain } from '../../ticket/plain.ts';
import { beginsWithOne, type WordTable } from '../../ticket/word-table.ts';
import { isBarred, type Line, NO_LINE, nextFilled, withoutMarks } from './lines.ts';
import {
  CLOSING_VERBS,
  DIVIDER_TITLES,
  type Field,
  FORWARD_LINES,
  fieldNamed,
  INNER_VERBS,
  OPENING_WORDS,
  QUOTING_WORDS,
  REPLY_ABOVE,
} from './words.ts';

/** What stands above a quoted mail: an attribution, or a divider or copied header. */
export interface Opener {
  /** A header, if it is a divider or a copied header. */
  readonly kind: 'attribution' | 'header';
  readonly last: number;
  /** The mail below it is marked as a quote. */
  readonly isQuoted: boolean;
}

const LONG_ATTRIBUTION = 600;
const ATTRIBUTION_LINES = 4;
/** Words of "Nic Ferrier wrote:", an attribution without a date that only a quote below proves. */
const SHORT_ATTRIBUTION = 5;
const HEADER_LINES = 16;
const DAY = /(?:19|20)\d\d|\d[/.-]\d{1,2}[/.-]\d|\d ?[年月日]/u;

export function openerAt(lines: readonly Line[], at: number): Opener | null {
  const text = lines[at]?.text ?? '';
  if (text === '') return null;
  if (isDivider(text)) {
    const below = nextFilled(lines, at + 1);
    return { kind: 'header', last: headerEnd(lines, below) ?? at, isQuoted: false };
  }
  const last = headerEnd(lines, at);
  return last === null ? attributionAt(lines, at) : { kind: 'header', last, isQuoted: false };
}

/** A mail is copied below the line: by a divider, or by its header. */
export function isCopiedHeader(lines: readonly Line[], at: number): boolean {
  const text = lines[at]?.text ?? '';
  return text !== '' && (isDivider(text) || headerEnd(lines, at) !== null);
}

function isDivider(text: string): boolean {
  if (text.length > 200) return false;
  const lower = text.toLowerCase();
  if (REPLY_ABOVE.some((words) => lower.includes(words))) return /^[^\p{L}\d"'(]/u.test(text);
  const title = withoutMarks(lower);
  if (FORWARD_LINES.includes(title)) return /[:：]$/.test(text);
  if (!/^\*{0,2}-{3}/.test(text)) return false;
  return DIVIDER_TITLES.some(
    (known) => title === known || (title.startsWith(`${known} `) && lower.endsWith('---')),
  );
}

/** The last line of the copied message header that begins at the line, if one does. */
function headerEnd(lines: readonly Line[], at: number): number | null {
  if (fieldOf(lines[at]) === null) return null;
  const seen = new Set<Field>();
  let last = at;
  for (let next = at; next < Math.min(lines.length, at + HEADER_LINES); next++) {
    const line = lines[next] ?? NO_LINE;
    const field = fieldOf(line);
    if (field !== null) {
      seen.add(field);
      last = next;
    } else if (line.kind !== 'text') {
      if (line.kind === 'quote' || fieldOf(lines[next + 1]) === null) break;
    } else if (next - last > 2) break;
    else if (/^\s/.test(line.raw) || /[,;]$/.test(lines[next - 1]?.text ?? '')) last = next;
  }
  return seen.has('from') && seen.has('subject') && (seen.has('date') || seen.has('to'))
    ? last
    : null;
}

export function fieldOf(line: Line | undefined): Field | null {
  if (line === undefined || line.kind !== 'text') return null;
  const head = line.text.slice(0, 40);
  const colon = head.search(/[:：]/);
  return colon < 0 ? null : fieldNamed(withoutMarks(head.slice(0, colon).toLowerCase()));
}

function attributionAt(lines: readonly Line[], at: number): Opener | null {
  const found = attributionEnd(lines, at);
  if (found === null) return null;
  // The line above an attribution may look like its first line: then the closer one is it,
  // unless only the farther one has the day.
  for (let later = at + 1; later <= found.last; later++) {
    if (beginning(lines[later]) < beginning(lines[at])) continue;
    if (DAY.test(lines[at]?.text ?? '') && !DAY.test(lines[later]?.text ?? '')) continue;
    if (!/^[<(]/.test(lines[later]?.text ?? '') && attributionEnd(lines, later) !== null)
      return null;
  }
  return found;
}

function attributionEnd(lines: readonly Line[], at: number): Opener | null {
  if (beginning(lines[at]) === 0) return null;
  let joined = '';
  let count = 0;
  for (let next = at; count < ATTRIBUTION_LINES; next++) {
    const line = lines[next];
    if (line === undefined || (line.kind === 'text' && line.text === '')) return null;
    const open = joined.split('<').length > joined.split('>').length;
    if (line.kind === 'blank') {
      const below = lines[next + 1]?.text ?? '';
      if (!below.startsWith('<')) return null;
      continue;
    }
    // A quote mark continues an attribution only as the end of its address.
    if (line.kind === 'quote' && !(open && line.raw.trim().length < 40)) return null;
    const part = line.kind === 'quote' ? line.raw.trim() : line.text;
    joined = joined === '' ? part : `${joined} ${part}`;
    count++;
    if (joined.length > LONG_ATTRIBUTION) return null;
    const sure = attribution(joined);
    if (sure !== null) {
      const below = lines[nextFilled(lines, next + 1)] ?? NO_LINE;
      const isQuoted = below.kind === 'quote' || isBarred(below);
      if (sure || isQuoted) return { kind: 'attribution', last: next, isQuoted };
    }
    const isEnd = isPlain(part) ? /[!?:]$|[A-Za-z]{5}\.$/ : /[!?:：]$|\p{L}{5}\.$/u;
    if (isEnd.test(part)) return null;
  }
  return null;
}

/** How much the line looks like the beginning of an attribution; 0 is not at all. */
function beginning(line: Line | undefined): number {
  const text = line?.text ?? '';
  if (text === '' || text.length > LONG_ATTRIBUTION) return 0;
  const plain = withoutMarks(text);
  if (/\d/.test(plain) && opensWith(plain, OPENING_WORDS)) return 4;
  if (/^\d/.test(plain)) return 3;
  if (/\d/.test(plain) && dateOf(plain) !== 'none') return 2;
  return /[<@]/.test(plain) || opensWith(plain, OPENING_WORDS) || /[:：]$/.test(text) ? 1 : 0;
}

/** Whether the words are an attribution: true, "only above a quote mark" (false), or no (null). */
function attribution(joined: string): boolean | null {
  const colon = /[:：]\*?$/.test(joined);
  const dashed = joined.startsWith('---') && joined.endsWith('---');
  // What all the ways below ask for at least: most lines of most mails end here.
  if (!colon && !dashed && !/>[-*_=:： ]*$|gmt[+-]/i.test(joined)) return null;
  const text = withoutMarks(joined).toLowerCase();
  const date = dateOf(text);
  const bracketed = /[<([;][^\s<>()[\];@]*@/.test(text);
  if (text.lastIndexOf('<') > text.lastIndexOf('>') && !colon) return null;
  const dated = date !== 'none' || (/\d/.test(text) && opensWith(text, OPENING_WORDS));
  if ((colon || dashed) && CLOSING_VERBS.some((verb) => endsWithWord(text, verb))) {
    if (date === 'full' || bracketed || /^\S[^\s@]*@\S+ /.test(text)) return true;
    return dated || text.split(' ').length <= SHORT_ATTRIBUTION ? false : null;
  }
  if (colon && INNER_VERBS.some((verb) => ` ${text}`.includes(` ${verb} `))) {
    if (date === 'full' && bracketed) return true;
    return dated || bracketed ? false : null;
  }
  if (colon && bracketed) {
    if (opensWith(text, QUOTING_WORDS)) return true;
    if (date !== 'full' || !text.endsWith('>')) return null;
    return /^(?:\d|\p{L}{1,12}\.?,)/u.test(text);
  }
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d gmt[+-]\d\d:\d\d \S/.test(text)) return true;
  const named = /^\d/.test(text) && date !== 'none' && bracketed && text.endsWith('>');
  return named ? false : null;
}

function endsWithWord(text: string, word: string): boolean {
  if (!text.endsWith(word)) return false;
  return /[^\p{ASCII}]/u.test(word) || /[^a-z]$/.test(text.slice(0, -word.length));
}

/** A date with its time ("full"), a date or a time alone ("part"), or neither. */
function dateOf(text: string): 'full' | 'part' | 'none' {
  const day = DAY.test(text);
  const time = /\d ?[:h時点] ?\d\d|(?:^|[^\d.])\d{1,2}\.\d\d(?![\d.])/u.test(text);
  if (day && time) return 'full';
  return day || time ? 'part' : 'none';
}

function opensWith(text: string, words: WordTable): boolean {
  const lower = text.slice(0, 30).toLowerCase();
  return beginsWithOne(lower, words) || ['在', '于', '於'].includes(lower.charAt(0));
}
