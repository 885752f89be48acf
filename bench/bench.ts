/**
 * `npm run bench`: what one mail costs, in units of `node -e 0`: with the executable that
 * `npm run package` makes, and with the same node.
 *
 * Each row is run in turn with the others, ROUNDS times in each of three passes, in the
 * environment that Postfix gives; the figure is the median of the three medians. Wall is the
 * whole of it, launcher and fsyncs and reply included; CPU is that of all its processes, as
 * bash's `time` has it. Memory is the peak of the program itself, modules are files and modules
 * of node beyond the bare one, calls those of the main thread (strace). sendmail is
 * a shell that reads it; the store is on /dev/shm where there is one, and what its fsyncs would
 * cost on the disk below the temporary folder stands under the table. BENCH_NODE=path measures
 * another node; `--json` prints the figures for programs.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeWith } from '../test/kit/node-with.ts';

const ROUNDS = 15;
const PASSES = 3;
const root = process.cwd();
const node = process.env['BENCH_NODE'] ?? process.execPath;
const program = join(root, 'bin', 'mailrobot');
const { version }: { version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const unpacked = join(root, 'out', `mailrobot-${version}-linux-${process.arch}`);
const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-bench-'));
const env = {
  PATH: `${dirname(node)}:/usr/bin:/bin`,
  MAILROBOT_CONFIG: join(dir, 'config.json'),
};

type Runtime = 'node' | 'executable';

interface Row {
  readonly name: string;
  readonly runtime: Runtime;
  readonly file: string;
  readonly args: readonly string[];
  readonly input: () => string;
}

interface Measured {
  readonly name: string;
  readonly runtime: Runtime;
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
  /** null in the executable. */
  readonly modules: number | null;
  /** null without strace. */
  readonly calls: number | null;
}

const LINE = "Line of a customer's mail, of a length that lines have in mail.\n";
let serial = 0;
const header = (id: string, more = '') => `From: Nic Ferrier <nic@ferrier.example>
To: new@support-ticket.example
Subject: I can't login!
Message-ID: <bench.${process.pid}.${id}@ferrier.example>
Date: Fri, 20 Nov 2026 08:00:00 +0000
MIME-Version: 1.0
${more}`;
const PLAIN = 'Content-Type: text/plain; charset=utf-8\n';
function next(): string {
  serial += 1;
  return String(serial);
}
const plain = (id: string, more = '') => `${header(id, more + PLAIN)}\n${LINE.repeat(18)}`;
const attached = () => {
  const content = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\n';
  return `${header(next(), 'Content-Type: multipart/mixed; boundary=b\n')}
--b
${PLAIN}
${LINE}
--b
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=scan.bin

${content.repeat(Math.ceil((1024 * 1024) / content.length))}--b--
`;
};

/** A plain text and the same as 20 KB of HTML, as clients write it. */
const alternative = () => {
  const paragraph = `<p style="margin:0 0 12px 0;font-family:Arial">${LINE.trim()}</p>\n`;
  const paragraphs = Math.ceil((20 * 1024) / paragraph.length);
  return `${header(next(), 'Content-Type: multipart/alternative; boundary=b\n')}
--b
${PLAIN}
${`${LINE}\n`.repeat(paragraphs)}
--b
Content-Type: text/html; charset=utf-8

<html><head><style>p{color:#222}</style></head><body>
${paragraph.repeat(paragraphs)}</body></html>
--b--
`;
};

const BARE: Row = {
  name: 'node -e 0',
  runtime: 'node',
  file: node,
  args: ['-e', '0'],
  input: () => '',
};
const robot = (name: string, args: readonly string[], input: () => string): Row => ({
  ...{ name, runtime: 'node', file: program, args, input },
});
const OF_NODE: readonly Row[] = [
  robot('new, 1.5 KB', ['new'], () => plain(next())),
  robot('new, 20 KB of HTML', ['new'], alternative),
  robot('new, 1 MB attached', ['new'], attached),
  robot('reply', ['reply'], () => plain(next(), 'In-Reply-To: <first@ferrier.example>\n')),
  robot('delivered twice', ['new'], () => plain('twice')),
  robot('ignored auto-reply', ['new'], () => plain(next(), 'Auto-Submitted: auto-replied\n')),
  robot('ticket show', ['ticket', 'show', '7102'], () => ''),
  robot('--version', ['--version'], () => ''),
];
const ROWS: readonly Row[] = OF_NODE.flatMap((row) => [
  { ...row, runtime: 'executable', file: join(unpacked, 'bin', 'mailrobot') },
  row,
]);

