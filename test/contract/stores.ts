/** Every store there is, empty, for tests that hold for all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommitLog } from '../../src/journal/log.ts';
import type { Store } from '../../src/journal/store.ts';
import { openCommitLog } from '../../src/stores/files/commit-log.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { createStore } from '../../src/stores/files/layout.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';

export const STORES: readonly (readonly [name: string, make: (now: () => Date) => Store])[] = [
  ['in files', inFiles],
  ['in memory', (now) => new MemoryStore({ now })],
];

function inFiles(now: () => Date): Store {
  return new FileStore({ root: newRoot(), now, extract: async () => {} });
}

export interface Logged {
  readonly store: Store;
  readonly log: CommitLog;
}

/** The same, and their commits for those who follow them. */
export const LOGS: readonly (readonly [name: string, make: (now: () => Date) => Logged])[] = [
  [
    'in files',
    (now) => {
      const root = newRoot();
      return {
        store: new FileStore({ root, now, extract: async () => {} }),
        log: openCommitLog(root),
      };
    },
  ],
  [
    'in memory',
    (now) => {
      const store = new MemoryStore({ now });
      return { store, log: store.log };
    },
  ],
];

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-contract-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  createStore(root);
  return root;
}
