/**
 * Folders for what the tests of a run write, gone when the run ends.
 *
 * `runFolder` is for what the workers keep for their tests. `IN_MEMORY` is the temporary folder of
 * suites that say nothing of a disk (vitest.config.ts): there fsync(2) waits for none, and what a
 * desk does at each mail takes half the time. It is null, and the disk is taken, if there is little
 * memory, if no program may be started there (robots are), or if TMPDIR says where.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'MAILROBOT_TEST_RUN';
const MEMORY = '/dev/shm';
const OF_A_RUN = /^mailrobot-run-(\d+)$/;
/** TMPFS_MAGIC, statfs(2). */
const TMPFS = 0x01021994;
const GIB = 1024 ** 3;

export const IN_MEMORY = isRoomy() ? join(MEMORY, `mailrobot-run-${process.pid}`) : null;

/** For Vitest, before a worker starts. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-run-'));
  process.env[NAME] = folder;
  const folders = [folder];
  if (IN_MEMORY !== null) {
    removeLeft();
    mkdirSync(IN_MEMORY);
    // Some tests become another user.
    chmodSync(IN_MEMORY, 0o1777);
    folders.push(IN_MEMORY);
  }
  return () => {
    for (const one of folders) rmSync(one, { recursive: true, force: true });
  };
}

export function runFolder(): string {
  return process.env[NAME] ?? tmpdir();
}

/** What a run has left that was killed. */
function removeLeft(): void {
  for (const name of readdirSync(MEMORY)) {
    const [, pid] = OF_A_RUN.exec(name) ?? [];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isRoomy(): boolean {
  if (process.env['TMPDIR'] !== undefined || !existsSync(MEMORY)) return false;
  const { type, bavail, bsize } = statfsSync(MEMORY);
  const isLarge = bavail * bsize >= 4 * GIB && freemem() >= 6 * GIB;
  return type === TMPFS && isLarge && !isNoexec();
}

/** As containers mount it. */
function isNoexec(): boolean {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .some((line) => {
      const [, place, , options = ''] = line.split(' ');
      return place === MEMORY && options.split(',').includes('noexec');
    });
}
