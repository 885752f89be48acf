/**
 * Opens the store as its owner.
 *
 * The store has one owner, whoever owns its directory. Root becomes that owner
 * (groups, group, user, in this order, for good) before anything in it is
 * opened, so that no file of it is ever root's; any other user is refused.
 */
import { type Stats, statSync } from 'node:fs';
import { Failure } from '../outcome.ts';
import { errorCode } from './disk.ts';
import { FileStore, type FileStoreOptions } from './file-store.ts';
import type { Store } from './store.ts';

export function openStore(options: FileStoreOptions): Store {
  becomeOwner(options.root);
  return new FileStore(options);
}

function becomeOwner(root: string): void {
  const { uid, gid } = statOf(root);
  const user = process.geteuid?.();
  if (user === uid) return;
  if (user !== 0) {
    throw new Failure(
      'owner',
      `the store ${root} belongs to user ${uid}, and you are user ${user}: run this as root or with sudo -u '#${uid}'`,
    );
  }
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

function statOf(root: string): Stats {
  try {
    return statSync(root);
  } catch (error) {
    const code = errorCode(error);
    const end = code === 'ENOENT' ? 'store-missing' : 'owner';
    const hint =
      code === 'ENOENT' ? 'there is no store: run mailrobot init' : 'you may not look there';
    throw new Failure(end, `${root}: ${hint}`, { cause: error });
  }
}
