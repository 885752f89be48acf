/**
 * `npm run bench:scale`: does a delivery cost the same with 100,000 tickets?
 *
 * Fills a store with 0, 1,000, 10,000 and 100,000 tickets through the store's
 * own code, and measures one `mailrobot new` at each size: wall time (median of
 * ROUNDS, in turn with the empty store, so that a noisy machine cancels out),
 * system calls on the main thread and bytes that it wrote; then `ticket list`
 * and `ticket show`, with peak memory; and what has to look at every ticket (search,
 * list with a filter). All figures are ratios to the empty store (list: to ten
 * tickets), those of searches beside their seconds. Stores lie on /dev/shm where there is one.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWN_PATHS } from '../src/journal/own-names.ts';
import { compose } from '../src/letters/compose.ts';
import { FileStore } from '../src/stores/files/file-store.ts';
import type { Decision } from '../src/ticket/decision.ts';
import type { TicketId } from '../src/ticket/ticket.ts';
import { nodeWith } from '../test/kit/node-with.ts';

const SIZES = (process.env['SIZES'] ?? '0,1000,10000,100000').split(',').map(Number);
const ROUNDS = 15;
const PER_SECTION = 500;
const root = process.cwd();
const program = join(root, 'bin', 'mailrobot');
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-scale-'));
const hook = join(base, 'hook.cjs');
writeFileSync(
  hook,
  `process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
);

interface Desk {
  readonly size: number;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const DECISION: Decision = {
  messageId: null,
  verb: 'new',
  sender: null,
  recipients: [],
  isNamed: null,
  client: null,
  login: null,
  asked: [],
  spoke: [],
  trust: 'claimed',
  why: '',
  route: 'SUPPORT',
  by: 'queue',
  intent: 'open',
};

function run(
  desk: Desk,
  args: readonly string[],
  input = '',
  more: Record<string, string> = {},
): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...args], {
    env: { ...desk.env, ...more },
    input,
    cwd: '/',
    maxBuffer: 1e9,
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status} ${stderr}`);
  return wall;
}

let serial = 0;
function mail(): string {
  serial += 1;
  return `From: Nic Ferrier <nic@ferrier.example>
Subject: I can't login!
Message-ID: <scale.${process.pid}.${serial}@ferrier.example>

${"Line of a customer's mail, of a length that lines have in mail.\n".repeat(18)}`;
}

async function makeDesk(size: number): Promise<Desk> {
  const dir = join(base, String(size));
  const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: join(dir, 'config.json') };
  const desk = { size, dir, env };
  run(desk, ['init', '--dir', dir, '--domain', 'support-ticket.example', '--first', '1']);
  const config = JSON.parse(readFileSync(env.MAILROBOT_CONFIG, 'utf8'));
  const often = { count: 1_000_000, hours: 1 };
  // Every mail of the bench is answered, as the first one of an address is.
  config.caps = { address: often, domain: often, ticket: often, total: often, firstTime: often };
  config.sendmail = [join(root, 'test', 'stand-in', 'sendmail'), join(dir, 'sent')];
  writeFileSync(env.MAILROBOT_CONFIG, JSON.stringify(config));
  await fill(join(dir, 'store'), size);
  return desk;
}

async function fill(store: string, size: number): Promise<void> {
  const files = new FileStore({
    root: store,
    now: () => new Date(),
    extract: async () => {},
    compose,
  });
  for (let done = 0; done < size; ) {
    done += await files.exclusive(async (transaction) => {
      const count = Math.min(PER_SECTION, size - done);
      for (let n = 0; n < count; n += 1) await addTicket(files, transaction, done + n + 1);
      return count;
    });
    if (done % 10_000 === 0) process.stderr.write(`${done} of ${size} tickets\r`);
  }
}

type Section = Parameters<Parameters<FileStore['exclusive']>[0]>[0];

async function addTicket(files: FileStore, transaction: Section, number: number): Promise<void> {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: `Customer ${number}`, address: `c${number}@ferrier.example` };
  const content = Buffer.from(mail());
  const incoming = files.receive();
  incoming.write(content);
  const hash = String(number).padStart(64, '0');
  incoming.seal(hash, false);
  const subject = `Ticket ${number}`;
  await transaction.commit({
    changes: [
      { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject, requester },
      {
        type: 'message.added',
        ticket,
        message: {
          serial: 1,
          direction: 'in',
          trust: 'claimed',
          from: requester,
          to: [],
          date: new Date().toISOString(),
          messageId: `<fill.${number}@ferrier.example>`,
          subject,
          text: content.toString(),
          newLines: [],
          attachments: [],
          raw: OWN_PATHS.rawIn,
        },
      },
    ],
    outgoing: [],
    delivery: { key: { hash, targets: ['SUPPORT'] }, incoming, decision: DECISION },
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Median of each command, all run in turn. */
function inTurn(desks: readonly Desk[], args: readonly string[], input: () => string): number[] {
  const times: number[][] = desks.map(() => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    desks.forEach((desk, n) => {
      const wall = run(desk, args, input());
      if (round >= 0) times[n]?.push(wall);
    });
  }
  return times.map(median);
}

