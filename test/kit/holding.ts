/** Which files below a folder hold a word, in whatever form (decoded.ts). */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decoded } from './decoded.ts';

export function holding(folder: string, word: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true)
    .filter((name) => decoded(readFileSync(join(folder, name))).includes(word))
    .toSorted();
}
