/**
 * A PostgreSQL server of a test's own, of Debian's binaries: below a temporary folder, on loopback
 * and a socket alone, with no fsync unless it is asked for. `postgresMissing` says why there is none.
 *
 * It runs as `postgres` if the tests are root's, which it refuses to be. Its superuser is `boss`,
 * by the socket without a password; by TCP everybody needs one.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOf } from '../../src/runtime/user-name.ts';

const VERSIONS = '/usr/lib/postgresql';
const isRoot = process.geteuid?.() === 0;
const account = isRoot ? accountOf('postgres') : null;

export const postgresMissing: string | null = whyMissing();
if (postgresMissing !== null)
  console.log(`no PostgreSQL, so its tests are skipped: ${postgresMissing}`);

export interface Cluster {
  /** The folder of its socket. */
  readonly socket: string;
  readonly port: number;
  /** For a config, by the socket and without a password. */
  readonly url: (user: string, database: string) => string;
  /** As the superuser; what it prints, without frames. */
  readonly psql: (sql: string, database?: string) => string;
  readonly start: () => void;
  readonly stop: () => void;
  /** As if the machine had been switched off: clients are cut, and nothing is finished. */
  readonly crash: () => void;
  /** A server that follows this one, and takes no writes. */
  readonly standby: (options?: StandbyOptions) => Promise<Cluster>;
  /** A standby becomes a server by itself. */
  readonly promote: () => void;
  /** Every process of it stands still, and takes connections without a word. Gives how to go on. */
  readonly freeze: () => () => void;
}

export interface ClusterOptions {
  /** Files of TLS: a certificate and its key. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Lines of postgresql.conf; they win over those of the tests. */
  readonly settings?: readonly string[];
  /** Where its folder is made. */
  readonly below?: string;
}

export interface StandbyOptions {
  /** As it calls itself. */
  readonly name?: string;
  /** The folder of another socket, on port 5432, by which it follows. */
  readonly through?: string;
}

const running = new Set<string>();
/** Nothing of it stays when the tests end. (Of tests that are killed: `endWithOwner`.) */
process.once('exit', () => {
  for (const data of running) control(data, 'stop', '-m', 'immediate');
});

export async function makeCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { tls, settings: more = [], below } = options;
  const folder = ownedFolder(below);
  const data = join(folder, 'data');
  const how = ['--auth-local=trust', '--auth-host=scram-sha-256', '--no-sync', '-E', 'UTF8'];
  asServer('initdb', '-D', data, '-U', 'boss', '--locale=C', ...how);
  if (tls !== undefined) {
    asOwner('install', '-m', '600', tls.certificate, join(data, 'server.pem'));
    asOwner('install', '-m', '600', tls.key, join(data, 'server.key'));
  }
  const ssl =
    tls === undefined ? [] : ['ssl=on', "ssl_cert_file='server.pem'", "ssl_key_file='server.key'"];
  const ours = ['fsync=off', "listen_addresses='127.0.0.1'", 'max_connections=30', ...ssl];
  settings(data, [...ours, ...more]);
  return await started(folder, data);
}

async function started(folder: string, data: string): Promise<Cluster> {
  const port = await freePort();
  const socket = join(folder, 'socket');
  settings(data, [`port=${port}`, `unix_socket_directories='${socket}'`]);
  const start = () => {
    running.add(data);
    control(data, 'start', '-w', '-l', join(folder, 'log'));
    endWithOwner(data);
  };
  const stop = () => {
    control(data, 'stop', '-m', 'fast');
    running.delete(data);
  };
  const crash = () => {
    control(data, 'stop', '-m', 'immediate');
    running.delete(data);
  };
  start();
  return {
    ...{ socket, port, start, stop, crash },
    url: (user, database) => `postgresql://${user}@/${database}?host=${socket}&port=${port}`,
    psql: (sql, database = 'postgres') =>
      execFileSync(
        binary('psql'),
        ['-h', socket, '-p', `${port}`, '-U', 'boss', '-qtAX', '-v', 'ON_ERROR_STOP=1', database],
        { input: sql, encoding: 'utf8' },
      ),
    standby: async ({ name = 'standby', through } = {}) => {
      const other = ownedFolder();
      const copy = join(other, 'data');
      const from = ['-h', socket, '-p', `${port}`, '-U', 'boss', '-c', 'fast', '--no-sync'];
      asServer('pg_basebackup', ...from, '-D', copy, '-R');
      const at =
        through === undefined ? `host=${socket} port=${port}` : `host=${through} port=5432`;
      const followed = `primary_conninfo='${at} user=boss application_name=${name}'`;
      // Behind what pg_basebackup has written there.
      appendFileSync(join(copy, 'postgresql.auto.conf'), `${followed}\n`);
      return await started(other, copy);
    },
    promote: () => control(data, 'promote', '-w'),
    freeze: () => {
      const pids = processesOf(data);
      for (const pid of pids) send(pid, 'SIGSTOP');
      return () => {
        for (const pid of pids) send(pid, 'SIGCONT');
      };
    },
  };
}

