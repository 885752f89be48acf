/** What `status` shows of a store, and no mail asks. */
import { statfsSync } from 'node:fs';
import { onDisk } from '../disk/disk.ts';
import { readFrom } from '../disk/read-pieces.ts';
import type { Journal } from './journal.ts';
import { BEGINNING } from './journal-lines.ts';

const OF_A_MAIL = '"delivery":{';

/** Time of the last commit that a mail has made (RFC 3339), or null; segment by segment. */
export function lastMailTime(journal: Journal): string | null {
  for (const segment of journal.segments().toReversed()) {
    const data = readFrom(journal.path(segment), 0);
    const at = data.lastIndexOf(OF_A_MAIL);
    if (at < 0) continue;
    const begin = data.lastIndexOf('\n', at) + 1;
    return BEGINNING.exec(data.toString('latin1', begin, begin + 80))?.[2] ?? null;
  }
  return null;
}

/** In octets. */
export function spaceOf(root: string): { readonly free: number; readonly total: number } {
  const { bavail, blocks, bsize } = onDisk(root, () => statfsSync(root));
  return { free: bavail * bsize, total: blocks * bsize };
}
