/**
 * Work that one process at a time does, for as long as it lives: the kernel gives its place back.
 */
import { Failure } from '../../outcome.ts';
import { locked } from '../disk/lock.ts';

/** False if somebody else does it, and has not ended within so many seconds. */
export async function alone(
  path: string,
  work: () => Promise<void>,
  seconds = 0,
): Promise<boolean> {
  let isBegun = false;
  try {
    await locked(path, seconds, async () => {
      isBegun = true;
      await work();
    });
    return true;
  } catch (error) {
    if (!isBegun && error instanceof Failure && error.end === 'store-locked') return false;
    throw error;
  }
}
