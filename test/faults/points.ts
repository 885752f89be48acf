/**
 * Every system call of a run that touches the store, and a fault at one of them.
 *
 * strace without -f traces the main thread of node alone, where all store calls
 * are made; a call is named by its name and its number among the calls of that
 * name. A fault has fired where strace's own log shows it on a path below the
 * store; anything else is no evidence and is said so.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BARE_PATH, ROOT, type TestDesk } from '../process/desk.ts';
import type { Scenario } from './scenarios.ts';

export type Fault = 'SIGKILL' | 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EROFS' | 'EACCES';

export interface Point {
  readonly call: string;
  /** Its number among all calls of that name, as strace counts; other in another run. */
  readonly n: number;
  /** Its place among the calls of that name on the store: the same in every run. */
  readonly place: number;
  readonly line: string;
}

export interface Faulted {
  readonly exit: number | null;
  readonly stdout: string;
  /** strace's log proves that the fault hit the call that was meant. */
  readonly hasFired: boolean;
  /** The number that the call had in this run, where it came to it. */
  readonly n: number | null;
}

const LIMIT_MS = 20_000;
const BOOT = 'process.exitCode=75;require(process.argv[1])';

/** Calls below the store, in order, without those that only read what is known (stat of a descriptor). */
export async function pointsOf(desk: TestDesk, scenario: Scenario): Promise<readonly Point[]> {
  const log = join(desk.dir, 'points.log');
  await strace(desk, scenario, ['-y', '-o', log, '-e', 'trace=%file,%desc']);
  return pointsIn(readFileSync(log, 'utf8'), desk);
}

function pointsIn(log: string, desk: TestDesk): readonly Point[] {
  const counts = new Map<string, number>();
  const places = new Map<string, number>();
  const points: Point[] = [];
  for (const line of log.split('\n')) {
    const call = /^([a-z0-9_]+)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const n = (counts.get(call) ?? 0) + 1;
    counts.set(call, n);
    if (!line.includes(`${desk.store}/`) && !line.includes(`${desk.store}>`)) continue;
    const place = places.get(call) ?? 0;
    places.set(call, place + 1);
    points.push({ call, n, place, line });
  }
  return points;
}

/** Faults that a call can have: reading and closing do not run out of space, and a file is denied when it is opened. */
export function faultsFor({ call }: Point): readonly Fault[] {
  switch (call) {
    case 'write':
    case 'pwrite64':
    case 'fsync':
    case 'ftruncate':
      return ['SIGKILL', 'EIO', 'ENOSPC', 'EDQUOT'];
    case 'rename':
    case 'link':
    case 'mkdir':
      return ['SIGKILL', 'EIO', 'ENOSPC', 'EROFS'];
    case 'openat':
      return ['SIGKILL', 'EIO', 'ENOSPC', 'EACCES'];
    default:
      return ['SIGKILL', 'EIO'];
  }
}

/** Runs and gives the log that trace.ts reads. */
export async function traceRun(
  desk: TestDesk,
  args: readonly string[],
  input: Buffer,
  log: string,
): Promise<string> {
  const trace = [
    '-y',
    '-xx',
    '-ttt',
    '-s',
    '10000000',
    '-o',
    log,
    '-e',
    'trace=%file,%desc,%process',
  ];
  await strace(desk, { args, input }, trace);
  return readFileSync(log, 'utf8');
}

/** `n` is the number that the call of `point` is thought to have in this run. */
export async function runWithFault(
  desk: TestDesk,
  scenario: Scenario,
  { call, place }: Point,
  fault: Fault,
  n: number,
): Promise<Faulted> {
  const file = join(desk.dir, 'fault.log');
  const inject = fault === 'SIGKILL' ? 'signal=SIGKILL' : `error=${fault}`;
  const ended = await strace(desk, scenario, [
    ...['-y', '-o', file, '-e', 'trace=%file,%desc'],
    ...['-e', `inject=${call}:${inject}:when=${n}`],
  ]);
  const log = readFileSync(file, 'utf8');
  const meant = pointsIn(log, desk).find((point) => point.call === call && point.place === place);
  const hit = lineOfFault(log, fault);
  const hasFired = meant !== undefined && meant.n === n && meant.line === hit;
  return { ...ended, hasFired, n: meant?.n ?? null };
}

function lineOfFault(log: string, fault: Fault): string | undefined {
  const lines = log.trimEnd().split('\n');
  if (fault !== 'SIGKILL') return lines.find((line) => line.includes('(INJECTED)'));
  return lines[lines.findIndex((line) => line.startsWith('+++ killed by SIGKILL')) - 1];
}

function strace(
  desk: TestDesk,
  scenario: Pick<Scenario, 'args' | 'input'>,
  options: readonly string[],
): Promise<{ exit: number | null; stdout: string }> {
  const program = [process.execPath, '-e', BOOT, join(ROOT, 'dist', 'mailrobot.cjs')];
  return new Promise((resolve, reject) => {
    const child = spawn('strace', [...options, ...program, ...scenario.args], {
      env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config, NODE_NO_WARNINGS: '1' },
      cwd: '/',
      detached: true,
    });
    // A fault that hits a pipe of node's own, because the call has another number this time, may stop it for good.
    const limit = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), LIMIT_MS);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.resume();
    child.stdin.on('error', () => {});
    child.stdin.end(scenario.input);
    child.on('error', reject);
    child.on('close', (exit) => {
      clearTimeout(limit);
      resolve({ exit, stdout });
    });
  });
}
