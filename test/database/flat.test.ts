/**
 * A delivery reads as much of a database with 100,000 tickets as of one with 100: rows and pages of the
 * tables and indexes, by the server's own counters (EXPLAIN does not see into functions). `TICKETS=n`
 * has that many.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Connections } from '../../src/postgres/connections.ts';
import { deriveAgain } from '../../src/stores/postgres/derive-again.ts';
import { placeIn } from '../kit/database-store.ts';
import { fillWith } from '../kit/many-tickets.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { deliver, type InDatabase, makeDeskCluster, makeDeskIn } from '../process/database-desk.ts';

const FEW = 100;
/** So many that the planner no longer reads whole tables because they are small. */
const SOME = 3000;
const MANY = Number(process.env['TICKETS'] ?? 100_000);

interface Read {
  readonly rows: number;
  readonly pages: number;
}

describe.skipIf(postgresMissing !== null)(`many tickets ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster({ settings: ['autovacuum=off', 'max_wal_size=4GB'] });
  });
  afterAll(() => removeCluster(cluster));

  test('a delivery reads no more than with few', async () => {
    const few = await readWith(FEW);
    const some = await readWith(SOME);
    const many = await readWith(MANY);
    console.log(`a delivery reads ${JSON.stringify({ [FEW]: few, [SOME]: some, [MANY]: many })}`);
    expect(some.rows).toBeGreaterThan(0);
    for (const what of ['rows', 'pages'] as const) {
      expect(many[what], what).toBeLessThanOrEqual(few[what] + some[what]);
      // An index is a page or two deeper.
      expect(many[what], what).toBeLessThanOrEqual(2 * some[what]);
    }
  });

  async function readWith(tickets: number): Promise<Read> {
    const made = await makeDeskIn(cluster);
    const connections = new Connections(placeIn(cluster, made.database), { statementSeconds: 300 });
    await fillWith(connections, { from: 0, to: tickets });
    await deriveAgain(connections);
    await connections.end();
    cluster.psql('VACUUM ANALYZE', made.database);
    // The first one writes what a new desk has not yet.
    await takes(made, 1);
    const before = await readIn(made);
    await takes(made, 2);
    const after = await readIn(made);
    return { rows: after.rows - before.rows, pages: after.pages - before.pages };
  }

  async function takes({ desk }: InDatabase, n: number): Promise<void> {
    expect(await deliver(desk, n)).toMatchObject({ exit: 0, stdout: '' });
    await desk.settled();
  }

  async function readIn({ database }: InDatabase): Promise<Read> {
    // What a session has read is told at its end.
    await vi.waitFor(() => {
      const sessions = `SELECT count(*) FROM pg_stat_activity
        WHERE datname = '${database}' AND application_name = 'mailrobot'`;
      expect(cluster.psql(sessions)).toBe('0\n');
    }, 30_000);
    const [rows = Number.NaN, pages = Number.NaN] = cluster
      .psql(
        `SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables;
          SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0))
            FROM pg_statio_user_tables`,
        database,
      )
      .trim()
      .split('\n')
      .map(Number);
    return { rows, pages };
  }
});
