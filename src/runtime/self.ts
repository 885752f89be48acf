/**
 * What this program runs in: node with the built files, or the executable that Bun has made of
 * them (packaging/), and how it starts itself once more. Whoever does something otherwise in the
 * executable asks here.
 *
 * The launcher (bin/mailrobot) says by the environment which exit it takes for done. Whatever is
 * started from here has no such launcher above it.
 */
import { join } from 'node:path';

export const isExecutable = 'bun' in process.versions;

export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** This program once more, with these arguments. */
export function startOfSelf(args: readonly string[]): Start {
  const { MAILROBOT_DONE: _, ...environment } = process.env;
  const built = isExecutable ? [] : [process.argv[1] ?? ''];
  return { program: process.execPath, args: [...built, ...args], environment };
}

export interface ReaderStart extends Start {
  /** Octets of its own at which it is to be killed; null if it holds itself to its memory. */
  readonly maxOwnBytes: number | null;
}

const MEBIBYTE = 1024 * 1024;
/**
 * What the limit on the heap does not count, and a process of Bun has: itself, buffers, and what
 * is allocated between two looks.
 */
const BESIDE_HEAP_BYTES = 64 * MEBIBYTE;

/**
 * The program that reads one mail (reading/reader.ts), with so much memory for its heap; the
 * built files lie in `directory`. What the executable begins with (packaging/begin.cjs) knows the
 * variable, and the launcher unsets it.
 */
export function startOfReader(directory: string, memoryBytes: number): ReaderStart {
  if (isExecutable) {
    const environment = { MAILROBOT_PART: 'reader' };
    const maxOwnBytes = memoryBytes + BESIDE_HEAP_BYTES;
    return { program: process.execPath, args: [], environment, maxOwnBytes };
  }
  const heap = `--max-old-space-size=${Math.ceil(memoryBytes / MEBIBYTE)}`;
  return {
    program: process.execPath,
    args: [heap, join(directory, 'reader.cjs')],
    environment: { NODE_NO_WARNINGS: '1' },
    maxOwnBytes: null,
  };
}

/**
 * The exit code that says so to whoever started us. The launcher of a pipe verb takes no 0: an
 * empty or garbled file that the shell runs in our place could end with that.
 */
export function toldExit(code: number): number {
  const done = Number(process.env['MAILROBOT_DONE']);
  return code === 0 && Number.isInteger(done) ? done : code;
}

/** What of Bun's own is used. @types/node knows nothing of it. */
interface BunParts {
  readonly unsafe: { setJITPolicy(scale: number): void };
}

/**
 * This process goes on for long: its functions are compiled as soon as Bun usually does it. The
 * executable begins with a policy for one mail (packaging/executable.ts).
 */
export function expectLongRun(): void {
  if (!isExecutable) return;
  // Bun is a global of its own.
  const { Bun } = globalThis as unknown as { readonly Bun: BunParts };
  Bun.unsafe.setJITPolicy(1);
}
