/**
 * One process at a time.
 *
 * flock(2) on an open file description: the kernel gives it back when the
 * last descriptor closes, so a dead holder, a reused pid or a reboot blocks
 * nobody, and pid namespaces do not matter. How it is taken, runtime/flock.ts knows.
 * Files are opened with O_CLOEXEC, so no child keeps it. Throws `store-locked` after
 * `seconds` of waiting.
 */
import * as fs from 'node:fs';
import { Failure } from '../../outcome.ts';
import { type Flock, flock } from '../../runtime/flock.ts';
import { close, FILE_MODE, onDisk, openIfThere } from './disk.ts';

/** How long a run waits for the others, if it does not say. */
export const PATIENCE_SECONDS = 60;

export async function locked<T>(path: string, seconds: number, work: () => T): Promise<Awaited<T>> {
  const fd = open(path);
  try {
    take(fd, path, seconds);
    return await work();
  } finally {
    close(fd);
  }
}

export function lockedSync<T>(path: string, seconds: number, work: () => T): T {
  const fd = open(path);
  try {
    take(fd, path, seconds);
    return work();
  } finally {
    close(fd);
  }
}

/** Whether somebody holds it right now. */
export function isLocked(path: string): boolean {
  const fd = open(path);
  try {
    take(fd, path, 0);
    return false;
  } catch (error) {
    if (error instanceof Failure && error.end === 'store-locked') return true;
    throw error;
  } finally {
    close(fd);
  }
}

/**
 * Whether somebody holds it right now, as `isLocked`; a file that is not there is not made,
 * and who else asks at the same time is nobody who holds it.
 */
export function isHeld(path: string): boolean {
  return standing(path) === 'held';
}

/** Whether it is there, and nobody holds it. */
export function isLeft(path: string): boolean {
  return standing(path) === 'left';
}

function standing(path: string): 'held' | 'left' | 'gone' {
  const fd = openIfThere(path, fs.constants.O_RDONLY);
  if (fd === null) return 'gone';
  try {
    return isTaken(fd, path, 'shared', 0) ? 'left' : 'held';
  } finally {
    close(fd);
  }
}

/** Takes the lock on a file that is open already: whoever has its description holds it. */
export function hold(fd: number, path: string): void {
  take(fd, path, 0);
}

function open(path: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = fs.constants;
  return onDisk(path, () => fs.openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, FILE_MODE));
}

function take(fd: number, path: string, seconds: number): void {
  if (isTaken(fd, path, 'exclusive', seconds)) return;
  throw new Failure('store-locked', `${path} is locked by another process`);
}

function isTaken(fd: number, path: string, how: Flock, seconds: number): boolean {
  const end = flock(fd, how, seconds);
  if (end === 'taken' || end === 'busy') return end === 'taken';
  throw new Failure('store-failed', `flock ${path}: ${end.message}`, { cause: end });
}
