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
import type { TextBlock, TextInBlocks } from '../blocks/block.ts';
import { inBlocks } from '../blocks/in-blocks.ts';
import { linesAtQuotes } from './at-quotes.ts';
import type { OwnLine } from './authors-lines.ts';
import { isRuler, type Line, LONG_LINE, NO_LINE } from './lines.ts';
import { CLIENT_WORDS, clientLines, FOOTERS, LOOSE_CLIENT_LINE, NOTICES } from './words.ts';

const CONTEXT_LINES = 20;
const NOTICE_LINES = 15;

type Fate = 'blank' | 'new' | 'quote' | 'folded';

/** In order, apart from each other; blank lines at the ends of a range are left out. */
export function newLines(text: TextInBlocks): readonly LineRange[] {
  const { found, isAnswer } = judge(text);
  if (found.length > 0 || isAnswer) return found;
  return rangesOf(text.lines.map(({ kind }) => (kind === 'blank' ? 'blank' : 'new')));
}

/** The same, but nothing if all of it is signature and quote: for a mail of commands. */
export function ownLines(text: string): readonly OwnLine[] {
  const lines = text.split('\n');
  const atQuotes = linesAtQuotes(text);
  return judge(inBlocks(text)).found.flatMap(({ from, to }, n) => [
    ...(n === 0 ? [] : [{ text: '', atQuote: null }]),
    ...lines.slice(from - 1, to).map((line, at) => ({
      text: line,
      atQuote: atQuotes.get(from - 1 + at) ?? null,
    })),
  ]);
}

function judge({ lines, blocks }: TextInBlocks) {
  const fates: Fate[] = lines.map(() => 'blank');
  const leading = foldAbove(lines, blocks, fates);
  foldTail(lines, fates);
  foldQuotes(fates, leading);
  const isAnswer = blocks.some(
    ({ kind }) => kind === 'quote' || kind === 'attribution' || kind === 'header',
  );
  return { found: rangesOf(fates), isAnswer };
}

/**
 * Folds signatures, attributions and copied headers. Below the author's own text one that no
 * quote mark follows ends the new text; above it, it is only folded itself. Gives where the quotes
 * begin that stand above all of the author's text, with their attribution.
 */
function foldAbove(
  lines: readonly Line[],
  blocks: readonly TextBlock[],
  fates: Fate[],
): ReadonlySet<number> {
  let isWritten = false;
  const leading = new Set<number>();
  for (const [n, block] of blocks.entries()) {
    const { kind, from, to } = block;
    if (kind === 'attribution' || kind === 'header') {
      const below = blocks[n + 1];
      const isMarked = kind === 'attribution' && below?.kind === 'quote';
      if (isWritten && !isMarked) {
        fates.fill('folded', from - 1);
        break;
      }
      fates.fill('folded', from - 1, to);
      if (isMarked && !isWritten) leading.add(below.from - 1);
      continue;
    }
    const fate = kind === 'quote' || kind === 'signature' ? kind : 'new';
    for (let at = from - 1; at < to; at += 1) {
      const { kind: isIn, text } = lines[at] ?? NO_LINE;
      if (isIn === 'blank' && fate === 'new') continue;
      fates[at] = fate === 'signature' ? 'folded' : fate;
      if (fate !== 'quote') isWritten ||= !isRuler(text);
    }
  }
  return leading;
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
