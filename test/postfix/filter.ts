/**
 * A private rspamd as a milter: Debian's program and configuration, with an administrator's files of
 * its own, on a port of its own, as the user _rspamd, and a name server that knows the given names.
 *
 * Nothing is asked of the network: its one name server is ours, which says of every other name that
 * there is none. No redis, no controller, no compiled expressions: those would take its start seconds.
 * Failure: a start rejects with its log; after stop() no process and no file is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { until } from './system.ts';

const RSPAMD = '/usr/bin/rspamd';
const USER = '_rspamd';
const PORTS = Array.from({ length: 21 }, (_, n) => 55_600 + n);

export function filterMissing(): string | undefined {
  return existsSync(RSPAMD) ? undefined : `${RSPAMD} is not installed`;
}

/** TXT records by name; of null nobody ever hears. */
export type Zone = Readonly<Record<string, string | null>>;

export interface Filter {
  /** As smtpd_milters names it. */
  readonly milter: string;
  log(): string;
  /** Ends it, and begins anew with these files in local.d. */
  restart(files: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it alone: a filter that is away. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFilter(
  files: Readonly<Record<string, string>>,
  zone: Zone,
): Promise<Filter> {
  const dir = mkdtempSync('/tmp/mailrobot-rspamd-');
  const { server, port: namePort } = await serveNames(zone);
  const port = await freePort();
  const log = () =>
    existsSync(join(dir, 'log/rspamd.log'))
      ? readFileSync(join(dir, 'log/rspamd.log'), 'utf8')
      : '';
  let running: ChildProcess | null = null;

  const begin = async (own: Readonly<Record<string, string>>) => {
    rmSync(join(dir, 'etc'), { recursive: true, force: true });
    const folders = ['etc/local.d', 'db', 'run', 'log'].map((name) => join(dir, name));
    await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true })));
    const given = ofTest(dir, port, namePort);
    const all = [...Object.entries(given), ...Object.entries(own)];
    for (const [name, text] of all) {
      await appendFile(join(dir, 'etc/local.d', name), text);
    }
    await writeFile(join(dir, 'suffixes'), 'example\n');
    await execa('chown', ['-R', `${USER}:`, dir]);
    await chmod(dir, 0o755);
    const places = { LOCAL_CONFDIR: 'etc', DBDIR: 'db', RUNDIR: 'run', LOGDIR: 'log' };
    const variables = Object.entries(places).map(([name, at]) => `--var=${name}=${join(dir, at)}`);
    const as = [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'];
    running = spawn(
      'setpriv',
      [...as, RSPAMD, '-c', '/etc/rspamd/rspamd.conf', '-f', ...variables],
      {
        stdio: 'ignore',
      },
    );
    try {
      await until('rspamd to listen', 30_000, async () =>
        (await listens(port)) ? true : undefined,
      );
    } catch (error) {
      throw new Error(`rspamd did not start\n${log()}`, { cause: error });
    }
  };
  const end = async () => {
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGTERM');
    await ended;
    running = null;
  };
  const stop = async () => {
    await end();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  await begin(files).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    milter: `inet:127.0.0.1:${port}`,
    ...{ log, end, stop },
    restart: async (own) => {
      await end();
      await begin(own);
    },
  };
}

/** Where it listens and whom it asks: what a test needs besides an administrator's files. */
function ofTest(dir: string, port: number, namePort: number): Readonly<Record<string, string>> {
  return {
    'worker-proxy.inc': `bind_socket = "127.0.0.1:${port}";\nupstream "local" { self_scan = yes; }\n`,
    'worker-normal.inc': 'enabled = false;\n',
    'worker-controller.inc': 'enabled = false;\n',
    'options.inc': `dns { nameserver = ["127.0.0.1:${namePort}"]; timeout = 1s; }\ndisable_hyperscan = true;\nurl_tld = "${join(dir, 'suffixes')}";\n`,
  };
}

const TXT = 16;

/** Answers TXT questions by the zone, and every other with NXDOMAIN. */
async function serveNames(zone: Zone): Promise<{ readonly server: Socket; readonly port: number }> {
  const server = createSocket('udp4');
  server.on('message', (question, from) => {
    const answer = answerTo(question, zone);
    if (answer !== null) server.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  return { server, port: server.address().port };
}

/** RFC 1035, 4.1: one question, and one record at most. */
function answerTo(question: Buffer, zone: Zone): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  const text = zone[labels.join('.').toLowerCase()];
  if (text === null) return null;
  const isText = question.readUInt16BE(at + 1) === TXT;
  const isAnswered = text !== undefined && isText;
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(text === undefined ? 0x8583 : 0x8580, 2);
  head.writeUInt16BE(isAnswered ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  const record = isAnswered ? recordOf(text) : Buffer.alloc(0);
  return Buffer.concat([head, question.subarray(12, end), record]);
}

function recordOf(text: string): Buffer {
  const data = Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
  const head = Buffer.from([0xc0, 0x0c, 0, TXT, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}

async function freePort(): Promise<number> {
  for (const port of PORTS) if (!(await listens(port))) return port;
  throw new Error(`all ports from ${PORTS[0]} on are taken`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
