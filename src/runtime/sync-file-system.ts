/**
 * syncfs(2), which neither node nor Bun has a function for: all that was written to the file system
 * of a path is durable. By sync(1) of coreutils or BusyBox. Of many files it takes one flush of the
 * disk in the place of one each; other people's files on it are flushed as well.
 */
import { spawnSync } from 'node:child_process';
import { withoutRights } from './rights.ts';

/** False if that cannot be said: each file has to be seen to by itself. */
export function syncFileSystem(path: string): boolean {
  const [program, ...args] = withoutRights(['sync', '-f', path]);
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
