/** The commits in a database for those who follow them: many hosts, and servers that fail over. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommitLog, Subscription } from '../../../src/journal/log.ts';
import { literal } from '../../../src/postgres/client.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import { notifyCommitted } from '../../../src/stores/postgres/durably.ts';
import { Leases } from '../../../src/stores/postgres/leases.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import type { Change } from '../../../src/ticket/change.ts';
import { collect } from '../../kit/collect.ts';
import { appendChanges } from '../../kit/database-journal.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const BLOCKED: Change = { type: 'address.blocked', address: 'nic@ferrier.example', by: 'kim' };
const CLEARED: Change = { type: 'address.cleared', address: 'nic@ferrier.example', by: 'kim' };
const told = (cursor: string): Subscription => ({ cursor, failing: null });

describe.skipIf(postgresMissing !== null)(`the log in a database ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  let place: DatabasePlace;
  let hosts: Connections[] = [];
  let here: Connections;
  let log: CommitLog;
  /** As from another host. */
  const host = (): Connections => {
    const connections = new Connections(place, { statementSeconds: 10 });
    hosts.push(connections);
    return connections;
  };
  const sql = (text: string) => here.with((database) => database.script(text));
  const settled = async () => Number((await sql('SELECT n FROM mailrobot.settled'))[0]?.[0]?.['n']);
  const read = async (reader = log.commits(0)) =>
    (await collect(reader.read())).map(({ seq }) => seq);
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));
  beforeEach(() => {
    place = newStorePlace(cluster);
    here = host();
    log = new DatabaseLog(here);
  });
  afterEach(async () => {
    for (const connections of hosts) await connections.end();
    hosts = [];
  });

  test('gives each commit once, in order, and reads on where it stopped', async () => {
    const reader = log.commits(0);
    expect(await read(reader)).toEqual([]);
    await appendChanges(here, [BLOCKED]);
    await appendChanges(here, [CLEARED]);
    expect(await read(reader)).toEqual([1, 2]);
    expect(await read(reader)).toEqual([]);
    await appendChanges(here, [BLOCKED]);
    expect(await read(reader)).toEqual([3]);
    const [, second] = await collect(log.commits(0).read());
    expect(second).toMatchObject({ seq: 2, changes: [CLEARED], isRestored: false });
    expect(await log.hashOf(2)).toBe(second?.hash);
    expect(await log.hashOf(0)).toBe('0'.repeat(32));
    expect(await log.hashOf(4)).toBeNull();
  });

  test('writes once of its own before it tells of what is new, and not for what it has told', async () => {
    for (const change of [BLOCKED, CLEARED, BLOCKED]) await appendChanges(here, [change]);
    const before = await settled();
    expect(await read()).toEqual([1, 2, 3]);
    expect(await settled()).toBe(before + 1);
    expect(await read()).toEqual([1, 2, 3]);
    expect(await settled()).toBe(before + 1);
    await appendChanges(here, [BLOCKED]);
    await log.last();
    expect(await settled()).toBe(before + 1);
    await read();
    expect(await settled()).toBe(before + 2);
  });

  test('reads a journal that is more than a batch, commit by commit', async () => {
    for (let n = 0; n < 3; n += 1) {
      const text = 'x'.repeat(3_000_000);
      await appendChanges(here, [
        { type: 'note.added', ticket: 'SUPPORT-7102', serial: 1, text, by: 'kim' },
      ]);
    }
    for (let n = 0; n < 520; n += 1) await appendChanges(here, [BLOCKED]);
    expect(await read()).toEqual(Array.from({ length: 523 }, (_, n) => n + 1));
  });

  test('a failover that lost commits and gave their numbers again is found', async () => {
    await appendChanges(here, [BLOCKED]);
    await appendChanges(here, [BLOCKED]);
    const reader = log.commits(0);
    const hash = await log.hashOf(2);
    await read(reader);
    await sql(`DELETE FROM mailrobot.journal WHERE seq = 2; UPDATE mailrobot.head
      SET seq = 1, hash = (SELECT hash FROM mailrobot.journal WHERE seq = 1)`);
    await expect(read(reader)).rejects.toThrow('commit 2 is there no more');
    for (const change of [CLEARED, CLEARED]) await appendChanges(here, [change]);
    await expect(read(reader)).rejects.toThrow('commit 2 is another one now');
    expect(await log.hashOf(2)).not.toBe(hash);
  });

  test('a commit that was changed in the database is not told', async () => {
    await appendChanges(here, [BLOCKED]);
    await sql(`UPDATE mailrobot.journal SET texts = replace(texts, 'nic', 'tim')`);
    await expect(read()).rejects.toMatchObject({ end: 'store-damaged' });
    expect(await log.hashOf(1)).toBeNull();
  });

  test('the first commit since a time is the first by its number, whatever clocks said', async () => {
    for (const time of ['12:00', '12:02', '12:01']) {
      await appendChanges(here, [BLOCKED], `2026-11-21T${time}:00.000Z`);
    }
    const since = (time: string) => log.firstSince(new Date(`2026-11-21T${time}Z`));
    expect(await since('11:00:00')).toBe(1);
    expect(await since('12:01:00')).toBe(2);
    expect(await since('12:02:00.001')).toBe(4);
  });

  test('says since when it rests, and its epochs, the oldest first', async () => {
    expect(await log.restingSince()).toBeNull();
    await sql("UPDATE mailrobot.identity SET resting = '2026-11-21T12:00:00Z'");
    expect(await log.restingSince()).toBe('2026-11-21T12:00:00.000Z');
    const keys = { epoch: 'c', pastEpochs: ['b', 'a'] };
    await sql(`UPDATE mailrobot.identity SET keys = ${literal(JSON.stringify(keys))};
      INSERT INTO mailrobot.epochs VALUES ('a', 1), ('b', 1), ('c', 9)`);
    expect(await log.epochs()).toEqual([
      { name: 'a', first: 1 },
      { name: 'b', first: 1 },
      { name: 'c', first: 9 },
    ]);
  });

  test('one host serves the subscribers at a time, and every host sees that', async () => {
    const other = new DatabaseLog(host());
    const isOurs = await log.serve(async () => {
      expect(await other.isServing()).toBe(true);
      expect(await other.serve(async () => expect.unreachable())).toBe(false);
      await log.save('crm', told('e.1.0'));
    });
    expect(isOurs).toBe(true);
    expect(await other.isServing()).toBe(false);
    expect(await other.serve(async () => {})).toBe(true);
    await expect(log.serve(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await other.serve(async () => {})).toBe(true);
  });

  test('a host that has lost its lease saves nothing, and its work ends', async () => {
    const other = new DatabaseLog(host());
    await log.serve(async () => {
      await log.save('crm', told('e.1.0'));
      await sql("UPDATE mailrobot.leases SET until = clock_timestamp() - interval '1 second'");
      expect(await log.isServing()).toBe(false);
      await expect(log.save('crm', told('e.2.0'))).rejects.toMatchObject({ end: 'store-locked' });
      const isTheirs = await other.serve(async () => {
        expect(await other.subscription('crm')).toEqual(told('e.1.0'));
        await other.save('crm', told('e.3.0'));
        await expect(log.save('crm', told('e.2.0'))).rejects.toThrow('somebody else');
      });
      expect(isTheirs).toBe(true);
    });
    expect(await log.subscription('crm')).toEqual(told('e.3.0'));
  });

  test('who is sent elsewhere while they are served stays there', async () => {
    const person = new DatabaseLog(host());
    const failing = { attempts: 1, since: '2026-11-21T12:00:00Z', error: 'no', nextTry: '' };
    await log.serve(async () => {
      expect(await log.subscription('crm')).toBeNull();
      await log.save('crm', told('e.1.0'));
      await log.save('crm', { cursor: 'e.1.0', failing });
      expect(await log.subscription('crm')).toEqual({ cursor: 'e.1.0', failing });
      await person.change('crm', told('e.7.0'));
      await log.save('crm', told('e.2.0'));
      expect(await log.subscription('crm')).toEqual(told('e.7.0'));
      await log.save('crm', told('e.8.0'));
    });
    expect(await person.subscription('crm')).toEqual(told('e.8.0'));
  });

  test('a watch ends at a commit that is told, or in time, also if its connection is lost', async () => {
    const watch = log.watch();
    try {
      await watch.wait();
      const other = host();
      for (let why = 'time'; why === 'time'; ) {
        const waiting = watch.wait();
        await notifyCommitted(other);
        why = await waiting;
      }
      await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`);
      while ((await watch.wait()) !== 'time');
      // By now it listens again.
      while ((await watch.wait()) !== 'commit');
    } finally {
      watch.close();
    }
    await watch.wait();
  });

  test('telling of a commit fails silently', async () => {
    const nowhere = new Connections(
      { ...place, hosts: place.hosts.map((at) => ({ ...at, port: 1 })) },
      { statementSeconds: 10 },
    );
    await expect(nowhere.with(async () => {})).rejects.toMatchObject({ end: 'database' });
    await notifyCommitted(nowhere);
  });

  test('work of different names goes on side by side, and a lease says whether it holds', async () => {
    const [ours, theirs] = [new Leases(here), new Leases(host())];
    const isOurs = await ours.alone('robots', async (lease) => {
      expect(lease.isHeld()).toBe(true);
      expect(await ours.alone('robots', async () => expect.unreachable())).toBe(false);
      expect(await theirs.isTaken('robots')).toBe(true);
      expect(await theirs.alone('others', async () => {})).toBe(true);
      const [[row = {}] = []] = await sql(`SELECT ${lease.heldBy} AS held`);
      expect(row['held']).toBe(true);
      await sql("UPDATE mailrobot.leases SET holder = 'another host'");
      const [[after = {}] = []] = await sql(`SELECT ${lease.heldBy} AS held`);
      expect(after['held']).toBe(false);
    });
    expect(isOurs).toBe(true);
    // It ends no lease but its own.
    expect(await theirs.isTaken('robots')).toBe(true);
  });
});
