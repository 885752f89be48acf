/**
 * Every store there is, empty, for tests that hold for all of them: in the suite `postgres` the one
 * in a database, and in `unit` the others (vitest.config.ts). The one in a database needs PostgreSQL
 * (kit/postgres.ts), without which the others stand in its place: a server for all test files of a
 * worker, and a database a store.
 */
import { closeSync, createWriteStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { onTestFinished } from 'vitest';
import type { CommitLog } from '../../src/journal/log.ts';
import type { Maintenance } from '../../src/journal/maintenance.ts';
import type { Compose } from '../../src/journal/outbox.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose as composed } from '../../src/letters/compose.ts';
import type { DatabasePlace } from '../../src/postgres/place.ts';
import { openCommitLog } from '../../src/stores/files/commit-log.ts';
import { createStore } from '../../src/stores/files/create-store.ts';
import { FileStore } from '../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import { restoreStore } from '../../src/stores/files/restore.ts';
import { MemoryStore } from '../../src/stores/memory/memory-store.ts';
import { DatabaseLog } from '../../src/stores/postgres/log.ts';
import { maintenanceOf as maintenanceInDatabase } from '../../src/stores/postgres/maintenance.ts';
import { restoreDatabase } from '../../src/stores/postgres/restoring.ts';
import { hostOn } from '../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';

export interface Logged {
  readonly store: Store;
  readonly log: CommitLog;
}

type MakeStore = (now: () => Date, compose?: Compose) => Logged;

/** null in another suite, or if there is no PostgreSQL. */
export const cluster =
  process.env['MAILROBOT_TEST_STORE'] === 'postgres' && postgresMissing === null
    ? await makeStoreCluster()
    : null;
if (cluster !== null) {
  // It serves every test file that this process runs.
  process.once('exit', () => removeCluster(cluster));
}

const inDatabase =
  (on: Cluster): MakeStore =>
  (now, compose) => {
    const { store, connections } = hostOn(newStorePlace(on), now, compose);
    return { store, log: new DatabaseLog(connections) };
  };

type NamedStore = readonly [name: string, make: MakeStore];

const IN_FILES: NamedStore = [
  'in files',
  (now, compose = composed) => {
    const root = newRoot();
    const store = new FileStore({ root, now, extract: async () => {}, compose });
    return { store, log: openCommitLog(root) };
  },
];
const IN_MEMORY: NamedStore = [
  'in memory',
  (now, compose = composed) => {
    const store = new MemoryStore({ now, compose });
    return { store, log: store.log };
  },
];

/** Each with its commits, for those who follow them. */
export const LOGS: readonly NamedStore[] =
  cluster === null ? [IN_FILES, IN_MEMORY] : [['in a database', inDatabase(cluster)]];

/** One that outlives its process, and what an administrator does to it. */
export interface Maintained extends Logged {
  readonly maintenance: Maintenance;
  /** Opened once more, as another process would. */
  readonly again: () => Logged;
  /** A store that was made of a backup of it. */
  readonly backedUp: () => Promise<Maintained>;
}

export const MAINTAINED: readonly (readonly [
  name: string,
  make: (now: () => Date) => Maintained,
])[] = [
  cluster === null
    ? ['in files', (now) => maintainedIn(newRoot(), now)]
    : ['in a database', (now) => maintainedAt(newStorePlace(cluster), now)],
];

const extract = async () => {};
const RESTORING = {
  ...{
    memory: null,
    keep: async () => {},
    asOwner: async <T>(work: () => Promise<T> | T) => work(),
  },
  countings: [{ queues: ['SUPPORT', 'BILLING'], first: 1 }],
};

function maintainedIn(root: string, now: () => Date): Maintained {
  const options = { root, now, extract, compose: composed };
  const opened = () => ({ store: new FileStore(options), log: openCommitLog(root) });
  const maintenance = maintenanceOf(options);
  const backedUp = () =>
    fromBackup(maintenance, async (file, folder) => {
      const restored = join(folder, 'store');
      await restoreStore(file, { ...RESTORING, root: restored, now: now(), owner: null });
      return maintainedIn(restored, now);
    });
  return { ...opened(), maintenance, again: opened, backedUp };
}

function maintainedAt(place: DatabasePlace, now: () => Date): Maintained {
  const opened = () => {
    const { store, connections } = hostOn(place, now);
    return { store, log: new DatabaseLog(connections), connections };
  };
  const { store, log, connections } = opened();
  const maintenance = maintenanceInDatabase({ connections, now, extract, store });
  const backedUp = () =>
    fromBackup(maintenance, async (file, directory) => {
      const restored = newStorePlace(mustBe(cluster));
      const { connections: others } = hostOn(restored, now);
      const more = { directory, connections: others, extract };
      await restoreDatabase(file, { ...RESTORING, ...more, now: now() });
      return maintainedAt(restored, now);
    });
  return { store, log, maintenance, again: opened, backedUp };
}

async function fromBackup(
  maintenance: Pick<Maintenance, 'backup'>,
  restore: (
    file: { readonly fd: number; readonly path: string },
    folder: string,
  ) => Promise<Maintained>,
): Promise<Maintained> {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-contract-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'backup.tar');
  const output = createWriteStream(path);
  await maintenance.backup(output, 'nobody', []);
  await finished(output.end());
  const fd = openSync(path, 'r');
  try {
    return await restore({ fd, path }, folder);
  } finally {
    closeSync(fd);
  }
}

function mustBe<T>(value: T | null): T {
  if (value === null) throw new Error('there is none');
  return value;
}

const storeOf = ([name, make]: NamedStore) =>
  [name, (now: () => Date): Store => make(now).store] as const;

export const STORES = LOGS.map(storeOf);

/** To say the same as the one that is in memory, which is among them. */
export const COMPARED = [...LOGS.filter((one) => one !== IN_MEMORY), IN_MEMORY].map(storeOf);

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-contract-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  createStore(root);
  return root;
}
