/**
 * A program in a process group of its own, which nobody here ends once it has begun: after
 * `patienceMs` it goes on alone, and `late` hears of its end if this process still lives then. It
 * never inherits our stdout or stderr, since local(8) waits for whoever holds them.
 *
 * The executable asks Bun for it, since node:child_process costs it 2 ms of 50 for one program.
 */
import { spawn } from 'node:child_process';
import { type Argv, withoutRights } from './rights.ts';
import { isExecutable } from './self.ts';

export type DetachedEnd = Ended | 'goes on';
type Ended = { readonly exit: number | null } | Error;

export interface DetachedFiles {
  /** Descriptors: its stdin, and its descriptor 3; both stay the caller's. */
  readonly input: number;
  readonly third: number;
}

export function startDetached(
  argv: Argv,
  files: DetachedFiles,
  patienceMs: number,
  late?: (ended: Ended) => void,
): Promise<DetachedEnd> {
  return new Promise((resolve) => {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child?.unref();
      resolve('goes on');
    }, patienceMs);
    const end = (ended: Ended): void => {
      clearTimeout(limit);
      resolve(ended);
      if (isLate) late?.(ended);
    };
    const start = isExecutable ? startByBun : startByNode;
    const child = start(withoutRights(argv), stdioOf(files), end);
  });
}

interface Child {
  unref(): void;
}

type Stdio = readonly [number, 'ignore', 'ignore', number];

function stdioOf({ input, third }: DetachedFiles): Stdio {
  return [input, 'ignore', 'ignore', third];
}

function startByNode([program, ...args]: Argv, stdio: Stdio, end: (ended: Ended) => void): Child {
  const child = spawn(program, args, { stdio: [...stdio], detached: true });
  child.on('error', end);
  child.on('exit', (exit) => end({ exit }));
  return child;
}

/** What of Bun's own is used. */
interface BunParts {
  spawn(
    argv: Argv,
    options: {
      readonly stdio: Stdio;
      readonly detached: true;
      readonly env: Readonly<Record<string, string | undefined>>;
      readonly onExit: (child: Child, exit: number | null) => void;
    },
  ): Child;
}

/** null if it could not be started. */
function startByBun(argv: Argv, stdio: Stdio, end: (ended: Ended) => void): Child | null {
  // Bun is a global of its own.
  const { Bun } = globalThis as unknown as { readonly Bun: BunParts };
  try {
    // Without `env` it has the environment that we were started with.
    const env = process.env;
    return Bun.spawn(argv, { stdio, detached: true, env, onExit: (_, exit) => end({ exit }) });
  } catch (error) {
    end(error instanceof Error ? error : new Error(String(error)));
    return null;
  }
}
