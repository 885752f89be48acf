import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { READ_ONLY_MODE, replace } from '../../../src/stores/disk/disk.ts';

/** What a run that was killed between two system calls has left. The fault tests run as root, whom no mode stops. */
const isRoot = process.geteuid?.() === 0;
if (!isRoot) console.log('skipped: to be another user needs root');

test.skipIf(!isRoot)('what a killed run has left read-only stops nobody who is not root', () => {
  const dir = mkdtempSync(join(tmpdir(), 'x-'));
  const path = join(dir, '2-out-2.eml');
  writeFileSync(`${path}.new`, 'torn', { mode: READ_ONLY_MODE });
  for (const one of [dir, `${path}.new`]) chownSync(one, 65534, 65534);
  chmodSync(dir, 0o700);
  process.seteuid?.(65534);
  try {
    replace(path, 'whole', READ_ONLY_MODE);
    expect(readFileSync(path, 'utf8')).toBe('whole');
  } finally {
    process.seteuid?.(0);
    rmSync(dir, { recursive: true });
  }
});
