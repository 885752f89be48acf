/** A mail on its way in: its file, and whether a run that is no more has received it before. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IncomingFile, makeDurable } from '../../../src/stores/disk/incoming.ts';

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

test.each([true, false])(
  'a copy that its commit has not brought to its place yet is no sign of a death (long: %s)',
  (isLong) => {
    const ours = new Set<string>();
    const received = () => {
      const incoming = new IncomingFile(directory, { isDurable: 'with its commit', ours });
      incoming.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
      incoming.seal(HASH, isLong);
      return incoming;
    };
    const committed = received();
    committed.belongsToCommit(true);
    committed.discard();
    expect(readdirSync(directory)).toEqual([committed.name]);
    expect(received().wasInterrupted).toBe(false);
    writeFileSync(join(directory, `${HASH}.0123456789ab`), 'x');
    expect(received().wasInterrupted).toBe(true);
  },
);

test('what a commit has not brought to its place yet is held, for whoever else receives the mail', () => {
  const committed = new IncomingFile(directory, { isDurable: 'with its commit' });
  committed.write(Buffer.from('From: nic@ferrier.example\n\nx\n'));
  committed.seal(HASH, true);
  committed.belongsToCommit(true);
  committed.discard();
  expect(received(true).wasInterrupted).toBe(false);
  committed.letGo();
  expect(received(true).wasInterrupted).toBe(true);
});

test('what is in its place is not known any longer', () => {
  const ours = new Set<string>();
  for (let n = 0; n < 5; n += 1) {
    const incoming = new IncomingFile(directory, { isDurable: 'with its commit', ours });
    incoming.write(Buffer.from('x'));
    incoming.seal(HASH, false);
    incoming.discard();
  }
  expect(ours.size).toBe(1);
});

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

describe('a mail that is made durable with its commit', () => {
  const SMALL = 65_536;
  const pieces = (octets: Buffer) => [octets.subarray(0, 10), octets.subarray(10)];

  test.each([
    ['of one octet', 1, false],
    ['as large as a small one may be', SMALL, false],
    ['larger', SMALL + 1, false],
    ['small, and long to read', 100, true],
    ['larger, and long to read', 3 * SMALL, true],
  ])('%s: the file that the commit finds is what was received', async (_, size, isLong) => {
    const octets = Buffer.alloc(size, 'mail of nic\n');
    const incoming = new IncomingFile(directory, { isDurable: 'with its commit' });
    for (const piece of pieces(octets)) {
      const given = Buffer.from(piece);
      incoming.write(given);
      given.fill(0);
    }
    incoming.seal(HASH, isLong);
    expect(readdirSync(directory)).toEqual([incoming.name]);
    expect(incoming.name.startsWith(`${HASH}.`)).toBe(true);
    expect(readFileSync(join(directory, incoming.name)).equals(octets)).toBe(true);
    expect(Buffer.concat([...incoming.chunks()]).equals(octets)).toBe(true);
    expect(Buffer.concat([...incoming.chunks()]).equals(octets)).toBe(true);
    expect(incoming.isThere()).toBe(true);
    await makeDurable([incoming]);
    incoming.discard();
    expect(readdirSync(directory)).toEqual([]);
    await expect(makeDurable([incoming])).rejects.toThrow('discarded');
  });

  test('one that was not received to its end leaves nothing', () => {
    for (const size of [0, 10, 2 * SMALL]) {
      const incoming = new IncomingFile(directory, { isDurable: 'with its commit' });
      if (size > 0) incoming.write(Buffer.alloc(size));
      incoming.discard();
      expect(readdirSync(directory)).toEqual([]);
    }
  });
});
