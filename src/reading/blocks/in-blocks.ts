/**
 * A text, out of plain text or out of HTML, in blocks.
 *
 * First what stands above a quote is found (quotes/attribution.ts), then quotes and signatures
 * (RFC 3676 4.3), which end at each other; lines that are left are lists, tables, pictures, or
 * paragraphs between empty lines. Pure, linear.
 */
import { openerAt } from '../quotes/attribution.ts';
import { isBarred, type Line, NO_LINE, nextFilled, readLines } from '../quotes/lines.ts';
import type { SaidOfLines, TextBlock, TextInBlocks } from './block.ts';
import { depthOf, isFurther, kindOf, type PlainKind } from './plain-lines.ts';

const SIGNATURE_LINES = 10;
const FOOTER_LINES = 6;

type Kind = PlainKind | 'blank' | 'quote' | 'attribution' | 'header' | 'signature';

export function inBlocks(text: string, said: SaidOfLines = new Map()): TextInBlocks {
  const lines = readLines(text);
  const kinds: Kind[] = lines.map((line, at) =>
    line.kind === 'text' ? (said.get(at) ?? kindOf(line)) : line.kind,
  );
  const found: TextBlock[] = [];
  takeOpeners(lines, kinds, found);
  takeSignatures(lines, kinds, found);
  for (let at = 0; at < lines.length; at += 1) {
    const kind = kinds[at] ?? 'blank';
    if (kind === 'blank' || isTaken(kind)) continue;
    const to = lastOf(lines, kinds, at);
    found.push(blockOf(lines, kind, at, to));
    at = to;
  }
  return { lines, blocks: found.sort((a, b) => a.from - b.from) };
}

function isTaken(kind: Kind): boolean {
  return kind === 'attribution' || kind === 'header' || kind === 'signature';
}

/** Below an attribution a quote may be marked with bars. */
function takeOpeners(lines: readonly Line[], kinds: Kind[], found: TextBlock[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    if (kinds[at] === 'quote') continue;
    const opener = openerAt(lines, at);
    if (opener === null) continue;
    const { kind, last, isQuoted } = opener;
    kinds.fill(kind, at, last + 1);
    found.push({ kind, from: at + 1, to: last + 1 });
    for (let bar = nextFilled(lines, last + 1); isQuoted && isBarred(lines[bar] ?? NO_LINE); bar++)
      kinds[bar] = 'quote';
    at = last;
  }
}

/** A signature or a list's footer ends at the next quote: inline answers may follow it. */
function takeSignatures(lines: readonly Line[], kinds: Kind[], found: TextBlock[]): void {
  const isWithin = (kind: Kind | undefined) =>
    kind !== undefined && kind !== 'quote' && !isTaken(kind);
  for (let at = 0; at < lines.length; at += 1) {
    const limit = isWithin(kinds[at]) ? signatureLimit(lines[at] ?? NO_LINE) : 0;
    if (limit === 0) continue;
    let last = at;
    let filled = 0;
    for (let next = at + 1; filled <= limit && isWithin(kinds[next]); next += 1) {
      if (kinds[next] === 'blank') continue;
      filled += 1;
      last = next;
    }
    if (filled > limit) continue;
    kinds.fill('signature', at, last + 1);
    found.push({ kind: 'signature', from: at + 1, to: last + 1 });
    at = last;
  }
}

/** How many lines at most belong to the signature that the line begins; 0 if none begins. */
function signatureLimit({ raw, text }: Line): number {
  if (raw === '-- ' && text !== '') return Number.POSITIVE_INFINITY;
  if (text === '--' || text === '—') return SIGNATURE_LINES;
  return /^_{10,}$/.test(text) ? FOOTER_LINES : 0;
}

/** Where the block ends that begins at the line. Empty lines are within a list alone. */
function lastOf(lines: readonly Line[], kinds: readonly Kind[], from: number): number {
  const kind = kinds[from];
  const depth = depthOf(lines[from] ?? NO_LINE);
  let last = from;
  for (;;) {
    const next = kind === 'list' ? nextFilled(lines, last + 1) : last + 1;
    const line = lines[next] ?? NO_LINE;
    const goesOn =
      kinds[next] === kind
        ? kind !== 'quote' || depthOf(line) === depth
        : kind === 'list' &&
          kinds[next] === 'paragraph' &&
          isFurther(line, next === last + 1 ? (lines[last] ?? null) : null);
    if (!goesOn) return last;
    last = next;
  }
}

function blockOf(
  lines: readonly Line[],
  kind: Exclude<Kind, 'blank'>,
  from: number,
  to: number,
): TextBlock {
  const range = { from: from + 1, to: to + 1 };
  if (kind === 'quote') return { kind, depth: depthOf(lines[from] ?? NO_LINE), ...range };
  // One row is a line with a gap in it.
  return { kind: kind === 'table' && from === to ? 'paragraph' : kind, ...range };
}
