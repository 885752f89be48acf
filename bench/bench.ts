/**
 * `npm run bench`: what one `mailrobot new` costs, in units of `node -e 0`.
 *
 * Both are run in turn, ROUNDS times, in the bare environment that Postfix
 * gives, so that a noisy machine cancels out; medians are printed. Every run
 * of `new` is a mail of its own; sendmail is a stand-in; the store is on
 * /dev/shm where there is one. `--json` prints the figures for programs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = 15;
const root = process.cwd();
const program = join(root, 'bin', 'mailrobot');
const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-bench-'));
const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: join(dir, 'config.json') };

function run(file: string, args: readonly string[], input = ''): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(file, [...args], { env, input, cwd: '/' });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: exit ${status} ${stderr}`);
  return wall;
}

function mail(n: number): string {
  const body = `Line of a customer's mail, of a length that lines have in mail.\n`.repeat(18);
  return `From: Nic Ferrier <nic@ferrier.example>
To: new@support-ticket.example
Subject: I can't login!
Message-ID: <bench.${process.pid}.${n}@ferrier.example>
Date: Fri, 20 Nov 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

${body}`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  run(program, ['init', '--dir', dir, '--domain', 'support-ticket.example']);
  const config = JSON.parse(readFileSync(env.MAILROBOT_CONFIG, 'utf8'));
  const often = { count: 1_000_000, hours: 1 };
  // Every mail of the bench is answered, as the first one of an address is.
  config.caps = { address: often, domain: often, ticket: often, total: often };
  config.sendmail = [join(root, 'test', 'stand-in', 'sendmail'), join(dir, 'sent')];
  writeFileSync(env.MAILROBOT_CONFIG, JSON.stringify(config));
  const node: number[] = [];
  const added: number[] = [];
  const version: number[] = [];
  for (let n = -2; n < ROUNDS; n += 1) {
    const times = [
      run('/usr/bin/env', ['node', '-e', '0']),
      run(program, ['new'], mail(n)),
      run(program, ['--version']),
    ] as const;
    if (n < 0) continue;
    node.push(times[0]);
    added.push(times[1]);
    version.push(times[2]);
  }
  const bare = median(node);
  const figures = {
    node: process.version,
    rounds: ROUNDS,
    bareMilliseconds: Number(bare.toFixed(1)),
    new: Number((median(added) / bare).toFixed(2)),
    version: Number((median(version) / bare).toFixed(2)),
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
  else {
    console.log(
      `node ${figures.node}, medians of ${ROUNDS} in turn; node -e 0 is 1 (${figures.bareMilliseconds} ms)`,
    );
    console.log(`mailrobot new        ${figures.new}`);
    console.log(`mailrobot --version  ${figures.version}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
