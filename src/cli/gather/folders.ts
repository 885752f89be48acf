/**
 * The folders above what the desk needs: which of them its user may not pass, and in which of them
 * others can put something else in its place.
 */
import { constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileFacts, OpenFolder } from '../../doctor/facts.ts';
import { mayUse } from '../../runtime/may-use.ts';
import type { StoreOwner } from '../../stores/files/open.ts';
import { realOf, userOf } from './files.ts';

const STICKY = 0o1000;
const FOR_ALL = 0o002;
const FOR_GROUP = 0o020;

/** The first one that this user may not pass; null if all let it. */
export function closedAbove(path: string): string | null {
  return foldersAbove(path).find((folder) => !mayUse(folder, constants.X_OK)) ?? null;
}

/** In which somebody may write who is neither root nor the owner of the store; outermost first. */
export function openAbove(paths: readonly string[], owner: StoreOwner): readonly OpenFolder[] {
  const below = new Map<string, string>();
  for (const path of paths)
    for (const folder of [path, realOf(path)].flatMap(foldersAbove))
      if (!below.has(folder)) below.set(folder, path);
  return [...below].flatMap(([folder, above]) => {
    const facts = openFacts(folder, owner);
    return facts === null ? [] : [{ ...facts, above }];
  });
}

function openFacts(path: string, owner: StoreOwner): Pick<FileFacts, 'path' | 'owner'> | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { uid, gid, mode } = stats;
  const isForeign = uid !== 0 && uid !== owner.uid;
  const isForGroup = (mode & FOR_GROUP) !== 0 && gid !== 0 && gid !== owner.gid;
  // With the sticky bit nobody can replace what belongs to others.
  const isOpen = ((mode & FOR_ALL) !== 0 || isForGroup) && (mode & STICKY) === 0;
  return isForeign || isOpen ? { path, owner: userOf(uid) } : null;
}

/** Outermost first. */
function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}
