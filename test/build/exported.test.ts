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
export const module_exports = { is: 6 };
`;
const using = (name: string) => `
import { change, changes, four, module_exports, one, Three, two, $ } from './shared.js';
export async function run() {
  change();
  for await (const value of four()) {
    console.log('${name}', one, two(), new Three().is, value, changes, $.source, module_exports.is);
  }
}`;
const FIRST = `${using('first')}
run().then(() => import('./second.js')).then((second) => second.run());`;

const SAID = 'first 1 2 3 4 6 [$] 6\nsecond 1 2 3 4 7 [$] 6\n';

/** With what both have in common in a file of this name. */
async function buildWith(name: string): Promise<void> {
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
    codeSplitting: { groups: [{ name, test: /shared\.js$/ }] },
  });
  await build.close();
}

const said = (): string =>
  execFileSync(process.execPath, [join(dir, 'out', 'first.cjs')]).toString();

test('constants at once, and what changes as it is now', async () => {
  await buildWith('shared');
  const getters = readFileSync(join(dir, 'out', 'shared.cjs'), 'utf8').match(/defineProperty\(e/g);
  expect(getters).toHaveLength(1);
  expect(said()).toBe(SAID);
});

test('what a plain mail loads makes its object of names when the first other file asks', async () => {
  await buildWith('hot');
  const show = 'console.log(Object.keys(require("./hot.cjs")).join())';
  const keys = execFileSync(process.execPath, ['-e', show], { cwd: join(dir, 'out') }).toString();
  // What changes has its getter there; what is imported dynamically is asked for by its name.
  expect(keys).toBe('changes,module_exports\n');
  expect(said()).toBe(SAID);
});
