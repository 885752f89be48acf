/** What lies in the folder of a desk's own templates, or in that of a queue. */
import { readdirSync } from 'node:fs';
import { BadTemplate } from './bad-template.ts';

/** Names in the folder; none if there is no folder. Throws a BadTemplate if nobody can tell. */
export function namesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new BadTemplate(`cannot be read (${code})`);
  }
}
