/** In the executable, what stands in the place of node:crypto says what that says. */
import { execFileSync } from 'node:child_process';
import * as node from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { inPlace } from '../../build/in-place.ts';
import type * as light from '../../src/runtime/light-crypto.ts';
import { saidBy } from '../runtime/said-by-crypto.ts';
import { unpack } from './unpacked.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('hashes and random numbers of the runtime are those of node', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-package-'));
  try {
    const build = await rolldown({
      input: join(ROOT, 'test', 'runtime', 'said-by-crypto.ts'),
      platform: 'node',
      plugins: [inPlace()],
    });
    const file = join(dir, 'said.cjs');
    await build.write({ file, format: 'cjs' });
    await build.close();
    const program = join(unpack(dir), 'libexec', 'mailrobot');
    const env = { BUN_BE_BUN: '1', PATH: '/usr/bin:/bin' };
    const printed = execFileSync(program, [file, 'say'], { encoding: 'utf8', cwd: dir, env });
    // Its functions take more than ours.
    expect(JSON.parse(printed)).toEqual(saidBy(node as typeof light));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
