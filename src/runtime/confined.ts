/**
 * A program that is not trusted, run for one input: as another user if that is wanted, in a
 * process group of its own, with three streams, a time, limits of memory and processes, and no
 * capability. When it has ended, or its time has, nothing of its group is left.
 *
 * setpriv(1) makes it that user, which takes CAP_SETUID and CAP_SETGID, and prlimit(1) sets the
 * limits; both become the program itself. If this process dies, the kernel kills the program, for
 * which a program of another user takes CAP_KILL.
 * It may write as much as it likes: what is beyond `maxOutputBytes` ends it, and of stderr the end
 * is kept. What goes wrong with it is a result; an exception says that nothing was run.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Argv, NO_RIGHTS } from './rights.ts';
import { openStreams } from './streams.ts';

export interface Confined {
  readonly argv: Argv;
  /** null: whoever we are. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly limitMs: number;
  readonly maxOutputBytes: number;
  /** Ends it as its time would. */
  readonly stop?: AbortSignal | undefined;
}

/** `said`: the end of its stderr. */
export type ConfinedEnd = { readonly said: string } & (
  | { readonly type: 'exit'; readonly code: number; readonly output: Buffer }
  | { readonly type: 'signal'; readonly signal: string }
  | { readonly type: 'timeout' | 'too much' }
  | { readonly type: 'not-run'; readonly reason: string }
);

/** Of each process, what it can write to (setrlimit(2), RLIMIT_DATA). */
const MAX_DATA_BYTES = 1024 * 1024 * 1024;
/** Of all processes of the user. */
const MAX_PROCESSES = 512;
const MAX_SAID_BYTES = 4096;
/**
 * For what it has written to reach us, once nobody of its group is left: as long as more comes, for
 * what has left the group may hold its stdout open for ever.
 */
const OUTPUT_REST_MS = 2000;

export async function runConfined(program: Confined, input: Buffer): Promise<ConfinedEnd> {
  const { environment, directory, user, limitMs, maxOutputBytes } = program;
  const [first, ...args] = argvOf(program);
  const streams = openStreams(input);
  const { stdout, stderr, closed } = streams;
  const child = spawn(first, args, {
    stdio: [...streams.stdio],
    env: { ...environment },
    cwd: directory,
    detached: true,
  });
  streams.handOver();
  const kept = new Kept(maxOutputBytes);
  const tooMuch = new Promise<'too much'>((resolve) => {
    stdout.on('data', (chunk: Buffer) => {
      if (!kept.take(chunk)) resolve('too much');
    });
  });
  stderr.on('data', (chunk: Buffer) => kept.hear(chunk));
  const timer = new AbortController();
  const stopNow = () => timer.abort();
  program.stop?.addEventListener('abort', stopNow);
  const late = sleep(limitMs, 'timeout' as const, { signal: timer.signal }).catch(() => 'stopped');
  const ended = await Promise.race([exitOf(child), tooMuch, late]);
  timer.abort();
  program.stop?.removeEventListener('abort', stopNow);
  killGroup(child, user);
  await allOf(kept, closed);
  streams.end();
  const { said } = kept;
  if (typeof ended === 'string') {
    return { type: ended === 'too much' ? 'too much' : 'timeout', said };
  }
  if ('reason' in ended) return { type: 'not-run', ...ended, said };
  if (kept.isTooMuch) return { type: 'too much', said };
  return ended.signal === null
    ? { type: 'exit', code: ended.code, output: kept.output, said }
    : { type: 'signal', signal: ended.signal, said };
}

/** The same by that user, who has no right that we have. */
export function asUser(user: Confined['user'], argv: Argv, more: readonly string[] = []): Argv {
  const as = user === null ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return ['setpriv', ...as, ...NO_RIGHTS, ...more, '--', ...argv];
}

function argvOf({ argv, user }: Confined): Argv {
  // Of ourselves there may be many, for mail that comes in.
  const processes = user === null ? [] : [`--nproc=${MAX_PROCESSES}`];
  const limits = [`--data=${MAX_DATA_BYTES}`, '--core=0', ...processes];
  return asUser(user, ['prlimit', ...limits, '--', ...argv], ['--pdeathsig=KILL']);
}

async function allOf(kept: Kept, closed: Promise<void>): Promise<void> {
  for (let before = -1; before !== kept.size && !kept.isTooMuch; ) {
    before = kept.size;
    const rest = new AbortController();
    const isQuiet = sleep(OUTPUT_REST_MS, true, { signal: rest.signal }).catch(() => false);
    const isClosed = closed.then(() => rest.abort());
    if (!(await isQuiet)) return isClosed;
  }
}

type Exit =
  | { readonly code: number; readonly signal: NodeJS.Signals | null }
  | { readonly reason: string };

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ reason: error.message }));
    child.on('exit', (code, signal) => resolve({ code: code ?? 0, signal }));
  });
}

/** By one of the same user: should the number be another group's by now, it is none of ours. */
function killGroup({ pid }: ChildProcess, user: Confined['user']): void {
  if (pid === undefined) return;
  if (user === null) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody of it is left.
    }
    return;
  }
  const [program, ...args] = asUser(user, [
    ...(['sh', '-c', 'kill -s KILL -- "-$1"', 'sh', String(pid)] as const),
  ]);
  spawnSync(program, args, {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin' },
  });
}

class Kept {
  isTooMuch = false;
  readonly #most: number;
  readonly #chunks: Buffer[] = [];
  size = 0;
  #said = Buffer.alloc(0);

  constructor(most: number) {
    this.#most = most;
  }

  /** False if that was too much: it is not kept. */
  take(chunk: Buffer): boolean {
    this.size += chunk.length;
    this.isTooMuch ||= this.size > this.#most;
    if (!this.isTooMuch) this.#chunks.push(chunk);
    return !this.isTooMuch;
  }

  hear(chunk: Buffer): void {
    this.#said = Buffer.concat([this.#said, chunk]).subarray(-MAX_SAID_BYTES);
  }

  get output(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get said(): string {
    return this.#said.toString();
  }
}

/** Descriptors that whoever started this process has left open, and that a child would have. */
export function closeInherited(): void {
  for (const name of namesIn('/proc/self/fdinfo')) {
    const fd = Number(name);
    if (fd > 2 && isInherited(fd)) closeSync(fd);
  }
}

const CLOSE_ON_EXEC = 0o2000000;

/** What this process has opened itself is closed in its children. */
function isInherited(fd: number): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(
      readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'),
    ) ?? [null, String(CLOSE_ON_EXEC)];
    return (Number.parseInt(flags ?? '', 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
