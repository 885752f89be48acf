/**
 * The processes that robots of other users take: one that may start them, as the owner of the store
 * with three capabilities, and a child of it that has none and does all the rest (start-apart.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { robotNamed } from '../config/robots.ts';
import { starterHere } from '../robots/start.ts';
import { STARTER_VARIABLE, serveStarts } from '../robots/start-apart.ts';
import { mayChangeUser, NO_RIGHTS } from '../runtime/rights.ts';
import { scratchFolder } from '../runtime/scratch.ts';
import { startOfSelf } from '../runtime/self.ts';
import { Refused } from './refused.ts';
import { userFor } from './robot-users.ts';

/**
 * As the unit starts it: the owner of the store, with the right to become others. Gives the exit
 * code.
 */
export async function asOwnerWithRight(
  { uid, gid }: { readonly uid: number; readonly gid: number },
  args: readonly string[],
): Promise<number> {
  const self = startOfSelf(args);
  const right = '+setuid,+setgid,+kill';
  const as = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const sets = ['inh-caps', 'ambient-caps', 'bounding-set'];
  const rights = [...sets.map((set) => `--${set}=-all,${right}`), '--pdeathsig=TERM'];
  const child = spawn('setpriv', [...as, ...rights, '--', self.program, ...self.args], {
    stdio: 'inherit',
    env: self.environment,
  });
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  return exitOf(child);
}

/**
 * Whether this process is the one that starts. A store of root's is read by who may do all anyway.
 */
export function isStarter(): boolean {
  return process.geteuid?.() !== 0 && mayChangeUser();
}

/**
 * The folder by which this process asks the one that starts robots. Nothing that we start is to ask
 * there as well: its answers are for one.
 */
export function takeStarter(): string | undefined {
  const folder = process.env[STARTER_VARIABLE];
  delete process.env[STARTER_VARIABLE];
  return folder;
}

/** Goes on by a child without the right, for which it starts robots. Gives its exit code. */
export async function withoutRight(
  { file }: Pick<Config, 'file'>,
  args: readonly string[],
  memories: string,
): Promise<number> {
  const folder = scratchFolder('starter');
  const stop = new AbortController();
  const serving = serveStarts(folder, (name, given) => {
    // As it is by now.
    const config = readConfig(file);
    const start = starterHere((robot) => userFor(robot, config), memories, stop.signal);
    return start(robotNamed(name, config), given);
  });
  try {
    const self = startOfSelf(args);
    const none = [...NO_RIGHTS, '--pdeathsig=KILL', '--'];
    const child = spawn('setpriv', [...none, self.program, ...self.args], {
      stdio: 'inherit',
      env: { ...self.environment, [STARTER_VARIABLE]: folder },
    });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    return await exitOf(child);
  } finally {
    stop.abort();
    serving.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code]: unknown[] = await once(child, 'exit').catch((error: unknown) => {
    throw new Refused(error instanceof Error ? error.message : String(error));
  });
  return typeof code === 'number' ? code : 1;
}
