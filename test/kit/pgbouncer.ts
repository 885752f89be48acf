/** Debian's pgbouncer in transaction mode before a server of a test's own, as docs/postgresql.md has it. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { accountOf } from '../../src/runtime/user-name.ts';
import { type Cluster, postgresMissing } from './postgres.ts';

const PROGRAM = '/usr/sbin/pgbouncer';

export const bouncerMissing =
  postgresMissing ?? (existsSync(PROGRAM) ? null : 'apt-get install pgbouncer');
if (bouncerMissing !== null)
  console.log(`no pgbouncer, so its tests are skipped: ${bouncerMissing}`);

export interface Bouncer {
  readonly url: (user: string, database: string) => string;
  readonly remove: () => void;
}

/** Everybody is `user` behind it; two connections to a database. */
export async function bouncerBefore({ socket, port }: Cluster, user = 'boss'): Promise<Bouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-bouncer-'));
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(
    config,
    `[databases]
* = host=${socket} port=${port} user=${user}
[pgbouncer]
unix_socket_dir = ${folder}
listen_port = 6432
pool_mode = transaction
default_pool_size = 2
server_login_retry = 1
auth_type = any
ignore_startup_parameters = statement_timeout, lock_timeout
`,
  );
  // It refuses to be root.
  const account = process.geteuid?.() === 0 ? accountOf('postgres') : null;
  chmodSync(folder, 0o777);
  if (account !== null) chownSync(config, account.uid, account.gid);
  const bouncer = spawn(PROGRAM, [config], {
    stdio: 'ignore',
    cwd: '/',
    ...(account !== null && { uid: account.uid, gid: account.gid }),
  });
  await vi.waitFor(() => expect(existsSync(join(folder, '.s.PGSQL.6432'))).toBe(true), 10_000);
  return {
    url: (as, database) => `postgresql://${as}@/${database}?host=${folder}&port=6432`,
    remove: () => {
      bouncer.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
