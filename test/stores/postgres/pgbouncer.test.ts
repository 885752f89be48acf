/**
 * Through Debian's pgbouncer in transaction mode, where each transaction may have another connection:
 * hosts work as without it. Its config names two parameters that it must let pass (docs/postgresql.md).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databasePlace } from '../../../src/postgres/place.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Bouncer, bouncerBefore, bouncerMissing } from '../../kit/pgbouncer.ts';
import { type Cluster, removeCluster } from '../../kit/postgres.ts';

describe.skipIf(bouncerMissing !== null)(`through pgbouncer ${bouncerMissing ?? ''}`, () => {
  let cluster: Cluster;
  let bouncer: Bouncer;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
    bouncer = await bouncerBefore(cluster);
  }, 60_000);
  afterAll(() => {
    bouncer.remove();
    removeCluster(cluster);
  });

  test('hosts open tickets at once, are followed, and lock the head if they must', async () => {
    const direct = newStorePlace(cluster);
    const place = databasePlace(bouncer.url('boss', direct.database ?? ''));
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
