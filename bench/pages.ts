/**
 * `npm run bench:pages`: what pages of HTML cost.
 *
 * A store of SIZES tickets (1,000 by default; SIZES=1000,100000), of which each tenth is open; each
 * has a mail, each fifth as HTML, and three changes. Then `mailrobot pages --scope tickets,notes`: all pages into a new
 * folder; once more with nothing new; and after one change, ROUNDS times, as a command and as the
 * subscriber does it (within this process, figures included or not). In milliseconds and in units of
 * `mailrobot --version` in the same run. Then, of a change that `mailrobot subscriber run --once`
 * brings to the folder, what it does to files, counted by strace. The store lies on /dev/shm where
 * there is one, the pages where PAGES says, else beside it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config/read.ts';
import { messageHtml } from '../src/intake/message-html.ts';
import { OWN_PATHS } from '../src/journal/own-names.ts';
import { compose } from '../src/letters/compose.ts';
import { type Counting, writePages } from '../src/site/write-pages.ts';
import { openCommitLog } from '../src/stores/files/commit-log.ts';
import { FileStore } from '../src/stores/files/file-store.ts';
import type { Change } from '../src/ticket/change.ts';
import type { Decision } from '../src/ticket/decision.ts';
import type { Message, TicketId } from '../src/ticket/ticket.ts';
import { nodeWith } from '../test/kit/node-with.ts';

const SIZES = (process.env['SIZES'] ?? '1000').split(',').map(Number);
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const PER_SECTION = 500;
const TEXT = "Line of a customer's mail, of a length that lines have in mail.\n".repeat(18);
const PLAIN = `Content-Type: text/plain\n\n${TEXT}`;
/** Each fifth mail. */
const WITH_HTML = `Content-Type: text/html\n\n${TEXT.replace(/.+/g, '<p>$&</p>')}`;
const program = join(process.cwd(), 'bin', 'mailrobot');
const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailrobot-pages-'));
const pagesBase =
  process.env['PAGES'] === undefined ? base : mkdtempSync(join(process.env['PAGES'], 'pages-'));

const DECISION: Decision = {
  ...{ messageId: null, verb: 'new', sender: null, recipients: [], isNamed: null, client: null },
  ...{ login: null, asked: [], spoke: [], trust: 'claimed', why: '', route: 'SUPPORT' },
  ...{ by: 'queue', intent: 'open' },
};

interface Desk {
  readonly config: string;
  readonly store: FileStore;
  readonly folder: string;
}

type Environment = Readonly<Record<string, string>>;

