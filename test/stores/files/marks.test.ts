/** Marks: files that say something by their names alone. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Marks } from '../../../src/stores/files/marks.ts';

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
