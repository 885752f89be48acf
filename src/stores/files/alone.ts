/** Work of one process at a time: the kernel gives the place of a dead one back. */
import { join } from 'node:path';
import type { Alone } from '../../journal/log.ts';
import { Failure } from '../../outcome.ts';
import { isHeld, locked } from '../disk/lock.ts';

export function alone(root: string, name: string): Alone {
  const path = join(root, `${name}.lock`);
  return {
    isRunning: async () => isHeld(path),
    run: async (work, seconds = 0) => {
      let isBegun = false;
      try {
        await locked(path, seconds, async () => {
          isBegun = true;
          // The kernel takes a lock from nobody who lives.
          await work(() => true);
        });
        return true;
      } catch (error) {
        if (!isBegun && error instanceof Failure && error.end === 'store-locked') return false;
        throw error;
      }
    },
  };
}
