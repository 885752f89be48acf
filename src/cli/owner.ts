/**
 * The user that a store shall belong to, by name. Looked up with id(1), which
 * knows every name service; null if nobody is named.
 */
import { outputOf } from '../runtime/programs.ts';
import { Refused } from './refused.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export async function ownerFor(user: string | undefined): Promise<Owner | null> {
  if (user === undefined) return null;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => {
      const number = await outputOf('id', [flag, '--', user]);
      if (number === null)
        throw new Refused(`there is no user "${user}": adduser --system --group ${user}`);
      return Number(number);
    }),
  );
  if (uid === undefined || gid === undefined) throw new Refused(`"${user}" has no uid`);
  const self = process.geteuid?.();
  if (self !== 0 && self !== uid) throw new Refused('only root can give a store to another user');
  return { uid, gid };
}
