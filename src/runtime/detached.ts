/**
 * A program in a process group of its own, which nobody here ends once it has begun: after
 * `patienceMs` it goes on alone. It never inherits our stdout or stderr, since local(8) waits
 * for whoever holds them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Argv, withoutRights } from './rights.ts';

export type DetachedEnd = { readonly exit: number | null } | Error | 'goes on';

/** `input` and `third` are descriptors: its stdin, and its descriptor 3; both stay the caller's. */
export function startDetached(
  argv: Argv,
  { input, third }: { readonly input: number; readonly third: number },
  patienceMs: number,
): Promise<DetachedEnd> {
  const [program, ...args] = withoutRights(argv);
  const child = spawn(program, args, { stdio: [input, 'ignore', 'ignore', third], detached: true });
  return endOf(child, patienceMs);
}

function endOf(child: ChildProcess, patienceMs: number): Promise<DetachedEnd> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      child.unref();
      resolve('goes on');
    }, patienceMs);
    const end = (ended: DetachedEnd): void => {
      clearTimeout(limit);
      resolve(ended);
    };
    child.on('error', end);
    child.on('exit', (exit) => end({ exit }));
  });
}
