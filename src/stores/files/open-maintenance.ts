/**
 * Opens the store for what an administrator does to the whole of it; for its owner
 * alone (open.ts). Apart from opening it for mail, because no mail needs what is
 * behind this.
 */
import type { Maintenance } from '../../journal/store.ts';
import type { FileStoreOptions } from './file-store.ts';
import { makeDerivedDirectories } from './layout.ts';
import { maintenanceOf } from './maintenance.ts';
import { mustBeOwner } from './open.ts';

/** `isRepair`: derived folders that are missing are made again, which everything else refuses to go on without. */
export function openMaintenance(options: FileStoreOptions, isRepair = false): Maintenance {
  mustBeOwner(options.root);
  if (isRepair) makeDerivedDirectories(options.root);
  return maintenanceOf(options);
}
