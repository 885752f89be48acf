/**
 * Opens the store that the config names, of either kind, for its owner alone: becomeOwner comes
 * first. What a database needs is loaded only if the config names one.
 */
import type { Config } from '../config/config.ts';
import type { Compose } from '../journal/outbox.ts';
import { attachmentsAgain } from '../reading/read.ts';
import { type FileStoreOptions, openStore as openFiles } from '../stores/files/open.ts';
import type { OpenStore } from './opened.ts';
import type { Run } from './run.ts';

/** `isServer`: many deliveries come at once. */
export async function openStore(config: Config, run: Run, isServer = false): Promise<OpenStore> {
  const { store } = config;
  if (store.kind === 'database') {
    return (await import('./open-database.ts')).openDatabase(config, store, run, isServer);
  }
  const { root } = store;
  return {
    store: openFiles({ ...fileOptions(root, config, run), isServer }),
    log: async () => (await import('../stores/files/commit-log.ts')).openCommitLog(root),
  };
}

export function fileOptions(
  root: string,
  { limits }: Config,
  { now, reader }: Run,
): FileStoreOptions {
  return { root, now, extract: attachmentsAgain(limits.reading, reader), compose };
}

/** Of a mail that goes out: many a one that comes has none. */
const compose: Compose = async (letter) => (await import('../letters/compose.ts')).compose(letter);
