/**
 * One process at a time.
 *
 * flock(2) on an open file description: the kernel gives it back when the
 * last descriptor closes, so a dead holder, a reused pid or a reboot blocks
 * nobody, and pid namespaces do not matter. Node has no flock, so util-linux'
 * flock(1) takes it on a descriptor that it inherits; the lock stays with us,
 * since the description is shared. Node opens with O_CLOEXEC, so no other
 * child keeps it. Throws `store-locked` after `seconds` of waiting.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { Failure } from '../outcome.ts';
import { close, FILE_MODE, onDisk } from './disk.ts';

/** How long a run waits for the others, where it does not say. */
export const PATIENCE_SECONDS = 60;

const TIMED_OUT = 1;
/** A file system that does not answer keeps flock(1) longer than it was told to wait. */
const GRACE_SECONDS = 5;

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

function open(path: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = fs.constants;
  return onDisk(path, () => fs.openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, FILE_MODE));
}

function take(fd: number, path: string, seconds: number): void {
  const { status, signal, error } = spawnSync('flock', ['-x', '-w', String(seconds), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    timeout: (seconds + GRACE_SECONDS) * 1000,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return;
  if (status === TIMED_OUT) {
    throw new Failure('store-locked', `${path} is locked by another process`);
  }
  throw new Failure('store-failed', `flock ${path}: ${error?.message ?? signal ?? status}`, {
    cause: error,
  });
}
