/**
 * Up to where a folder of pages is, and what it was made for: whatever of that is another one by
 * now, all of it is written anew. Pure.
 */
import { createHash } from 'node:crypto';
import { STATISTICS_STYLE } from './statistics.ts';
import { STYLE } from './style.ts';

/** Raised if pages of an older program are not what this one would write. */
const FORMAT = 1;

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
  readonly blocks: Readonly<Record<string, readonly number[]>>;
  /** Ids of the tickets that are on the list of open ones. */
  readonly open: readonly string[];
  /** When the figures were counted (RFC 3339). */
  readonly counted: string;
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
    typeof known.blocks === 'object' &&
    known.blocks !== null &&
    Array.isArray(known.open)
  );
}
