/**
 * flock(2) on an open file, which neither node nor Bun has a function for.
 *
 * util-linux' flock(1) takes it on a descriptor that it inherits; the lock stays with us, since
 * the description is shared. In the executable the C library is asked first, through bun:ffi,
 * which costs a tenth of a process but needs the JIT: under MemoryDenyWriteExecute there is none.
 * Whatever is not taken at once that way is left to flock(1), which can wait and says why it
 * failed.
 */
import { spawnSync } from 'node:child_process';
import { withoutRights } from './rights.ts';
import { isExecutable } from './self.ts';

export type Flock = 'exclusive' | 'shared';
export type FlockEnd = 'taken' | 'busy' | Error;

const TIMED_OUT = 1;
/** A file system that does not answer keeps flock(1) longer than it was told to wait. */
const GRACE_SECONDS = 5;

export function flock(fd: number, how: Flock, seconds: number): FlockEnd {
  if (isTakenAtOnce(fd, how)) return 'taken';
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

/** What of bun:ffi is used. */
interface Ffi {
  dlopen(
    library: string,
    functions: { readonly flock: { readonly args: readonly string[]; readonly returns: string } },
  ): {
    readonly symbols: { flock(fd: number, operation: number): number };
    close(): void;
  };
}

/** Also false if it cannot be said, as always in node: then flock(1) tells. */
export function isTakenAtOnce(fd: number, how: Flock): boolean {
  if (!isExecutable) return false;
  try {
    // What Bun has under that name.
    const ffi = process.getBuiltinModule('bun:ffi') as unknown as Ffi;
    const library = ffi.dlopen('libc.so.6', { flock: { args: ['i32', 'i32'], returns: 'i32' } });
    const failed = library.symbols.flock(fd, OPERATIONS[how] | WITHOUT_WAITING);
    library.close();
    return failed === 0;
  } catch {
    return false;
  }
}
