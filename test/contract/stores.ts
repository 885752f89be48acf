/** Every store there is, empty, for tests that hold for all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommitLog } from '../../src/journal/log.ts';
import type { Compose } from '../../src/journal/outbox.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose as composed } from '../../src/letters/compose.ts';
import { openCommitLog } from '../../src/stores/files/commit-log.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';

export interface Logged {
  readonly store: Store;
  readonly log: CommitLog;
}

type MakeStore = (now: () => Date, compose?: Compose) => Logged;

/** Each with its commits, for those who follow them. */
export const LOGS: readonly (readonly [name: string, make: MakeStore])[] = [
  [
    'in files',
    (now, compose = composed) => {
      const root = newRoot();
      const store = new FileStore({ root, now, extract: async () => {}, compose });
      return { store, log: openCommitLog(root) };
    },
  ],
  [
    'in memory',
    (now, compose = composed) => {
      const store = new MemoryStore({ now, compose });
      return { store, log: store.log };
    },
  ],
];

export const STORES = LOGS.map(
  ([name, make]) => [name, (now: () => Date): Store => make(now).store] as const,
);

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-contract-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  createStore(root);
  return root;
}
