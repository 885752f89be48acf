/**
 * The head: up to where the journal has been applied to the derived files; and
 * the checkpoint: up to where those files are known to be on disk.
 *
 * `head.json` is replaced after every commit and never fsynced. Within one boot
 * the page cache is the truth; after another boot the head is worth nothing,
 * and everything behind the checkpoint is applied once more. `checkpoint.json`
 * is written durably, after syncfs(2) has written everything else.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readText, replace, replaceDurably } from './disk.ts';
import type { Position } from './journal.ts';

const VERSION = 1;

export interface Head {
  /** Sequence number of the last commit applied. */
  readonly seq: number;
  readonly position: Position;
  /** The next ticket number by queue. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Sequence number of the checkpoint. */
  readonly checkpoint: number;
}

/** The head of this boot, or null where there is none that can be relied upon. */
export function readHead(root: string, boot: string): Head | null {
  const head = parse(readText(join(root, 'head.json')));
  return head !== null && head.boot === boot && boot !== '' ? head : null;
}

export function writeHead(root: string, boot: string, head: Head): void {
  replace(join(root, 'head.json'), `${JSON.stringify({ v: VERSION, boot, ...head })}\n`);
}

export function readCheckpoint(root: string): Head | null {
  return parse(readText(join(root, 'checkpoint.json')));
}

/** Makes the derived files durable, then says so; gives the head unchanged where sync(1) fails. */
export function writeCheckpoint(root: string, head: Head): Head {
  const { status } = spawnSync('sync', ['-f', root], { stdio: 'ignore' });
  if (status !== 0) return head;
  const durable = { ...head, checkpoint: head.seq };
  replaceDurably(join(root, 'checkpoint.json'), `${JSON.stringify({ v: VERSION, ...durable })}\n`);
  return durable;
}

function parse(text: string | null): (Head & { readonly boot?: string }) | null {
  if (text === null) return null;
  try {
    // Written above; a torn one does not parse, and a field that is missing makes it worthless.
    const value = JSON.parse(text) as Partial<Head & { v: number; boot: string }>;
    const { v, seq, position, numbers, checkpoint } = value;
    if (v !== VERSION || seq === undefined || checkpoint === undefined) return null;
    if (position?.segment === undefined || numbers === undefined) return null;
    return { seq, position, numbers, checkpoint, ...(value.boot && { boot: value.boot }) };
  } catch {
    return null;
  }
}
