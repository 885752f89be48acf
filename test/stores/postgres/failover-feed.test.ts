/**
 * A database takes over that did not have the last commits, and their numbers are given again: whoever
 * has been told of them gets one `feed.reset`, and goes on with what there is, by themselves.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { END_OF_COMMIT } from '../../../src/feed/cursor.ts';
import type { FeedEvent } from '../../../src/feed/event.ts';
import { cursorBehind, Feed, positionAfter } from '../../../src/feed/feed.ts';
import { serveSubscribers } from '../../../src/feed/subscribers.ts';
import type { CommitLog } from '../../../src/journal/log.ts';
import type { Connections } from '../../../src/postgres/connections.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import { problemsOf } from '../../feed/event-schema.ts';
import { configOf, DOMAIN } from '../../kit/config.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace, placeIn } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const CONFIG = configOf({
  subscribers: ['crm', 'chat'].map((name) => ({ name, type: 'exec', command: ['/bin/true'] })),
});

/** Everything that they are told now, by name. */
async function told(log: CommitLog): Promise<Readonly<Record<string, readonly FeedEvent[]>>> {
  const all: Record<string, FeedEvent[]> = { crm: [], chat: [] };
  await serveSubscribers({
    ...{ config: CONFIG, configuredAt: new Date(0), log, now: () => new Date() },
    isOutdated: () => false,
    renew: async () => 0,
    send: async (event, { name }) => {
      all[name]?.push(event);
      return { ok: true };
    },
  });
  return all;
}

async function eventsAfter(cursor: string, log: CommitLog): Promise<readonly FeedEvent[]> {
  const position = await positionAfter(cursor, log);
  if ('refused' in position) throw new Error(position.refused);
  const events: FeedEvent[] = [];
  for await (const { event } of (await Feed.open(log, DOMAIN, position)).next()) events.push(event);
  return events;
}

function saying(events: readonly FeedEvent[] = []): readonly string[] {
  for (const event of events) expect(problemsOf(event)).toBe('');
  return events.map(({ type, subject = '' }) => `${type} ${subject}`.trim());
}

describe.skipIf(postgresMissing !== null)(
  `a feed behind a failover ${postgresMissing ?? ''}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await makeStoreCluster();
    }, 60_000);
    afterAll(() => removeCluster(cluster));

    /** The standby that was promoted had the first of them alone; but for how far subscribers are. */
    const loseBehind = (connections: Connections, seq: number) =>
      connections.with((database) =>
        database.script(`DELETE FROM mailrobot.journal WHERE seq > ${seq};
        DELETE FROM mailrobot.rows WHERE seq > ${seq} AND list <> 'numbers';
        DELETE FROM mailrobot.marks WHERE ticket NOT IN (SELECT key FROM mailrobot.rows
          WHERE list = 'tickets');
        UPDATE mailrobot.rows SET row = '${seq + 1}', seq = ${seq} WHERE list = 'numbers';
        UPDATE mailrobot.head SET (seq, hash) =
          (SELECT seq, hash FROM mailrobot.journal WHERE seq = ${seq})`),
      );

    test('each subscriber is told so once, and then what is new', async () => {
      const { store, connections } = hostOn(newStorePlace(cluster));
      const log = new DatabaseLog(connections);
      for (let n = 0; n < 3; n += 1) await openTicket(store);
      expect(saying((await told(log))['crm'])).toHaveLength(3);
      const cursor = await cursorBehind(3, log);
      await loseBehind(connections, 1);
      await openTicket(store);
      // It has the number of none that they know, and is less than theirs.
      const first = await told(log);
      expect(saying(first['crm'])).toEqual(['feed.reset']);
      expect(saying(first['chat'])).toEqual(['feed.reset']);
      expect(first['crm']?.[0]?.data).toEqual({ reason: 'failover' });
      await openTicket(store);
      await openTicket(store);
      const second = await told(log);
      const added = ['ticket.created SUPPORT-3', 'ticket.created SUPPORT-4'];
      expect(saying(second['crm'])).toEqual(added);
      expect(saying(second['chat'])).toEqual(added);
      expect(saying((await told(log))['crm'])).toEqual([]);
      expect((await log.subscription('crm'))?.failing).toBeNull();
      // Whoever reads by a cursor of their own is told, too; and nobody whose commit is still there.
      expect(saying(await eventsAfter(cursor, log))[0]).toBe('feed.reset');
      expect(saying(await eventsAfter(await cursorBehind(1, log), log))).toHaveLength(3);
    });

    test('a reader who follows begins anew at their cursor, and is told so', async () => {
      const { store, connections } = hostOn(newStorePlace(cluster));
      const log = new DatabaseLog(connections);
      for (let n = 0; n < 2; n += 1) await openTicket(store);
      const feed = await Feed.open(log, DOMAIN, { seq: 0, n: END_OF_COMMIT });
      const events: FeedEvent[] = [];
      for await (const { event } of feed.next()) events.push(event);
      await loseBehind(connections, 1);
      await openTicket(store);
      await openTicket(store);
      for await (const { event } of feed.next()) events.push(event);
      expect([events.length, feed.isLost]).toEqual([2, true]);
      const again = saying(await eventsAfter(events.at(-1)?.id ?? '', log));
      expect(again).toEqual(['feed.reset', 'ticket.created SUPPORT-2', 'ticket.created SUPPORT-3']);
    });

    test('a real standby that takes over: nothing of what it has committed is left out', async () => {
      const place = newStorePlace(cluster);
      const name = place.database ?? '';
      const { store, connections } = hostOn(place);
      const log = new DatabaseLog(connections);
      await openTicket(store);
      const standby = await cluster.standby();
      try {
        standby.stop();
        for (let n = 0; n < 4; n += 1) await openTicket(store);
        const cursor = await cursorBehind(5, log);
        await connections.end();
        // What was committed meanwhile dies with its server.
        cluster.crash();
        standby.start();
        standby.psql('SELECT pg_promote()');
        const { store: then, connections: there } = hostOn(placeIn(standby, name));
        const behind = new DatabaseLog(there);
        for (let n = 0; n < 6; n += 1) await openTicket(then);
        const numbers = Array.from({ length: 6 }, (_, n) => `ticket.created SUPPORT-${n + 2}`);
        expect(saying(await eventsAfter(cursor, behind))).toEqual(['feed.reset', ...numbers]);
      } finally {
        removeCluster(standby);
        cluster.start();
      }
    });
  },
);
