/**
 * `mailrobot serve` without --lmtp: a door for mail without Postfix in front; and what every server
 * has in common (serve-lmtp.ts).
 *
 * Listens on 127.0.0.1 unless told otherwise. Says where it listens, then one line a
 * mail. SIGTERM and SIGINT: no new client, what is under way is finished, then it
 * ends with 0. What stops it from starting is one line.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read.ts';
import { parseAliases } from '../doors/aliases.ts';
import { listenAt } from '../doors/listen-address.ts';
import { logged, type MailLog } from '../doors/log.ts';
import { shim } from '../doors/shim.ts';
import {
  type Door,
  type ListenAddress,
  type Listening,
  listen,
  type ServerOptions,
} from '../doors/smtp.ts';
import { inertJsonLine, inertLine } from '../pages/inert.ts';
import { outputOf } from '../runtime/programs.ts';
import { reading } from './reading.ts';
import { Refused } from './refused.ts';
import type { Run } from './run.ts';

export interface ServeOptions {
  readonly config: string;
  readonly port?: string;
  readonly host?: string;
  readonly aliases?: string;
  readonly tlsKey?: string;
  readonly tlsCert?: string;
  readonly selfSigned?: boolean;
  readonly secure?: boolean;
  readonly json?: boolean;
}

const MAX_CLIENTS = 100;
const IDLE_MS = 5 * 60 * 1000;
/** command_time_limit of Postfix. */
const DELIVERY_LIMIT_MS = 1000 * 1000;

export async function serveSmtp(options: ServeOptions, run: Run): Promise<void> {
  const config = readConfig(options.config);
  const directory = mkdtempSync(join(tmpdir(), 'mailrobot-serve-'));
  try {
    const door = await shimDoor(options, config, directory, run);
    const address = { host: options.host ?? '127.0.0.1', port: portOf(options.port) };
    const server = await begin(door, await serverOptions(options, config), address, options, run);
    await untilStopped(server, run);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Listens, makes ready what the door needs, and says where. */
export async function begin(
  door: Door,
  options: ServerOptions,
  address: ListenAddress,
  { json }: Pick<ServeOptions, 'json'>,
  run: Run,
  makeReady: () => Promise<void> = async () => {},
): Promise<Listening> {
  const log: MailLog = (entry) => {
    if (json === true) process.stdout.write(`${inertJsonLine(entry)}\n`);
    else run.say(inertLine(inWords(entry)));
  };
  const server = await listening(logged(door, log), options, address);
  try {
    await makeReady();
  } catch (error) {
    await server.close();
    throw error;
  }
  run.explain(`mailrobot: listening on ${inWhere(address, server)}`);
  return server;
}

/** Until SIGTERM or SIGINT, and what is under way is finished. */
export async function untilStopped(server: Listening, run: Run): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  run.explain('mailrobot: finishing what is under way');
  await server.close();
}

function inWhere(address: ListenAddress, { port }: Listening): string {
  if ('path' in address) return address.path;
  return 'fd' in address ? 'the socket of systemd' : `${address.host} port ${port}`;
}

async function shimDoor(
  { aliases = '/etc/aliases' }: ServeOptions,
  config: Config,
  directory: string,
  { environment, now }: Run,
): Promise<Door> {
  const file = resolve(aliases);
  const read = () => parseAliases(textOf(file), file);
  read();
  return shim({
    domain: config.domain,
    aliases: read,
    directory,
    owner: await ownerOf(file),
    exported: {
      MAILROBOT_CONFIG: config.file,
      ...(environment['TZ'] !== undefined && { TZ: environment['TZ'] }),
    },
    limitMs: DELIVERY_LIMIT_MS,
    now,
  });
}

/** local(8) runs a command as the owner of its alias file, and as nobody where that is root. */
async function ownerOf(file: string) {
  const isRoot = process.geteuid?.() === 0;
  const { uid } = statSync(file);
  const user = isRoot ? (uid === 0 ? 'nobody' : String(uid)) : String(process.geteuid?.() ?? '');
  const [, , id, group, , home, shell] =
    (await outputOf('getent', ['passwd', user]))?.trim().split(':') ?? [];
  return {
    home: home ?? '/',
    shell: shell ?? '/bin/sh',
    ids: isRoot && id && group ? { uid: Number(id), gid: Number(group) } : null,
  };
}

export async function serverOptions(options: ServeOptions, config: Config): Promise<ServerOptions> {
  return {
    protocol: 'smtp',
    name: hostname(),
    size: config.limits.messageSize,
    clients: MAX_CLIENTS,
    idleMs: IDLE_MS,
    tls: await tlsOf(options, config),
    users: config.users,
  };
}

async function tlsOf(
  { tlsKey, tlsCert, selfSigned, secure }: ServeOptions,
  config: Config,
): Promise<ServerOptions['tls']> {
  if (selfSigned !== true && tlsKey === undefined && tlsCert === undefined) {
    if (secure === true)
      throw new Refused('--secure needs --tls-key and --tls-cert, or --self-signed', true);
    return null;
  }
  const beside = (name: string) => join(dirname(config.file), name);
  const key = tlsKey ?? beside('tls-key.pem');
  const cert = tlsCert ?? beside('tls-cert.pem');
  if (selfSigned === true && !existsSync(key)) await makePair(key, cert, config.domain);
  return { key: textOf(key), cert: textOf(cert), isImplicit: secure === true };
}

/** With openssl(1): node can use a certificate and make none. */
async function makePair(key: string, cert: string, domain: string): Promise<void> {
  const made = await outputOf('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...[
      '-days',
      '365',
      '-subj',
      `/CN=${domain}`,
      '-addext',
      `subjectAltName=DNS:${domain},DNS:localhost,IP:127.0.0.1`,
    ],
    ...['-keyout', key, '-out', cert],
  ]);
  if (made === null) throw new Refused('openssl could not make a certificate: is it installed?');
}

async function listening(
  door: Door,
  options: ServerOptions,
  address: ListenAddress,
): Promise<Listening> {
  try {
    return await listenAt(address, (at) => listen(door, options, at));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const where =
      'port' in address
        ? `port ${address.port} of ${address.host}`
        : 'path' in address
          ? address.path
          : 'the socket';
    throw new Refused(
      `${where} ${REASONS[code] ?? `cannot be listened on: ${code || String(error)}`}`,
    );
  }
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  EADDRINUSE: 'is in use already: another server, or a second mailrobot serve',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'may be listened on by root alone',
  ENOENT: 'lies in no folder',
};

function portOf(text = '2525'): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new Refused(`--port ${inertLine(text)}: must be a port from 0 to 65535`, true);
}

function textOf(file: string): string {
  return reading(file, () => readFileSync(file, 'utf8'));
}

function inWords({ time, client, sender, answers }: Parameters<MailLog>[0]): string {
  const to = answers.map(
    ({ recipient, reply, status, text }) => `<${recipient}> ${reply} ${status} ${text}`,
  );
  return `${time} ${client} <${sender}> -> ${to.join(', ')}`;
}
