/**
 * Up to where a folder of pages is, and what it was made for: whatever of that is another one by
 * now, all of it is written anew. Pure.
 */
import { createHash } from 'node:crypto';
import type { OpenPage } from './open-pages.ts';
import { STATISTICS_STYLE } from './statistics.ts';
import { STYLE } from './style.ts';

/** Raised if pages of an older program are not what this one would write. */
const FORMAT = 3;

export interface PagesState {
  /** Names the desk: the first epoch of its store. */
  readonly desk: string;
  readonly madeFor: string;
  /** Number of the last commit that is in it, and the hash of its line. */
  readonly commit: number;
  readonly hash: string;
  /** When that commit was made (RFC 3339). */
  readonly time: string;
  /** By queue: the pages of the list of all tickets. */
  readonly blocks: Readonly<Record<string, readonly Span[]>>;
  /** The pages of open tickets, in their order. */
  readonly open: readonly OpenPage[];
  /** How many pages of held mail there are. */
  readonly held: number;
  /** When the figures were counted (RFC 3339). */
  readonly counted: string;
}

/** Numbers that follow each other, the first one and the last one. */
export type Span = readonly [first: number, last: number];

export function numbersIn(spans: readonly Span[]): readonly number[] {
  return spans.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, n) => first + n),
  );
}

export function spansOf(numbers: Iterable<number>): readonly Span[] {
  const spans: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else spans.push([number, number]);
  }
  return spans;
}

/** Differs if one of these does, or how pages are made. */
export function madeFor(parts: readonly string[]): string {
  const all = [String(FORMAT), STYLE, STATISTICS_STYLE, ...parts];
  return createHash('sha256').update(all.join('\0')).digest('hex').slice(0, 32);
}

/** null for what none of ours has written whole. */
export function readState(text: string | null): PagesState | null {
  if (text === null) return null;
  try {
    const state: unknown = JSON.parse(text);
    return isState(state) ? state : null;
  } catch {
    return null;
  }
}

function isState(value: unknown): value is PagesState {
  if (typeof value !== 'object' || value === null) return false;
  const known: Partial<Record<keyof PagesState, unknown>> = value;
  const texts = [known.desk, known.madeFor, known.hash, known.time, known.counted];
  return (
    texts.every((text) => typeof text === 'string') &&
    typeof known.commit === 'number' &&
    typeof known.held === 'number' &&
    typeof known.blocks === 'object' &&
    known.blocks !== null &&
    Array.isArray(known.open)
  );
}
