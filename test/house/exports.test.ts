/** Whatever a file of the source exports, some other file asks for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unusedExports } from './exports.ts';

const ROOT = join(import.meta.dirname, '../..');

function sourceIn(...folders: readonly string[]): ReadonlyMap<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file}`),
  );
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
}

test('nothing is exported that no file asks for', () => {
  const others = sourceIn('test', 'bench', 'generate', 'build', 'packaging');
  expect(unusedExports(sourceIn('src'), others)).toEqual([]);
});

const one = (text: string) => new Map([['src/a.ts', text]]);
const asking = (text: string) => new Map([['test/b.ts', text]]);

test.each([
  ['export function kept(): void {}', 'kept'],
  ['export async function kept(): Promise<void> {}', 'kept'],
  ['export const kept = 1;', 'kept'],
  ['export class Kept {}', 'Kept'],
])('it is found: %s', (text, name) => {
  expect(unusedExports(one(text), asking("import { other } from '../src/a.ts';"))).toEqual([
    `src/a.ts exports ${name}`,
  ]);
});

test.each([
  "import { kept } from '../src/a.ts';",
  "import { kept as mine } from '../src/a.ts';",
  "import * as all from '../src/a.ts';",
  "export { kept as mine } from '../src/a.ts';",
  "export * from '../src/a.ts';",
  "const { kept } = await import('../src/a.ts');",
])('it is asked for: %s', (text) => {
  expect(unusedExports(one('export const kept = 1;'), asking(text))).toEqual([]);
});
