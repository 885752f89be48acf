/**
 * The executable: the built files (dist/) and what they begin with, compiled by Bun into one file
 * with their byte code. For another processor the same, with its runtime in the place of ours.
 *
 * The same octets, whoever compiles where: Bun writes the names of files down, so it is run in a
 * folder of its own, with names that are always the same, and without the user's settings.
 * Nothing is stripped (that would take the program out of it), and what it would load from
 * the folder in which it is started (bunfig.toml, .env) is switched off.
 */
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Architecture, run, runtimeFor } from './runtimes.ts';

const NAME = 'mailrobot';
/**
 * A function is compiled when it has run so many times as often as usual. One mail is decided
 * before a JIT is worth its start (CPU time 40 against 56 ms), but one with 18 MB attached
 * takes six times as long without any.
 */
const JIT_POLICY = 100;
/** Where the files think they lie: nothing is ever loaded from there. */
const PLACE = '/$bunfs/root';

export interface Compiling {
  readonly architecture: Architecture;
  /** The checkout, built. */
  readonly root: string;
  readonly cache: string;
  /** How its byte code is laid out (order.ts); null: as it comes. */
  readonly order: string | null;
}

/** Writes it to `file`. */
export function compile({ architecture, root, cache, order }: Compiling, file: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-executable-'));
  try {
    mkdirSync(join(dir, 'home'));
    cpSync(join(root, 'packaging', 'begin.cjs'), join(dir, 'begin.cjs'));
    cpSync(join(root, 'dist'), join(dir, 'dist'), { recursive: true });
    if (order !== null) writeFileSync(join(dir, 'order'), order);
    const options = [
      ...['--compile', '--bytecode', '--format=cjs', `--compile-jit-policy=${JIT_POLICY}`],
      ...(order === null ? [] : ['--bytecode-order=order']),
      ...['--no-compile-autoload-bunfig', '--no-compile-autoload-dotenv'],
      `--define=__dirname=${JSON.stringify(PLACE)}`,
      `--define=__filename=${JSON.stringify(`${PLACE}/${NAME}`)}`,
      `--target=bun-linux-${architecture}`,
      `--compile-executable-path=${runtimeFor(architecture, cache)}`,
      `--outfile=${NAME}`,
    ];
    run(runtimeFor(ownArchitecture(), cache), ['build', ...options, './begin.cjs'], {
      cwd: dir,
      env: { PATH: '/usr/bin:/bin', HOME: join(dir, 'home') },
    });
    cpSync(join(dir, NAME), `${file}.new`);
    renameSync(`${file}.new`, file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export function ownArchitecture(): Architecture {
  const { arch } = process;
  if (arch === 'x64' || arch === 'arm64') return arch;
  throw new Error(`there is no runtime for ${arch} to compile with`);
}
