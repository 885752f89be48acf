/**
 * Opens the store for what an administrator does to the whole of it, as its
 * owner (open.ts says how). Apart from opening it for mail, because no mail
 * needs what is behind this.
 */
import type { FileStoreOptions } from './file-store.ts';
import { makeDirectories } from './layout.ts';
import { maintenanceOf } from './maintenance.ts';
import { becomeOwner } from './open.ts';
import type { Maintenance } from './store.ts';

/** `isRepair`: folders that are missing are made again, which everything else refuses to go on without. */
export function openMaintenance(
  configFile: string,
  options: FileStoreOptions,
  isRepair = false,
): Maintenance {
  becomeOwner(configFile, options.root);
  if (isRepair) makeDirectories(options.root);
  return maintenanceOf(options);
}
