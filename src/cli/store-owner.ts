/**
 * Root becomes the store's owner: whoever runs the program calls this, once, before
 * anything in the store is opened, so that no file in it is ever root's.
 *
 * Does nothing for another user: opening the store refuses those who are not its owner.
 * A config that is neither root's nor the owner's could make root run a program of
 * somebody else, so it is refused; one that the owner cannot read would work for root
 * and for no mail, so it is refused too. Throws a Failure in both cases, and if there is
 * no store.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { type Config, folderOf } from '../config/config.ts';
import { Failure } from '../outcome.ts';
import { asUser, becomeUser, type User } from '../runtime/as-user.ts';
import { nameOf, ownerOf } from '../stores/files/open.ts';

type Paths = Pick<Config, 'file' | 'store'>;

/** For good: what only root may read or make comes before this. */
export function becomeOwner(config: Paths): void {
  const owner = otherOwner(config);
  if (owner === null) return;
  becomeUser(owner);
  mustBeReadable(config.file, owner);
}

/** For a while, if root must finish or remove what it has begun elsewhere. */
export function asOwner<T>(config: Paths, work: () => Promise<T> | T): Promise<T> {
  return asUser(otherOwner(config), work);
}

/** Whom root is to become; null if this is not root, or the store is root's. */
function otherOwner({ file, store }: Paths): User | null {
  if (process.geteuid?.() !== 0) return null;
  const owner = ownerOf(folderOf(store));
  const { uid } = statSync(file);
  if (uid !== 0 && uid !== owner.uid) {
    throw new Failure(
      'config',
      `${file} belongs to ${nameOf(uid)}, and the store to ${nameOf(owner.uid)}: root does not act on it`,
    );
  }
  return owner.uid === 0 ? null : owner;
}

function mustBeReadable(file: string, { uid }: User): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const message = `${file}: ${nameOf(uid)}, who owns the store, cannot read it, so no mail comes in`;
    throw new Failure('config', message, { cause: error });
  }
}
