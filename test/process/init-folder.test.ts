/** `init` as root for another user: into a folder that they can enter, by whichever right. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from './desk.ts';

const isRoot = process.getuid?.() === 0;
const groupOf = (user: string) =>
  Number(execFileSync('id', ['-g', user], { encoding: 'utf8' }).trim());

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-init-'));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const USER = 'nobody';

describe.skipIf(!isRoot)('the folder of the config (needs root)', () => {
  test.each([
    ['for all', 0o755, 0, true],
    ['for their group', 0o750, groupOf(USER), true],
    ['for another group', 0o750, 0, false],
    ["for root's alone", 0o700, groupOf(USER), false],
  ])('%s', async (_, mode, gid, isLetIn) => {
    const desk = join(dir, 'desk');
    mkdirSync(desk);
    chownSync(desk, 0, gid);
    chmodSync(desk, mode);
    const args = ['--dir', desk, '--domain', 'x.example', '--user', USER];
    const { exit, stderr } = await runProgram(['init', ...args]);
    const why = `mailrobot: the user ${USER} could not enter ${desk}: chmod 755 ${desk} first\n`;
    expect({ exit, stderr }).toEqual(isLetIn ? { exit: 0, stderr: '' } : { exit: 1, stderr: why });
  });
});
