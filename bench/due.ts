/**
 * `npm run bench:due`: what does it cost a mail that other tickets have become due?
 *
 * Four desks of 1,000 tickets each, with the same rules: nothing is due; nobody has answered
 * (the staff are to be told, ten tickets a run); everybody is to be reminded (ten mails a run);
 * everybody is to be reminded, and a cap keeps it back. One `mailrobot new` at
 * each, in turn, ROUNDS times; medians as ratios to the first. Stores lie on /dev/shm where
 * there is one; sendmail is the stand-in.
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
const ROUNDS = 15;
const DAY_MS = 24 * 60 * 60 * 1000;
const root = process.cwd();
const program = join(root, 'bin', 'mailrobot');
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-due-'));

interface Case {
  readonly name: string;
  readonly daysAgo: number;
  readonly status: 'new' | 'pending';
  readonly reminders: number;
}

const CASES: readonly Case[] = [
  { name: 'nothing due', daysAgo: 0, status: 'new', reminders: 1_000_000 },
  { name: 'the staff to be told', daysAgo: 8, status: 'new', reminders: 1_000_000 },
  { name: 'customers to be reminded', daysAgo: 8, status: 'pending', reminders: 1_000_000 },
  { name: 'kept back by a cap', daysAgo: 8, status: 'pending', reminders: 1 },
];

function run(config: string, args: readonly string[], input = ''): number {
  const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: config };
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...args], { env, input, cwd: '/' });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status} ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

async function makeDesk({ name, daysAgo, status, reminders }: Case): Promise<string> {
  const dir = join(base, name.replaceAll(' ', '-'));
  const file = join(dir, 'config.json');
  run(file, ['init', '--dir', dir, '--domain', 'support-ticket.example', '--first', '1']);
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.queues[0].due = { answerHours: 24, remindDays: 7, closeDays: 7 };
  const often = { count: 1_000_000, hours: 1 };
  // All customers are of one domain; each mail of the bench comes from another one.
  config.caps = {
    ...{ address: often, ticket: often, total: often, firstTime: often },
    domain: { count: reminders, hours: 168 },
  };
  config.sendmail = [join(root, 'test', 'stand-in', 'sendmail'), join(dir, 'sent')];
  writeFileSync(file, JSON.stringify(config));
  const then = new Date(Date.now() - daysAgo * DAY_MS);
  const store = new FileStore({
    ...{ root: join(dir, 'store'), now: () => then, extract: async () => {}, compose },
  });
  for (let number = 1; number <= TICKETS; number += 1) {
    await store.exclusive((transaction) =>
      transaction.commit({ changes: ticketOf(number, status), outgoing: [] }),
    );
  }
  return file;
}

function ticketOf(number: number, status: Case['status']): readonly Change[] {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: '', address: `c${number}@ferrier.example` };
  const created = { number, queue: 'SUPPORT', subject: `Ticket ${number}`, requester };
  return [
    { type: 'ticket.created', ticket, ...created },
    ...(status === 'new'
      ? []
      : [{ type: 'ticket.status', ticket, from: 'new', to: status, by: 'kim' } as const]),
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

let serial = 0;
const mail = () => {
  serial += 1;
  return `From: nic@d${serial}.example\nSubject: x\nMessage-ID: <due.${serial}@x>\n\nHello.\n`;
};

try {
  const desks: string[] = [];
  for (const one of CASES) desks.push(await makeDesk(one));
  const times: number[][] = CASES.map(() => []);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [n, config] of desks.entries()) {
      const wall = run(config, ['new'], mail());
      if (round >= 0) times[n]?.push(wall);
    }
  }
  const medians = times.map(median);
  const bare = medians[0] ?? Number.NaN;
  console.log(`One delivery at ${TICKETS} waiting tickets, in units of one with nothing due`);
  for (const [n, { name }] of CASES.entries()) {
    const wall = medians[n] ?? Number.NaN;
    console.log(`${name.padEnd(26)} ${(wall / bare).toFixed(2)}   (${wall.toFixed(0)} ms)`);
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
