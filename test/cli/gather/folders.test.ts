/** What of the folders and files of a desk its owner cannot use, and what others can. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closedAbove, openAbove } from '../../../src/cli/gather/folders.ts';
import { unusableIn } from '../../../src/cli/gather/unusable.ts';
import { isRunnable } from '../../../src/runtime/program-at.ts';

let root: string;
let desk: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'folders-')));
  desk = join(root, 'a', 'desk');
  mkdirSync(desk, { recursive: true });
});

afterEach(() => {
  chmodSync(join(root, 'a'), 0o755);
  rmSync(root, { recursive: true });
});

const isRoot = process.geteuid?.() === 0;
const self = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
const openOf = (path: string) => openAbove([path], self).filter((one) => one.path.startsWith(root));

test('folders that others may write to are told, unless nobody can replace what lies there', () => {
  const config = join(desk, 'config.json');
  expect(openOf(config)).toEqual([]);
  chmodSync(join(root, 'a'), 0o777);
  expect(openOf(config)).toMatchObject([{ path: join(root, 'a'), above: config }]);
  chmodSync(join(root, 'a'), 0o1777);
  expect(openOf(config)).toEqual([]);
  chmodSync(join(root, 'a'), 0o775);
  expect(openOf(config)).toEqual([]);
});

test('behind a link both ways are looked at', () => {
  const open = join(root, 'b');
  mkdirSync(open);
  symlinkSync(desk, join(open, 'desk'));
  writeFileSync(join(desk, 'config.json'), '{}');
  chmodSync(open, 0o777);
  expect(openOf(join(open, 'desk', 'config.json')).map(({ path }) => path)).toEqual([open]);
  chmodSync(open, 0o755);
  chmodSync(join(root, 'a'), 0o777);
  expect(openOf(join(open, 'desk', 'config.json')).map(({ path }) => path)).toEqual([
    join(root, 'a'),
  ]);
});

test.skipIf(!isRoot)('a folder of another user, or of a group of others, is open', () => {
  chownSync(join(root, 'a'), 1, 1);
  expect(openOf(desk)).toMatchObject([{ path: join(root, 'a'), owner: { uid: 1 } }]);
  chownSync(join(root, 'a'), 0, 1);
  chmodSync(join(root, 'a'), 0o775);
  expect(openOf(desk).map(({ path }) => path)).toEqual([join(root, 'a')]);
});

test.skipIf(isRoot)('the outermost folder that keeps its user away is named', () => {
  expect(closedAbove(join(desk, 'config.json'))).toBeNull();
  chmodSync(join(root, 'a'), 0o600);
  expect(closedAbove(join(desk, 'config.json'))).toBe(join(root, 'a'));
});

test.skipIf(isRoot)('folders and the lock must be written, documents read', () => {
  for (const name of ['lock', 'keys.json']) writeFileSync(join(desk, name), '');
  mkdirSync(join(desk, 'slots'));
  chmodSync(join(desk, 'keys.json'), 0o400);
  expect(unusableIn(desk)).toEqual([]);
  chmodSync(join(desk, 'lock'), 0o400);
  chmodSync(join(desk, 'keys.json'), 0o200);
  chmodSync(join(desk, 'slots'), 0o500);
  expect(unusableIn(desk).map((line) => line.replace(`${desk}/`, ''))).toEqual([
    'keys.json cannot be used by its owner',
    'lock cannot be used by its owner',
    'slots cannot be used by its owner',
  ]);
  chmodSync(desk, 0o500);
  expect(unusableIn(desk)).toEqual([`${desk} cannot be used by its owner`]);
  chmodSync(desk, 0o700);
});

test('a folder is no program, and neither is an empty file', () => {
  const empty = join(desk, 'sendmail');
  writeFileSync(empty, '', { mode: 0o755 });
  expect(isRunnable(empty)).toBe(false);
  expect(isRunnable('/bin/sh')).toBe(true);
  expect(isRunnable('/bin')).toBe(false);
  expect(isRunnable(join(desk, 'gone'))).toBe(false);
});
