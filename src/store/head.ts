/**
 * The head: up to where the journal has been applied to the derived files.
 *
 * One small file, replaced after every commit and never fsynced: within one
 * boot the page cache is the truth, and after another boot (or where the head
 * is missing or torn) everything is applied again from the journal's start,
 * which changes nothing that is there already.
 */
import { join } from 'node:path';
import { readText, replace } from './disk.ts';
import type { Position } from './journal.ts';

export interface Head {
  readonly v: 1;
  readonly boot: string;
  /** Sequence number of the last commit. */
  readonly seq: number;
  readonly position: Position;
  /** The next ticket number by queue. */
  readonly numbers: Readonly<Record<string, number>>;
}

export function readHead(root: string, boot: string): Head | null {
  const text = readText(join(root, 'head.json'));
  if (text === null) return null;
  try {
    // Written by writeHead below; a torn one does not parse.
    const head = JSON.parse(text) as Head;
    return head.boot === boot && boot !== '' ? head : null;
  } catch {
    return null;
  }
}

export function writeHead(root: string, head: Head): void {
  replace(join(root, 'head.json'), `${JSON.stringify(head)}\n`);
}
