/** What the executable is made of is what was pinned, or nothing is made. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ARCHITECTURES, runtimeFor } from '../../packaging/runtimes.ts';
import { ROOT } from '../process/desk.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-runtimes-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a tarball that is another one is refused, and removed', () => {
  const tarball = join(dir, 'oven-bun-linux-aarch64-1.4.5.tgz');
  writeFileSync(tarball, 'something else');
  expect(() => runtimeFor('arm64', dir)).toThrow('is not what it should be');
  expect(existsSync(tarball)).toBe(false);
});

test.each(ARCHITECTURES)('that for %s is there', (architecture) => {
  expect(existsSync(runtimeFor(architecture, join(ROOT, '.runtimes')))).toBe(true);
});
