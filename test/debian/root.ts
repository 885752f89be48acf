/**
 * A fresh Debian in a folder of .debian, made by debootstrap once and kept: tests work on an overlay
 * of it. Whoever wants it fresher removes the folder. Needs root, debootstrap and the mirror.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../process/desk.ts';

const SUITE = 'bookworm';
const MINUTES = 8;

/** Its folder, or the reason why there is none. */
export async function debianRoot(
  name: string,
  packages: readonly string[],
): Promise<{ readonly root: string } | { readonly missing: string }> {
  const root = join(ROOT, '.debian', name);
  if (process.getuid?.() !== 0) return { missing: 'a root of its own needs root' };
  if (existsSync(root)) return { root };
  const temporary = `${root}.new`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const options = ['--variant=minbase', `--include=${packages.join(',')}`, SUITE, temporary];
  const { failed, code, stdout } = await execa('debootstrap', options, {
    reject: false,
    timeout: MINUTES * 60_000,
    stdin: 'ignore',
  });
  if (failed) {
    rmSync(temporary, { recursive: true, force: true });
    const why = code === 'ENOENT' ? 'it is not installed' : String(stdout).split('\n').at(-1);
    return { missing: `debootstrap made no root: ${why}` };
  }
  renameSync(temporary, root);
  return { root };
}
