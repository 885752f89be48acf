/**
 * Which lines of a reply are new, as opposed to quoted mail, its attribution, headers, signatures.
 *
 * Nothing is deleted: the caller keeps the text and folds the rest. A quote of
 * at most 20 lines that an answer follows is that answer's context and counts
 * as new, but for the one attributed quote above a bottom posted answer.
 * Signatures: RFC 3676 4.3 ("-- "), and the lines of the usual clients. Limits:
 * answers in an unmarked copy of the old mail, and few lines below "--", are
 * folded. Pure, linear.
 */
import type { LineRange } from '../../ticket/ticket.ts';
import { type AtQuote, linesAtQuotes } from './at-quotes.ts';
import { openerAt } from './attribution.ts';
import {
  isBarred,
  isRuler,
  type Line,
  LONG_LINE,
  NO_LINE,
  nextFilled,
  readLines,
} from './lines.ts';
import { CLIENT_WORDS, clientLines, FOOTERS, LOOSE_CLIENT_LINE, NOTICES } from './words.ts';

const CONTEXT_LINES = 20;
const SIGNATURE_LINES = 10;
const FOOTER_LINES = 6;
const NOTICE_LINES = 15;

type Fate = 'blank' | 'new' | 'quote' | 'folded';

/** In order, apart from each other; blank lines at the ends of a range are left out. */
export function newLines(text: string): readonly LineRange[] {
  const { found, lines, isAnswer } = judge(text);
  if (found.length > 0 || isAnswer) return found;
  return rangesOf(lines.map(({ kind }) => (kind === 'blank' ? 'blank' : 'new')));
}

export interface OwnLine {
  readonly text: string;
  /** Where it stands directly at a quote: then it commands nothing. */
  readonly atQuote: AtQuote | null;
}

/**
 * The same, but nothing if all of it is signature and quote: for what is sent on under another
 * name.
 */
export function ownLines(text: string): readonly OwnLine[] {
  const lines = text.split('\n');
  const atQuotes = linesAtQuotes(text);
  return judge(text).found.flatMap(({ from, to }, n) => [
    ...(n === 0 ? [] : [{ text: '', atQuote: null }]),
    ...lines.slice(from - 1, to).map((line, at) => ({
      text: line,
      atQuote: atQuotes.get(from - 1 + at) ?? null,
    })),
  ]);
}

function judge(text: string) {
  const lines = readLines(text);
  const fates: Fate[] = lines.map(({ kind }) => (kind === 'text' ? 'new' : kind));
  const opened = foldOpeners(lines, fates);
  foldSignatures(lines, fates);
  foldTail(lines, fates);
  foldQuotes(fates, opened.leading);
  const isAnswer = opened.any || lines.some(({ kind }) => kind === 'quote');
  return { lines, found: rangesOf(fates), isAnswer };
}

/**
 * Folds attributions and copied headers. Below the author's own text one that no
 * quote mark follows ends the new text; above it, it is only folded itself.
 */
function foldOpeners(
  lines: readonly Line[],
  fates: Fate[],
): { readonly any: boolean; readonly leading: ReadonlySet<number> } {
  let any = false;
  let written = false;
  const leading = new Set<number>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? NO_LINE;
    if (fates[at] !== 'new') continue;
    const opener = openerAt(lines, at);
    if (opener === null) {
      written ||= !isRuler(line.text);
      continue;
    }
    any = true;
    if (written && !opener.quoted) {
      fates.fill('folded', at);
      break;
    }
    fates.fill('folded', at, opener.last + 1);
    const below = nextFilled(lines, opener.last + 1);
    if (opener.quoted) {
      if (!written) leading.add(below);
      for (let bar = below; isBarred(lines[bar] ?? NO_LINE); bar++) fates[bar] = 'quote';
    }
    at = opener.last;
  }
  return { any, leading };
}

