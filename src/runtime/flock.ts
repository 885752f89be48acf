/**
 * flock(2) on an open file, which neither node nor Bun has a function for.
 *
 * util-linux' flock(1) takes it on a descriptor that it inherits; the lock stays with us, since
 * the description is shared. The executable asks the C library first, some times if it may wait:
 * whoever has the lock of a store has it for a few milliseconds, and a process that waits costs as
 * much. The rest is left to flock(1), which can wait and says why it failed.
 */
import { spawnSync } from 'node:child_process';
import { callC } from './c-library.ts';
import { pause } from './pause.ts';
import { withoutRights } from './rights.ts';

export type Flock = 'exclusive' | 'shared';
export type FlockEnd = 'taken' | 'busy' | Error;

const TIMED_OUT = 1;
/** A file system that does not answer keeps flock(1) longer than it was told to wait. */
const GRACE_SECONDS = 5;

export function flock(fd: number, how: Flock, seconds: number): FlockEnd {
  if (isTakenSoon(fd, how, seconds > 0 ? SOON_TRIES : 1)) return 'taken';
  const wait = seconds > 0 ? ['-w', String(seconds)] : ['-n'];
  const kind = how === 'shared' ? '-s' : '-x';
  const [program, ...args] = withoutRights(['flock', kind, ...wait, '3']);
  const { status, signal, error } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    timeout: (seconds + GRACE_SECONDS) * 1000,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return 'taken';
  if (status === TIMED_OUT) return 'busy';
  return error ?? new Error(String(signal ?? status));
}

/** flock(2): LOCK_SH, LOCK_EX, LOCK_NB. */
const OPERATIONS = { shared: 1, exclusive: 2 } as const;
const WITHOUT_WAITING = 4;

const SOON_TRIES = 20;
const BETWEEN_MS = 1;

/** Also false if it cannot be said, as `isTakenAtOnce`. */
function isTakenSoon(fd: number, how: Flock, tries: number): boolean {
  for (let tried = 1; ; tried += 1) {
    const result = callC('flock', fd, OPERATIONS[how] | WITHOUT_WAITING);
    if (result === 0) return true;
    if (result === null || tried >= tries) return false;
    pause(BETWEEN_MS);
  }
}

/** Also false if it cannot be said, as always in node: then flock(1) tells. */
export function isTakenAtOnce(fd: number, how: Flock): boolean {
  return isTakenSoon(fd, how, 1);
}