/** Its first one first. */
function processesOf(data: string): readonly number[] {
  const [first = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  const children = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8');
  return [first, ...children.split(' ').filter((one) => one !== '')].map(Number);
}

/** One of a client that has left may have ended. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function settings(data: string, lines: readonly string[]): void {
  appendFileSync(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
}

function ownedFolder(below = tmpdir()): string {
  const folder = mkdtempSync(join(below, 'mailrobot-pg-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'socket'));
  chmodSync(join(folder, 'socket'), 0o755);
  if (account !== null) {
    chownSync(folder, account.uid, account.gid);
    chownSync(join(folder, 'socket'), account.uid, account.gid);
  }
  return folder;
}

export interface Authority {
  readonly certificate: string;
  /** Of `localhost`, signed by it. */
  readonly server: { readonly certificate: string; readonly key: string };
}

/** A certificate authority, and what it has signed. */
export function makeAuthority(): Authority {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-ca-'));
  chmodSync(dir, 0o755);
  const at = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=Own CA',
  );
  openssl('req', ...key, '-keyout', at('server.key'), '-out', at('csr'), '-subj', '/CN=localhost');
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost');
  const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    at('csr'),
    ...by,
    '-extfile',
    at('names'),
    '-out',
    at('server.pem'),
  );
  chmodSync(at('server.key'), 0o644);
  return {
    certificate: at('ca.pem'),
    server: { certificate: at('server.pem'), key: at('server.key') },
  };
}

/** A server that takes connections and never says a word. */
export async function silentServer(): Promise<{
  readonly port: number;
  readonly close: () => void;
}> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, close: () => server.close() };
}

export async function freePort(): Promise<number> {
  const { port, close } = await silentServer();
  close();
  return port;
}

export function removeCluster({ socket, stop }: Cluster): void {
  if (existsSync(join(socket, '..', 'data', 'postmaster.pid'))) stop();
  rmSync(join(socket, '..'), { recursive: true, force: true });
}

/** A process that is killed runs no exit handler; a server of it would run for ever. */
function endWithOwner(data: string): void {
  const script = `while kill -0 ${process.pid} && [ -f "$1/postmaster.pid" ]; do sleep 2; done
    [ -f "$1/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$1/postmaster.pid")"`;
  spawn('sh', ['-c', script, 'sh', data], { cwd: '/', detached: true, stdio: 'ignore' }).unref();
}

function control(data: string, ...args: readonly string[]): void {
  asServer('pg_ctl', '-D', data, '-s', ...args);
}

function asServer(program: string, ...args: readonly string[]): void {
  asOwner(binary(program), ...args);
}

function asOwner(program: string, ...args: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(program, args, {
    ...(account !== null && { uid: account.uid, gid: account.gid }),
    cwd: '/',
    encoding: 'utf8',
    // What pg_ctl starts would hold a pipe for ever.
    stdio: [
      'ignore',
      program.endsWith('pg_ctl') ? 'ignore' : 'pipe',
      program.endsWith('pg_ctl') ? 'ignore' : 'pipe',
    ],
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr ?? ''}${stdout ?? ''}`);
}

/** Of the newest version that is installed. */
export function binary(name: string): string {
  return join(VERSIONS, newest() ?? '', 'bin', name);
}

function newest(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return versions.sort((a, b) => Number(a) - Number(b)).at(-1);
}

function whyMissing(): string | null {
  if (newest() === undefined || !existsSync(binary('initdb'))) return 'apt-get install postgresql';
  return isRoot && account === null ? 'there is no user postgres to run it as' : null;
}
