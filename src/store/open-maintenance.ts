/**
 * Opens the store for what an administrator does to the whole of it, as its
 * owner (open.ts says how). Apart from opening it for mail, because no mail
 * needs what is behind this.
 */
import type { FileStoreOptions } from './file-store.ts';
import { maintenanceOf } from './maintenance.ts';
import { becomeOwner } from './open.ts';
import type { Maintenance } from './store.ts';

export function openMaintenance(configFile: string, options: FileStoreOptions): Maintenance {
  becomeOwner(configFile, options.root);
  return maintenanceOf(options);
}
