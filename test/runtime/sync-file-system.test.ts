/** All that was written to a file system made durable at once, or said not to be. */
import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { syncFileSystem } from '../../src/runtime/sync-file-system.ts';

afterEach(() => vi.unstubAllEnvs());

test('that of a folder', () => {
  expect(syncFileSystem(tmpdir())).toBe(true);
});

test('it is not said of one that is not there, and not without a program that does it', () => {
  expect(syncFileSystem('/nowhere/at/all')).toBe(false);
  vi.stubEnv('PATH', '');
  expect(syncFileSystem(tmpdir())).toBe(false);
});
