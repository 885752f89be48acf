/** The executable works on a database as node does: it has the client of PostgreSQL in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, makeAuthority, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { expectEachOnce, makeDeskCluster, makeDeskIn } from '../process/database-desk.ts';
import { shortMail } from '../process/desk.ts';
import { unpack } from './unpacked.ts';

describe.skipIf(postgresMissing !== null)(`on a database ${postgresMissing ?? ''}`, () => {
  const authority = postgresMissing === null ? makeAuthority() : null;
  let cluster: Cluster;
  let dir: string;
  let program: string;
  beforeAll(async () => {
    cluster = await makeDeskCluster(authority === null ? {} : { tls: authority.server });
    cluster.psql("ALTER ROLE desk PASSWORD 'secret'");
    dir = mkdtempSync(join(tmpdir(), 'mailrobot-package-'));
    program = join(unpack(dir), 'bin', 'mailrobot');
  });
  afterAll(() => {
    removeCluster(cluster);
    rmSync(dir, { recursive: true, force: true });
  });

  test('by a socket and by TLS it takes mail once, answers, and shows what is there', async () => {
    const { desk, database } = await makeDeskIn(cluster);
    const run = (args: readonly string[], input = '') => desk.run(args, { input, program });
    const takes = async (n: number) =>
      expect(await run(['new'], shortMail(n))).toEqual({
        ...{ exit: 0, signal: null, stdout: '', stderr: '' },
      });
    for (const n of [1, 1, 2]) await takes(n);
    desk.configure((config) => {
      const tls = `sslmode=verify-full&sslrootcert=${authority?.certificate}`;
      config['store'] = `postgresql://desk:secret@localhost:${cluster.port}/${database}?${tls}`;
    });
    for (const n of [2, 3]) await takes(n);
    await desk.settled();
    expect(desk.sent()).toHaveLength(3);
    expect((await run(['ticket', 'show', '7102'])).stdout).toContain('SUPPORT-7102');
    expect(await run(['fsck'])).toMatchObject({ exit: 0, stderr: '' });
    await expectEachOnce(desk, 3);
    cluster.stop();
    expect(await run(['new'], shortMail(4))).toMatchObject({ exit: 75 });
  });
});
