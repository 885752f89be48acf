/** The same source makes the same octets, wherever it lies: what is published can be checked. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ROOT } from '../process/desk.ts';
import { NAME } from './unpacked.ts';

let dir: string;
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** As it is here, committed or not, with the packages of others and the runtimes as npm packs them. */
function copyOfCheckout(to: string): void {
  mkdirSync(to, { recursive: true });
  const line = `git ls-files -z --cached --others --exclude-standard |
  xargs -0 cp --parents -t "$0" && cp -a node_modules "$0" &&
  mkdir "$0/.runtimes" && cp .runtimes/*.tgz "$0/.runtimes"`;
  execFileSync('sh', ['-c', line, to], { cwd: ROOT });
}

function build(root: string): string {
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1', HOME: dir };
  execFileSync('npm', ['run', 'package', '--', process.arch], { cwd: root, env, stdio: 'pipe' });
  const out = join(root, 'out');
  const packages = readdirSync(out).filter((name) => /\.(tar\.gz|deb)$/.test(name));
  expect(packages).toContain(`${NAME}.tar.gz`);
  const sums = packages.map((name) => [name, sha256(readFileSync(join(out, name)))].join(' '));
  return sums.sort().join('\n');
}

function sha256(octets: Buffer): string {
  return createHash('sha256').update(octets).digest('hex');
}

test('built in two folders, the tarballs are the same, and so are the Debian packages', () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-same-'));
  const [one, other] = [join(dir, 'one'), join(dir, 'another', 'with a longer name')];
  copyOfCheckout(one);
  copyOfCheckout(other);
  expect(build(one)).toBe(build(other));
}, 600_000);
