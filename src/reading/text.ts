/**
 * The text of a mail that a person reads, out of its MIME tree (RFC 2046 5.1).
 *
 * Each part becomes blocks (blocks/block.ts), of which its text and its new lines are made.
 * Of alternatives, the plain one if it says what the HTML says, else the HTML as text;
 * of everything else all text parts in their order, each beginning a line. Each
 * part is judged by itself for what is new in it: a signature ends with its part.
 * The converter for HTML is loaded only for a mail that needs it.
 */

import type { FoundLines, LineRange } from '../ticket/ticket.ts';
import { type SaidOfLines, type TextBlock, textOf } from './blocks/block.ts';
import { inBlocks } from './blocks/in-blocks.ts';
import type { MimePart } from './mime-tree.ts';
import { newLines } from './quotes/new-lines.ts';
import { missingIn, saysMore } from './words-of-html.ts';

export type TextPart = Exclude<MimePart, { kind: 'parts' }>;

export interface ReadableText {
  readonly text: string;
  readonly blocks: readonly TextBlock[];
  readonly newLines: readonly LineRange[];
  readonly foundLines: readonly FoundLines[];
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
  const blocks: TextBlock[] = [];
  const foundLines: FoundLines[] = [];
  const ranges: LineRange[] = [];
  let lines = 0;
  let room = limit;
  let isCut = false;
  for (const part of shown) {
    const read: Words =
      part.kind === 'html' && html !== null
        ? html.textOfHtml(part.text)
        : { text: part.text, isCut: false };
    const words = beginning(read.text, Math.max(0, room));
    isCut ||= read.isCut || words.length < read.text.length;
    room -= words.length + 1;
    const parted = inBlocks(words, read.said);
    texts.push(textOf(parted));
    for (const block of below(lines, parted.blocks)) blocks.push(block);
    for (const range of below(lines, newLines(parted))) ranges.push(range);
    const { foundIn } = part;
    const from = lines + 1;
    lines += parted.lines.length;
    if (foundIn !== undefined) addFound(foundLines, { from, to: lines, foundIn });
  }
  const firstPartLines = texts[0]?.split('\n').length ?? 0;
  const newOnes = merged(ranges);
  return { text: texts.join('\n'), blocks, newLines: newOnes, foundLines, firstPartLines, isCut };
}

interface Words {
  readonly text: string;
  readonly isCut: boolean;
  readonly said?: SaidOfLines;
}

/** Never half a character. */
function beginning(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** Parts that follow each other in the same place are one piece. */
function addFound(pieces: FoundLines[], found: FoundLines): void {
  const last = pieces.at(-1);
  const goesOn = last?.foundIn === found.foundIn && last.to + 1 === found.from;
  if (goesOn) pieces[pieces.length - 1] = { ...last, to: found.to };
  else pieces.push(found);
}

function below<Range extends LineRange>(lines: number, ranges: readonly Range[]): Range[] {
  return ranges.map((range) => ({ ...range, from: range.from + lines, to: range.to + lines }));
}

/** The parts whose text is shown, in order. */
export function shownParts(part: MimePart): readonly TextPart[] {
  if (part.kind !== 'parts') return isSeen(part.text) ? [part] : [];
  const choices = part.children.map(shownParts).filter((parts) => parts.length > 0);
  if (!part.isAlternative) return choices.flat();
  const plain = choices.find((parts) => parts.every(({ kind }) => kind === 'text'));
  const html = withHtml(choices);
  if (plain === undefined || html.length === 0) return plain ?? html;
  return saysMore(missingIn(textIn(plain), textIn(html))) ? html : plain;
}

/**
 * Gateways put a disclaimer in as one more alternative: each counts that says something of its own.
 */
function withHtml(choices: readonly (readonly TextPart[])[]): readonly TextPart[] {
  const all = choices.filter((parts) => parts.some(({ kind }) => kind === 'html'));
  const last = all.at(-1);
  if (last === undefined || all.length === 1) return last ?? choices.at(-1) ?? [];
  const others = all
    .slice(0, -1)
    .filter((parts) => saysMore(missingIn(textIn(last), textIn(parts))));
  return [...others, last].flat();
}

/** HTML that is not shown, and has words or pictures that the shown text lacks. */
export function htmlBeside(part: MimePart, shown: readonly TextPart[]): readonly TextPart[] {
  if (part.kind === 'parts') return part.children.flatMap((child) => htmlBeside(child, shown));
  if (part.kind !== 'html' || shown.includes(part)) return [];
  const hasMore =
    /src\s*=\s*["']?data:image\//i.test(part.text) ||
    missingIn(textIn(shown), part.text).missing > MAX_LACKING_WORDS;
  return hasMore ? [part] : [];
}

/** What a signature or a link says in HTML alone is no reason for one more file. */
const MAX_LACKING_WORDS = 20;

function textIn(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join('\n');
}

/** Blanks and signs of no width are nothing to read, nor is the place of a picture. */
function isSeen(text: string): boolean {
  const said = text.includes('[') ? text.replace(/\[(cid|image):[^\]\n]{0,200}\]/gi, '') : text;
  return /[!-~]/.test(said) || /[^\s\p{Cf}\p{Cc}]/u.test(said);
}

/** Ranges that touch are one. */
function merged(ranges: readonly LineRange[]): readonly LineRange[] {
  const one: LineRange[] = [];
  for (const range of ranges) {
    const last = one[one.length - 1];
    if (last !== undefined && last.to + 1 >= range.from) {
      one[one.length - 1] = { from: last.from, to: range.to };
    } else one.push(range);
  }
  return one;
}
