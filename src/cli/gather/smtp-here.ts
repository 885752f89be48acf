/**
 * Whether somebody listens at the place that mail is handed to by SMTP, as the kernel's tables say
 * (proc(5), net/tcp): no connection is made, and nobody is asked for an address. null for a place
 * on another machine, or one whose name only DNS knows.
 */
import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Place } from './smtp.ts';

const TABLES = { four: '/proc/net/tcp', six: '/proc/net/tcp6' } as const;

export function listensHere({ host, port }: Place): boolean | null {
  const wanted = addressesOf(host);
  const tables = [read(TABLES.four), read(TABLES.six)].flatMap((text) => text ?? []);
  if (wanted.length === 0 || tables.length === 0) return null;
  return tables.flatMap(listenersIn).some((one) => one.port === port && wanted.includes(one.hex));
}

interface Listener {
  /** The address as these tables have it: words of four octets, the last octet of each first. */
  readonly hex: string;
  readonly port: number;
}

const LISTENS = '0A';

function listenersIn(table: string): readonly Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, hex, port, state] =
      /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? [];
    if (hex === undefined || port === undefined || state !== LISTENS) return [];
    return [{ hex, port: Number.parseInt(port, 16) }];
  });
}

const ANY_FOUR = '0'.repeat(8);
/** Takes what comes by IPv4, too, as Linux has it. */
const ANY_SIX = '0'.repeat(32);
const LOOPBACK_SIX = `${'0'.repeat(24)}01000000`;

/** Any of these takes what is sent to that host; none if it is not this machine. */
function addressesOf(host: string): readonly string[] {
  if (host === 'localhost') return [...addressesOf('127.0.0.1'), ...addressesOf('::1')];
  if (host === '::1') return [LOOPBACK_SIX, ANY_SIX];
  if (!isIPv4(host) || !isOurs(host)) return [];
  const octets = host.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return [octets.reverse().join('').toUpperCase(), ANY_FOUR, ANY_SIX];
}

function isOurs(host: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return host.startsWith('127.') || own.some(({ address }) => address === host);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
