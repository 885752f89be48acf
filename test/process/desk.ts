/**
 * A desk of its own for one test: config and store in a temporary folder, a
 * sendmail stand-in that keeps what goes out, and the built program run as a
 * process in the bare environment that Postfix gives.
 *
 * The signing key and epoch are fixed, so that Message-IDs are the same in
 * every run. Everything is removed by `remove`.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chained } from '../kit/chained.ts';
import { runFolder } from '../kit/run-folder.ts';
import { isLook, isOurs, type RunHere, runHere } from './here.ts';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The launcher of this checkout, or MAILROBOT_BIN: that of a package, to test the executable. */
export const PROGRAM = process.env['MAILROBOT_BIN'] ?? join(ROOT, 'bin', 'mailrobot');
/** What it starts in the place of node, if anything. */
export const EXECUTABLE = join(dirname(PROGRAM), '..', 'libexec', 'mailrobot');
export const IS_EXECUTABLE = existsSync(EXECUTABLE);
export const BARE_PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;

export interface Ended {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: string;
}

export interface Sent {
  readonly args: string;
  readonly content: string;
}

export interface TestDesk {
  readonly dir: string;
  readonly config: string;
  readonly store: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Within this process, unless the executable is what is tested (here.ts). */
  here(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** What the stand-in was given, oldest first. */
  sent(): readonly Sent[];
  /** Until nothing of this desk runs any more: a sendmail outlives a mailrobot that was killed, and whoever tells subscribers is on its own. */
  settled(): Promise<void>;
  configure(change: (config: Record<string, unknown>) => void): void;
  remove(): void;
}

/** As `init` makes it, which runs once for all desks of a worker: each is a copy. */
export async function makeDesk(): Promise<TestDesk> {
  fresh ??= initialise();
  return copyOf(await fresh);
}

/** A desk that is a copy of the one in that folder, in which nothing runs any more. */
export function copyOf(template: string): TestDesk {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
  // Node 22's own cpSync makes folders that others may look into.
  execFileSync('cp', ['-a', `${template}/.`, dir]);
  const config = join(dir, 'config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(template, dir));
  return deskAt(dir);
}

let fresh: Promise<string> | undefined;

async function initialise(): Promise<string> {
  const dir = mkdtempSync(join(runFolder(), 'fresh-'));
  const store = join(dir, 'store');
  const made = await runProgram(['init', '--dir', dir, '--domain', 'support-ticket.example']);
  if (made.exit !== 0) throw new Error(`init: ${made.stderr}`);
  writeFileSync(join(store, 'keys.json'), `{"v":1,"secrets":["${'5a'.repeat(32)}"]}\n`);
  writeFileSync(join(store, 'store.json'), '{"v":1,"epoch":"0123456789abcdef"}\n');
  return dir;
}

/** A desk that lies there already, such as a copy of another. */
export function deskAt(dir: string): TestDesk {
  const config = join(dir, 'config.json');
  const store = join(dir, 'store');
  const maildir = join(dir, 'sent');
  writeFileSync(
    join(dir, 'sendmail'),
    `#!/bin/sh\nexec "${join(ROOT, 'test', 'stand-in', 'sendmail')}" "${maildir}" "$@"\n`,
    { mode: 0o755 },
  );
  const environmentOf = ({ env }: RunOptions) => ({
    ...{ PATH: BARE_PATH, MAILROBOT_CONFIG: config },
    ...env,
  });
  const asProcess = (args: readonly string[], options: RunOptions) =>
    runProgram(args, { ...options, env: environmentOf(options) });
  const runAt = (args: readonly string[], options: RunOptions): RunHere => ({
    ...{ args, environment: environmentOf(options), input: options.input ?? '' },
    ...{ store, program: PROGRAM },
  });
  const desk: TestDesk = {
    dir,
    config,
    store,
    run: (args, options = {}) => {
      const here = runAt(args, options);
      const isPlain = Object.keys(options).length === 0 && !IS_EXECUTABLE;
      return isPlain && isLook(here) ? runHere(here) : asProcess(args, options);
    },
    here: (args, options = {}) =>
      IS_EXECUTABLE || !isOurs(store) ? asProcess(args, options) : runHere(runAt(args, options)),
    sent: () =>
      names(maildir)
        .filter((name) => name.endsWith('.args'))
        .sort()
        .map((name) => ({
          args: readFileSync(join(maildir, name), 'utf8').trim(),
          content: readFileSync(join(maildir, 'new', name.replace(/\.args$/, '')), 'utf8'),
        })),
    settled: async () => {
      const begun = Date.now();
      const isAnybody = () =>
        isRunningBelow(dir) || (Date.now() < begun + NAMELESS_MS && isSomebodyNameless());
      // Who ends while we look may have started one that the first look did not list.
      for (let quiet = 0; quiet < 2; ) {
        quiet = isAnybody() ? 0 : quiet + 1;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    configure: (change) => {
      const value: Record<string, unknown> = JSON.parse(readFileSync(config, 'utf8'));
      change(value);
      writeFileSync(config, JSON.stringify(value));
    },
    remove: () => removeFolder(dir),
  };
  desk.configure((value) => {
    value['sendmail'] = join(dir, 'sendmail');
  });
  return desk;
}

/** Also if what was killed leaves one more file there meanwhile: `maxRetries` looks for no new ones. */
function removeFolder(dir: string): void {
  for (let left = 20; ; left -= 1) {
    try {
      rmSync(dir, { recursive: true, force: true, maxRetries: 2, retryDelay: 50 });
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** Makes a desk so many days older: its journal is dated back, and the rest made of it. */
export async function age(
  { store, here }: Pick<TestDesk, 'store' | 'here'>,
  days: number,
): Promise<void> {
  const journal = join(store, 'journal');
  const segments = readdirSync(journal).filter((one) => one.endsWith('.ndjson'));
  if (segments.length > 1) throw new Error('made for a journal of one segment');
  for (const name of segments) {
    const text = readFileSync(join(journal, name), 'utf8');
    const older = text.replace(/"(time|until|notBefore)":"([^"]+)"/g, (_, key, time) => {
      const before = new Date(Date.parse(time) - days * 86_400_000);
      return `"${key}":"${before.toISOString()}"`;
    });
    writeFileSync(join(journal, name), chained(older));
  }
  // What waits for its time has it in its own file as well, which a rebuild makes anew.
  for (const name of names(join(store, 'outbox'))) {
    const path = join(store, 'outbox', name);
    if (readFileSync(path, 'utf8').includes('"notBefore"')) rmSync(path);
  }
  const { exit, stderr } = await here(['rebuild']);
  if (exit !== 0) throw new Error(`rebuild: ${stderr}`);
}

/** A short mail; every number gives another one, from another person. */
export function shortMail(n: number): string {
  return `From: nic${n}@ferrier.example\nSubject: ${n}\nMessage-ID: <${n}@ferrier.example>\n\nx\n`;
}

/** Delivers the mail of a folder in fixtures/cases, as its case.json says, within this process. */
export function deliverCase(
  desk: TestDesk,
  name: string,
  run: TestDesk['run'] = desk.here,
): Promise<Ended> {
  const folder = join(ROOT, 'fixtures', 'cases', name);
  const { args, env = {} } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  return run(args, { input: readFileSync(join(folder, 'in.eml')), env });
}

export function runProgram(
  args: readonly string[],
  { input = '', env = {}, program = PROGRAM }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { env: { PATH: BARE_PATH, ...env }, cwd: '/' });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (exit, signal) => resolve({ exit, signal, ...output }));
  });
}

/** Every file below a folder, relative to it, sorted. */
export function filesBelow(dir: string): readonly string[] {
  return names(dir, true).sort();
}

/** Whether some process was started with a path below it, by /proc/PID/cmdline of proc(5). */
function isRunningBelow(dir: string): boolean {
  return isSomeProcess((process) =>
    readFileSync(`${process}/cmdline`, 'utf8')
      .split('\0')
      .some((word) => word.startsWith(`${dir}/`)),
  );
}

/** No longer: a process may have no command line for good. */
const NAMELESS_MS = 5000;

/**
 * Whether some process is about to become another program (execve(2)): for some milliseconds it has
 * no command line, neither the old nor the new. The kernel's own have none either, and no program.
 */
function isSomebodyNameless(): boolean {
  return isSomeProcess(
    (process) =>
      readFileSync(`${process}/cmdline`, 'utf8') === '' && readlinkSync(`${process}/exe`) !== '',
  );
}

function isSomeProcess(is: (process: string) => boolean): boolean {
  return names('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && is(`/proc/${name}`);
    } catch {
      return false;
    }
  });
}

function names(dir: string, recursive = false): string[] {
  try {
    return readdirSync(dir, { recursive, encoding: 'utf8' });
  } catch {
    return [];
  }
}
