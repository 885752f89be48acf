/**
 * The Debian package that `npm run package` has made for this machine, and others made of it: of a
 * higher version, or with a file that is not what it should be.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../process/desk.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);
export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';
export const NAME = `mailrobot_${version}_${ARCHITECTURE}.deb`;
export const TARBALL = `mailrobot-${version}-linux-${process.arch}.tar.gz`;
export const PACKAGE = join(ROOT, 'out', NAME);

export const packageMissing = (): string | undefined =>
  existsSync(PACKAGE) ? undefined : `${PACKAGE} is not there: npm run test:debian`;

/** One field of its control file. */
export function fieldOf(name: string): string {
  return execFileSync('dpkg-deb', ['--field', PACKAGE, name], { encoding: 'utf8' }).trim();
}

/** Writes another package to `file`, with what `change` does to its unpacked folder. */
export function changed(file: string, change: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-changed-'));
  try {
    execFileSync('dpkg-deb', ['--raw-extract', PACKAGE, join(dir, 'package')]);
    change(join(dir, 'package'));
    const options = ['--root-owner-group', '-Znone', '--build'];
    execFileSync('dpkg-deb', [...options, join(dir, 'package'), file]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function withVersion(higher: string): (dir: string) => void {
  return (dir) => {
    const control = join(dir, 'DEBIAN', 'control');
    const text = readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${higher}`);
    writeFileSync(control, text);
  };
}
