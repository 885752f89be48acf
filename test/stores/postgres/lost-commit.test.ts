/**
 * The connection is lost at a COMMIT, and nobody knows what became of it: the mail stays with the MTA
 * (exit 75), which brings it again; then it is there once.
 */
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { databasePlace } from '../../../src/postgres/place.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';
import { type PostgresProxy, proxyBefore } from '../../kit/postgres-proxy.ts';

describe.skipIf(postgresMissing !== null)(`a lost COMMIT ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  let proxy: PostgresProxy;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));
  beforeEach(async () => {
    proxy = await proxyBefore(cluster);
    onTestFinished(() => proxy.close());
  });

  test.each([
    ['before', [1, 2]],
    ['after', [1, 2, 3]],
  ] as const)('%s the server has made it', async (when, numbers) => {
    const place = newStorePlace(cluster);
    const through = databasePlace(proxy.url('boss', place.database ?? ''));
    if ('refused' in through) throw new Error(through.refused);
    const { store } = hostOn(through);
    const { store: other } = hostOn(place);
    expect(await openTicket(store)).toBe(1);
    proxy.cutNext(when);
    await expect(openTicket(store)).rejects.toMatchObject({ end: 'database' });
    expect(proxy.cuts()).toBe(1);
    // A connection of its own is made anew, and the numbers go on behind what was committed.
    expect(await openTicket(store)).toBe(numbers.at(-1));
    const found: number[] = [];
    for await (const { number } of other.tickets('all', ['SUPPORT'])) found.push(number);
    expect(found.toSorted((a, b) => a - b)).toEqual(numbers);
  });

  test('somebody who is lost at every other COMMIT leaves no gap', async () => {
    const place = newStorePlace(cluster);
    const through = databasePlace(proxy.url('boss', place.database ?? ''));
    if ('refused' in through) throw new Error(through.refused);
    const { store } = hostOn(through);
    const { store: other } = hostOn(place);
    for (let n = 0; n < 6; n += 1) {
      if (n % 2 === 0) proxy.cutNext(n % 4 === 0 ? 'before' : 'after');
      await openTicket(store).catch(() => {});
      await openTicket(other);
    }
    expect(proxy.cuts()).toBe(3);
    const found: number[] = [];
    for await (const { number } of other.tickets('all', ['SUPPORT'])) found.push(number);
    expect(found.toSorted((a, b) => a - b)).toEqual(found.map((_, n) => n + 1));
  });

  test('somebody cancels the wait for a standby: it is no success, and nobody is told of it', async () => {
    const place = newStorePlace(cluster);
    const { store, connections } = hostOn(place);
    expect(await openTicket(store)).toBe(1);
    const standbys = (names: string) =>
      cluster.psql(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`) +
      cluster.psql('SELECT pg_reload_conf()');
    const waiting = () =>
      cluster.psql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'").trim();
    standbys('*');
    try {
      const opened = openTicket(store).catch((error: unknown) => error);
      await vi.waitFor(() => expect(waiting()).not.toBe(''), 8000);
      cluster.psql(`SELECT pg_cancel_backend(${waiting()})`);
      expect(await opened).toMatchObject({ end: 'database' });
      // It is there, and will be told of when it is on the standby.
      const told = new DatabaseLog(connections).commits(1).read()[Symbol.asyncIterator]().next();
      await vi.waitFor(() => expect(waiting()).not.toBe(''), 8000);
      standbys('');
      expect(await told).toMatchObject({ value: { seq: 2 } });
    } finally {
      standbys('');
    }
    expect(await openTicket(store)).toBe(3);
  }, 30_000);
});
