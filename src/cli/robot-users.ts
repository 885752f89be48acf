/**
 * Whom a robot runs as: nobody whom it must not be, which are root and the owner of the store by
 * another name.
 */
import { type Config, folderOf } from '../config/config.ts';
import { OWNER, type RobotConfig } from '../config/robots.ts';
import type { RobotUser } from '../robots/start.ts';
import { accountOf, userName } from '../runtime/user-name.ts';
import { ownerOf } from '../stores/files/open.ts';
import { Refused } from './refused.ts';

export function isStartable(robot: RobotConfig, config: Config): boolean {
  return robot.user === OWNER || whyNotAs(robot.user, config) === null;
}

/** Why no robot can run as that user, or null. */
export function whyNotAs(user: string, { store }: Pick<Config, 'store'>): string | null {
  const account = accountOf(user);
  if (account === null) return `there is no user ${user}: adduser --system --group ${user}`;
  if (account.uid === 0) return 'a robot never runs as root';
  return account.uid === ownerOf(folderOf(store)).uid
    ? `${user} owns the store: say "owner" if it is meant to`
    : null;
}

export function userFor({ user }: RobotConfig, { store }: Config): RobotUser {
  if (user === OWNER) return { name: userName(), home: '/', ids: null };
  const account = accountOf(user);
  const why = whyNotAs(user, { store });
  if (account === null || why !== null) throw new Refused(`no robot can run as ${user}: ${why}`);
  const { name, home, uid, gid } = account;
  return { name, home, ids: { uid, gid } };
}
