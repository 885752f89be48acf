/**
 * Durable servers for the benchmark: one alone, with TLS; one whose commits wait for a standby that is
 * 5 ms away; and desks on them.
 *
 * The loopback of a machine cannot be made slower everywhere (netem is a module of the kernel), so what
 * goes to the standby and back passes a proxy that holds each piece for 5 ms: a process of its own.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Authority,
  type Cluster,
  makeAuthority,
  makeCluster,
  removeCluster,
} from '../../test/kit/postgres.ts';
import { PROGRAM, ROOT } from '../desks.ts';

const AWAY_MS = 5;
const PASSWORD = 'secret';

export interface Servers {
  readonly dir: string;
  readonly alone: Cluster;
  /** Made when it is first asked for. */
  readonly withStandby: () => Promise<Cluster>;
  readonly makeDesk: (name: string, options?: DeskOptions) => Promise<BenchDesk>;
  readonly remove: () => void;
}

export interface DeskOptions {
  /** null: in files. */
  readonly at?: { readonly cluster: Cluster; readonly isByTcp?: boolean } | null;
  readonly domain?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface BenchDesk {
  readonly config: string;
  readonly folder: string;
  readonly database: string;
  /** The same desk on another host: its config beside a spool of its own. */
  readonly anotherHost: () => string;
}

export async function makeServers(dir: string): Promise<Servers> {
  const authority = makeAuthority();
  const settings = ['fsync=on', 'max_connections=100', 'track_commit_timestamp=on'];
  const alone = await makeCluster({ tls: authority.server, settings });
  const made: Cluster[] = [alone];
  let proxy: ChildProcess | null = null;
  let waiting: Promise<Cluster> | null = null;
  const makeWaiting = async () => {
    const first = await makeCluster({ settings });
    made.push(first);
    const through = mkdtempSync(join(dir, 'proxy-'));
    chmodSync(through, 0o777);
    const to = join(first.socket, `.s.PGSQL.${first.port}`);
    proxy = await delayingProxy(join(through, '.s.PGSQL.5432'), to);
    made.unshift(await first.standby({ name: 'away', through }));
    first.psql("ALTER SYSTEM SET synchronous_standby_names = 'away'");
    first.psql('SELECT pg_reload_conf()');
    return first;
  };
  for (const role of ['owner', 'desk']) {
    alone.psql(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
  }
  return {
    ...{ dir, alone },
    withStandby: async () => {
      if (waiting !== null) return waiting;
      waiting = makeWaiting();
      const first = await waiting;
      for (const role of ['owner', 'desk']) first.psql(`CREATE ROLE ${role} LOGIN`);
      return first;
    },
    makeDesk: async (name, options = {}) => makeDesk(dir, authority, name, options),
    remove: () => {
      proxy?.kill();
      for (const cluster of made) removeCluster(cluster);
      rmSync(join(authority.certificate, '..'), { recursive: true, force: true });
    },
  };
}

function makeDesk(
  dir: string,
  authority: Authority,
  name: string,
  { at = null, domain = `${name}.example`, more = {} }: DeskOptions,
): BenchDesk {
  const folder = join(dir, name);
  const database = `desk_${name}`;
  at?.cluster.psql(`CREATE DATABASE ${database} OWNER owner`);
  const stores = at === null ? [] : storesIn(at, database, authority);
  const init = ['init', '--dir', folder, '--domain', domain, ...stores];
  const { status, stderr } = spawnSync(PROGRAM, init, { cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`init: ${stderr}`);
  const config = join(folder, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), sendmail: '/bin/true', ...more }),
  );
  const anotherHost = () => {
    const other = `${folder}-other`;
    mkdirSync(join(other, 'spool'), { recursive: true, mode: 0o700 });
    writeFileSync(join(other, 'config.json'), readFileSync(config), { mode: 0o600 });
    return join(other, 'config.json');
  };
  return { config, folder, database, anotherHost };
}

function storesIn(
  { cluster, isByTcp = false }: NonNullable<DeskOptions['at']>,
  database: string,
  { certificate }: Authority,
): readonly string[] {
  const owner = cluster.url('owner', database);
  const tls = `sslmode=verify-full&sslrootcert=${certificate}`;
  const place = `postgresql://desk:${PASSWORD}@localhost:${cluster.port}/${database}?${tls}`;
  const store = isByTcp ? place : cluster.url('desk', database);
  return ['--store', store, '--owner-store', owner];
}

/** Until it listens. */
async function delayingProxy(from: string, to: string): Promise<ChildProcess> {
  const script = join(ROOT, 'bench', 'postgres', 'delaying-proxy.mjs');
  const child = spawn(process.execPath, [script, from, to, String(AWAY_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}
