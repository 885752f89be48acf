/**
 * Opens the whole store, of either kind, for what an administrator does to it; as open-store.ts.
 */
import type { Config } from '../config/config.ts';
import type { Maintenance } from '../journal/maintenance.ts';
import { openMaintenance as ofFiles } from '../stores/files/open-maintenance.ts';
import { fileOptions } from './open-store.ts';
import type { Run } from './run.ts';

/** `isRepair`: makes derived folders that are missing, without which nothing else goes on. */
export async function openMaintenance(
  config: Config,
  run: Run,
  isRepair = false,
): Promise<Maintenance> {
  const { store } = config;
  if (store.kind === 'database') {
    return (await import('./open-database.ts')).openDatabaseMaintenance(config, store, run);
  }
  return ofFiles(fileOptions(store.root, config, run), isRepair);
}
