/** Marks: files that say something by their names alone. */
import { linkSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Marks } from '../../../src/stores/files/marks.ts';

/** ext4 and btrfs have some 65,000. */
const MOST_NAMES = 70_000;

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-marks-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('are names of one empty file, in folders that come and go with them', () => {
  const marks = new Marks(root);
  for (const mark of ['open/71/A-1', 'waiting/desk-A/2026112113/2510-A-1', 'open/71/A-2']) {
    marks.add(mark);
    marks.add(mark);
    expect(statSync(join(root, mark)).size).toBe(0);
  }
  expect(statSync(join(root, 'mark')).nlink).toBe(4);
  marks.remove('open/71/A-1');
  marks.remove('open/71/A-1');
  expect(readdirSync(join(root, 'open', '71'))).toEqual(['A-2']);
  marks.remove('open/71/A-2');
  expect(readdirSync(join(root, 'open'))).toEqual([]);
});

test('a file that can have no more names gives way to a new one', (context) => {
  const marks = new Marks(root);
  marks.add('open/1');
  let isFull = false;
  for (let n = 0; n < MOST_NAMES && !isFull; n += 1) {
    try {
      linkSync(join(root, 'mark'), join(root, 'open', `name-${n}`));
    } catch (error) {
      expect(error).toHaveProperty('code', 'EMLINK');
      isFull = true;
    }
  }
  if (!isFull) context.skip(`a file here can have more than ${MOST_NAMES} names`);
  marks.add('open/2');
  expect(statSync(join(root, 'open', '2')).ino).toBe(statSync(join(root, 'mark')).ino);
  expect(statSync(join(root, 'mark')).nlink).toBe(2);
});
