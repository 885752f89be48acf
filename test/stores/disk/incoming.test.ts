/** Whether a mail has been received before by a run that is no more. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IncomingFile } from '../../../src/stores/disk/incoming.ts';

const HASH = 'ab'.repeat(32);
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailrobot-incoming-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function received(isLong: boolean): IncomingFile {
  const incoming = new IncomingFile(directory);
  incoming.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
  incoming.seal(HASH, isLong);
  return incoming;
}

test('a mail that takes long to read, twice at once: neither run takes the other for dead', () => {
  const first = received(true);
  const second = received(true);
  expect([first.wasInterrupted, second.wasInterrupted]).toEqual([false, false]);
  expect(received(true).wasInterrupted).toBe(false);
  first.discard();
  expect(received(true).wasInterrupted).toBe(false);
});

test.each(['0123456789ab', '1-0123456789ab', `${process.pid}-0123456789ab`])(
  "a raw copy that nobody holds is a dead run's, whatever process has its number: %s",
  (name) => {
    writeFileSync(join(directory, `${HASH}.${name}`), 'x');
    expect(received(true).wasInterrupted).toBe(true);
  },
);

test('what lies beside a raw copy, and another mail, say nothing', () => {
  for (const name of [`${HASH}.0123456789ab.parts`, `${'cd'.repeat(32)}.0123456789ab`]) {
    writeFileSync(join(directory, name), 'x');
  }
  expect(received(true).wasInterrupted).toBe(false);
});

test('a plain mail costs no process: that there is another copy is all that is known', () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    expect(spawnSync('flock').error).toBeDefined();
    expect(received(false).wasInterrupted).toBe(false);
    expect(received(false).wasInterrupted).toBe(true);
  } finally {
    process.env['PATH'] = path;
  }
});
