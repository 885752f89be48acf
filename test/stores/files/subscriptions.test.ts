/** Whether somebody serves the subscribers, seen from anywhere. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { isHeld } from '../../../src/stores/disk/lock.ts';
import { Subscriptions } from '../../../src/stores/files/subscriptions.ts';

test('whoever holds the lock and says so serves, whatever their number; a dead one does not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-subscriptions-'));
  try {
    const subscriptions = new Subscriptions(root);
    expect(subscriptions.isServing()).toBe(false);
    await subscriptions.serve(async () => {
      expect(subscriptions.isServing()).toBe(true);
      expect(await new Subscriptions(root).serve(async () => {})).toBe(false);
    });
    expect(subscriptions.isServing()).toBe(false);
    mkdirSync(join(root, 'subscribers'), { recursive: true });
    // The number of a process that there is, which serves nobody.
    writeFileSync(join(root, 'subscribers', 'serving'), JSON.stringify({ pid: process.pid }));
    expect(subscriptions.isServing()).toBe(false);
    const lock = join(root, 'subscribers.lock');
    const holder = spawn('flock', ['--no-fork', lock, 'cat']);
    await vi.waitFor(() => expect(isHeld(lock)).toBe(true));
    expect(subscriptions.isServing()).toBe(true);
    holder.kill('SIGKILL');
    await vi.waitFor(() => expect(subscriptions.isServing()).toBe(false));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
