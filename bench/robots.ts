/**
 * `npm run bench:robots`: what does a mail to a robot cost, and how many a second does the runner do?
 *
 * First `new` beside `run` with a robot that does nothing (/bin/true): queued for a robot of another
 * user, which the pipe does not start, and within the delivery. Each ROUNDS times in turn, with the
 * executable that is made first and with this node; medians as ratios to `new` of the same. Then
 * `robot run --once` on BATCH mails of as many senders, while so many others wait for a robot that
 * cannot be run here, and then on a queue of its own of each length. Stores lie on /dev/shm where
 * there is one, and sendmail reads what it is given. `--queue` leaves out the first part.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { queueMails } from '../test/kit/queue-mails.ts';

const ROUNDS = 15;
const BATCH = 100;
const LENGTHS = [0, 1000, 5000];
const root = process.cwd();
const { version }: { version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const unpacked = join(root, 'out', `mailrobot-${version}-linux-${process.arch}`);
const PROGRAMS = {
  node: join(root, 'bin', 'mailrobot'),
  executable: join(unpacked, 'bin', 'mailrobot'),
};
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-robots-'));

const TRIVIAL = { command: ['/bin/true'], from: 'anybody' };
const ROBOTS = [
  { name: 'now', user: 'owner', when: 'now', ...TRIVIAL },
  { name: 'one', user: 'owner', ...TRIVIAL },
  { name: 'four', user: 'owner', concurrency: 4, ...TRIVIAL },
  // No robot runs as root: its mail waits.
  { name: 'others', user: 'root', ...TRIVIAL },
];

function run(program: string, config: string, args: readonly string[], input = ''): number {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, MAILROBOT_CONFIG: config };
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...args], { env, input, cwd: '/' });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status} ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function makeDesk(name: string): string {
  const dir = join(base, name);
  const file = join(dir, 'config.json');
  run(PROGRAMS.node, file, ['init', '--dir', dir, '--domain', 'support-ticket.example']);
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const often = { count: 1_000_000, hours: 1 };
  config.caps = { address: often, domain: often, ticket: often, total: often, firstTime: often };
  config.sendmail = ['/bin/sh', '-c', 'exec cat >/dev/null', 'sendmail'];
  config.robots = ROBOTS;
  writeFileSync(file, JSON.stringify(config));
  return file;
}

let serial = 0;
function mail(): string {
  serial += 1;
  return `From: nic@d${serial}.example\nTo: bench@support-ticket.example\nSubject: x\nMessage-ID: <robots.${serial}@x>\n\n${'A line of a mail.\n'.repeat(60)}`;
}

async function queue(file: string, name: string, count: number): Promise<void> {
  await queueMails(file, name, { from: serial + 1, count });
  serial += count;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function deliveries(): void {
  const CASES = [['new'], ['run', 'others'], ['run', 'now']];
  console.log(`One mail of 1 KB, in units of \`new\` (median of ${ROUNDS})`);
  for (const runtime of ['executable', 'node'] as const) {
    const files = CASES.map((_, n) => makeDesk(`${runtime}-${n}`));
    const times: number[][] = CASES.map(() => []);
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const [n, args] of CASES.entries()) {
        const wall = run(PROGRAMS[runtime], files[n] ?? '', args, mail());
        if (round >= 0) times[n]?.push(wall);
      }
    }
    const medians = times.map(median);
    for (const [n, args] of CASES.entries()) {
      const ms = medians[n] ?? Number.NaN;
      const ratio = (ms / (medians[0] ?? Number.NaN)).toFixed(2);
      console.log(
        `  ${args.join(' ').padEnd(14)}${runtime.padEnd(12)}${ratio}   (${ms.toFixed(0)} ms)`,
      );
    }
  }
}

interface Cost {
  readonly wall: number;
  /** Of all processes: what other work of the machine does not change. */
  readonly cpu: number;
}

function costOf(file: string): Cost {
  const timed = ['--norc', '-c', 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null', 'bash'];
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, MAILROBOT_CONFIG: file };
  const command = [PROGRAMS.node, 'robot', 'run', '--once'];
  const { stderr } = spawnSync('/bin/bash', [...timed, ...command], { env, cwd: '/' });
  const times = String(stderr).trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = times;
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
}

function rowOf(length: number, how: string, count: number, { wall, cpu }: Cost): string {
  const figures = [((1000 * count) / wall).toFixed(0), (cpu / count).toFixed(1)];
  return `  ${String(length).padEnd(6)}${how.padEnd(14)}${figures.map((one) => one.padStart(8)).join('')}`;
}

const HEAD = `  ${''.padEnd(20)}${'a second'.padStart(8)}  CPU ms`;

async function behindOthers(): Promise<void> {
  console.log(`\n${BATCH} mails, while so many others wait for another robot\n${HEAD}`);
  for (const waiting of LENGTHS) {
    const file = makeDesk(`behind-${waiting}`);
    await queue(file, 'others', waiting);
    for (const [name, how] of [
      ['one', 'one at once'],
      ['four', 'four at once'],
    ] as const) {
      await queue(file, name, BATCH);
      const whole = costOf(file);
      // What it takes to begin is taken off.
      const idle = costOf(file);
      const cost = { wall: whole.wall - idle.wall, cpu: whole.cpu - idle.cpu };
      console.log(rowOf(waiting, how, BATCH, cost));
    }
  }
}

async function ofItsOwn(): Promise<void> {
  console.log(`\nA queue of so many mails\n${HEAD}`);
  for (const length of LENGTHS.filter((one) => one > 0)) {
    const file = makeDesk(`own-${length}`);
    await queue(file, 'four', length);
    console.log(rowOf(length, 'four at once', length, costOf(file)));
  }
}

try {
  if (!process.argv.includes('--queue')) deliveries();
  await behindOthers();
  if (!process.argv.includes('--short')) await ofItsOwn();
} finally {
  rmSync(base, { recursive: true, force: true });
}
