/**
 * The packed tarball, installed as an administrator does it: `npm pack`, then
 * `npm install -g` into a prefix of its own below /tmp that every user can
 * read. Once for all tests of a file; `remove` takes it away again.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Installed {
  /** The command as it stands on PATH: a symlink that npm made. */
  readonly program: string;
  readonly prefix: string;
  remove(): void;
}

export async function install(): Promise<Installed> {
  const prefix = mkdtempSync('/tmp/mailrobot-prefix-');
  chmodSync(prefix, 0o755);
  const packed = await execa('npm', ['pack', '--silent', '--pack-destination', prefix], {
    cwd: ROOT,
  });
  const tarball = join(prefix, packed.stdout.trim().split('\n').at(-1) ?? '');
  await execa('npm', ['install', '--silent', '--global', '--prefix', prefix, tarball]);
  await execa('chmod', ['-R', 'a+rX', prefix]);
  return {
    program: join(prefix, 'bin', 'mailrobot'),
    prefix,
    remove: () => rmSync(prefix, { recursive: true, force: true }),
  };
}
