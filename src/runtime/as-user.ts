/**
 * Work as another user for a while: what root does in a folder of somebody else's could
 * otherwise be led elsewhere by a link. Root comes back when it is done, whatever became of it.
 * (What mail does is done as the store's owner for good: open.ts.)
 */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** null for the user who runs this. */
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