function run(args: readonly string[], config: string, more: Environment = {}): number {
  const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: config, ...more };
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, [...args], { env, cwd: '/' });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status} ${stderr}`);
  return wall;
}

async function makeDesk(size: number): Promise<Desk> {
  const dir = join(base, String(size));
  const config = join(dir, 'config.json');
  run(['init', '--dir', dir, '--domain', 'support-ticket.example', '--first', '1'], config);
  const store = new FileStore({
    ...{ root: join(dir, 'store'), now: () => new Date(), extract: async () => {}, compose },
  });
  for (let done = 0; done < size; done += PER_SECTION) {
    await store.exclusive(async (transaction) => {
      for (let number = done + 1; number <= Math.min(size, done + PER_SECTION); number += 1) {
        const incoming = store.receive();
        incoming.write(Buffer.from(number % 5 === 0 ? WITH_HTML : PLAIN));
        const hash = String(number).padStart(64, '0');
        incoming.seal(hash, false);
        await transaction.commit({
          ...{ changes: opened(number), outgoing: [] },
          delivery: { key: { hash, targets: ['SUPPORT'] }, incoming, decision: DECISION },
        });
        await transaction.commit({ changes: worked(number), outgoing: [] });
      }
    });
    process.stderr.write(`${done} of ${size} tickets\r`);
  }
  return { config, store, folder: join(pagesBase, `pages-${size}`) };
}

function opened(number: number): readonly Change[] {
  const ticket: TicketId = `SUPPORT-${number}`;
  const requester = { name: `Customer ${number}`, address: `c${number}@ferrier.example` };
  const subject = `Ticket ${number}`;
  const message = {
    ...({ serial: 1, direction: 'in', trust: 'claimed', from: requester, to: [] } as const),
    ...{ date: new Date().toISOString(), messageId: `<fill.${number}@ferrier.example>`, subject },
    ...{ text: TEXT, newLines: [], attachments: [], raw: OWN_PATHS.rawIn },
  };
  return [
    { type: 'ticket.created', ticket, number, queue: 'SUPPORT', subject, requester },
    { type: 'message.added', ticket, message },
  ];
}

function worked(number: number): readonly Change[] {
  const ticket: TicketId = `SUPPORT-${number}`;
  const note = { serial: 2, text: 'They call back.', by: 'bob' };
  const closed = { type: 'ticket.status', ticket, from: 'new', to: 'resolved', by: 'bob' } as const;
  return [
    { type: 'ticket.assigned', ticket, from: null, to: 'bob', by: 'bob' },
    { type: 'note.added', ticket, ...note },
    ...(number % 10 === 0 ? [] : [closed]),
  ];
}

interface Calls {
  readonly read: number;
  readonly written: number;
  readonly octetsRead: number;
  readonly octetsWritten: number;
  readonly synced: number;
  readonly listed: number;
}

/** Of one run of the subscriber, below that path. */
function callsBelow(path: string, config: string): Calls {
  const log = join(base, 'strace.log');
  const traced = 'trace=openat,read,pread64,readv,write,pwrite64,rename,fsync,fdatasync,getdents64';
  const boot = 'process.exitCode=75;require(process.argv[1])';
  const program = [process.execPath, '-e', boot, join(process.cwd(), 'dist', 'mailrobot.cjs')];
  const { status } = spawnSync(
    'strace',
    ['-f', '-y', '-o', log, '-e', traced, ...program, 'subscriber', 'run', '--once'],
    { env: { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: config }, cwd: '/' },
  );
  if (status !== 0) throw new Error(`subscriber run: exit ${status}`);
  const own = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${path}/`) || line.includes(`${path}>`));
  const named = (calls: RegExp) => own.filter((line) => calls.test(line));
  const octets = (calls: RegExp) =>
    named(calls).reduce((sum, line) => sum + Number(/ = (\d+)$/.exec(line)?.[1] ?? 0), 0);
  return {
    read: named(/^\d+ +openat\(.*O_RDONLY(?!.*O_DIRECTORY).* = \d/).length,
    written: named(/^\d+ +rename\(/).length,
    octetsRead: octets(/^\d+ +(?:read|pread64|readv)\(/),
    octetsWritten: octets(/^\d+ +p?write(?:64)?\(/),
    synced: named(/^\d+ +f(?:data)?sync\(/).length,
    listed: named(/^\d+ +getdents64\(/).length,
  };
}

function subscribe(config: string, folder: string): void {
  const known = JSON.parse(readFileSync(config, 'utf8'));
  const subscriber = { name: 'desk', type: 'pages', path: folder, scope: ['tickets', 'notes'] };
  writeFileSync(config, JSON.stringify({ ...known, subscribers: [subscriber] }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function changed({ store }: Desk, size: number, n: number): Promise<void> {
  const ticket: TicketId = `SUPPORT-${Math.max(1, size - 10 * n)}`;
  const to = n % 2 === 0 ? 'high' : 'urgent';
  const change = { type: 'ticket.priority', ticket, from: 'normal', to, by: 'bob' } as const;
  await store.exclusive((transaction) => transaction.commit({ changes: [change], outgoing: [] }));
}

async function renewed({ config: file, store, folder }: Desk, counting: Counting): Promise<number> {
  const config = readConfig(file);
  const log = openCommitLog(join(file, '..', 'store'));
  const start = process.hrtime.bigint();
  const scopes = ['tickets', 'notes'] as const;
  const reader = {
    start: () => {
      throw new Error('a mail was to be read here');
    },
  };
  const htmlOf = (message: Message) => messageHtml(message, { config, store, reader });
  await writePages(folder, { config, store, log, scopes, now: new Date(), htmlOf }, counting);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

try {
  const hook = join(base, 'hook.cjs');
  const peak = join(base, 'peak');
  writeFileSync(
    hook,
    "process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));",
  );
  for (const size of SIZES) {
    const desk = await makeDesk(size);
    const { config, folder } = desk;
    const args = ['pages', folder, '--scope', 'tickets,notes'];
    const least = median(Array.from({ length: ROUNDS }, () => run(['--version'], config)));
    const all = run(args, config, { PATH: nodeWith([`--require=${hook}`], base), PEAK: peak });
    const megabytes = Number(readFileSync(peak, 'utf8')) / 1024;
    const nothing = median(Array.from({ length: ROUNDS }, () => run(args, config)));
    const one: number[] = [];
    const asSubscriber: number[] = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      await changed(desk, size, 3 * n);
      one.push(run(args, config));
      await changed(desk, size, 3 * n + 1);
      asSubscriber.push(await renewed(desk, 'seldom'));
    }
    const line = (what: string, ms: number) =>
      console.log(
        `${what.padEnd(44)} ${ms.toFixed(0).padStart(8)} ms ${(ms / least).toFixed(1).padStart(8)}`,
      );
    console.log(`${size} tickets; the last column in units of mailrobot --version`);
    line('mailrobot --version', least);
    line(`all pages, at most ${megabytes.toFixed(0)} MB`, all);
    line('nothing new', nothing);
    line('one ticket has changed', median(one));
    line('the same by a subscriber that runs', median(asSubscriber));
    subscribe(config, folder);
    // The first run of a subscriber finds where it is.
    callsBelow(folder, config);
    await changed(desk, size, 3 * ROUNDS);
    const inFolder = callsBelow(folder, config);
    await changed(desk, size, 3 * ROUNDS + 1);
    const inStore = callsBelow(join(config, '..', 'store'), config);
    console.log(`one change by \`subscriber run\`, in the folder: ${JSON.stringify(inFolder)}`);
    console.log(`the same, in the store: ${JSON.stringify(inStore)}`);
  }
} finally {
  rmSync(base, { recursive: true, force: true });
  if (pagesBase !== base) rmSync(pagesBase, { recursive: true, force: true });
}
