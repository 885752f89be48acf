/** A mail on its way in while the disk fails: what a server makes of it that goes on. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../src/outcome.ts';
import type * as Disk from '../../../src/stores/disk/disk.ts';
import { IncomingFile, makeDurable } from '../../../src/stores/disk/incoming.ts';

const HASH = 'ab'.repeat(32);
const disk = vi.hoisted(() => ({
  isFull: false,
  /** Syncs that end when they are told to, if there is such a list. */
  ends: null as { resolve: () => void; reject: (error: Error) => void }[] | null,
}));

vi.mock('../../../src/stores/disk/disk.ts', async (original) => {
  const real = await original<typeof Disk>();
  const unlessFull = <Given extends readonly unknown[]>(call: (...given: Given) => void) => {
    return (...given: Given) => {
      if (disk.isFull) throw new Failure('store-full', 'ENOSPC');
      call(...given);
    };
  };
  return {
    ...real,
    write: unlessFull(real.write),
    remove: unlessFull(real.remove),
    syncLater: (fd: number, path: string) => {
      const { ends } = disk;
      if (ends === null) return real.syncLater(fd, path);
      return new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
    },
  };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailrobot-failing-'));
});
afterEach(() => {
  disk.isFull = false;
  disk.ends = null;
  rmSync(directory, { recursive: true });
});

const ours = new Set<string>();
function begun(): IncomingFile {
  const incoming = new IncomingFile(directory, { isDurable: 'with its commit', ours });
  incoming.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
  return incoming;
}

test.each([true, false])(
  'what could neither be written whole nor removed is no mail over which somebody has died (long: %s)',
  (isLong) => {
    const first = begun();
    disk.isFull = true;
    expect(() => first.seal(HASH, isLong)).toThrow('ENOSPC');
    first.discard();
    disk.isFull = false;
    expect(readdirSync(directory)).toHaveLength(1);
    const again = begun();
    again.seal(HASH, isLong);
    expect(again.wasInterrupted).toBe(false);
  },
);

test('a mail that cannot be made durable fails all, when nothing goes on at the others any more', async () => {
  const mails = [begun(), begun()];
  for (const mail of mails) mail.seal(HASH, false);
  const ends: NonNullable<typeof disk.ends> = [];
  disk.ends = ends;
  let isOver = false;
  const durable = makeDurable(mails).finally(() => {
    isOver = true;
  });
  const failed = expect(durable).rejects.toThrow('EIO');
  // Two mails, and the folder with their names.
  expect(ends).toHaveLength(3);
  ends[1]?.reject(new Failure('store-failed', 'EIO'));
  await setImmediate();
  expect(isOver).toBe(false);
  for (const end of ends) end.resolve();
  await failed;
});
