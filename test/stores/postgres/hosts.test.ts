/**
 * Several hosts on one database: numbers without gaps, nothing lost or done twice, and nobody waits
 * for somebody who has been stopped.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { NO_LINE } from '../../../src/journal/chain.ts';
import { connectTo } from '../../../src/postgres/client.ts';
import { askOf, linesBehind, recordOfRow } from '../../../src/stores/postgres/commit-reader.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const HOSTS = 3;
const EACH = 8;
const PATIENCE = { statementSeconds: 10 };

describe.skipIf(postgresMissing !== null)(`several hosts ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  test('open tickets at once: each has a number of its own, and none is left out', async () => {
    const place = newStorePlace(cluster);
    const hosts = Array.from({ length: HOSTS }, () => hostOn(place));
    const given = await Promise.all(
      hosts.map(async ({ store }) => {
        const numbers: number[] = [];
        for (let n = 0; n < EACH; n += 1) numbers.push(await openTicket(store));
        return numbers;
      }),
    );
    const all = given.flat().toSorted((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: HOSTS * EACH }, (_, n) => n + 1));
    const [{ connections } = hostOn(place)] = hosts;
    let prev = NO_LINE;
    let seq = 0;
    for await (const row of linesBehind(askOf(connections), 0, HOSTS * EACH)) {
      seq += 1;
      expect(recordOfRow(row)).toMatchObject({ seq, prev });
      prev = row.hash;
    }
    expect(seq).toBe(HOSTS * EACH);
  });

  test('a follower never sees a commit before one that has a smaller number', async () => {
    const place = newStorePlace(cluster);
    const hosts = Array.from({ length: HOSTS }, () => hostOn(place));
    const { connections } = hostOn(place);
    let isOver = false;
    const followed = (async () => {
      const seen: number[] = [];
      while (seen.length < HOSTS * EACH) {
        const wasOver = isOver;
        const rows = await connections.with((database) =>
          database.query({
            text: 'SELECT seq FROM mailrobot.journal WHERE seq > $1 ORDER BY seq',
            values: [seen.at(-1) ?? 0],
          }),
        );
        seen.push(...rows.map((row) => Number(row['seq'])));
        if (wasOver) break;
      }
      return seen;
    })();
    await Promise.all(
      hosts.map(async ({ store }) => {
        for (let n = 0; n < EACH; n += 1) await openTicket(store);
      }),
    );
    isOver = true;
    expect(await followed).toEqual(Array.from({ length: HOSTS * EACH }, (_, n) => n + 1));
  });

  test('one that has stopped in its transaction keeps the others for some seconds at most', async () => {
    const place = newStorePlace(cluster);
    const { store } = hostOn(place);
    const stopped = await connectTo(place, PATIENCE);
    onTestFinished(() => stopped.end());
    await stopped.script(
      `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '1s';
        SELECT FROM mailrobot.head FOR UPDATE`,
    );
    expect(await openTicket(store)).toBe(1);
    await expect(stopped.script('COMMIT')).rejects.toMatchObject({ end: 'database' });
  });

  test('a lock that nobody gives back is a failure within seconds, and nothing has happened', async () => {
    const place = newStorePlace(cluster);
    const { store } = hostOn(place);
    const holder = await connectTo(place, PATIENCE);
    onTestFinished(() => holder.end());
    await holder.script('BEGIN; SELECT FROM mailrobot.head FOR UPDATE');
    await expect(openTicket(store)).rejects.toMatchObject({ end: 'database' });
    await holder.script('ROLLBACK');
    expect(await openTicket(store)).toBe(1);
  }, 30_000);
});
