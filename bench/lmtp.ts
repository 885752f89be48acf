/**
 * What the door by LMTP costs, on a real Postfix (needs root, postfix and swaks).
 *
 * `smtp-source` puts mails into a private Postfix, which hands them to `mailrobot
 * serve --lmtp` (durable), the executable and node in turn, and into a Maildir of its own. Replies
 * are off, or are thrown away, or go back into that Postfix by SMTP or by sendmail(1). What Postfix
 * itself takes to hand a mail over, smtp-sink(1) in the place of our server says. A rate is
 * mails a second from the first one sent to the last one delivered; what counts are the ratios to
 * the Maildir of the same round, and milliseconds of CPU that the server takes a mail: on a machine that
 * has more to do, one process gets less of it than Postfix with its many. Each row is printed when
 * it is there, the medians last. MAILS and ROUNDS say how much; MEMORY=yes adds memory after 10,000
 * mails to that after 100.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from '../test/kit/postgres.ts';
import { type PostfixInstance, startPostfix } from '../test/postfix/instance.ts';
import { EXECUTABLE, median, PROGRAM, serve } from './desks.ts';
import { interrupted } from './interrupted.ts';
import { rate } from './rate.ts';

const MAILS = Number(process.env['MAILS'] ?? 500);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
/** So that a server has compiled what it runs. */
const WARM = Math.max(1500, MAILS);
const OWNER = 'mailrobot-test';
const DOMAIN = 'support-ticket.example';

/** Of sysconf(_SC_CLK_TCK), which is 100 on Linux. */
const TICK_MS = 10;

interface Measured {
  readonly rate: number;
  readonly cpu: number;
}

interface Printed extends Measured {
  readonly ratio: number;
}

type Replies = 'off' | 'thrown away' | 'by SMTP' | 'by sendmail(1)';

interface Row {
  readonly name: string;
  readonly program: string;
  readonly replies: Replies;
  /** Of the mails of a round: where each costs much, fewer tell as well. */
  readonly part: number;
}

const ROWS: Readonly<Record<string, Row>> = {
  silent: { name: 'LMTP, executable', program: EXECUTABLE, replies: 'off', part: 1 },
  nodes: { name: 'LMTP, node', program: PROGRAM, replies: 'off', part: 1 },
  answering: { name: 'LMTP, executable', program: EXECUTABLE, replies: 'thrown away', part: 0.5 },
  smtp: { name: 'LMTP, executable', program: EXECUTABLE, replies: 'by SMTP', part: 0.5 },
  sendmail: { name: 'LMTP, executable', program: EXECUTABLE, replies: 'by sendmail(1)', part: 0.2 },
};

const missing = [PROGRAM, EXECUTABLE].find((program) => !existsSync(program));
if (missing !== undefined) throw new Error(`${missing} is not there`);
const dir = mkdtempSync('/tmp/mailrobot-bench-');
chmodSync(dir, 0o755);
const servers = new Map<string, ChildProcess>();
const starting: Promise<PostfixInstance>[] = [];
try {
  await interrupted(measured);
} finally {
  for (const child of servers.values()) child.kill('SIGTERM');
  for (const one of starting) await (await one.catch(() => null))?.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function measured(): Promise<void> {
  const ports: Record<string, number> = {};
  for (const desk of [...Object.keys(ROWS), 'sink', 'memory']) ports[desk] = await freePort();
  const begun = start(ports);
  starting.push(begun);
  const mta = await begun;
  for (const [desk, { program, replies }] of Object.entries(ROWS)) {
    const config = await makeDesk(desk, replies, mta);
    servers.set(desk, await serve(config, ports[desk] ?? 0, program));
  }
  const sink = spawn('/usr/sbin/smtp-sink', [
    '-u',
    OWNER,
    '-L',
    `127.0.0.1:${ports['sink']}`,
    '100',
  ]);
  servers.set('sink', sink);
  await makeDesk('pipe', 'off', mta);
  const toDesk = (desk: string, mails: number) =>
    rate(mta, `new@${desk}.example`, mails, `relay=\\S+:${ports[desk]},`);
  const toPipe = (mails: number) => rate(mta, `new@${DOMAIN}`, mails);
  const maildir = (mails: number) => rate(mta, 'nic@ferrier.example', mails);
  console.log(`${MAILS} mails a round, after ${WARM} to each; mails a second, of Maildir, CPU ms`);
  await maildir(WARM);
  for (const [desk, { part }] of Object.entries(ROWS)) await toDesk(desk, WARM * part);
  const rows = [
    ...Object.entries(ROWS).map(([desk, { name, replies, part }]) => ({
      name: `${name}, replies ${replies}`,
      measure: async (): Promise<Measured> => {
        const before = cpuOf(desk);
        const own = await toDesk(desk, MAILS * part);
        return { rate: own, cpu: (cpuOf(desk) - before) / (MAILS * part) };
      },
    })),
    {
      name: 'LMTP, smtp-sink, which keeps nothing',
      measure: async (): Promise<Measured> => ({
        rate: await toDesk('sink', MAILS),
        cpu: Number.NaN,
      }),
    },
    {
      name: 'pipe, executable, replies off',
      measure: async (): Promise<Measured> => ({
        rate: await toPipe(Math.max(20, MAILS / 20)),
        cpu: Number.NaN,
      }),
    },
  ];
  const all: Printed[][] = rows.map(() => []);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const own = await maildir(MAILS);
    print(`${round}. Maildir by Postfix`, { rate: own, ratio: 1, cpu: Number.NaN });
    for (const [n, { name, measure }] of rows.entries()) {
      const measured = await measure();
      const row = { ...measured, ratio: measured.rate / own };
      all[n]?.push(row);
      print(`${round}. ${name}`, row);
    }
  }
  console.log(`medians of ${ROUNDS}`);
  for (const [n, { name }] of rows.entries()) {
    const of = (key: keyof Printed) => median(all[n]?.map((row) => row[key]) ?? []);
    print(name, { rate: of('rate'), ratio: of('ratio'), cpu: of('cpu') });
  }
  if (process.env['MEMORY'] === 'yes') await memory(mta, ports['memory'] ?? 0, toDesk);
}

