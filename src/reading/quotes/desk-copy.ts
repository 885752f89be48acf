/**
 * Which lines of an answer are a copy of what the desk has sent its author: marked as a quote, or
 * not, with the attributions, headers and rulers that a mail client puts above it.
 *
 * A marked quote is one if its attribution names the desk, or if most of its lines are known; an
 * unmarked one if known lines stand below an attribution or a copied header, or if lines of the
 * desk are among them. What stands within it and is not known is its author's. Linear.
 */
import { type Opener, openerAt } from './attribution.ts';
import { isBanner } from './client-lines.ts';
import { isRuler, type Line, NO_LINE, nextFilled, readLines } from './lines.ts';
import type { Copy, SentText } from './sent-words.ts';

/** What the author has been sent, and how a quote of it is known. */
export interface Sent {
  readonly texts: readonly SentText[];
  /** Whether the words name an address of the desk. */
  readonly namesDesk: (words: string) => boolean;
  /** Whether the desk has written the line around others' words. */
  readonly isFrame: (line: string) => boolean;
  /**
   * Whether nothing of the copied mail stands below the line, if it is the last one that the desk
   * has written.
   */
  readonly isLast: (line: string) => boolean;
  /**
   * By its number, whether a line is one of the author's own in a copy of a mail that it came back
   * by.
   */
  readonly cameBack: (lines: readonly string[]) => readonly boolean[];
}

/** Own, of a copy, or taken away: attributions, signatures, what clients add. */
export type Fate = 'own' | 'blank' | 'copy' | 'gone';

/** So near below an attribution the copy begins. */
const NEAR_LINES = 3;
/** So many copied lines in a row, with a line of the desk among them, are a quote without more. */
const RUN_LINES = 3;

export interface Judged {
  readonly lines: readonly Line[];
  readonly copies: readonly Copy[];
  readonly fates: Fate[];
  readonly sent: Sent;
}

export function takeCopies(judged: Judged): void {
  takeMarked(judged);
  takeUnmarked(judged);
}

/** Quotes with marks: of the desk's mail if its attribution says so, or most of their words. */
function takeMarked(judged: Judged): void {
  const { lines, copies, fates, sent } = judged;
  for (let from = 0; from < lines.length; from += 1) {
    if (lines[from]?.kind !== 'quote') continue;
    const end = endOfQuote(lines, from);
    // Apple Mail marks the attribution, too: then a line above is none.
    const inner = markedOpenerAt(lines, from);
    const above = inner === null ? attributionAbove(lines, from) : null;
    const isAttributed = above !== null || inner !== null;
    const filled = lines
      .slice(from, end)
      .flatMap((line, n) => (saysSomething(line) ? [copies[from + n] ?? null] : []));
    const copied = filled.filter((copy) => copy !== null).length;
    const isOurs =
      filled.length > 0 &&
      (copied * 2 > filled.length ||
        (isAttributed &&
          sent.namesDesk(
            wordsOf(lines, above ?? from, from + (inner === null ? 0 : inner.last + 1)),
          )));
    if (isOurs) {
      const isItsOwn =
        above !== null &&
        (isCopied(filled[0] ?? null) || sent.namesDesk(wordsOf(lines, above, from)));
      if (above !== null && isItsOwn) {
        fates.fill('gone', above, from);
        if (FIELD.test(lines[above]?.text ?? '')) takeRulerAbove(judged, above);
      }
      for (let at = from; at < end; at += 1) {
        const isCopy = copies[at] !== 'added to' && (isAttributed || copies[at] !== null);
        if (fates[at] === 'own' && (isCopy || !saysSomething(lines[at]))) fates[at] = 'copy';
      }
    }
    from = end - 1;
  }
}

/** An attribution that is marked as a quote itself. */
function markedOpenerAt(lines: readonly Line[], from: number): Opener | null {
  const near = lines.slice(from, from + MAX_ATTRIBUTION_LINES).map(unmarked);
  return openerAt(readLines(near.join('\n')), 0);
}

/** Without what marks it as quoted. */
export function unmarked({ raw }: Line): string {
  return raw.replace(/^[\s>＞|]+/, '');
}

function endOfQuote(lines: readonly Line[], from: number): number {
  let end = from + 1;
  for (;;) {
    const next = nextFilled(lines, end);
    if (lines[next]?.kind !== 'quote') return end;
    // Behind an empty line an attribution begins another quote.
    if (next > end && markedOpenerAt(lines, next) !== null) return end;
    end = next + 1;
  }
}

const MAX_ATTRIBUTION_LINES = 20;

/** The line where an attribution begins that ends directly above the line. */
function attributionAbove(lines: readonly Line[], below: number): number | null {
  let found: number | null = null;
  for (let at = below - 1; at >= Math.max(0, below - MAX_ATTRIBUTION_LINES); at -= 1) {
    if (lines[at]?.kind === 'quote') break;
    const opener = openerAt(lines, at);
    if (opener !== null && nextFilled(lines, opener.last + 1) === below) found = at;
  }
  return found;
}

function wordsOf(lines: readonly Line[], from: number, end: number): string {
  return lines
    .slice(from, end)
    .map(({ raw }) => raw)
    .join(' ');
}

