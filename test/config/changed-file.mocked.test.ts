/** A file that changes while it is read is read by nobody. */
import * as fs from 'node:fs';
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readWhole } from '../../src/config/beside.ts';

const meanwhile = vi.hoisted(() => ({ happens: (): void => {}, times: 0 }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    readSync: (...given: Parameters<typeof real.readSync>) => {
      const read = real.readSync(...given);
      meanwhile.happens();
      meanwhile.times += 1;
      return read;
    },
  };
});

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'changed-'));
  file = join(dir, 'vpn.md');
  writeFileSync(file, 'Hello.\n');
  meanwhile.times = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('as it is, it is read whole', () => {
  meanwhile.happens = () => {};
  expect(readWhole(file, { maxBytes: 100, followsLinks: false }).toString()).toBe('Hello.\n');
  expect(meanwhile.times).toBeGreaterThan(0);
});

test.each([
  ['becomes longer', () => appendFileSync(file, 'More.\n')],
  ['becomes shorter', () => fs.truncateSync(file, 2)],
  [
    'is written anew, with as many octets',
    () => {
      writeFileSync(file, 'Olleh.\n');
      utimesSync(file, new Date(), new Date('2001-01-01T00:00:00Z'));
    },
  ],
])('one that %s is refused', (_, change) => {
  meanwhile.happens = change;
  expect(() => readWhole(file, { maxBytes: 100, followsLinks: false })).toThrow(
    'was changed while it was read',
  );
  expect(meanwhile.times).toBeGreaterThan(0);
});
