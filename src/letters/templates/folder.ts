/** The folder of a desk's own templates, `templates/` beside the config, and what lies there. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadTemplate } from './bad-template.ts';

export function templatesFolder(configFile: string): string {
  return join(dirname(configFile), 'templates');
}

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
