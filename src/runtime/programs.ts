/**
 * Programs that are run for a person, or for an alias. The one file that knows
 * execa. A program that fails, or is not there, is a result and not an exception.
 */
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, parseCommandString } from 'execa';
import { withoutRights } from './rights.ts';

/**
 * Runs a command line on this terminal, with `file` as its last argument. True if it ended well.
 */
export async function runOnTerminal(commandLine: string, file: string): Promise<boolean> {
  const [program = '', ...args] = parseCommandString(commandLine);
  const { failed } = await execa(program, [...args, file], { stdio: 'inherit', reject: false });
  return !failed;
}

/**
 * Shows a text in a pager; false if that cannot be run. less(1) shows colours, and ends by itself
 * if the text is short. Ctrl-C is for the pager alone.
 */
export async function pageOnTerminal(
  commandLine: string,
  text: string,
  more: readonly string[] = [],
): Promise<boolean> {
  const [program = '', ...args] = parseCommandString(commandLine);
  const stay = () => {};
  process.on('SIGINT', stay);
  try {
    const { failed, code } = await execa(program, [...args, ...more], {
      input: text,
      stdout: 'inherit',
      stderr: 'inherit',
      env: { LESS: process.env['LESS'] ?? 'FRX' },
      reject: false,
    });
    return !failed || code === undefined;
  } finally {
    process.off('SIGINT', stay);
  }
}

const LESS_WITH_HEADER = 600;

/** A pager that keeps the first lines in sight when it is told `--header`. */
export async function keepsHeader(commandLine: string): Promise<boolean> {
  const [program = ''] = parseCommandString(commandLine);
  if (basename(program) !== 'less') return false;
  const [, version = '0'] =
    /^less (\d{1,9})/.exec((await outputOf(program, ['--version'])) ?? '') ?? [];
  return Number(version) >= LESS_WITH_HEADER;
}

/**
 * What a program writes to stdout, or null if it fails. Not cleaned up after, since that leaves
 * SIGXFSZ deadly: a file that may not grow would end us in the middle of it.
 */
export async function outputOf(name: string, given: readonly string[]): Promise<string | null> {
  const [program, ...args] = withoutRights([name, ...given]);
  const { stdout, failed } = await execa(program, args, { reject: false, cleanup: false });
  return failed ? null : stdout;
}

export interface Program {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Whom it runs as; whoever we are if left out. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly limitMs: number;
}

export type AliasCommand = Omit<Program, 'argv'> & {
  /** As it stands behind the `|`. */
  readonly command: string;
};

export type ProgramEnd =
  | { readonly type: 'exit'; readonly code: number; readonly output: string }
  | { readonly type: 'signal'; readonly signal: string }
  | { readonly type: 'timeout' }
  | { readonly type: 'not-run'; readonly reason: string };

const MAX_OUTPUT_BYTES = 1024 * 1024;
/** What a program has written reaches us soon after its exit. */
const OUTPUT_REST_MS = 100;
/** A path and characters that need no shell: ok_chars of Postfix's exec_command. */
const PLAIN = /^[\w!@%+=:,.-]*\/[\w!@%+=:,./ \t-]*$/;

/**
 * Runs the command of an alias as local(8) does: without a shell, unless it has characters for one.
 */
export function runAliasCommand(
  { command, ...program }: AliasCommand,
  input: Readable,
): Promise<ProgramEnd> {
  const argv = PLAIN.test(command) ? command.trim().split(/[ \t]+/) : ['/bin/sh', '-c', command];
  return runProgram({ ...program, argv }, input);
}

/**
 * Runs a program in a session of its own, which is killed at its limit; until nobody
 * holds its output any more, or `until` its own exit.
 */
export async function runProgram(
  { argv, environment, directory, owner, limitMs }: Program,
  input: Readable | string,
  until: 'output closed' | 'exit' = 'output closed',
): Promise<ProgramEnd> {
  const [first = '', ...others] = argv;
  const [program, ...args] = withoutRights([first, ...others]);
  const child = execa(program, args, {
    input,
    env: { ...environment },
    extendEnv: false,
    cwd: directory,
    ...(owner && { uid: owner.uid, gid: owner.gid }),
    all: true,
    maxBuffer: MAX_OUTPUT_BYTES,
    detached: true,
    cleanup: false,
    reject: false,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  const gone = new Promise<number>((resolve) => {
    if (until === 'exit') child.once('exit', (code) => code !== null && resolve(code));
  }).then(async (code) => {
    await sleep(OUTPUT_REST_MS);
    return code;
  });
  const ended = await Promise.race([child, late, gone]);
  clearTimeout(timer);
  if (typeof ended === 'number') {
    for (const stream of [child.stdout, child.stderr, child.all]) stream?.destroy();
    return { type: 'exit', code: ended, output: '' };
  }
  if (ended === 'late') {
    killGroup(child.pid);
    // One that has left the group may hold them for ever.
    for (const stream of [child.stdout, child.stderr, child.all]) stream?.destroy();
    return { type: 'timeout' };
  }
  if (ended.signal !== undefined) return { type: 'signal', signal: ended.signal };
  if (ended.exitCode === undefined) return { type: 'not-run', reason: ended.code ?? 'unknown' };
  return { type: 'exit', code: ended.exitCode, output: ended.all ?? '' };
}

/** It may have ended meanwhile. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}
