/**
 * `npm run bench:feed`: what the feed costs, each as a ratio within one run.
 *
 * `events` on a journal of COMMITS commits beside `wc -l` and `jq -c .` on the same
 * files (the journal is made of the commits of a real conversation, numbered on); how
 * long a follower waits for a commit, from the time in its event, which is read before
 * the commit's fsync, to its line, in milliseconds; and one `mailrobot new` with no and
 * with five subscribers, in turn, medians.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf, NO_LINE } from '../src/journal/chain.ts';
import { written } from '../src/journal/record.ts';
import { bootId } from '../src/stores/files/boot.ts';
import { writeHead } from '../src/stores/files/head.ts';
import { Journal } from '../src/stores/files/journal.ts';

const COMMITS = Number(process.env['COMMITS'] ?? 300_000);
const FOLLOWED = 1000;
const ROUNDS = 21;
const SEGMENT = 8 * 1024 * 1024;
const program = join(process.cwd(), 'bin', 'mailrobot');
const base = mkdtempSync(join(tmpdir(), 'mailrobot-feed-'));

interface Desk {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

function makeDesk(name: string, more: object = {}): Desk {
  const dir = join(base, name);
  const env = { PATH: '/usr/bin:/bin', MAILROBOT_CONFIG: join(dir, 'config.json') };
  const desk = { dir, env };
  run(desk, program, ['init', '--dir', dir, '--domain', 'support-ticket.example']);
  const config = JSON.parse(readFileSync(env.MAILROBOT_CONFIG, 'utf8'));
  const often = { count: 1_000_000, hours: 1 };
  config.caps = { address: often, domain: often, ticket: often, total: often, firstTime: often };
  config.sendmail = '/bin/true';
  writeFileSync(env.MAILROBOT_CONFIG, JSON.stringify({ ...config, ...more }));
  return desk;
}

/** Seconds; what it writes goes nowhere. */
function run({ env }: Desk, file: string, args: readonly string[], input = ''): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(file, [...args], {
    env,
    input,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: exit ${status} ${stderr}`);
  return (performance.now() - start) / 1000;
}

let mails = 0;
function mail(): string {
  mails += 1;
  return `From: Nic Ferrier <nic@ferrier.example>
Subject: I can't login!
Message-ID: <feed.${process.pid}.${mails}@ferrier.example>

${"Line of a customer's mail, of a length that lines have in mail.\n".repeat(18)}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A long journal out of a short one: gives its files. */
function fill(desk: Desk): readonly string[] {
  run(desk, program, ['new'], mail());
  run(desk, program, ['ticket', 'reply', '7102', '-m', 'I have reset your password.']);
  run(desk, program, ['ticket', 'close', '7102']);
  const store = join(desk.dir, 'store');
  const journal = new Journal(join(store, 'journal'));
  const records = [...journal.read(journal.start())].map(({ record }) => record);
  let segment = '000000000001.ndjson';
  let lines: { line: string; texts: string }[] = [];
  let [offset, texts] = [0, 0];
  let prev = NO_LINE;
  const flush = (): void => {
    for (const [folder, key] of [
      ['journal', 'line'],
      ['texts', 'texts'],
    ] as const) {
      writeFileSync(join(store, folder, segment), lines.map((one) => one[key]).join(''));
    }
  };
  for (let seq = 1; seq <= COMMITS; seq += 1) {
    const record = records[(seq - 1) % records.length];
    if (record === undefined) throw new Error('there are no commits');
    if (Math.max(offset, texts) >= SEGMENT) {
      flush();
      [lines, offset, texts] = [[], 0, 0];
      segment = `${String(seq).padStart(12, '0')}.ndjson`;
    }
    const one = written({ ...record, seq }, { prev, at: texts });
    prev = hashOf(one.line);
    lines.push({ ...one, line: `${one.line}\n` });
    offset += Buffer.byteLength(one.line) + 1;
    texts += Buffer.byteLength(one.texts);
  }
  flush();
  const position = { segment, offset, before: prev, texts };
  const head = { seq: COMMITS, position, numbers: { SUPPORT: 7103 }, checkpoint: COMMITS };
  writeHead(store, bootId(), head);
  return ['journal', 'texts'].flatMap((folder) =>
    readdirSync(join(store, folder)).map((name) => join(store, folder, name)),
  );
}

function throughput(): void {
  const desk = makeDesk('long');
  const files = fill(desk);
  const octets = spawnSync('du', ['-cb', ...files], { encoding: 'utf8' }).stdout.match(
    /(\d+)\ttotal/,
  );
  const counted = spawnSync('sh', ['-c', '"$0" events | wc -l', program], {
    env: desk.env,
    encoding: 'utf8',
  });
  const events = Number(counted.stdout);
  const rounds = [1, 2, 3].map(() => ({
    events: run(desk, program, ['events']),
    wc: run(desk, 'wc', ['-l', ...files]),
    jq: run(desk, 'jq', ['-c', '.', ...files]),
  }));
  const of = (what: 'events' | 'wc' | 'jq') => median(rounds.map((round) => round[what]));
  console.log(
    `events: ${COMMITS} commits, ${(Number(octets?.[1]) / 1e6).toFixed(0)} MB, ${events} events, ${(events / of('events')).toFixed(0)} a second`,
  );
  console.log(`  to wc -l      ${(of('events') / of('wc')).toFixed(1)} times as long`);
  console.log(`  to jq -c .    ${(of('events') / of('jq')).toFixed(2)} times as long`);
}

async function delay(): Promise<void> {
  const desk = makeDesk('followed');
  run(desk, program, ['new'], mail());
  const follower = spawn(
    program,
    ['events', '--follow', '--type', 'ticket.noted', '--scope', 'notes'],
    {
      env: desk.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const applier = spawn(program, ['apply'], {
    env: desk.env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const delays: number[] = [];
  let text = '';
  let next: () => void = () => {};
  follower.stdout.setEncoding('utf8').on('data', (more) => {
    const now = Date.now();
    text += more;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      delays.push(now - Date.parse(JSON.parse(text.slice(0, end)).time));
      text = text.slice(end + 1);
      next();
    }
  });
  for (let n = 0; n < FOLLOWED; n += 1) {
    const arrived = new Promise<void>((resolve) => {
      next = resolve;
    });
    applier.stdin.write('{"type":"ticket.note","ticket":"7102","text":"x"}\n');
    await arrived;
  }
  applier.stdin.end();
  follower.kill('SIGTERM');
  // The first ones wait for the programs to start.
  const steady = delays.slice(5);
  console.log(
    `delay of a follower, ${steady.length} commits: median ${median(steady)} ms, worst ${Math.max(...steady)} ms`,
  );
}

function cost(): void {
  const subscribers = [1, 2, 3, 4, 5].map((n) => ({
    name: `s${n}`,
    type: 'exec',
    command: ['/bin/true'],
  }));
  const desks = [makeDesk('alone'), makeDesk('told', { subscribers })];
  const times: number[][] = [[], []];
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const [n, desk] of desks.entries()) {
      const wall = run(desk, program, ['new'], mail());
      if (round >= 0) times[n]?.push(wall);
      // Whoever tells them would slow down the next one, which has its own.
      while (spawnSync('pgrep', ['-f', `subscriber run --once --config ${desk.dir}`]).status === 0);
    }
  }
  const [alone, told] = times.map(median);
  console.log(
    `one delivery with 5 subscribers to one with none: ${((told ?? 0) / (alone ?? 1)).toFixed(2)} (${((alone ?? 0) * 1000).toFixed(0)} ms)`,
  );
}

try {
  cost();
  await delay();
  throughput();
} finally {
  rmSync(base, { recursive: true, force: true });
}
