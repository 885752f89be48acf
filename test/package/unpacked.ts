/**
 * The tarball that `npm run package` makes for this machine, unpacked into a folder of the test's,
 * without the built files: node could not run it. And one delivery through it, in an environment
 * that a line of shell has made.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type TestDesk } from '../process/desk.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);
export const VERSION = version;
export const isRoot = process.getuid?.() === 0;

const nameFor = (architecture: string) => `mailrobot-${version}-linux-${architecture}`;
export const NAME = nameFor(process.arch);
export const tarballFor = (architecture: string) =>
  join(ROOT, 'out', `${nameFor(architecture)}.tar.gz`);

/** Gives its home. */
export function unpack(
  dir: string,
  { withBuilt = false, architecture = process.arch as string } = {},
): string {
  const tarball = tarballFor(architecture);
  if (!existsSync(tarball)) throw new Error(`${tarball} is not there: npm run test:package`);
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', dir]);
  if (status !== 0) throw new Error(stderr.toString());
  const home = join(dir, nameFor(architecture));
  if (!withBuilt) rmSync(join(home, 'dist'), { recursive: true });
  return home;
}

export interface Delivered {
  readonly exit: number | null;
  readonly isKept: boolean;
  /** stdout and stderr. */
  readonly said: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs the launcher, which is "$0"; a root's alone begins with unshare. */
  readonly line?: string;
  readonly mail?: string;
}

let serial = 0;

/** One new mail; whether it is in the store is asked in peace, afterwards. */
export async function deliver(
  desk: TestDesk,
  home: string,
  { env = {}, cwd = '/', line = '"$0" new', mail = 'x\n' }: Surroundings = {},
): Promise<Delivered> {
  serial += 1;
  const id = `<package.${process.pid}.${serial}@ferrier.example>`;
  // Another person each time: the robot is not to think of a flood.
  const author = `nic${serial}@d${serial}.example`;
  const input = `From: ${author}\nSubject: ${serial}\nMessage-ID: ${id}\n${mail.startsWith('MIME') ? '' : '\n'}${mail}`;
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', line, join(home, 'bin', 'mailrobot')],
    {
      input,
      cwd,
      env: { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: desk.config, ...env },
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  await desk.settled();
  const shown = await desk.run(['explain', id, '--json']);
  return { exit: status, isKept: shown.exit === 0, said: `${stdout ?? ''}${stderr ?? ''}` };
}

/** All that Postfix may ever see of a delivery. */
export const STATUS_LINE = /^(4\.\d\.\d mailrobot: [ -~]+\n)?$/;
