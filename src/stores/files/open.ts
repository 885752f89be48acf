/**
 * Opens the store, for its owner alone.
 *
 * The store has one owner, whoever owns its directory, and no file in it is ever
 * anybody else's. So any other user is refused, root too: the command line becomes
 * the owner before it opens the store (cli/store-owner.ts). Nothing here changes who
 * the process is.
 */
import { spawnSync } from 'node:child_process';
import { type Stats, statSync } from 'node:fs';
import type { Store } from '../../journal/store.ts';
import { Failure } from '../../outcome.ts';
import { withoutRights } from '../../runtime/rights.ts';
import { errorCode } from '../disk/disk.ts';
import { FileStore, type FileStoreOptions } from './file-store.ts';

export type { FileStoreOptions };

export interface StoreOwner {
  readonly uid: number;
  readonly gid: number;
}

export function openStore(options: FileStoreOptions): Store {
  mustBeOwner(options.root);
  return new FileStore(options);
}

export function ownerOf(root: string): StoreOwner {
  const { uid, gid } = statOf(root);
  return { uid, gid };
}

export function mustBeOwner(root: string): void {
  const { uid } = ownerOf(root);
  const user = process.geteuid?.();
  if (user === uid) return;
  // A bug: whoever opens a store for root has forgotten to become its owner.
  if (user === 0) throw new Error(`root must become ${nameOf(uid)} before it opens ${root}`);
  const owner = nameOf(uid);
  const allowed = uid === 0 ? 'root' : `root or as ${owner}`;
  throw new Failure(
    'owner',
    `the store ${root} belongs to ${owner}, and you are ${nameOf(user)}: run this as ${allowed}`,
  );
}

/** id(1) knows every name service. */
export function nameOf(uid: number | undefined): string {
  const [program, ...args] = withoutRights(['id', '-nu', String(uid)]);
  const { stdout, status } = spawnSync(program, args, { encoding: 'utf8' });
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
