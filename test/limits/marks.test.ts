/** A file has so many names at most. */
import { linkSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Marks } from '../../src/stores/files/marks.ts';

/** ext4 and btrfs have some 65,000. */
const MOST_NAMES = 70_000;

test('a file that can have no more names gives way to a new one', (context) => {
  const root = mkdtempSync(join(tmpdir(), 'mailrobot-marks-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
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