/** Copies without marks, below an attribution or a copied header, or known by the desk's lines. */
function takeUnmarked(judged: Judged): void {
  const { lines, copies, fates } = judged;
  const framed = framedLines(judged);
  const end = endOfCopies(judged);
  for (let at = 0; at < end; at += 1) {
    const from = fates[at] === 'own' ? beginningAt(judged, at, framed) : null;
    if (from === null) continue;
    const last = lastCopied(judged, from, end);
    fates.fill('gone', at, from);
    takeRulerAbove(judged, at);
    takeHeaderAbove(judged, at);
    for (let copied = from; copied <= last; copied += 1) {
      if (fates[copied] !== 'own') continue;
      const opener = openerAt(lines, copied);
      const isInner = opener !== null && isCopyNear(judged, opener.last + 1);
      if (isInner && opener.last < last) {
        fates.fill('gone', copied, opener.last + 1);
        copied = opener.last;
      } else if (isCopied(copies[copied]) || isWithinCopy(judged, copied)) {
        fates[copied] = 'copy';
      } else if (isBanner(lines[copied]?.text ?? '')) fates[copied] = 'gone';
    }
    at = last;
  }
}

/** Where the copied words begin, if a quote without marks begins at the line. */
function beginningAt(
  { lines, copies, fates }: Judged,
  at: number,
  framed: readonly boolean[],
): number | null {
  const opener = openerAt(lines, at);
  if (opener !== null && isCopyNear({ lines, copies }, opener.last + 1)) return opener.last + 1;
  if (!isCopied(copies[at]) || fates[at] !== 'own') return null;
  return framed[at] === true ? at : null;
}

/**
 * By its number, whether a line is one of copied lines in a row, of which one is the desk's: nobody
 * writes that by themselves.
 */
function framedLines({ lines, copies }: Judged): readonly boolean[] {
  const framed = lines.map(() => false);
  for (let from = 0; from < lines.length; from += 1) {
    if (!isCopied(copies[from])) continue;
    let to = from;
    let filled = 0;
    let isFramed = false;
    for (; to < lines.length; to += 1) {
      if (!saysSomething(lines[to])) continue;
      if (!isCopied(copies[to])) break;
      filled += 1;
      isFramed ||= copies[to] === 'frame';
    }
    if (filled >= RUN_LINES && isFramed) framed.fill(true, from, to);
    from = to - 1;
  }
  return framed;
}

function isCopied(copy: Copy | undefined): boolean {
  return copy === 'shared' || copy === 'inner' || copy === 'frame';
}

/** A quote in it, or a line without words between two copied ones. */
function isWithinCopy({ lines, fates, copies }: Judged, at: number): boolean {
  if (lines[at]?.kind === 'quote') return true;
  if (saysSomething(lines[at])) return false;
  return fateAbove(fates, at) !== 'own' && isCopied(copies[nextFilled(lines, at + 1)]);
}

export function saysSomething(line: Line | undefined): boolean {
  return /[\p{L}\p{N}]/u.test(line?.raw ?? '');
}

/** Without marks: what stands above a marked quote was looked at with it. */
function isCopyNear({ lines, copies }: Pick<Judged, 'lines' | 'copies'>, from: number): boolean {
  let next = nextFilled(lines, from);
  for (let n = 0; n < NEAR_LINES && next < lines.length; n += 1) {
    if (lines[next]?.kind === 'quote') return false;
    if (isCopied(copies[next])) return true;
    next = nextFilled(lines, next + 1);
  }
  return false;
}

function lastCopied({ copies }: Judged, from: number, end: number): number {
  let last = from;
  for (let at = from; at < end; at += 1) if (isCopied(copies[at])) last = at;
  return last;
}

/**
 * Below the last line of the desk's mail stand the author's words, also if they have said them
 * before: so in a copy without marks, and without marks below a marked one.
 */
function endOfCopies({ lines, copies, sent }: Judged): number {
  const isMarked = (at: number) => lines[at]?.kind === 'quote';
  const frame = copies.lastIndexOf('frame');
  if (isMarked(frame)) return lines.findLastIndex(({ kind }) => kind === 'quote') + 1;
  return sent.isLast(lines[frame]?.raw ?? '') ? frame + 1 : lines.length;
}

const FIELD = /^\W{0,2}\p{L}[\p{L} .-]{0,24}\W{0,2}[:：]/u;

function takeRulerAbove({ lines, fates }: Judged, at: number): void {
  let above = at - 1;
  while (lines[above]?.kind === 'blank') above -= 1;
  if (fates[above] === 'own' && isRuler(lines[above]?.text ?? '')) fates[above] = 'gone';
}

/**
 * A header in a language that nobody here knows: lines of "Word: value", one with our address; or
 * an attribution above a header that repeats it.
 */
function takeHeaderAbove({ lines, fates, sent }: Judged, at: number): void {
  let first = at;
  let isOurs = false;
  let above = at - 1;
  while (lines[above]?.kind === 'blank') above -= 1;
  for (; above >= 0 && fates[above] === 'own'; above -= 1) {
    const { raw, text } = lines[above] ?? NO_LINE;
    const isOfDesk = sent.namesDesk(raw);
    const isField = FIELD.test(text);
    if (!isField && !(isOfDesk && /[:：-]$/.test(text))) break;
    isOurs ||= isOfDesk;
    first = above;
  }
  if (isOurs) fates.fill('gone', first, at);
}

export function fateAbove(fates: readonly Fate[], at: number): Fate | null {
  let above = at - 1;
  while (fates[above] === 'blank') above -= 1;
  return fates[above] ?? null;
}
