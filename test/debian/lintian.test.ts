/** Debian's own check of packages has nothing to say of ours that is not overridden with its reason. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../process/desk.ts';
import { NAME, PACKAGE, packageMissing } from './package.ts';
import { debianRoot } from './root.ts';

const made = await debianRoot('lintian', ['lintian', 'perl-openssl-defaults']);
const missing = packageMissing() ?? ('missing' in made ? made.missing : undefined);
if (missing !== undefined) console.log(`lintian did not look: ${missing}`);

describe.skipIf(missing !== undefined)(`lintian ${missing ?? ''}`, () => {
  test('has no error, no warning and no information', async () => {
    const root = 'root' in made ? made.root : '';
    const line = `mount --bind "$1" "$2/mnt" && exec chroot "$2" lintian --allow-root -I --pedantic "/mnt/$3"`;
    const args = ['-m', 'sh', '-c', line, 'sh', dirname(PACKAGE), root, NAME];
    const { all, exitCode } = await execa('unshare', args, { all: true, reject: false });
    expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
  });

  test('each override stands below its reason', () => {
    const overrides = readFileSync(join(ROOT, 'packaging/debian/lintian-overrides'), 'utf8');
    for (const block of overrides.trim().split('\n\n')) expect(block).toMatch(/^# .*\n/);
  });
});
