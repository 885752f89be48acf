/** What `serve --lmtp` takes of the machine while many large mails come at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from '../process/desk.ts';
import { type Served, serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';

const MIB = 1024 * 1024;
const MAILS = 22;
const MAIL_BYTES = 2 * MIB;
const ALLOWED_MIB = 300;
const SAMPLE_MS = 100;
const PATIENCE_MS = 120_000;

let desk: TestDesk;
let server: Served | undefined;
afterEach(async () => {
  if (server?.process.exitCode === null) await server.stop();
  await desk.settled();
  desk.remove();
});

/** Mebibytes of a process and of all that it has started (proc(5), Pss: what is shared counts once). */
function memoryOf(pid: number): number {
  const pss = Number(/^Pss:\s+(\d+)/m.exec(readOr(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  const children = readdirOr(`/proc/${pid}/task`).flatMap((task) =>
    readOr(`/proc/${pid}/task/${task}/children`).trim().split(' ').filter(Boolean),
  );
  return pss / 1024 + children.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
}

function readdirOr(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const KINDS = {
  attached: (n: number) =>
    `${head(n)}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'QUJD'.repeat(19)}\r\n`.repeat(MAIL_BYTES / 78)}--b--\r\n.\r\n`,
  'a long text': (n: number) =>
    `${head(n)}Content-Type: text/plain\r\n\r\n${`${'so it goes '.repeat(6)}\r\n`.repeat(MAIL_BYTES / 68)}.\r\n`,
  'many parts': (n: number) =>
    `${head(n)}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(MAIL_BYTES / 10)}--b--\r\n.\r\n`,
} as const;

function head(n: number): string {
  return `From: Nic <nic${n}@ferrier${n}.example>\r\nSubject: ${n}\r\nMessage-ID: <${n}@ferrier.example>\r\nMIME-Version: 1.0\r\n`;
}

test.each(Object.entries(KINDS))(
  '22 mails of 2 MB at once and ten of the staff: %s',
  async (what, mail) => {
    desk = await makeDesk();
    desk.configure((config) => {
      config['staff'] = Array.from({ length: 10 }, (_, n) => ({
        ...{ name: `s${n}`, addresses: [`s${n}@home.example`] },
      }));
    });
    const socket = join(desk.dir, 'lmtp');
    server = await serveAt(desk, ['--lmtp', socket, '--json']);
    const pid = server.process.pid ?? 0;
    const idle = memoryOf(pid);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, memoryOf(pid));
    }, SAMPLE_MS);
    const deliver = async (n: number) => {
      const raw = await rawClient({ path: socket }, PATIENCE_MS);
      for (const line of [
        'LHLO x',
        'MAIL FROM:<nic@ferrier.example>',
        'RCPT TO:<new@support-ticket.example>',
        'DATA',
      ]) {
        await raw.say(`${line}\r\n`);
      }
      const [reply = ''] = await raw.say(mail(n));
      raw.end();
      return reply;
    };
    watch.unref();
    let waiting = Array.from({ length: MAILS }, (_, n) => n);
    let rounds = 0;
    // What is put off comes again, as from an MTA.
    while (waiting.length > 0 && rounds < 20) {
      rounds += 1;
      const replies = await Promise.all(waiting.map(deliver));
      expect(replies.filter((reply) => !/^(250|4\d\d) /.test(reply))).toEqual([]);
      waiting = waiting.filter((_, at) => replies[at]?.startsWith('250') !== true);
    }
    console.log(
      `${what}: ${Math.round(most)} MiB at most, ${Math.round(idle)} MiB before, ${rounds} rounds`,
    );
    expect(waiting).toEqual([]);
    expect(most).toBeGreaterThan(idle);
    expect(most).toBeLessThan(ALLOWED_MIB);
  },
  240_000,
);
