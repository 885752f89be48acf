/** Where a program lies that is run by its name: on PATH, or in an administrator's folder. */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

const ADMINISTRATORS_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** null if there is none. */
export function programAt(
  name: string,
  { PATH = '' }: Readonly<Record<string, string | undefined>>,
): string | null {
  const folders = [
    ...PATH.split(':').filter((one) => one.startsWith('/')),
    ...ADMINISTRATORS_FOLDERS,
  ];
  return folders.map((folder) => join(folder, name)).find(isRunnable) ?? null;
}

/** By the user of this process; neither a folder nor an empty file, which a shell runs to no end. */
export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    const stats = statSync(path);
    return stats.isFile() && stats.size > 0;
  } catch {
    return false;
  }
}
