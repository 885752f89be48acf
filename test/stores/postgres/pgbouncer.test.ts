/**
 * Through Debian's pgbouncer in transaction mode, where each transaction may have another connection:
 * hosts work as without it. Its config names two parameters that it must let pass (docs/postgresql.md).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { databasePlace } from '../../../src/postgres/place.ts';
import { accountOf } from '../../../src/runtime/user-name.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const PROGRAM = '/usr/sbin/pgbouncer';
const missing = postgresMissing ?? (existsSync(PROGRAM) ? null : 'apt-get install pgbouncer');
if (missing !== null) console.log(`no pgbouncer, so its tests are skipped: ${missing}`);

describe.skipIf(missing !== null)(`through pgbouncer ${missing ?? ''}`, () => {
  let cluster: Cluster;
  let bouncer: ChildProcess;
  let folder: string;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
    folder = mkdtempSync(join(tmpdir(), 'mailrobot-bouncer-'));
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      `[databases]
* = host=${cluster.socket} port=${cluster.port} user=boss
[pgbouncer]
unix_socket_dir = ${folder}
listen_port = 6432
pool_mode = transaction
default_pool_size = 2
auth_type = any
ignore_startup_parameters = statement_timeout, lock_timeout
`,
    );
    // It refuses to be root.
    const account = process.geteuid?.() === 0 ? accountOf('postgres') : null;
    chmodSync(folder, 0o777);
    if (account !== null) chownSync(join(folder, 'pgbouncer.ini'), account.uid, account.gid);
    bouncer = spawn(PROGRAM, [join(folder, 'pgbouncer.ini')], {
      stdio: 'ignore',
      cwd: '/',
      ...(account !== null && { uid: account.uid, gid: account.gid }),
    });
    await vi.waitFor(() => expect(existsSync(join(folder, '.s.PGSQL.6432'))).toBe(true), 10_000);
  }, 60_000);
  afterAll(() => {
    bouncer.kill('SIGKILL');
    removeCluster(cluster);
    rmSync(folder, { recursive: true, force: true });
  });

  test('hosts open tickets at once, are followed, and lock the head if they must', async () => {
    const direct = newStorePlace(cluster);
    const place = databasePlace(`postgresql://boss@/${direct.database}?host=${folder}&port=6432`);
    if ('refused' in place) throw new Error(place.refused);
    const hosts = Array.from({ length: 4 }, () => hostOn(place));
    const given = await Promise.all(
      hosts.map(async ({ store }) => [
        await openTicket(store),
        await openTicket(store),
        await openTicket(store),
      ]),
    );
    const all = given.flat().toSorted((a, b) => a - b);
    expect(all).toEqual(all.map((_, n) => n + 1));
    const { connections } = hostOn(place);
    const seqs: number[] = [];
    for await (const { seq } of new DatabaseLog(connections).commits(0).read()) seqs.push(seq);
    expect(seqs).toEqual(all);
  });
});
