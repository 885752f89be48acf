/** Works on a copy of a desk, which is gone afterwards, whatever a fault has left running there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deskAt, type TestDesk } from '../process/desk.ts';

export async function inCopy<T>(
  template: TestDesk,
  work: (desk: TestDesk) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-fault-'));
  // cp(1) keeps modes; node's cpSync does not in every version.
  spawnSync('cp', ['-a', `${template.dir}/.`, dir]);
  const desk = deskAt(dir);
  try {
    return await work(desk);
  } finally {
    await desk.settled();
    desk.remove();
  }
}
