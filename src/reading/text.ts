/**
 * The text of a mail that a person reads, out of its MIME tree (RFC 2046 5.1).
 *
 * Of alternatives, the plain one where it says anything, else the HTML as text;
 * of everything else all text parts in their order, each beginning a line. Each
 * part is judged by itself for what is new in it: a signature ends with its part.
 * The converter for HTML is loaded only for a mail that needs it.
 */

import type { LineRange } from '../ticket/ticket.ts';
import type { MimePart } from './mail-parser.ts';
import { newLines } from './quotes/new-lines.ts';

type TextPart = Exclude<MimePart, { kind: 'parts' }>;

export interface ReadableText {
  readonly text: string;
  readonly newLines: readonly LineRange[];
  /** How many lines the first part has. Below them stands what is attached within the text. */
  readonly firstPartLines: number;
  /** HTML that is left out of the text, since it is too deep or too wide. */
  readonly isCut: boolean;
}

export async function readableText(
  shown: readonly TextPart[],
  limit: number,
): Promise<ReadableText> {
  const hasHtml = shown.some(({ kind }) => kind === 'html');
  const html = hasHtml ? await import('./html.ts') : null;
  const texts: string[] = [];
  let ranges: readonly LineRange[] = [];
  let lines = 0;
  let room = limit;
  let isCut = false;
  for (const part of shown) {
    const read =
      part.kind === 'html' && html !== null
        ? html.textOfHtml(part.text)
        : { text: part.text, isCut: false };
    const text = read.text.slice(0, Math.max(0, room));
    isCut ||= read.isCut || text.length < read.text.length;
    room -= text.length + 1;
    texts.push(text);
    const before = lines;
    ranges = ranges.concat(
      newLines(text).map(({ from, to }) => ({ from: from + before, to: to + before })),
    );
    lines += text.split('\n').length;
  }
  const firstPartLines = texts[0]?.split('\n').length ?? 0;
  return { text: texts.join('\n'), newLines: merged(ranges), firstPartLines, isCut };
}

/** The parts whose text is shown, in order. */
export function shownParts(part: MimePart): readonly TextPart[] {
  if (part.kind !== 'parts') return part.text.trim() === '' ? [] : [part];
  const choices = part.children.map(shownParts);
  if (!part.isAlternative) return choices.flat();
  const isPlain = (parts: readonly TextPart[]) =>
    parts.length > 0 && parts.every(({ kind }) => kind === 'text');
  return choices.find(isPlain) ?? choices.findLast((parts) => parts.length > 0) ?? [];
}

/** Ranges that touch are one. */
function merged(ranges: readonly LineRange[]): readonly LineRange[] {
  const one: LineRange[] = [];
  for (const range of ranges) {
    const last = one.at(-1);
    if (last !== undefined && last.to + 1 >= range.from) {
      one[one.length - 1] = { from: last.from, to: range.to };
    } else one.push(range);
  }
  return one;
}
