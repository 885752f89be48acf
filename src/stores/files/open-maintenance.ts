/**
 * Opens the store for what an administrator does to the whole of it; for its owner
 * alone (open.ts). Apart from opening it for mail, because no mail needs what is
 * behind this.
 */
import type { Maintenance } from '../../journal/maintenance.ts';
import { makeDerivedDirectories } from './create-store.ts';
import type { FileStoreOptions } from './file-store.ts';
import { maintenanceOf } from './maintenance.ts';
import { mustBeOwner } from './open.ts';

/** `isRepair`: makes derived folders that are missing, without which nothing else goes on. */
export function openMaintenance(options: FileStoreOptions, isRepair = false): Maintenance {
  mustBeOwner(options.root);
  if (isRepair) makeDerivedDirectories(options.root);
  return maintenanceOf(options);
}
