/**
 * The folders above what the desk needs: which of them its user may not pass, and in which of them
 * others can put something else in its place.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileFacts, OpenFolder } from '../../doctor/facts.ts';
import type { StoreOwner } from '../../stores/files/open.ts';
import { userOf } from './files.ts';

const STICKY = 0o1000;
const FOR_ALL = 0o002;
const FOR_GROUP = 0o020;

/** The first one that this user may not pass; null if all let it. */
export function closedAbove(path: string): string | null {
  const closed = [...foldersAbove(path)].reverse().find((folder) => !isPassable(folder));
  return closed ?? null;
}

function isPassable(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** In which somebody may write who is neither root nor the owner of the store; outermost first. */
export function openAbove(paths: readonly string[], owner: StoreOwner): readonly OpenFolder[] {
  const seen = new Set<string>();
  return paths.flatMap((path) =>
    [...new Set([path, realOf(path)])].flatMap((one) =>
      [...foldersAbove(one)].reverse().flatMap((folder) => {
        if (seen.has(folder)) return [];
        seen.add(folder);
        const facts = openFacts(folder, owner);
        return facts === null ? [] : [{ ...facts, above: path }];
      }),
    ),
  );
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

/** Innermost first. */
function* foldersAbove(path: string): Generator<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    yield folder;
    if (folder === dirname(folder)) return;
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
