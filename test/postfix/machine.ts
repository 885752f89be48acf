/**
 * A machine of its own, for what only a booted system shows: the files of this one, or of a root elsewhere,
 * under an overlay that is thrown away, booted by systemd-nspawn without a network, with an /etc and a
 * Postfix of its own.
 *
 * `boot` runs a shell script there as root, as soon as the basic system is up, and gives what it printed; one
 * machine at a time. No file, mount or cgroup is left. Failure: it rejects with the console and with what the
 * script printed so far; `machineMissing` says why no such machine boots here.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inTurn } from './system.ts';

const NSPAWN = '/usr/bin/systemd-nspawn';
/** Longer than the longest of the suite takes. */
const TURN_SECONDS = 220;

const UNIT = `[Unit]
Requires=basic.target
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cd /; sh -eu /run/test/script > /run/test/log 2>&1; echo $? > /run/test/exit'
ExecStopPost=/bin/systemctl exit 0 --no-block
`;

export interface Machine {
  /** What is copied to /usr/local. */
  readonly local?: string;
  /** Whose files it has. */
  readonly root?: string;
  /** More of this machine's folders that it sees, by their place there. */
  readonly sees?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** $1: the folder of the run, with share/ for both sides; $2, $3: local, or nothing, and root; then more options of nspawn. */
const BOOT = `
dir=$1; local=$2; root=$3; shift 3
mount -t tmpfs tmpfs "$dir/over"
mkdir "$dir/over/upper" "$dir/over/work" "$dir/over/root"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$dir/over/upper,workdir=$dir/over/work" "$dir/over/root"
cp "$dir/unit" "$dir/over/root/etc/systemd/system/mailrobot-test.service"
[ -z "$local" ] || cp -a "$local/." "$dir/over/root/usr/local"
exec ${NSPAWN} --quiet --directory "$dir/over/root" --register=no --private-network "$@" \\
  --bind "$dir/share:/run/test" --boot systemd.unit=mailrobot-test.service
`;

/** Two at once would have their processes in the same cgroups: each waits for the one before. */
export function boot(script: string, machine: Machine = {}): Promise<string> {
  return inTurn(NSPAWN, TURN_SECONDS, () => bootNow(script, machine));
}

async function bootNow(
  script: string,
  { local = '', root = '/', sees = {}, timeoutMs = 100_000 }: Machine,
): Promise<string> {
  const dir = await mkdtemp('/tmp/mailrobot-machine-');
  const printed = () => readFile(join(dir, 'share', 'log'), 'utf8').catch(() => '(nothing)');
  try {
    await Promise.all(['over', 'share'].map((part) => mkdir(join(dir, part))));
    await writeFile(join(dir, 'unit'), UNIT);
    await writeFile(join(dir, 'share', 'script'), script);
    // Without a systemd around it there is nobody to ask for a cgroup.
    const more = [
      ...(existsSync('/run/systemd/system') ? [] : ['--keep-unit']),
      ...Object.entries(sees).map(([there, here]) => `--bind-ro=${here}:${there}`),
    ];
    const console = await execa(
      'unshare',
      ['-m', 'sh', '-ec', BOOT, 'sh', dir, local, root, ...more],
      {
        all: true,
        reject: false,
        stdin: 'ignore',
        timeout: timeoutMs,
      },
    );
    const exit = (await readFile(join(dir, 'share', 'exit'), 'utf8').catch(() => 'none')).trim();
    if (exit === '0') return await printed();
    throw new Error(
      `exit of the script: ${exit}\n--- console\n${console.all}\n--- script\n${await printed()}`,
    );
  } finally {
    await removeCgroups();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The reason why none boots here, else undefined. */
export async function machineMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a machine of its own needs root';
  if (!existsSync(NSPAWN)) return `${NSPAWN} is not installed (package systemd-container)`;
  try {
    await boot('true', { timeoutMs: 30_000 });
    return undefined;
  } catch (error) {
    const [, , ...lines] = String(error instanceof Error ? error.message : error).split('\n');
    return `no machine boots under systemd-nspawn here: ${lines[0] ?? ''}`;
  }
}

/** What nspawn leaves of a machine that was in no unit; one that still has a process stays. */
async function removeCgroups(): Promise<void> {
  const left = [
    '-maxdepth',
    '2',
    '-type',
    'd',
    '(',
    '-name',
    'payload',
    '-o',
    '-name',
    'supervisor',
    ')',
  ];
  const { stdout } = await execa('find', ['/sys/fs/cgroup', ...left], { reject: false });
  for (const group of stdout.split('\n').filter(Boolean)) {
    await execa('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], {
      reject: false,
    });
  }
}