function run({ file, args, input }: Row, more: Readonly<Record<string, string>> = {}): number {
  const text = input();
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(file, [...args], {
    ...{ env: { ...env, ...more }, input: text, cwd: '/', maxBuffer: 1e8 },
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: exit ${status} ${stderr}`);
  return wall;
}

/** Milliseconds of all processes, as bash's `time` gives them. */
function cpu({ file, args, input }: Row): number {
  const timed = [
    '--norc',
    '-c',
    'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null',
    'bash',
    file,
    ...args,
  ];
  const { stderr } = spawnSync('/bin/bash', timed, { env, input: input(), cwd: '/' });
  const [user = 0, system = 0] =
    String(stderr).trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return (user + system) * 1000;
}

const hook = join(dir, 'hook.cjs');
const seen = join(dir, 'seen.json');
writeFileSync(
  hook,
  `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({
  peak: process.resourceUsage().maxRSS,
  own: (process.moduleLoadList ?? []).length + Object.keys(require.cache).length })));`,
);

function look(row: Row): { readonly peak: number; readonly own: number } {
  // The launcher would let nobody give it options.
  if (row.runtime === 'executable') run(directly(row), { BUN_OPTIONS: `--preload=${hook}` });
  else
    run(row === BARE ? { ...row, args: [`--require=${hook}`, ...row.args] } : row, {
      PATH: nodeWith([`--require=${hook}`], dir, node),
    });
  return JSON.parse(readFileSync(seen, 'utf8'));
}

function directly(row: Row): Row {
  return { ...row, file: join(unpacked, 'libexec', 'mailrobot') };
}

function calls(row: Row): number | null {
  const log = join(dir, 'strace.log');
  const boot = 'process.exitCode=75;require(process.argv[1])';
  const main = join(root, 'dist', 'mailrobot.cjs');
  const command = row === BARE ? row.args : ['-e', boot, main, ...row.args];
  const whole =
    row.runtime === 'executable' ? [directly(row).file, ...row.args] : [node, ...command];
  const traced = ['-o', log, ...whole];
  const { status } = spawnSync('strace', traced, { env, input: row.input(), cwd: '/' });
  return status === 0 ? readFileSync(log, 'utf8').split('\n').length - 1 : null;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Of each row, medians of a pass as ratios to the bare node of the same pass. */
function pass(measure: (row: Row) => number): readonly number[] {
  const rows = [BARE, ...ROWS];
  const times: number[][] = rows.map(() => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [n, row] of rows.entries()) {
      const time = measure(row);
      if (round >= 0) times[n]?.push(time);
    }
  }
  const [bare = Number.NaN, ...others] = times.map(median);
  return others.map((time) => time / bare);
}

function ofPasses(measure: (row: Row) => number): readonly number[] {
  const passes = Array.from({ length: PASSES }, () => pass(measure));
  return ROWS.map((_, n) => median(passes.map((one) => one[n] ?? Number.NaN)));
}

/** Median milliseconds of an fsync of 1 KB on the disk. */
function fsyncCost(): number {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-fsync-'));
  const fd = openSync(join(folder, 'file'), 'w');
  const times = Array.from({ length: 50 }, () => {
    writeSync(fd, Buffer.alloc(1024));
    const start = process.hrtime.bigint();
    fsyncSync(fd);
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
  closeSync(fd);
  rmSync(folder, { recursive: true });
  return median(times);
}

function fsyncsOf(row: Row): number {
  const log = join(dir, 'fsync.log');
  const traced = ['-f', '-e', 'trace=fsync,fdatasync', '-o', log, row.file, ...row.args];
  const { status } = spawnSync('strace', traced, { env, input: row.input(), cwd: '/' });
  return status === 0
    ? (readFileSync(log, 'utf8').match(/^\d+ +f(data)?sync\(/gm) ?? []).length
    : Number.NaN;
}

function setUp(): void {
  const init = ['init', '--dir', dir, '--domain', 'support-ticket.example'];
  run(robot('', init, () => ''));
  const config = JSON.parse(readFileSync(env.MAILROBOT_CONFIG, 'utf8'));
  const often = { count: 1_000_000, hours: 1 };
  // Every mail of the bench is answered, as the first one of an address is.
  config.caps = { address: often, domain: often, ticket: often, total: often, firstTime: often };
  config.sendmail = ['/bin/sh', '-c', 'exec cat >/dev/null', 'sendmail'];
  writeFileSync(env.MAILROBOT_CONFIG, JSON.stringify(config));
  const first = plain('x').replace(/^Message-ID: .*$/m, 'Message-ID: <first@ferrier.example>');
  run(robot('', ['new'], () => first));
  run(robot('', ['new'], () => plain('twice')));
}

try {
  setUp();
  const bare = look(BARE);
  const bareCalls = calls(BARE);
  const fixed = ROWS.map((row) => ({ ...look(row), calls: calls(row) }));
  const fsyncs = fsyncsOf(robot('', ['new'], () => plain(next())));
  const wall = ofPasses((row) => run(row));
  const used = ofPasses(cpu);
  const rows: readonly Measured[] = ROWS.map(({ name, runtime }, n) => ({
    ...{ name, runtime },
    wall: wall[n] ?? Number.NaN,
    cpu: used[n] ?? Number.NaN,
    memory: (fixed[n]?.peak ?? Number.NaN) / bare.peak,
    modules: runtime === 'node' ? (fixed[n]?.own ?? Number.NaN) - bare.own : null,
    calls: fixed[n]?.calls ?? null,
  }));
  const nodeVersion = spawnSync(node, ['--version']).stdout.toString().trim();
  const fsyncMs = fsyncCost();
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify({ node: nodeVersion, rounds: ROUNDS, passes: PASSES, rows, fsyncs, fsyncMs }),
    );
  } else {
    console.log(`node ${nodeVersion}; node -e 0 is 1, with ${bareCalls ?? '?'} system calls`);
    console.log(`${'median of 3 x 15'.padEnd(32)}  wall   cpu  memory  modules  calls`);
    for (const { name, runtime, wall: time, cpu: own, memory, modules, calls: made } of rows) {
      const cells = [time.toFixed(2).padStart(6), own.toFixed(2).padStart(6)];
      const counts = [String(modules ?? '').padStart(9), String(made ?? '?').padStart(7)];
      const what = (runtime === 'node' ? '' : name).padEnd(20) + runtime.padEnd(12);
      console.log(`${what}${cells.join('')}${memory.toFixed(2).padStart(8)}${counts.join('')}`);
    }
    console.log(`new: ${fsyncs} fsyncs; one costs ${fsyncMs.toFixed(2)} ms on ${tmpdir()}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
