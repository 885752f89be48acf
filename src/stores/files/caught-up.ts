/**
 * Whether the derived files are up to the journal: one comparison in a clean store. If they are
 * not, recovery.ts sees to it.
 */
import { join } from 'node:path';
import { pathsFor } from '../../journal/paths.ts';
import { Failure } from '../../outcome.ts';
import { exists } from '../disk/disk.ts';
import { type Head, readHead } from './head.ts';
import type { StoreParts } from './store-parts.ts';

/** The head, if nothing is to be applied behind it; else null. */
export function headCaughtUp({ root, boot, journal }: StoreParts): Head | null {
  const head = readHead(root, boot);
  return head !== null && journal.isEnd(head.position) ? head : null;
}

/**
 * Nothing old is overwritten: a number that has a raw mail already was committed, and its line is
 * lost.
 */
export function mustBeUnused(root: string, seq: number): void {
  const { rawIn } = pathsFor(seq);
  if (!exists(join(root, rawIn))) return;
  throw new Failure(
    'store-damaged',
    `journal: the line of commit ${seq} is lost, ${rawIn} is there`,
  );
}
