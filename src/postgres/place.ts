/**
 * Where a database is, from one text of the config: a connection URI as libpq has it, with several
 * hosts if there are several.
 *
 *     postgresql://desk@db1.example,db2.example:5433/mail?sslrootcert=/etc/ssl/own-ca.pem
 *     postgresql:///mail?host=/run/postgresql
 *
 * To a host on another machine goes TLS whose certificate is checked (`sslmode=verify-full`),
 * unless the text says `sslmode=disable`; there is nothing in between. Through a socket, and to
 * this machine, goes none unless it is asked for. Pure.
 */
import type { Refusal } from '../ticket/refusal.ts';

export interface DatabaseHost {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

export interface DatabasePlace {
  /** Tried in this order. */
  readonly hosts: readonly DatabaseHost[];
  /** null: by the name of the user who runs this. */
  readonly user: string | null;
  /** null: that of the user's name. */
  readonly database: string | null;
  /** null: as the passfile says. */
  readonly password: string | null;
  /** null: `.pgpass` in the home of the user who runs this. */
  readonly passfile: string | null;
  /** Of whom certificates must be; null: of those that the runtime knows. */
  readonly rootCertificate: string | null;
  /** Of each host. */
  readonly connectSeconds: number;
}

const PORT = 5432;
const SOCKETS = '/run/postgresql';
const CONNECT_SECONDS = 3;
const MAX_CONNECT_SECONDS = 60;
const PARAMETERS = [
  ...['host', 'port', 'user', 'password', 'dbname', 'passfile'],
  ...['sslmode', 'sslrootcert', 'connect_timeout', 'target_session_attrs'],
];
/** A mailrobot writes, whichever of these is asked for. */
const WRITABLE = ['read-write', 'primary'];
const HERE = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

export function databasePlace(text: string): DatabasePlace | Refusal {
  const rest = /^postgres(?:ql)?:\/\/(.*)$/i.exec(text)?.[1];
  if (rest === undefined) return { refused: 'a database is named by postgresql://…' };
  try {
    return placeIn(rest);
  } catch (error) {
    if (error instanceof URIError) return { refused: 'a % begins two digits (RFC 3986)' };
    throw error;
  }
}

/** Without what nobody should read. */
export function databaseName({ hosts, database }: DatabasePlace): string {
  return `${database ?? 'the database'} at ${hosts.map(hostName).join(', ')}`;
}

export function hostName({ host, port }: Pick<DatabaseHost, 'host' | 'port'>): string {
  return host.startsWith('/') ? `${host} (${port})` : `${host}:${port}`;
}

function placeIn(rest: string): DatabasePlace | Refusal {
  const [before = '', query = ''] = cut(rest, '?');
  const [authority = '', path = ''] = cut(before, '/');
  const at = authority.lastIndexOf('@');
  const [user = '', password] = cut(authority.slice(0, Math.max(0, at)), ':');
  const parameters = parametersIn(query);
  if ('refused' in parameters) return parameters;
  const { values } = parameters;
  const hosts = hostsIn(authority.slice(at + 1), values);
  if ('refused' in hosts) return hosts;
  const mode = values.get('sslmode') ?? null;
  if (mode !== null && mode !== 'disable' && mode !== 'verify-full') {
    return { refused: `sslmode=${mode} checks nobody's name: it is verify-full, or disable` };
  }
  const attributes = values.get('target_session_attrs');
  if (attributes !== undefined && !WRITABLE.includes(attributes)) {
    return { refused: `target_session_attrs=${attributes}: it is always read-write` };
  }
  const seconds = Number(values.get('connect_timeout') ?? CONNECT_SECONDS);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_CONNECT_SECONDS) {
    return { refused: `connect_timeout is a whole number from 1 to ${MAX_CONNECT_SECONDS}` };
  }
  const certificate = values.get('sslrootcert') ?? 'system';
  return {
    hosts: hosts.found.map((one) => ({ ...one, isTls: isTls(one.host, mode) })),
    user: values.get('user') ?? textOrNull(user),
    database: values.get('dbname') ?? textOrNull(path),
    password: values.get('password') ?? (password === undefined ? null : decoded(password)),
    passfile: values.get('passfile') ?? null,
    rootCertificate: certificate === 'system' ? null : certificate,
    connectSeconds: seconds,
  };
}

function isTls(host: string, mode: string | null): boolean {
  if (host.startsWith('/')) return false;
  return mode === null ? !HERE.test(host) : mode === 'verify-full';
}

function parametersIn(query: string): { readonly values: ReadonlyMap<string, string> } | Refusal {
  const values = new Map<string, string>();
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [name = '', value = ''] = cut(pair, '=');
    if (!PARAMETERS.includes(name)) {
      return { refused: `"${name}" is none of ${PARAMETERS.join(', ')}` };
    }
    values.set(name, decoded(value));
  }
  return { values };
}

type Hosts = { readonly found: readonly Omit<DatabaseHost, 'isTls'>[] } | Refusal;

/** Those behind `?host=` stand in the place of those before the path. */
function hostsIn(authority: string, values: ReadonlyMap<string, string>): Hosts {
  const named = values.get('host');
  const ports = (values.get('port') ?? '').split(',');
  const pairs =
    named === undefined
      ? authority.split(',').map(hostAndPort)
      : named.split(',').map((host) => [host, ''] as const);
  const found = pairs.map(([host, port], n) => {
    const written = port || ports[ports.length === 1 ? 0 : n] || String(PORT);
    return { host: host || SOCKETS, port: /^\d{1,5}$/.test(written) ? Number(written) : 0 };
  });
  const wrong = found.find(({ host, port }) => port < 1 || port > 65_535 || /\s/.test(host));
  return wrong === undefined
    ? { found }
    : { refused: `"${wrong.host}" is no host, or its port is no port` };
}

function hostAndPort(text: string): readonly [string, string] {
  const [, address, behind = ''] = /^\[([^\]]*)\](.*)$/.exec(text) ?? [];
  if (address !== undefined) return [decoded(address), behind.replace(/^:/, '')];
  const [host = '', port = ''] = cut(text, ':');
  return [decoded(host), port];
}

function textOrNull(text: string): string | null {
  return text === '' ? null : decoded(text);
}

function decoded(text: string): string {
  return decodeURIComponent(text);
}

/** At the first one. */
function cut(text: string, at: string): readonly [string, string?] {
  const place = text.indexOf(at);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + at.length)];
}
