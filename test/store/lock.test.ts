/** The lock of the store between processes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isLocked, isWanted, lockedSync } from '../../src/store/lock.ts';

test('who has the lock sees that another process waits for it, and that none does', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-lock-'));
  const path = join(dir, 'lock');
  try {
    const waiter = lockedSync(path, 1, () => {
      expect(isWanted(path)).toBe(false);
      return spawn('flock', [path, 'true']);
    });
    await new Promise((resolve) => waiter.once('exit', resolve));

    const holder = spawn('flock', [path, 'cat']);
    await vi.waitFor(() => expect(isLocked(path)).toBe(true));
    const next = spawn('flock', [path, 'true']);
    await vi.waitFor(() => expect(isWanted(path)).toBe(true));
    next.kill();
    holder.stdin.end();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
