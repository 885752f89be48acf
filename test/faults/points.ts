/**
 * Every system call of a run that touches the store, and a fault at one of them.
 *
 * strace without -f traces the main thread of the program alone, where all store calls
 * are made. A call is named by its name, its file, and its number among the calls
 * of that name on that file (strace -P); for that the program gets the same random
 * octets in every run. On a file whose name holds the time, by its number among all
 * calls of that name, which node's own calls may shift. A fault has fired where
 * strace's own log shows it on the call that was meant; anything else is no evidence
 * and is said so.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BARE_PATH, EXECUTABLE, IS_EXECUTABLE, ROOT, type TestDesk } from '../process/desk.ts';
import type { Scenario } from './scenarios.ts';

export type Fault = 'SIGKILL' | 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EROFS' | 'EACCES';

export interface Point {
  readonly call: string;
  /** Its file, where that has the same name in every run. */
  readonly path: string | null;
  /** Its number, from 1, among the calls of that name on that file. */
  readonly nth: number;
  /** Its number among all calls of that name; may be another in another run. */
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

/** Stands for the store in a point's path: each run has one of its own. */
const STORE = '<store>';
const LIMIT_MS = 20_000;
const BOOT = 'process.exitCode = 75; require(process.argv[1]);';
/** The same random octets in every run; two that overlap must each have their own. */
const WITHOUT_CHANCE = `
const crypto = require('node:crypto');
let drawn = 0;
crypto.randomBytes = (size) =>
  crypto.createHash('shake256', { outputLength: size }).update(String(drawn++)).digest();
globalThis.crypto.getRandomValues = (octets) => {
  octets.set(crypto.randomBytes(octets.length));
  return octets;
};
`;

/** Calls below the store, in order, without those that only read what is known (stat of a descriptor). */
export async function pointsOf(desk: TestDesk, scenario: Scenario): Promise<readonly Point[]> {
  const log = join(desk.dir, 'points.log');
  await strace(desk, scenario, ['-y', '-o', log, '-e', 'trace=%file,%desc'], 'without chance');
  return pointsIn(readFileSync(log, 'utf8'), desk);
}

function pointsIn(log: string, desk: TestDesk): readonly Point[] {
  const counts = new Map<string, number>();
  const places = new Map<string, number>();
  const onFile = new Map<string, number>();
  const points: Point[] = [];
  for (const line of log.split('\n')) {
    const call = /^([a-z0-9_]+)\(/.exec(line)?.[1];
    if (call === undefined) continue;
    const n = (counts.get(call) ?? 0) + 1;
    counts.set(call, n);
    if (!line.includes(`${desk.store}/`) && !line.includes(`${desk.store}>`)) continue;
    const place = places.get(call) ?? 0;
    places.set(call, place + 1);
    const file = fileIn(line, desk);
    const nth = (onFile.get(`${call} ${file}`) ?? 0) + 1;
    onFile.set(`${call} ${file}`, nth);
    points.push({ call, path: holdsTime(file) ? null : file, nth, n, place, line });
  }
  return points;
}

/** The first path below the store that the line names; a call with two is found by either. */
function fileIn(line: string, desk: TestDesk): string {
  const below = line.slice(line.indexOf(desk.store) + desk.store.length);
  return STORE + (/^[^">]*/.exec(below)?.[0] ?? '');
}

function holdsTime(file: string): boolean {
  return /\/waiting\/[^/]+\/\d{10}/.test(file);
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
  await strace(desk, { args, input }, trace, 'by chance');
  return readFileSync(log, 'utf8');
}

/** `n` is the number that the call of `point` is thought to have in this run, where it has no file. */
export async function runWithFault(
  desk: TestDesk,
  scenario: Scenario,
  point: Point,
  fault: Fault,
  n: number,
): Promise<Faulted> {
  const { call, path, nth, place } = point;
  const file = join(desk.dir, 'fault.log');
  const inject = fault === 'SIGKILL' ? 'signal=SIGKILL' : `error=${fault}`;
  const own = path === null ? null : desk.store + path.slice(STORE.length);
  const options = [
    ...['-y', '-o', file, '-e', 'trace=%file,%desc'],
    ...(own === null ? [] : ['-P', own]),
    ...['-e', `inject=${call}:${inject}:when=${own === null ? n : nth}`],
  ];
  const ended = await strace(desk, scenario, options, 'without chance');
  const log = readFileSync(file, 'utf8');
  const hit = lineOfFault(log, fault);
  if (own !== null) return { ...ended, hasFired: hit?.startsWith(`${call}(`) === true, n: null };
  const meant = pointsIn(log, desk).find((found) => found.call === call && found.place === place);
  const hasFired = meant !== undefined && meant.n === n && meant.line === hit;
  return { ...ended, hasFired, n: meant?.n ?? null };
}

function lineOfFault(log: string, fault: Fault): string | undefined {
  const lines = log.trimEnd().split('\n');
  if (fault !== 'SIGKILL') return lines.find((line) => line.includes('(INJECTED)'));
  return lines[lines.findIndex((line) => line.startsWith('+++ killed by SIGKILL')) - 1];
}

type Random = 'by chance' | 'without chance';

/** Without the launcher: strace is to see the program alone. */
function traced(
  desk: TestDesk,
  random: Random,
): { readonly program: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const before = random === 'by chance' ? '' : WITHOUT_CHANCE;
  if (!IS_EXECUTABLE) {
    const program = [process.execPath, '-e', before + BOOT, join(ROOT, 'dist', 'mailrobot.cjs')];
    return { program, environment: { NODE_NO_WARNINGS: '1' } };
  }
  const preloaded = join(desk.dir, 'before.cjs');
  writeFileSync(preloaded, before);
  // Which the launcher would not let through.
  const environment = { BUN_OPTIONS: `--preload=${preloaded}` };
  return { program: [EXECUTABLE], environment };
}

function strace(
  desk: TestDesk,
  scenario: Pick<Scenario, 'args' | 'input' | 'env'>,
  options: readonly string[],
  random: Random,
): Promise<{ exit: number | null; stdout: string }> {
  const { program, environment } = traced(desk, random);
  return new Promise((resolve, reject) => {
    const child = spawn('strace', [...options, ...program, ...scenario.args], {
      env: {
        PATH: BARE_PATH,
        MAILROBOT_CONFIG: desk.config,
        ...environment,
        ...scenario.env,
      },
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
