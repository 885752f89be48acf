/** What a process that was killed has left below /tmp, and who may remove it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepUnmade } from '../../src/robots/memory.ts';
import { sweepScratch } from '../../src/runtime/scratch.ts';

const NOW = new Date('2026-11-20T10:00:00Z');
const HOUR = 3_600_000;
const isOld = (changed: Date) => NOW.getTime() - changed.getTime() > 2 * HOUR;
/** Above the greatest that Linux gives out (proc(5), pid_max). */
const DEAD = 2_147_483_646;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(name: string, hours: number, ...within: readonly string[]): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const one of within) mkdirSync(join(path, one), { recursive: true });
  if (within.length === 0) writeFileSync(join(path, 'mail'), 'words');
  const at = new Date(NOW.getTime() - hours * HOUR);
  utimesSync(path, at, at);
  return path;
}

test.each<readonly [string, string, number, boolean]>([
  ['an old one of a process that is gone', `mailrobot-run-${DEAD}-aBc123`, 3, false],
  ['of whoever starts robots as well', `mailrobot-starter-${DEAD}-aBc123`, 3, false],
  ['one that may be in use', `mailrobot-run-${DEAD}-aBc123`, 1, true],
  ['one of a process that lives', `mailrobot-run-${process.pid}-aBc123`, 3, true],
  ['one of a process of somebody else', 'mailrobot-run-1-aBc123', 3, true],
  ['another folder', `mailrobot-dry-${DEAD}-aBc123`, 3, true],
  ['what only begins so', `mailrobot-run-${DEAD}-aBc123-mine`, 3, true],
])('%s: %s, %d hours old', (_, name, hours, isLeft) => {
  const path = made(name, hours);
  sweepScratch(isOld, folder);
  expect(existsSync(path)).toBe(isLeft);
});

test('a link with such a name leads nobody elsewhere', () => {
  const mine = made('mine', 3);
  symlinkSync(mine, join(folder, `mailrobot-run-${DEAD}-aBc123`));
  sweepScratch(isOld, folder);
  expect(existsSync(join(mine, 'mail'))).toBe(true);
});

test('a memory that was never made is removed, and none that was', () => {
  const unmade = made('.new-aBc123', 3, 'robot/state');
  const beginning = made('.new-dEf456', 1, 'robot');
  const memory = made('deploy', 3, 'state');
  sweepUnmade(folder, isOld);
  expect([unmade, beginning, memory].map((path) => existsSync(path))).toEqual([false, true, true]);
});
