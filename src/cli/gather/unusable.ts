/**
 * Files and folders of a desk that their owner cannot use, whoever owns them: one level of the
 * folder that it has here. For the owner, since every other user is told something else.
 */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../stores/disk/disk.ts';

const { R_OK, W_OK, X_OK } = constants;

/** Opened to write to, unlike the documents beside it, which are put in each other's place. */
const LOCK = 'lock';

export function unusableIn(root: string): readonly string[] {
  const code = refusal(root, R_OK | W_OK | X_OK);
  if (code === 'EROFS') return [`${root} is on a file system that is read-only`];
  const names = code === null ? readdirSync(root) : [];
  return [root, ...names.map((name) => join(root, name))].flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    const wanted = wantedOf(path === join(root, LOCK), stats.isDirectory());
    return refusal(path, wanted) === null ? [] : [`${path} cannot be used by its owner`];
  });
}

function wantedOf(isLock: boolean, isFolder: boolean): number {
  if (isFolder) return R_OK | W_OK | X_OK;
  return isLock ? R_OK | W_OK : R_OK;
}

function refusal(path: string, mode: number): string | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    return errorCode(error) ?? 'unknown';
  }
}
