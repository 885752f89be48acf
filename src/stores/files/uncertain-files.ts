/**
 * Attachments that a power cut may have taken: whether a file lies there whole, and of which
 * commits that is not certain (`uncertain.json`), until lost-files.ts has looked at each.
 */
import { join } from 'node:path';
import { keptMails, receivedFiles } from '../../journal/mails.ts';
import type { JournalRecord } from '../../journal/record.ts';
import type { OutgoingMail } from '../../ticket/mail.ts';
import type { StoredFile } from '../../ticket/ticket.ts';
import { exists, readJson, replaceDurably, sizeOf } from './disk.ts';
import { sumOf } from './read-pieces.ts';

const VERSION = 1;

/** Commits whose attachments may be lost: the first of them, and the first behind them. */
export interface Uncertain {
  readonly from: number;
  readonly end: number;
}

/** From the first of these commits to the last; what was uncertain before stays so. Durable. Under the lock. */
export function addUncertain(root: string, commits: readonly number[]): void {
  const [first] = commits;
  const last = commits.at(-1);
  if (first === undefined || last === undefined) return;
  const known = readUncertain(root) ?? { from: first, end: last + 1 };
  const both = { from: Math.min(known.from, first), end: Math.max(known.end, last + 1) };
  replaceDurably(fileIn(root), textOf(both));
}

export function areFilesUncertain(root: string): boolean {
  return exists(fileIn(root));
}

/** Whether the file is what came with the mail. */
export function isWhole(root: string, { path, size, sha256 }: StoredFile): boolean {
  const file = join(root, path);
  return sizeOf(file) === size && sumOf(file) === sha256;
}

/** Where its octets are: at its path, or where somebody has asked for them before; null for nowhere. */
export function pathOfFile(root: string, file: StoredFile): string | null {
  const places = [file.path, askedAt(file)];
  const path = places.find((one) => isWhole(root, { ...file, path: one }));
  return path === undefined ? null : join(root, path);
}

/** What has no file of its own gets one there for an hour (incoming.ts). */
export function askedAt({ sha256 }: StoredFile): string {
  return join('incoming', `asked.${sha256}`);
}

/** Files that came with its mail, or mail of ours that is kept with such files in it. */
export function hasFiles(record: JournalRecord): boolean {
  const hasOwn = record.delivery !== undefined && receivedFiles(record).length > 0;
  return hasOwn || mailsWithFiles(record).length > 0;
}

export function mailsWithFiles({ outgoing }: JournalRecord): readonly OutgoingMail[] {
  return keptMails(outgoing).filter(({ enclosed }) => enclosed !== undefined);
}

/** One that does not read was torn: then everything is in doubt. */
export function readUncertain(root: string): Uncertain | null {
  if (!areFilesUncertain(root)) return null;
  const value = readJson(fileIn(root));
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

export function fileIn(root: string): string {
  return join(root, 'uncertain.json');
}