function print(name: string, { rate, ratio, cpu }: Printed): void {
  const cells = [rate.toFixed(0), ratio.toFixed(2), Number.isNaN(cpu) ? '' : cpu.toFixed(2)];
  console.log(`  ${name.padEnd(48)}${cells.map((cell) => cell.padStart(7)).join('')}`);
}

/** Milliseconds that the server of that desk has taken, in all its threads (proc_pid_stat(5)). */
function cpuOf(desk: string): number {
  const stat = readFileSync(`/proc/${servers.get(desk)?.pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function start(ports: Readonly<Record<string, number>>): Promise<PostfixInstance> {
  const relays = Object.entries(ports).map(
    ([desk, port]) => `{${desk}.example = lmtp:inet:127.0.0.1:${port}}`,
  );
  const pipe = `${EXECUTABLE} new --config ${join(dir, 'pipe', 'config.json')}`;
  return startPostfix({
    aliasOwner: OWNER,
    aliases: `new: "|${pipe} || exit 75"\n`,
    settings: {
      transport_maps: `inline:{ ${relays.join(', ')} }`,
      relay_domains: Object.keys(ports)
        .map((desk) => `${desk}.example`)
        .join(' '),
      smtpd_relay_restrictions: 'permit_mynetworks reject',
      lmtp_destination_concurrency_limit: '20',
      default_destination_concurrency_limit: '20',
    },
  });
}

async function makeDesk(desk: string, replies: Replies, mta: PostfixInstance): Promise<string> {
  const config = join(dir, desk, 'config.json');
  await execa(PROGRAM, ['init', '--dir', join(dir, desk), '--domain', DOMAIN, '--user', OWNER]);
  const cap = { count: replies === 'off' ? 0 : 1_000_000 };
  const value = JSON.parse(readFileSync(config, 'utf8'));
  const caps = { address: cap, domain: cap, ticket: cap, total: cap, firstTime: cap };
  const way = {
    ...{ off: { sendmail: '/bin/true' }, 'thrown away': { sendmail: '/bin/true' } },
    'by SMTP': { smtp: `127.0.0.1:${mta.port}` },
    'by sendmail(1)': { sendmail: mta.sendmail },
  }[replies];
  const domain = desk === 'pipe' ? DOMAIN : `${desk}.example`;
  writeFileSync(config, JSON.stringify({ ...value, caps, domain, ...way }));
  return config;
}

async function memory(
  mta: PostfixInstance,
  port: number,
  toDesk: (desk: string, mails: number) => Promise<number>,
): Promise<void> {
  const server = await serve(await makeDesk('memory', 'off', mta), port, EXECUTABLE);
  servers.set('memory', server);
  await toDesk('memory', 100);
  const early = memoryOf(server);
  await toDesk('memory', 9900);
  const late = memoryOf(server);
  const cells = `(${early} to ${late} KiB)`;
  console.log(`memory after 10,000 mails to after 100: ${(late / early).toFixed(2)} ${cells}`);
}

function memoryOf(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}
