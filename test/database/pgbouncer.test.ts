/**
 * The program through pgbouncer in transaction mode, with two connections for all: many deliveries at
 * once, a server that crashes behind it, and one that stands still.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { bouncerBefore, bouncerMissing } from '../kit/pgbouncer.ts';
import { type Cluster, removeCluster } from '../kit/postgres.ts';
import {
  cli,
  deliver,
  expectEachOnce,
  hostThrough,
  makeDeskCluster,
  makeDeskIn,
  range,
} from '../process/database-desk.ts';
import type { TestDesk } from '../process/desk.ts';

const MAILS = 6;

describe.skipIf(bouncerMissing !== null)(`through pgbouncer ${bouncerMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster();
  });
  afterAll(() => removeCluster(cluster));

  /** And gives the numbers of those that were not taken. */
  async function deliverAll(
    desk: TestDesk,
    numbers: readonly number[],
  ): Promise<readonly number[]> {
    const ends = await Promise.all(numbers.map((n) => deliver(desk, n)));
    for (const { exit } of ends) expect([0, 75]).toContain(exit);
    return numbers.filter((_, n) => ends[n]?.exit !== 0);
  }

  test('mail is there once, whatever the server behind it does', async () => {
    const { desk, database } = await makeDeskIn(cluster);
    const bouncer = await bouncerBefore(cluster, 'desk');
    onTestFinished(bouncer.remove);
    const host = hostThrough(desk, bouncer.url('desk', database));
    const until = async (numbers: readonly number[]) => {
      let left = numbers;
      // It is told of a server that is back when somebody asks.
      await vi.waitFor(
        async () => {
          left = await deliverAll(host, left);
          expect(left).toEqual([]);
        },
        { timeout: 60_000, interval: 500 },
      );
    };
    const some = (from: number) => range(MAILS).map((n) => from + n);
    await until(some(1));

    cluster.crash();
    const away = await deliverAll(host, some(MAILS + 1));
    expect(away).toEqual(some(MAILS + 1));
    cluster.start();
    await until(away);

    const goOn = cluster.freeze();
    const one = deliver(host, 2 * MAILS + 1);
    try {
      expect((await one).exit).toBe(75);
    } finally {
      goOn();
    }
    await until([2 * MAILS + 1]);
    await host.settled();
    await expectEachOnce(host, 2 * MAILS + 1);
    const events = await cli(host, 'events', '--type', 'ticket.created');
    expect(events.stdout.trim().split('\n')).toHaveLength(2 * MAILS + 1);
  });
});
