/**
 * Of which commits attachments and copies of what has gone out may be lost after a power cut
 * (`uncertain.json`), until lost-files.ts has looked at each.
 */
import { join } from 'node:path';
import { keptMails } from '../../journal/kept-mails.ts';
import { receivedFiles } from '../../journal/mails.ts';
import type { JournalRecord } from '../../journal/record.ts';
import { exists, readJson, replaceDurably } from '../disk/disk.ts';
import { UNCERTAIN } from './store-parts.ts';

const VERSION = 1;

/** Commits whose files may be lost: the first of them, and the first behind them. */
export interface Uncertain {
  readonly from: number;
  readonly end: number;
}

/**
 * From the lowest of these commits to the highest; what was uncertain before stays so. Durable.
 * Under the lock.
 */
export function addUncertain(root: string, commits: readonly number[]): void {
  if (commits.length === 0) return;
  const first = commits.reduce((a, b) => Math.min(a, b));
  const last = commits.reduce((a, b) => Math.max(a, b));
  const known = readUncertain(root) ?? { from: first, end: last + 1 };
  const both = { from: Math.min(known.from, first), end: Math.max(known.end, last + 1) };
  replaceDurably(uncertainIn(root), textOf(both));
}

/** Files that came with its mail, or mail of ours of which a copy is kept. */
export function hasFiles(record: JournalRecord): boolean {
  const hasOwn = record.delivery !== undefined && receivedFiles(record).length > 0;
  return hasOwn || keptMails(record).length > 0;
}

/** One that does not read was torn: then everything is in doubt. */
export function readUncertain(root: string): Uncertain | null {
  if (!exists(uncertainIn(root))) return null;
  const value = readJson(uncertainIn(root));
  const isRead =
    typeof value === 'object' &&
    value !== null &&
    'from' in value &&
    'end' in value &&
    typeof value.from === 'number' &&
    typeof value.end === 'number';
  return isRead
    ? { from: Number(value.from), end: Number(value.end) }
    : { from: 1, end: Number.MAX_SAFE_INTEGER };
}

export function textOf({ from, end }: Uncertain): string {
  return `${JSON.stringify({ v: VERSION, from, end })}\n`;
}

export function uncertainIn(root: string): string {
  return join(root, UNCERTAIN);
}
