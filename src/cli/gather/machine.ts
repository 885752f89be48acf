/** The machine around the store: its file system, its lock, and the program that takes the lock. */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StorePlace } from '../../config/config.ts';
import type { MachineFacts } from '../../doctor/facts.ts';
import { Failure } from '../../outcome.ts';
import { programAt } from '../../runtime/program-at.ts';
import { isHeld } from '../../stores/disk/lock.ts';
import type { Run } from '../run.ts';

/** statfs(2). Every other one is a disk of this machine. */
const FILE_SYSTEMS: ReadonlyMap<number, MachineFacts['fileSystem']> = new Map([
  [0x01021994, { name: 'tmpfs', keeps: 'until reboot' }],
  [0x858458f6, { name: 'ramfs', keeps: 'until reboot' }],
  [0x6969, { name: 'NFS', keeps: 'elsewhere' }],
  [0xff534d42, { name: 'CIFS', keeps: 'elsewhere' }],
  [0xfe534d42, { name: 'SMB', keeps: 'elsewhere' }],
  [0x01021997, { name: '9p', keeps: 'elsewhere' }],
  [0x00c36400, { name: 'Ceph', keeps: 'elsewhere' }],
  [0x65735546, { name: 'FUSE', keeps: 'elsewhere' }],
]);

const PATIENCE_MS = 2500;
const LOOK_AGAIN_MS = 250;

/** For the store's owner, who may not come to it if a folder above it is closed to them. */
export async function machineFacts(
  store: StorePlace,
  isReached: boolean,
  { environment }: Run,
): Promise<MachineFacts> {
  const hasFlock = programAt('flock', environment) !== null;
  // What a database has not committed is with the MTA, and nobody waits for a lock here.
  if (store.kind === 'database' || !isReached) return { fileSystem: null, lockedMs: 0, hasFlock };
  const { root } = store;
  return {
    fileSystem: FILE_SYSTEMS.get(statfsSync(root).type) ?? { name: 'a disk', keeps: 'yes' },
    lockedMs: hasFlock ? await lockedFor(join(root, 'lock')) : 0,
    hasFlock,
  };
}

/** 0 if it was free once: others hold it for moments; or if its rights are wrong (gather/health.ts). */
async function lockedFor(lock: string): Promise<number> {
  const began = performance.now();
  while (isSeenHeld(lock)) {
    const waited = performance.now() - began;
    if (waited >= PATIENCE_MS) return waited;
    await sleep(LOOK_AGAIN_MS);
  }
  return 0;
}

function isSeenHeld(lock: string): boolean {
  try {
    return isHeld(lock);
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
