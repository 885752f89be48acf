/**
 * What a private Postfix shares with the rest of the machine, and how it is given back.
 *
 * `admit` and `dismiss` put a configuration directory into, and take it out of, the system's
 * alternate_config_directories: set-gid postdrop reads no other directory for an ordinary user. They
 * work under flock(1) on /etc/postfix itself, which leaves no lock file and ends with the process that
 * holds it. `admit` first clears away instances whose test process died before its stop().
 * `endProcesses` ends whatever runs inside a directory, told by its working directory, and nothing else.
 * Failure: each rejects with what the failing command printed; a lock not had in a minute is an error.
 */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';

const SYSTEM_CONFIG = '/etc/postfix';
const MAIN_CF = `${SYSTEM_CONFIG}/main.cf`;
const LIST = 'alternate_config_directories';
/** What stands in the system's main.cf while instances run on a machine that has none. */
export const MAIN_CF_IF_NONE =
  '# Made for a private test instance of Postfix, which removes it again.\ncompatibility_level = 3.6\n';

/** The path a new instance's directory begins with; it names the process that answers for it. */
export const INSTANCE_PREFIX = `/tmp/postfix-instance-${process.pid}-`;
const INSTANCE_CONFIG = /^\/tmp\/postfix-instance-(\d+)-\w{6}\/config$/;

/** Asks `probe` again and again until it answers something; rejects when the time is up. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  probe: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await pause(20);
  }
}

/** The user's id; makes a system user without home or shell when there is none (and leaves it there). */
export async function systemUser(name: string): Promise<number> {
  const idOf = async () => Number((await execa('id', ['-u', '--', name])).stdout);
  return idOf().catch(() =>
    locked(async () => {
      const none = [
        '--no-create-home',
        '--home-dir',
        '/nonexistent',
        '--shell',
        '/usr/sbin/nologin',
      ];
      return idOf().catch(() =>
        execa('useradd', ['--system', '--user-group', ...none, name]).then(idOf),
      );
    }),
  );
}

/** Lets ordinary users name this configuration directory to sendmail, postdrop and postqueue. */
export async function admit(configDir: string): Promise<void> {
  await locked(async () => {
    if (!existsSync(MAIN_CF)) {
      await writeFile(MAIN_CF, MAIN_CF_IF_NONE, { flag: 'wx' });
      await utimes(MAIN_CF, 0, 0);
    }
    const before = await admitted();
    const abandoned = before.filter((entry) => !isAlive(INSTANCE_CONFIG.exec(entry)?.[1]));
    for (const dir of abandoned.map(dirname)) {
      await endProcesses(dir, 0);
      await rm(dir, { recursive: true, force: true });
    }
    await replaceAdmitted([...before.filter((entry) => !abandoned.includes(entry)), configDir]);
  });
}

/** Undoes `admit`: main.cf is then as it was (a list that others keep there stands on one line), or gone if there was none. */
export async function dismiss(configDir: string): Promise<void> {
  await locked(async () => {
    if (!existsSync(MAIN_CF)) return;
    const before = await admitted();
    if (before.includes(configDir))
      await replaceAdmitted(before.filter((entry) => entry !== configDir));
    if (readFileSync(MAIN_CF, 'utf8') === MAIN_CF_IF_NONE) await unlink(MAIN_CF);
  });
}

/** Waits for every process that works inside `dir` to end by itself, and kills what then still runs. */
export async function endProcesses(dir: string, patienceMs: number): Promise<void> {
  const nothingRuns = () => (processesIn(dir).length === 0 ? true : undefined);
  await until('a quiet end', patienceMs, nothingRuns).catch(() =>
    until(`end of the processes in ${dir}`, 10_000, () => {
      processesIn(dir).forEach(kill);
      return nothingRuns();
    }),
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended meanwhile; whatever did not is still there for the caller's deadline
  }
}

function processesIn(dir: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 1) || pid === process.pid) return false;
      try {
        const at = readlinkSync(`/proc/${pid}/cwd`);
        return at === dir || at.startsWith(`${dir}/`);
      } catch {
        return false; // ended meanwhile
      }
    });
}

/** Entries that are not ours carry no process number: they count as alive, so nobody touches them. */
function isAlive(pid: string | undefined): boolean {
  return pid === undefined || existsSync(`/proc/${pid}`);
}

async function admitted(): Promise<string[]> {
  const { stdout } = await execa('postconf', ['-c', SYSTEM_CONFIG, '-h', LIST]);
  return stdout.split(/[\s,]+/).filter((entry) => entry !== '');
}

async function replaceAdmitted(entries: readonly string[]): Promise<void> {
  const edit = entries.length > 0 ? ['-e', `${LIST} = ${entries.join(' ')}`] : ['-X', LIST];
  const { atime, mtime } = await stat(MAIN_CF);
  await execa('postconf', ['-c', SYSTEM_CONFIG, ...edit]);
  await utimes(MAIN_CF, atime, mtime); // every Postfix program waits until a main.cf is two seconds old
}

function locked<T>(work: () => Promise<T>): Promise<T> {
  return inTurn(SYSTEM_CONFIG, 60, work);
}

/** One at a time on this machine, by a lock on that file or folder; rejects if it is not had in time. */
export async function inTurn<T>(path: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const holder = execa('flock', [
    '--wait',
    String(seconds),
    path,
    'sh',
    '-c',
    'echo held; exec cat',
  ]);
  await Promise.race([once(holder.stdout, 'data'), holder]);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}
