/** What files of the build give to each other is the same without a getter for each name. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportedAtOnce } from '../../build/exported.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-build-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SHARED = `
export const one = 1;
export function two() { return 2; }
export class Three { is = 3; }
export async function* four() { yield 4; }
export let changes = 5;
export function change() { changes += 1; }
export const $ = /[$]/;
`;
const using = (name: string) => `
import { change, changes, four, one, Three, two, $ } from './shared.js';
export async function run() {
  change();
  for await (const value of four()) {
    console.log('${name}', one, two(), new Three().is, value, changes, $.source);
  }
}`;
const FIRST = `${using('first')}
run().then(() => import('./second.js')).then((second) => second.run());`;

test('constants at once, and what changes as it is now', async () => {
  writeFileSync(join(dir, 'shared.js'), SHARED);
  writeFileSync(join(dir, 'second.js'), using('second'));
  writeFileSync(join(dir, 'first.js'), FIRST);
  const build = await rolldown({
    input: { first: join(dir, 'first.js') },
    platform: 'node',
    logLevel: 'silent',
    plugins: [exportedAtOnce()],
  });
  await build.write({
    ...{ dir: join(dir, 'out'), format: 'cjs', exports: 'named' },
    ...{ entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' },
    codeSplitting: { groups: [{ name: 'shared', test: /shared\.js$/ }] },
  });
  await build.close();
  const getters = readFileSync(join(dir, 'out', 'shared.cjs'), 'utf8').match(/defineProperty\(e/g);
  expect(getters).toHaveLength(1);
  const printed = execFileSync(process.execPath, [join(dir, 'out', 'first.cjs')]);
  expect(printed.toString()).toBe('first 1 2 3 4 6 [$]\nsecond 1 2 3 4 7 [$]\n');
});