function traced(desk: Desk): { calls: number; bytes: number } {
  const log = join(base, 'strace.log');
  const boot = 'process.exitCode=75;require(process.argv[1])';
  const strace = [
    '-o',
    log,
    process.execPath,
    '-e',
    boot,
    join(root, 'dist', 'mailrobot.cjs'),
    'new',
  ];
  spawnSync('strace', strace, { env: desk.env, input: mail() });
  const lines = readFileSync(log, 'utf8').split('\n');
  const written = lines.flatMap(
    (line) => /^p?write(?:64)?\((?:1[0-9]|[3-9]\d).*= (\d+)$/.exec(line)?.[1] ?? [],
  );
  const calls = lines.filter((line) =>
    /^(open|read|write|pwrite|fsync|rename|link|unlink|mkdir|rmdir|statx|newfstatat|getdents|ftruncate|fchmod|close)/.test(
      line,
    ),
  );
  return { calls: calls.length, bytes: written.reduce((sum, bytes) => sum + Number(bytes), 0) };
}

function peakMegabytes(desk: Desk, args: readonly string[]): number {
  const file = join(base, 'peak');
  run(desk, args, '', { PATH: nodeWith([`--require=${hook}`], base), PEAK: file });
  return Math.round(Number(readFileSync(file, 'utf8')) / 1024);
}

try {
  const desks: Desk[] = [];
  for (const size of SIZES) desks.push(await makeDesk(size));
  const ten = await makeDesk(10);
  const times = inTurn(desks, ['new'], mail);
  const calls = desks.map(traced);
  const ratio = (value: number | undefined, to: number | undefined) =>
    ((value ?? 0) / (to ?? 1)).toFixed(2);
  console.log(`node ${process.version}, medians of ${ROUNDS} in turn; ratios to the empty store`);
  console.log('tickets    time   file calls  bytes written');
  desks.forEach(({ size }, n) => {
    const row = [
      ratio(times[n], times[0]),
      ratio(calls[n]?.calls, calls[0]?.calls),
      ratio(calls[n]?.bytes, calls[0]?.bytes),
    ];
    console.log(
      `${String(size).padEnd(9)}  ${row[0]}   ${row[1]} (${calls[n]?.calls})  ${row[2]} (${calls[n]?.bytes})`,
    );
  });
  const largest = desks.at(-1) ?? ten;
  const list = inTurn([ten, largest], ['ticket', 'list'], () => '');
  const show = inTurn([ten, largest], ['ticket', 'show', '5'], () => '');
  console.log(
    `ticket list at ${largest.size} to 10: ${ratio(list[1], list[0])}, peak ${peakMegabytes(largest, ['ticket', 'list'])} MB`,
  );
  console.log(
    `ticket show at ${largest.size} to 10: ${ratio(show[1], show[0])}, peak ${peakMegabytes(largest, ['ticket', 'show', '5'])} MB`,
  );
  const lookups: readonly (readonly [string, readonly string[]])[] = [
    ['search for a word of one ticket', ['ticket', 'search', `c${largest.size}@ferrier.example`]],
    ['search for a word of every ticket', ['ticket', 'search', 'customer']],
    ['search for a word of none', ['ticket', 'search', 'nowhere']],
    [
      'list --all with a filter, sorted',
      ['ticket', 'list', '--all', '--text', '77', '--sort', 'updated'],
    ],
    ['stats', ['stats']],
    ['list of the newest with a filter', ['ticket', 'list', '--requester', 'customer']],
  ];
  const bare = median(Array.from({ length: 3 }, () => run(largest, ['--version'])));
  for (const [what, args] of lookups) {
    const seconds = median(Array.from({ length: 3 }, () => run(largest, args))) / 1000;
    const row = `${what} (${largest.size} tickets): ${seconds.toFixed(2)} s`;
    console.log(
      `${row}, ${((seconds * 1000) / bare).toFixed(0)} times --version, peak ${peakMegabytes(largest, args)} MB`,
    );
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