/** A signature or a list's footer ends at the next quote: inline answers may follow it. */
function foldSignatures(lines: readonly Line[], fates: Fate[]): void {
  for (let at = 0; at < lines.length; at++) {
    const limit = fates[at] === 'new' ? signatureLimit(lines[at] ?? NO_LINE) : 0;
    if (limit === 0) continue;
    let end = at + 1;
    let filled = 0;
    for (; filled <= limit && (fates[end] === 'new' || fates[end] === 'blank'); end++)
      if (fates[end] === 'new') filled++;
    if (filled > limit) continue;
    fates.fill('folded', at, end);
    at = end - 1;
  }
}

/** How many lines at most belong to the signature that the line begins; 0 where none begins. */
function signatureLimit({ raw, text }: Line): number {
  if (raw === '-- ' && text !== '') return Number.POSITIVE_INFINITY;
  if (text === '--' || text === '—') return SIGNATURE_LINES;
  return /^_{10,}$/.test(text) ? FOOTER_LINES : 0;
}

/** Folds, from the end, all that stands below the last line the author wrote. */
function foldTail(lines: readonly Line[], fates: Fate[]): void {
  for (let at = lines.length - 1; at >= 0; at--) {
    const fate = fates[at] ?? 'blank';
    if (fate === 'blank' || fate === 'folded') continue;
    if (fate === 'quote' || isClientLine(lines, at)) {
      fates[at] = 'folded';
      continue;
    }
    const first = noticeStart(lines, fates, at);
    if (first === null) return;
    fates.fill('folded', first, at + 1);
    at = first;
  }
}

function isClientLine(lines: readonly Line[], at: number): boolean {
  const { text } = lines[at] ?? NO_LINE;
  if (text === '' || text.length > 200) return false;
  // The middle dot that tracking add-ons of web mail leave behind.
  if (isRuler(text) || text === 'ᐧ') return true;
  const plain = text.replace(/^[<(*_ ]{1,4}/, '');
  const lower = plain.toLowerCase();
  if (FOOTERS.some((words) => lower.startsWith(words))) return true;
  if (!CLIENT_WORDS.some((word) => lower.includes(word))) return false;
  if (clientLines().some((pattern) => pattern.test(plain))) return true;
  return LOOSE_CLIENT_LINE.test(plain) && (lines[at - 1] ?? NO_LINE).kind === 'blank';
}

/** The first line of the legal notice that the paragraph ending at the line is, if it is one. */
function noticeStart(lines: readonly Line[], fates: readonly Fate[], at: number): number | null {
  let first = at;
  while (first > 0 && at - first < NOTICE_LINES && fates[first - 1] === 'new') first--;
  if (first > 0 && fates[first - 1] === 'new') return null;
  const paragraph = lines.slice(first, at + 1).map(({ raw }) => raw.slice(0, 4 * LONG_LINE));
  const text = paragraph.join(' ').toLowerCase();
  return text.length >= 100 && NOTICES.some((words) => text.includes(words)) ? first : null;
}

/**
 * Of the quotes with an answer below, folds the long ones, and the attributed ones
 * above the first answer where no other answer has a quote of its own.
 */
function foldQuotes(fates: Fate[], leading: ReadonlySet<number>): void {
  const inline = fates.lastIndexOf('quote') > fates.indexOf('new');
  for (let at = 0; at < fates.length; at++) {
    if (fates[at] !== 'quote') continue;
    const from = at;
    let size = 0;
    for (; fates[at] === 'quote' || fates[at] === 'blank'; at++) if (fates[at] === 'quote') size++;
    if (size > CONTEXT_LINES || (leading.has(from) && !inline)) fates.fill('folded', from, at);
  }
}

function rangesOf(fates: readonly Fate[]): readonly LineRange[] {
  const ranges: LineRange[] = [];
  let from: number | null = null;
  let to = 0;
  fates.forEach((fate, at) => {
    if (fate === 'new' || fate === 'quote') {
      from ??= at + 1;
      to = at + 1;
    } else if (fate === 'folded' && from !== null) {
      ranges.push({ from, to });
      from = null;
    }
  });
  if (from !== null) ranges.push({ from, to });
  return ranges;
}
