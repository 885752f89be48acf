/**
 * A program in a process group of its own, which nobody here ends once it has begun: after
 * `patienceMs` it goes on alone, and `late` hears of its end if this process still lives then. It
 * never inherits our stdout or stderr, since local(8) waits for whoever holds them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Argv, withoutRights } from './rights.ts';

export type DetachedEnd = { readonly exit: number | null } | Error | 'goes on';

export interface DetachedFiles {
  /** Descriptors: its stdin, and its descriptor 3; both stay the caller's. */
  readonly input: number;
  readonly third: number;
}

export function startDetached(
  argv: Argv,
  { input, third }: DetachedFiles,
  patienceMs: number,
  late?: (ended: Exclude<DetachedEnd, 'goes on'>) => void,
): Promise<DetachedEnd> {
  const [program, ...args] = withoutRights(argv);
  const child = spawn(program, args, { stdio: [input, 'ignore', 'ignore', third], detached: true });
  return endOf(child, patienceMs, late);
}

function endOf(
  child: ChildProcess,
  patienceMs: number,
  late: Parameters<typeof startDetached>[3],
): Promise<DetachedEnd> {
  return new Promise((resolve) => {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.unref();
      resolve('goes on');
    }, patienceMs);
    const end = (ended: Exclude<DetachedEnd, 'goes on'>): void => {
      clearTimeout(limit);
      resolve(ended);
      if (isLate) late?.(ended);
    };
    child.on('error', end);
    child.on('exit', (exit) => end({ exit }));
  });
}
