/** The lock of the store between processes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isHeld, isLeft, isLocked, lockedSync } from '../../../src/stores/disk/lock.ts';

test('one that another process has is locked, and free as soon as that process is dead', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-lock-'));
  const path = join(dir, 'lock');
  try {
    expect(lockedSync(path, 1, () => isLocked(path))).toBe(true);
    const holder = spawn('flock', ['--no-fork', path, 'cat']);
    await vi.waitFor(() => expect(isLocked(path)).toBe(true));
    expect(() => lockedSync(path, 0, () => 'mine')).toThrow(/is locked by another process/);
    holder.kill('SIGKILL');
    expect(lockedSync(path, 10, () => 'mine')).toBe('mine');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('a file is held, left by whoever had it, or gone, which is neither', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-lock-'));
  const path = join(dir, 'file');
  const asked = () => [isHeld(path), isLeft(path)];
  try {
    expect(asked()).toEqual([false, false]);
    writeFileSync(path, '');
    expect(asked()).toEqual([false, true]);
    expect(lockedSync(path, 1, asked)).toEqual([true, false]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
