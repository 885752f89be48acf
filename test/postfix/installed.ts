/**
 * What an administrator installs, in a prefix of its own below /tmp that every user can read: the
 * package whose launcher is MAILROBOT_BIN, by its install.sh, else what `npm pack` makes, by
 * `npm install -g`. Once for all tests of a file; `remove` takes it away again.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { IS_EXECUTABLE, PROGRAM } from '../process/desk.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Installed {
  /** The command as it stands on PATH: a symlink. */
  readonly program: string;
  readonly prefix: string;
  remove(): void;
}

export async function install(): Promise<Installed> {
  const prefix = mkdtempSync('/tmp/mailrobot-prefix-');
  chmodSync(prefix, 0o755);
  if (IS_EXECUTABLE) await execa(join(dirname(PROGRAM), '../install.sh'), ['--prefix', prefix]);
  else await installWithNpm(prefix);
  await execa('chmod', ['-R', 'a+rX', prefix]);
  return {
    program: join(prefix, 'bin', 'mailrobot'),
    prefix,
    remove: () => rmSync(prefix, { recursive: true, force: true }),
  };
}

async function installWithNpm(prefix: string): Promise<void> {
  // What is built is packed: to build it anew would take it away from whoever runs it meanwhile.
  const options = ['--silent', '--ignore-scripts', '--pack-destination', prefix];
  const packed = await execa('npm', ['pack', ...options], { cwd: ROOT });
  const tarball = join(prefix, packed.stdout.trim().split('\n').at(-1) ?? '');
  await execa('npm', ['install', '--silent', '--global', '--prefix', prefix, tarball]);
}
