/**
 * What a robot may keep from one mail to the next: a folder of its own, MAILROBOT_STATE, which its
 * user alone can read and write. It lies beside the store and never in it:
 * `/var/lib/mailrobot-robots/NAME/state` for a store in /var/lib/mailrobot.
 *
 * Nobody here may give a folder away, so the robot's user makes it: in one that anybody could write
 * to, and that lies in a folder which only we can enter, until it is done and gets its name. So no
 * secret is needed. We never read or remove what a robot has in it. Where nothing can be made
 * beside the store a robot has no memory.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { asUser } from '../runtime/confined.ts';
import type { Argv } from '../runtime/rights.ts';
import { type IsOld, isOldAndOurs, namesIn } from '../runtime/scratch.ts';

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
  return isFolderOf(user, path) ? { path } : { refused: `${path} is no folder of ${user.name}` };
}

function isFolderOf({ ids }: Whose, path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (ids?.uid ?? process.geteuid?.());
}

/**
 * Of a robot that was tried. Only its user can empty it, and may be filling it still: nothing is
 * removed here but what is empty, so that nobody is led elsewhere by a link.
 */
export function forgetMemory(robot: string, { ids }: Whose, memories: string): void {
  const folder = join(memories, robot);
  const state = join(folder, 'state');
  if (existsSync(state)) run(asUser(ids, ['find', state, '-mindepth', '1', '-delete']), '/');
  removeEmpty(state, folder, memories);
}

/**
 * It can be entered, and not listed. Root makes it for the `owner` of the store, who may own the
 * folder around it as well: no link that stands there by now is followed.
 */
export function makeMemories(memories: string, owner: Whose['ids'] = null): void {
  mkdirSync(memories);
  const folder = openSync(memories, constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    // Whatever the umask.
    fchmodSync(folder, 0o711);
    if (owner !== null) fchownSync(folder, owner.uid, owner.gid);
  } finally {
    closeSync(folder);
  }
}

function hasFolder(memories: string): boolean {
  try {
    makeMemories(memories);
    return true;
  } catch {
    return existsSync(memories);
  }
}

const NEW = '.new-';

/** What whoever was killed in the middle of it has left. */
export function sweepUnmade(memories: string, isOld: IsOld): void {
  for (const name of namesIn(memories).filter((one) => one.startsWith(NEW))) {
    const ours = join(memories, name);
    const made = join(ours, 'robot');
    if (isOldAndOurs(ours, isOld)) removeEmpty(join(made, 'state'), made, ours);
  }
}

/** The folder that only we can enter is where the child begins, which is that user by then. */
function make(folder: string, user: Whose, memories: string): void {
  const ours = mkdtempSync(join(memories, NEW));
  const made = join(ours, 'robot');
  try {
    mkdirSync(made);
    chmodSync(made, 0o733);
    const { status, stderr, error } = run(asUser(user.ids, ['mkdir', '-m', '700', 'state']), made);
    // From here on only we can change what is in it.
    chmodSync(made, 0o711);
    if (status !== 0) throw error ?? new Error(`mkdir: ${stderr.trim()}`);
    if (!isFolderOf(user, join(made, 'state'))) throw new Error('mkdir: it made something else');
    renameSync(made, folder);
  } finally {
    removeEmpty(join(made, 'state'), made, ours);
  }
}

function run([program, ...args]: Argv, cwd: string): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: 'utf8', cwd, env: { PATH: '/usr/bin:/bin' } });
}

/** What is not empty stays. */
function removeEmpty(...folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // It is not there, or somebody has something in it.
    }
  }
}
