/**
 * Being another user, which only root can: for good, or for a while.
 *
 * For a while is for what root does in a folder of somebody else's, and could otherwise
 * be led elsewhere by a link. Root comes back when the work is done, also if it failed.
 */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** For good. Groups, group, user, in this order: after the last one nothing can be changed. */
export function becomeUser({ uid, gid }: User): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** For a while. null: the user who runs this. */
export async function asUser<T>(user: User | null, work: () => Promise<T> | T): Promise<T> {
  if (user === null || process.geteuid?.() === user.uid) return await work();
  const [groups = [], group = 0] = [process.getgroups?.(), process.getegid?.()];
  process.setgroups?.([user.gid]);
  process.setegid?.(user.gid);
  process.seteuid?.(user.uid);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(group);
    process.setgroups?.(groups);
  }
}

/** Within `asUser`, as who has started the process, for a while. */
export async function asStarter<T>(work: () => Promise<T> | T): Promise<T> {
  const [user, group] = [process.geteuid?.(), process.getegid?.()];
  const starter = process.getuid?.();
  if (starter === undefined || user === undefined || user === starter) return await work();
  process.seteuid?.(starter);
  process.setegid?.(process.getgid?.() ?? starter);
  try {
    return await work();
  } finally {
    process.setegid?.(group ?? user);
    process.seteuid?.(user);
  }
}
