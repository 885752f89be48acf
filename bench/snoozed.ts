/**
 * `npm run bench:snoozed`: what does it cost a mail that other tickets are snoozed?
 *
 * Three desks of 1,000 tickets each: none is snoozed; all are, to one time; all are, to a time each,
 * which lies in an hour of its own. One `mailrobot new` at each, in turn, ROUNDS times; medians of
 * the paired ratios to the first, and of its system calls as strace counts them. Stores lie on
 * /dev/shm where there is one; sendmail is the stand-in.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../src/letters/compose.ts';
import { FileStore } from '../src/stores/files/file-store.ts';
import type { Change } from '../src/ticket/change.ts';
import type { TicketId } from '../src/ticket/ticket.ts';

const TICKETS = 1000;
const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
const TRACED = 3;
const HOUR_MS = 3_600_000;
const root = process.cwd();
const program = join(root, 'bin', 'mailrobot');
const base = mkdtempSync(
  join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-snoozed-'),
);
const tomorrow = Date.now() + 24 * HOUR_MS;

const CASES: readonly { readonly name: string; readonly until: (n: number) => Date | null }[] = [
  { name: 'none snoozed', until: () => null },
  { name: 'to one time', until: () => new Date(tomorrow) },
  { name: 'to a time each', until: (n) => new Date(tomorrow + n * HOUR_MS) },
];

function run(config: string, input: string, trace: string | null): number {
  const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: config };
  const traced = trace === null ? [] : ['strace', '-f', '-qq', '-o', trace];
  const [first = program, ...rest] = [...traced, program, 'new'];
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(first, rest, { env, input, cwd: '/' });
  if (status !== 0) throw new Error(`exit ${status} ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

async function makeDesk({ name, until }: (typeof CASES)[number]): Promise<string> {
  const dir = join(base, name.replaceAll(' ', '-'));
  const file = join(dir, 'config.json');
  const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: file };
  const args = ['init', '--dir', dir, '--domain', 'support-ticket.example', '--first', '1'];
  const made = spawnSync(program, args, { env, cwd: '/' });
  if (made.status !== 0) throw new Error(String(made.stderr));
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.sendmail = [join(root, 'test', 'stand-in', 'sendmail'), join(dir, 'sent')];
  writeFileSync(file, JSON.stringify(config));
  const store = new FileStore({
    ...{ root: join(dir, 'store'), now: () => new Date(), extract: async () => {}, compose },
  });
  for (let number = 1; number <= TICKETS; number += 1) {
    const changes = ticketOf(number, until(number));
    await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
  }
  return file;
}

function ticketOf(number: number, until: Date | null): readonly Change[] {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: '', address: `c${number}@ferrier.example` };
  const created = { number, queue: 'SUPPORT', subject: `Ticket ${number}`, requester };
  const snoozed = { timeZone: 'Europe/Berlin', by: 'kim' } as const;
  return [
    { type: 'ticket.created', ticket, ...created },
    ...(until === null
      ? []
      : [{ type: 'ticket.snoozed', ticket, until: until.toISOString(), ...snoozed } as const]),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

let serial = 0;
const mail = () => {
  serial += 1;
  return `From: nic@d${serial}.example\nSubject: x\nMessage-ID: <snoozed.${serial}@x>\n\nHello.\n`;
};

function callsOf(config: string): number {
  const trace = join(base, 'trace');
  run(config, mail(), trace);
  return readFileSync(trace, 'utf8').split('\n').length;
}

try {
  const desks: string[] = [];
  for (const one of CASES) desks.push(await makeDesk(one));
  const ratios: number[][] = CASES.map(() => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    const walls = desks.map((config) => run(config, mail(), null));
    const [bare = Number.NaN] = walls;
    if (round >= 0) for (const [n, wall] of walls.entries()) ratios[n]?.push(wall / bare);
  }
  const calls = desks.map((config) =>
    median(Array.from({ length: TRACED }, () => callsOf(config))),
  );
  const [bareCalls = Number.NaN] = calls;
  console.log(`One delivery at ${TICKETS} tickets, in units of one where none is snoozed`);
  for (const [n, { name }] of CASES.entries()) {
    const wall = median(ratios[n] ?? []).toFixed(2);
    const counted = ((calls[n] ?? Number.NaN) / bareCalls).toFixed(3);
    console.log(`${name.padEnd(16)} time ${wall}   system calls ${counted} (${calls[n]})`);
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
