/**
 * `npm run bench:parse`: what reading mails costs.
 *
 * Every mail of the shared corpus (of this project, where that is missing)
 * through the delivery steps in one process, in mails a second; then, through the
 * built program, time and peak memory of a mail of 25 MB beside a small one (an attachment in
 * base64, one in quoted-printable, and text), and of each hostile mail. Memory is the sum of what all processes of
 * a run hold at once, read from /proc every few milliseconds.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { ownMails, sharedMails } from '../test/corpus/mails.ts';
import { makePipeLine } from '../test/corpus/pipe-line.ts';
import { HOSTILE } from '../test/hostile/mails.ts';
import { BARE_PATH, makeDesk, PROGRAM, type TestDesk } from '../test/process/desk.ts';

const SAMPLE_MS = 4;
const MEBIBYTE = 1024 * 1024;
const PAGE = 4096;

interface Measured {
  readonly seconds: number;
  /** Octets, of all processes together. */
  readonly peak: number;
  readonly exit: number | null;
}

async function corpus(): Promise<void> {
  const shared = sharedMails();
  const files = shared.length > 0 ? shared : ownMails();
  const mails = files.map((file) => readFileSync(file));
  const line = makePipeLine();
  try {
    const start = process.hrtime.bigint();
    for (const mail of mails) await line.deliver(mail);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const where = shared.length > 0 ? 'the shared corpus' : 'fixtures';
    console.log(
      `${mails.length} mails of ${where}: ${(mails.length / seconds).toFixed(0)} mails/s ` +
        `(${seconds.toFixed(2)} s, fsyncs and lock included)`,
    );
  } finally {
    line.remove();
  }
}

async function measure(desk: TestDesk, chunks: Iterable<Buffer>): Promise<Measured> {
  const whole = [...chunks];
  const start = process.hrtime.bigint();
  const child = spawn(PROGRAM, ['new'], {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0));
  }, SAMPLE_MS);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.on('error', () => {});
  for (const chunk of whole) child.stdin.write(chunk);
  child.stdin.end();
  const exit = await ended;
  clearInterval(timer);
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, peak, exit };
}

/** Resident octets of all processes of a process group: proc(5), stat fields 5 and 24. */
function memoryOf(group: number): number {
  let sum = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[2]) === group) sum += Number(fields[21]) * PAGE;
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}

function row(name: string, { seconds, peak, exit }: Measured): string {
  const memory = (peak / MEBIBYTE).toFixed(0);
  return `${name.padEnd(44)} exit ${exit}  ${seconds.toFixed(2).padStart(5)} s  ${memory.padStart(4)} MB`;
}

const HEADER = 'From: nic@ferrier.example\nTo: new@support-ticket.example\nSubject: x\n';

const LARGE: readonly (readonly [name: string, header: string, line: string])[] = [
  [
    'an attachment of 25 MB in base64',
    'Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64',
    `${'JVBERi0x'.repeat(9)}ABCD\n`,
  ],
  [
    'an attachment of 25 MB in quoted-printable',
    'Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: quoted-printable',
    `${'=C3=A4 text '.repeat(6)}=\n`,
  ],
  ['a text of 25 MB', 'Content-Type: text/plain; charset=utf-8', `${'Grüße '.repeat(9)}\n`],
];

/** `size`: of the mail. */
function* large(header: string, text: string, size: number): Generator<Buffer> {
  yield Buffer.from(
    `${HEADER}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee it.\n--b\n${header}\n\n`,
  );
  const line = Buffer.from(text);
  const lines = Math.ceil(size / line.length);
  for (let n = 0; n < lines; n += 1000) {
    yield Buffer.concat(Array.from({ length: Math.min(1000, lines - n) }, () => line));
  }
  yield Buffer.from('--b--\n');
}

async function main(): Promise<void> {
  await corpus();
  const desk = await makeDesk();
  try {
    await measure(desk, [Buffer.from(`${HEADER}\nwarm\n`)]);
    const small = await measure(desk, [Buffer.from(`${HEADER}\nsmall\n`)]);
    console.log(row('a small mail', small));
    desk.configure((config) => {
      config['limits'] = { messageSize: 100 * MEBIBYTE };
    });
    for (const [name, header, line] of LARGE) {
      const measured = await measure(desk, large(header, line, 25 * MEBIBYTE));
      const over = (measured.peak - small.peak) / MEBIBYTE;
      console.log(`${row(name, measured)}, ${over.toFixed(0)} MB over the small one`);
    }
    for (const mail of HOSTILE) console.log(row(mail.name, await measure(desk, mail.chunks())));
  } finally {
    desk.remove();
  }
}

await main();
