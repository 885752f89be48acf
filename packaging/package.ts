/**
 * `npm run package`: for each architecture out/mailrobot-VERSION-linux-ARCH/, which runs where it
 * lies, and the same as a tarball and as a Debian package, octet for octet the same from any folder.
 * `npm run package -- arm64` makes those of one. Without dpkg-deb it says so, and makes the tarball.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { debianName, makeDebian } from './debian.ts';
import { ARCHITECTURES, run } from './runtimes.ts';
import { makeTree } from './tree.ts';

const root = process.cwd();
const out = join(root, 'out');
const cache = join(root, '.runtimes');
const { version }: { version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const wanted = process.argv.slice(2);
const unknown = wanted.find((word) => !ARCHITECTURES.some((known) => known === word));
if (unknown !== undefined) throw new Error(`"${unknown}": must be ${ARCHITECTURES.join(' or ')}`);

mkdirSync(out, { recursive: true });
for (const architecture of ARCHITECTURES) {
  if (wanted.length > 0 && !wanted.includes(architecture)) continue;
  const name = `mailrobot-${version}-linux-${architecture}`;
  makeTree({ architecture, root, cache }, join(out, name));
  pack(name);
  console.log(`out/${name}.tar.gz`);
  const tree = join(out, name);
  const debian = { architecture, version, root, tree, seconds: Number(secondsOfSource()) };
  const file = debianName(debian);
  rmSync(join(out, file), { force: true });
  if (spawnSync('dpkg-deb', ['--version']).status === 0) {
    makeDebian(debian, join(out, file));
    console.log(`out/${file}`);
  } else console.error(`no out/${file}: dpkg-deb is not here (package dpkg)`);
}

/** No time, owner or order of this machine gets in. */
function pack(name: string): void {
  const tarball = join(out, `${name}.tar.gz`);
  const sorted = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  const zipped = ['--use-compress-program=gzip -n', `--file=${tarball}.new`];
  run('tar', ['--create', ...sorted, `--mtime=@${secondsOfSource()}`, ...zipped, name], {
    cwd: out,
  });
  renameSync(`${tarball}.new`, tarball);
}

/** https://reproducible-builds.org/specs/source-date-epoch/, else the time of the last commit. */
function secondsOfSource(): string {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) return given;
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '0';
}
