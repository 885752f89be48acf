/**
 * Opens the store as its owner.
 *
 * The store has one owner, whoever owns its directory. Root becomes that owner
 * (groups, group, user, in this order, for good) before anything in it is
 * opened, so that no file of it is ever root's; any other user is refused. A
 * config that is neither root's nor the owner's could make root run a program
 * of somebody else, so it is refused; one that the owner cannot read would
 * work for root and for no mail, so it is refused too.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import type { Store } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import type { User } from '../../runtime/as-user.ts';
import { errorCode } from './disk.ts';
import { FileStore, type FileStoreOptions } from './file-store.ts';

export type { FileStoreOptions };

export function openStore(configFile: string, options: FileStoreOptions): Store {
  becomeOwner(configFile, options.root);
  return new FileStore(options);
}

export function becomeOwner(configFile: string, root: string): void {
  const owner = otherOwner(configFile, root);
  if (owner === null) return;
  const { uid, gid } = owner;
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  mustBeReadable(configFile, uid);
}

/** The store's owner, where it is not the one who runs this; throws where they may not become that. */
export function otherOwner(configFile: string, root: string): User | null {
  const { uid, gid } = statOf(root);
  const user = process.geteuid?.();
  if (user === 0) {
    const config = statSync(configFile);
    if (config.uid !== 0 && config.uid !== uid) {
      throw new Failure(
        'config',
        `${configFile} belongs to ${nameOf(config.uid)}, and the store to ${nameOf(uid)}: root does not act on it`,
      );
    }
  }
  if (user === uid) return null;
  if (user !== 0) {
    throw new Failure(
      'owner',
      `the store ${root} belongs to ${nameOf(uid)}, and you are ${nameOf(user)}: run this as root or as ${nameOf(uid)}`,
    );
  }
  return { uid, gid };
}

function mustBeReadable(configFile: string, uid: number): void {
  try {
    accessSync(configFile, constants.R_OK);
  } catch (error) {
    const message = `${configFile}: ${nameOf(uid)}, who owns the store, cannot read it, so no mail comes in`;
    throw new Failure('config', message, { cause: error });
  }
}

/** id(1) knows every name service. */
export function nameOf(uid: number | undefined): string {
  const { stdout, status } = spawnSync('id', ['-nu', String(uid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : `user ${uid}`;
}

function statOf(root: string): Stats {
  try {
    return statSync(root);
  } catch (error) {
    const isMissing = errorCode(error) === 'ENOENT';
    const hint = isMissing
      ? 'there is no store: look at "store" in the config, or mailrobot restore a backup'
      : 'you may not look there';
    throw new Failure(isMissing ? 'store-missing' : 'owner', `${root}: ${hint}`, { cause: error });
  }
}
