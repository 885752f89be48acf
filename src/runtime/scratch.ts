/**
 * Folders below /tmp for as long as something is done, named by what it is for and the process that
 * has made them: `mailrobot-run-4711-x8Kd2a`. Whoever is killed leaves theirs, with parts of a mail
 * in them. They are removed by a later process of the same user, once they are old and nobody's who
 * lives.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRATCH = ['run', 'starter', 'streams', 'pgp'] as const;

export function scratchFolder(of: (typeof SCRATCH)[number]): string {
  return mkdtempSync(join(tmpdir(), `mailrobot-${of}-${process.pid}-`));
}

const NAME = new RegExp(`^mailrobot-(?:${SCRATCH.join('|')})-([1-9][0-9]{0,9})-[A-Za-z0-9]{6}$`);

/** Whether that is longer ago than anything that is done takes. */
export type IsOld = (changed: Date) => boolean;

/** `within`: where they lie. Of what cannot be removed the rest is. */
export function sweepScratch(isOld: IsOld, within: string = tmpdir()): void {
  for (const name of namesIn(within)) {
    const pid = Number(NAME.exec(name)?.[1] ?? 0);
    const path = join(within, name);
    if (pid > 0 && !isAlive(pid) && isOldAndOurs(path, isOld)) remove(path);
  }
}

export function isOldAndOurs(path: string, isOld: IsOld): boolean {
  const found = statOf(path);
  if (found === null || !found.isDirectory() || found.uid !== process.geteuid?.()) return false;
  return isOld(found.mtime);
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user it lives as well.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The next one may.
  }
}
