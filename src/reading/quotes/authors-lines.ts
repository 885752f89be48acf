/**
 * Which lines of an answer its author has written themselves, for what is sent on under another
 * name: nothing that they wrote is left out.
 *
 * Only what is certain goes: a copy of what the desk has sent them (sent-words.ts), marked as a
 * quote or not, with the attribution directly above it; a signature below `-- ` at the very end;
 * whole lines that clients and gateways add above or below that copy. All else stays: any other
 * quote, a pasted header, a line of dashes, an answer within an unmarked copy. Of the copied words
 * those stay, as a quote, that stand directly above an answer, if they are the addressee's. Pure,
 * linear.
 */
import { type AtQuote, linesAtQuotes } from './at-quotes.ts';
import { isFooter, isSlogan } from './client-lines.ts';
import {
  type Fate,
  fateAbove,
  type Judged,
  type Sent,
  saysSomething,
  takeCopies,
  unmarked,
} from './desk-copy.ts';
import { type Line, NO_LINE, readLines } from './lines.ts';
import { copiesAmong } from './sent-words.ts';
import { isSignature } from './signature.ts';

export interface OwnLine {
  readonly text: string;
  /** Where it stands directly at a quote: then it commands nothing. */
  readonly atQuote: AtQuote | null;
}

const MAX_CONTEXT_LINES = 20;
export function authorsLines(text: string, sent: Sent): readonly OwnLine[] {
  const lines = readLines(text);
  const back = sent.cameBack(lines.map(({ raw }) => raw));
  const copies = copiesAmong(lines.map(unmarked), sent.texts, sent.isFrame).map((copy, at) =>
    back[at] === true && saysSomething(lines[at]) ? 'inner' : copy,
  );
  const fates: Fate[] = lines.map(({ kind }) => (kind === 'blank' ? 'blank' : 'own'));
  const judged = { lines, copies, fates, sent };
  takeCopies(judged);
  takeSignatures(judged);
  takeAdded(judged);
  return kept(judged, linesAtQuotes(text));
}

/** A signature ends the author's words: below it stands nothing, or the copy. */
function takeSignatures({ lines, fates }: Judged): void {
  for (let at = 0; at < lines.length; at += 1) {
    const { raw, text } = lines[at] ?? NO_LINE;
    if (fates[at] !== 'own' || raw !== '-- ' || text === '') continue;
    let end = at + 1;
    while ((fates[end] === 'own' && lines[end]?.raw !== '-- ') || fates[end] === 'blank') end += 1;
    const below = lines.slice(at + 1, end).map((line) => line.raw);
    if (fates[end] !== 'own' && isSignature(below)) fates.fill('gone', at, end);
    at = end - 1;
  }
}

/** Slogans above the copy, and at the end; footers below the copy alone. */
function takeAdded({ lines, fates }: Judged): void {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    if (fates[at] !== 'own' || fateBelow(fates, at) === 'own') continue;
    if (isSlogan(lines[at]?.text ?? '')) {
      fates[at] = 'gone';
      continue;
    }
    let first = at;
    while (fates[first - 1] === 'own') first -= 1;
    const paragraph = lines.slice(first, at + 1).map(({ raw }) => raw);
    if (isUnderCopy(fates, first) && isFooter(paragraph)) fates.fill('gone', first, at + 1);
    at = first;
  }
}

function fateBelow(fates: readonly Fate[], at: number): Fate | null {
  let below = at + 1;
  while (fates[below] === 'blank') below += 1;
  return fates[below] ?? null;
}

function isUnderCopy(fates: readonly Fate[], first: number): boolean {
  const above = fateAbove(fates, first);
  return above === 'copy' || above === 'gone';
}

function kept(judged: Judged, atQuotes: ReadonlyMap<number, AtQuote>) {
  const { lines, copies, fates } = judged;
  const shown = fates.map((fate) => fate === 'own');
  const isWithin = isAnsweredWithin(fates);
  for (let at = 1; at < lines.length; at += 1) {
    if (fates[at] !== 'own' || fates[at - 1] === 'own') continue;
    const top = contextAbove(judged, at, isWithin);
    for (let above = top; above < at; above += 1) {
      shown[above] = copies[above] === 'shared' || lines[above]?.kind === 'quote';
    }
  }
  return written(lines, shown, fates, atQuotes);
}

/**
 * The first line of what an answer has above it as its context: quoted lines, or a paragraph of an
 * unmarked copy, that the addressee knows. The line itself, if there is none.
 */
function contextAbove(
  { lines, copies, fates }: Judged,
  answer: number,
  isAnsweredWithin: boolean,
): number {
  let top = answer;
  let above = answer - 1;
  for (let n = 0; n < MAX_CONTEXT_LINES; above -= 1) {
    const isEmpty = above >= 0 && !saysSomething(lines[above]);
    if (isEmpty && (top === answer || lines[above]?.kind === 'quote')) continue;
    if (fates[above] !== 'copy' || copies[above] !== 'shared') break;
    top = above;
    n += 1;
  }
  // All of an attributed copy, with the answer below it, says nothing about what is answered.
  return !isAnsweredWithin && fateAbove(fates, top) === 'gone' ? answer : top;
}

/** Its author writes between the lines of a copy. */
function isAnsweredWithin(fates: readonly Fate[]): boolean {
  const own = fates.indexOf('own', fates.indexOf('copy') + 1);
  return own >= 0 && fates.indexOf('copy', own) >= 0;
}

/** Empty lines as its author left them; where something was taken away, one. */
function written(
  lines: readonly Line[],
  shown: readonly boolean[],
  fates: readonly Fate[],
  atQuotes: ReadonlyMap<number, AtQuote>,
): readonly OwnLine[] {
  const all: OwnLine[] = [];
  let empty = 0;
  let isTaken = false;
  lines.forEach(({ raw, kind }, at) => {
    if (shown[at] !== true) {
      if (fates[at] === 'blank') empty += 1;
      else isTaken = true;
      return;
    }
    const gap = all.length === 0 ? 0 : isTaken ? 1 : empty;
    for (let n = 0; n < gap; n += 1) all.push({ text: '', atQuote: null });
    empty = 0;
    isTaken = false;
    const isMarked = kind === 'quote' || fates[at] === 'own';
    all.push({ text: isMarked ? raw : `> ${raw}`, atQuote: atQuotes.get(at) ?? null });
  });
  return all;
}
