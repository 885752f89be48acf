/**
 * The runtimes that the executable is made of, pinned: Bun as npm has it. Taken by `npm pack`,
 * since `npm install` refuses what is for another processor, checked by their integrity, and kept
 * in a folder that git ignores. Another version is a change of these lines alone.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Pinned {
  readonly name: string;
  readonly version: string;
  /** As npm writes it: the SHA-512 of the tarball. */
  readonly integrity: string;
}

const VERSION = '1.4.5';

export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** For x64 the baseline: it runs on every processor that has SSE4.2. */
const RUNTIMES: Readonly<Record<Architecture, Pinned>> = {
  x64: {
    name: '@oven/bun-linux-x64-baseline',
    version: VERSION,
    integrity:
      'sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==',
  },
  arm64: {
    name: '@oven/bun-linux-aarch64',
    version: VERSION,
    integrity:
      'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
  },
};

/** Has the page with Bun's licences and those of all that is linked into it. */
const LICENCES: Pinned = {
  name: 'bun-types',
  version: VERSION,
  integrity:
    'sha512-ECHn+9dhL3wv0G6u0+7dQvrnaimXiRDxxerYBmhTaLyJEEuvTPWk2Fye3XIf5Y++JIIiHKfQw4Z7V5D8KuiXbg==',
};

export function pinnedRuntime(architecture: Architecture): Pinned {
  return RUNTIMES[architecture];
}

/** The program `bun` for that architecture. */
export function runtimeFor(architecture: Architecture, cache: string): string {
  return join(unpacked(RUNTIMES[architecture], cache), 'package', 'bin', 'bun');
}

export function licencesOfRuntime(cache: string): string {
  const page = join(unpacked(LICENCES, cache), 'package', 'docs', 'project', 'license.mdx');
  return readFileSync(page, 'utf8').replace(/^---\n[\s\S]*?\n---\n+/, '');
}

/** The folder that it lies in, unpacked anew from a tarball that is what it should be. */
function unpacked(wanted: Pinned, cache: string): string {
  const tarball = join(
    cache,
    `${wanted.name.replace(/^@/, '').replace('/', '-')}-${wanted.version}.tgz`,
  );
  mkdirSync(cache, { recursive: true });
  if (!existsSync(tarball))
    run('npm', ['pack', '--pack-destination', cache, `${wanted.name}@${wanted.version}`]);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (integrity !== wanted.integrity) {
    rmSync(tarball);
    throw new Error(`${tarball} is not what it should be, and was removed: ${integrity}`);
  }
  const folder = tarball.replace(/\.tgz$/, '');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  run('tar', ['-xzf', tarball, '-C', folder]);
  return folder;
}

/** Throws with what it wrote if it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const ended = spawnSync(program, [...args], { ...options, encoding: 'utf8', maxBuffer: 1e8 });
  if (ended.status === 0) return ended.stdout;
  throw new Error(`${program} ${args.join(' ')}: ${ended.error?.message ?? ended.stderr}`);
}
