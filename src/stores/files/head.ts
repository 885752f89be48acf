/**
 * The head: up to where the journal has been applied to the derived files; and
 * the checkpoint: up to where those files are known to be on disk.
 *
 * `head.json` is written over after every commit and never fsynced. Within one boot
 * the page cache is the truth; after another boot the head is worth nothing,
 * and everything behind the checkpoint is applied once more. `checkpoint.json`
 * is written durably, after syncfs(2) has written everything else.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { withoutRights } from '../../runtime/rights.ts';
import { overwrite, readText, replaceDurably } from '../disk/disk.ts';
import type { End } from './journal-lines.ts';

/**
 * Raised with the format of the lines: a program of an older one takes none of these for its own,
 * and so meets the lines that it cannot read. Version 1 knew no hash of the last line and no texts;
 * version 2 is as this one.
 */
const VERSION = 3;

export interface Head {
  /** Sequence number of the last commit applied. */
  readonly seq: number;
  readonly position: End;
  /** The next ticket number by queue. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Sequence number of the checkpoint. */
  readonly checkpoint: number;
}

/** The head of this boot, or null if there is none that can be relied upon. */
export function readHead(root: string, boot: string): Head | null {
  const path = join(root, 'head.json');
  // It may be read in the instant in which it is written.
  const head = parse(readText(path)) ?? parse(readText(path));
  return head !== null && head.boot === boot && boot !== '' ? head : null;
}

export function writeHead(root: string, boot: string, head: Head): void {
  overwrite(join(root, 'head.json'), summed({ v: VERSION, boot, ...head }));
}

export function readCheckpoint(root: string): Head | null {
  return parse(readText(join(root, 'checkpoint.json')));
}

/** Makes the derived files durable, then says so; gives the head unchanged if sync(1) fails. */
export function writeCheckpoint(root: string, head: Head): Head {
  if (!syncAll(root)) return head;
  const durable = { ...head, checkpoint: head.seq };
  saveCheckpoint(root, durable);
  return durable;
}

/** Makes all that was written and removed durable; false if sync(1) fails. */
export function syncAll(root: string): boolean {
  const [program, ...args] = withoutRights(['sync', '-f', root]);
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Says that the derived files are durable: the caller knows that they are. */
export function saveCheckpoint(root: string, head: Head): void {
  replaceDurably(join(root, 'checkpoint.json'), summed({ v: VERSION, ...head }));
}

/** A wrong digit here would number commits wrongly, so the line ends with its own SHA-256. */
function summed(value: object): string {
  const text = JSON.stringify(value);
  return `${text} ${sumOf(text)}\n`;
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** null for anything that was not written above, whole. */
function parse(text: string | null): (Head & { readonly boot?: string }) | null {
  if (text === null) return null;
  // A longer one that it was written over has left its end behind the line.
  const end = text.indexOf('\n');
  const at = text.lastIndexOf(' ', end);
  const json = text.slice(0, Math.max(at, 0));
  if (end < 0 || json === '' || sumOf(json) !== text.slice(at + 1, end)) return null;
  // The sum vouches that `summed` wrote it.
  const { v, ...head } = JSON.parse(json) as Head & { v: number; boot?: string };
  if (v === 1) return { ...head, position: { ...head.position, texts: 0 } };
  return v === 2 || v === VERSION ? head : null;
}
