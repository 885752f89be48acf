/**
 * `new` by pipe, each mail answered: wall and CPU in units of a bare `node -e 0` of the same pass, as
 * bash's `time` has them. In turn, medians of PASSES medians.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { median, PROGRAM, ROOT } from '../desks.ts';
import type { Servers } from './servers.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const PASSES = 3;
const LINE = "Line of a customer's mail, of a length that lines have in mail.\n";

interface Row {
  readonly name: string;
  readonly command: readonly string[];
  readonly config: string | null;
}

interface Times {
  readonly wall: number;
  readonly cpu: number;
}

export async function pipe({ alone, makeDesk }: Servers): Promise<void> {
  const often = { count: 1_000_000, hours: 1 };
  const caps = { address: often, domain: often, ticket: often, total: often, firstTime: often };
  const more = { caps, sendmail: ['/bin/sh', '-c', 'exec cat >/dev/null', 'sendmail'] };
  const desks = [
    ['files', await makeDesk('files', { more })],
    ['PostgreSQL, socket', await makeDesk('socket', { at: { cluster: alone }, more })],
    [
      'PostgreSQL, TCP and TLS',
      await makeDesk('tls', { at: { cluster: alone, isByTcp: true }, more }),
    ],
  ] as const;
  const executable = executableHere();
  const rows: readonly Row[] = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'], config: null },
    ...desks.flatMap(([name, { config }]) => [
      ...(executable === null
        ? []
        : [{ name: `${name}, executable`, command: [executable, 'new'], config }]),
      { name: `${name}, node`, command: [PROGRAM, 'new'], config },
    ]),
  ];
  const passes = Array.from({ length: PASSES }, () => pass(rows));
  console.log(
    `\nnew by pipe, node -e 0 is 1      wall    cpu   (median of ${PASSES} x ${ROUNDS}; bare ${passes[0]?.bareMs} ms)`,
  );
  if (executable === null)
    console.log('  the executable: left out, there is none (npm run package)');
  for (const [n, { name }] of rows.entries()) {
    if (n === 0) continue;
    const of = (what: keyof Times) =>
      median(passes.map(({ ratios }) => ratios[n]?.[what] ?? Number.NaN))
        .toFixed(2)
        .padStart(7);
    console.log(`  ${name.padEnd(34)}${of('wall')}${of('cpu')}`);
  }
}

function pass(rows: readonly Row[]): {
  readonly ratios: readonly Times[];
  readonly bareMs: number;
} {
  const measured: Times[][] = rows.map(() => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [n, row] of rows.entries()) {
      const times = timesOf(row);
      if (round >= 0) measured[n]?.push(times);
    }
  }
  const medians = measured.map((times) => ({
    wall: median(times.map(({ wall }) => wall)),
    cpu: median(times.map(({ cpu }) => cpu)),
  }));
  const [bare = { wall: Number.NaN, cpu: Number.NaN }] = medians;
  return {
    bareMs: Math.round(bare.wall * 1000),
    ratios: medians.map(({ wall, cpu }) => ({ wall: wall / bare.wall, cpu: cpu / bare.cpu })),
  };
}

let serial = 0;
/** In seconds. */
function timesOf({ command, config }: Row): Times {
  serial += 1;
  const input = config === null ? '' : mailOf(serial);
  const timed = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null';
  const { stderr, status } = spawnSync('/bin/bash', ['--norc', '-c', timed, 'bash', ...command], {
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      ...(config !== null && { MAILROBOT_CONFIG: config }),
    },
    ...{ input, cwd: '/', encoding: 'utf8' },
  });
  if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status} ${stderr}`);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] =
    stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { wall, cpu: user + system };
}

function mailOf(n: number): string {
  return `From: Nic Ferrier <nic@ferrier.example>
To: new@support-ticket.example
Subject: I can't login!
Message-ID: <bench.${process.pid}.${n}@ferrier.example>
Content-Type: text/plain; charset=utf-8

${LINE.repeat(18)}`;
}

function executableHere(): string | null {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const name = `mailrobot-${version}-linux-${process.arch}`;
  const file = join(ROOT, 'out', name, 'bin', 'mailrobot');
  return existsSync(file) ? file : null;
}
