/**
 * Opens the store for what an administrator does to the whole of it, as its
 * owner (open.ts says how). Apart from opening it for mail, because no mail
 * needs what is behind this.
 */
import type { Writable } from 'node:stream';
import type { Maintenance } from '../../journal/store.ts';
import { asUser } from '../../runtime/as-user.ts';
import type { FileBeside } from './archive.ts';
import type { FileStoreOptions } from './file-store.ts';
import { makeDerivedDirectories } from './layout.ts';
import { maintenanceOf } from './maintenance.ts';
import { becomeOwner, nameOf, otherOwner } from './open.ts';

/** `isRepair`: derived folders that are missing are made again, which everything else refuses to go on without. */
export function openMaintenance(
  configFile: string,
  options: FileStoreOptions,
  isRepair = false,
): Maintenance {
  becomeOwner(configFile, options.root);
  if (isRepair) makeDerivedDirectories(options.root);
  return maintenanceOf(options);
}

/** For a while alone, since what cannot be finished must be removed by whoever began it. */
export function backupStore(
  configFile: string,
  options: FileStoreOptions,
  { output, beside }: Backup,
): Promise<{ readonly commits: number }> {
  const owner = otherOwner(configFile, options.root);
  return asUser(owner, () => {
    const name = nameOf(process.geteuid?.());
    return maintenanceOf(options).backup(output, name, beside());
  });
}

export interface Backup {
  readonly output: Writable;
  /** Reads the files that go along, as the store's owner. */
  readonly beside: () => readonly FileBeside[];
}
