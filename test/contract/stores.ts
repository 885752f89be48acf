/** Every store there is, empty, for tests that hold for all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../src/journal/store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { createStore } from '../../src/stores/files/layout.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';

export const STORES: readonly (readonly [name: string, make: (now: () => Date) => Store])[] = [
  ['in files', inFiles],
  ['in memory', (now) => new MemoryStore({ now })],
];

function inFiles(now: () => Date): Store {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-contract-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  createStore(root);
  return new FileStore({ root, now, extract: async () => {} });
}
