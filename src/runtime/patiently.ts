/**
 * Reads and writes of pipes for which the kernel waits no longer: node hands those of its children
 * over as non-blocking, and process.stdout makes its own so, for all who have the same pipe. What is
 * not ready (EAGAIN) is tried again, and nothing else of this process goes on meanwhile.
 */
import { writeSync } from 'node:fs';
import { pause } from './pause.ts';

export function patiently(step: () => number): number {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error;
      pause(1);
    }
  }
}

/** All of it, however little the pipe takes at a time. */
export function writeWhole(fd: number, octets: Buffer): void {
  for (let at = 0; at < octets.length; ) {
    at += patiently(() => writeSync(fd, octets, at));
  }
}
