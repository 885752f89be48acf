/**
 * What a robot may keep from one mail to the next: a folder of its own, MAILROBOT_STATE, which its
 * user alone can read and write. It lies beside the store and never in it:
 * `/var/lib/mailrobot-robots/NAME/state` for a store in /var/lib/mailrobot.
 *
 * Nobody here may give a folder away, so the robot's user makes it: in one that nobody else can
 * find, since its name is secret, and that gets its name when it is done. We never read what is
 * in it. Where nothing can be made beside the store a robot has no memory.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asUser } from '../runtime/confined.ts';

/** null: it has none. */
export type Memory = { readonly path: string | null } | { readonly refused: string };

interface Whose {
  readonly name: string;
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

/** Where the robots of a store have theirs. */
export function memoriesBeside(store: string): string {
  return `${store}-robots`;
}

/** `robot` is a name of the config, and no path. */
export function memoryOf(robot: string, user: Whose, memories: string): Memory {
  if (!hasFolder(memories)) return { path: null };
  const folder = join(memories, robot);
  const path = join(folder, 'state');
  if (!existsSync(folder)) make(folder, user, memories);
  const found = lstatSync(path, { throwIfNoEntry: false });
  const uid = user.ids?.uid ?? process.geteuid?.();
  const isTheirs = found?.isDirectory() === true && found.uid === uid;
  return isTheirs ? { path } : { refused: `${path} is no folder of ${user.name}` };
}

/** Of a robot that was tried: only its user can empty it. */
export function forgetMemory(robot: string, { ids }: Whose, memories: string): void {
  const path = join(memories, robot, 'state');
  if (!existsSync(path)) return;
  const [program, ...args] = asUser(ids, ['find', path, '-mindepth', '1', '-delete']);
  spawnSync(program, args, { stdio: 'ignore', cwd: '/', env: { PATH: '/usr/bin:/bin' } });
}

/** It can be entered, and not listed. */
export function makeMemories(memories: string): void {
  mkdirSync(memories);
  // Whatever the umask.
  chmodSync(memories, 0o711);
}

function hasFolder(memories: string): boolean {
  try {
    makeMemories(memories);
    return true;
  } catch {
    return existsSync(memories);
  }
}

function make(folder: string, { ids }: Whose, memories: string): void {
  const secret = join(memories, `.${randomBytes(16).toString('hex')}`);
  mkdirSync(secret, 0o700);
  try {
    chmodSync(secret, 0o733);
    const [program, ...args] = asUser(ids, ['mkdir', '-m', '700', '--', join(secret, 'state')]);
    const { status, stderr, error } = spawnSync(program, args, {
      ...{ encoding: 'utf8', cwd: '/', env: { PATH: '/usr/bin:/bin' } },
    });
    if (status !== 0) throw error ?? new Error(`mkdir: ${stderr.trim()}`);
    chmodSync(secret, 0o711);
    renameSync(secret, folder);
  } finally {
    rmSync(secret, { recursive: true, force: true });
  }
}
