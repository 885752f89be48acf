/**
 * A role that may have one connection at a time, as behind pgbouncer with a small pool: whatever a work
 * asks within its section, also while the head is locked since others were always quicker.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_QUESTIONS } from '../../../src/journal/facts.ts';
import { pathsFor } from '../../../src/journal/paths.ts';
import { connectTo } from '../../../src/postgres/client.ts';
import { createDatabaseStore } from '../../../src/stores/postgres/create.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import type { Decision } from '../../../src/ticket/decision.ts';
import { alwaysOvertaken } from '../../kit/always-overtaken.ts';
import { collect } from '../../kit/collect.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { placeIn } from '../../kit/database-store.ts';
import { type Cluster, makeCluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const DECISION: Decision = {
  ...{ messageId: '<1@x.example>', verb: 'new', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};

describe.skipIf(postgresMissing !== null)(`one connection ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeCluster();
    cluster.psql('CREATE ROLE single LOGIN CONNECTION LIMIT 1');
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  const newHost = async () => {
    const name = `store_${randomBytes(6).toString('hex')}`;
    cluster.psql(`CREATE DATABASE ${name}`);
    const database = await connectTo(placeIn(cluster, name), { statementSeconds: 10 });
    await createDatabaseStore(database, 'single');
    await database.end();
    return { name, ...hostOn(placeIn(cluster, name, 'single')) };
  };

  test('what is asked at once waits for it, one after the other', async () => {
    const { store } = await newHost();
    await openTicket(store);
    const asked = Array.from({ length: 8 }, () => store.ticket('SUPPORT-1'));
    const found = await Promise.all(asked);
    expect(found.map((ticket) => ticket?.number)).toEqual(Array.from({ length: 8 }, () => 1));
  });

  // Two attempts at once can both be refused by a server that would have taken either.
  test('what is asked at once is answered, also if none is open yet', async () => {
    const { name, store, connections } = await newHost();
    await openTicket(store);
    await connections.end();
    for (let round = 1; round <= 60; round += 1) {
      const host = hostOn(placeIn(cluster, name, 'single'));
      const asked = Array.from({ length: 2 }, () => host.store.ticket('SUPPORT-1'));
      const found = await Promise.allSettled(asked);
      expect(found.filter(({ status }) => status === 'rejected')).toEqual([]);
      await host.connections.end();
    }
  });

  test('a section asks the store by its own, and locks the head with it', async () => {
    const { name, store, connections } = await newHost();
    await openTicket(store);
    const tries = alwaysOvertaken(cluster, name);
    let runs = 0;
    const asked = await store.exclusive(async (transaction) => {
      runs += 1;
      const { store: within } = transaction;
      const ticket = await within.ticket('SUPPORT-1');
      const found = [await within.held(), await within.robotRun(1), await within.robotPlans()];
      await within.notices();
      await within.expired(new Date(), 5);
      await within.onLegalHold();
      await transaction.commit({ changes: [], outgoing: [] });
      return { ticket: ticket?.number, found, unsent: await within.unsent() };
    });
    expect(asked).toEqual({ ticket: 1, found: [[], null, []], unsent: [] });
    // Three times overtaken, and then with the lock.
    expect([runs, tries()]).toEqual([4, 4]);
    await connections.end();
  });

  test('whoever follows leaves it to what is asked, and looks by themselves', async () => {
    const { name, store, connections } = await newHost();
    const watch = new DatabaseLog(connections).watch();
    try {
      // Neither is there a connection yet, nor is it lent when the watch wants one of its own.
      for (let n = 1; n <= 3; n += 1) {
        expect(await openTicket(store)).toBe(n);
        expect(await watch.wait()).toBe('time');
      }
      const all = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'single'";
      expect(cluster.psql(all, name)).toBe('1\n');
    } finally {
      watch.close();
    }
  });

  test('large files are brought before the head is locked, also if that comes first', async () => {
    const { name } = await newHost();
    const other = hostOn(placeIn(cluster, name)).store;
    cluster.psql(`ALTER DATABASE ${name} SET log_statement = 'all'`);
    const { store: logged } = hostOn(placeIn(cluster, name, 'single'));
    const octets = randomBytes(300_000);
    const incoming = logged.receive();
    incoming.write(octets);
    incoming.seal('ab'.repeat(32), false);
    let runs = 0;
    const before = log().length;
    await logged.exclusive(async (transaction) => {
      runs += 1;
      await transaction.facts(NO_QUESTIONS);
      // Before anything is brought, somebody else has been quicker.
      if (runs <= 3) await openTicket(other);
      await transaction.facts({ ...NO_QUESTIONS, tickets: ['SUPPORT-1'] });
      await transaction.commit({
        ...{ changes: [], outgoing: [] },
        delivery: { key: { hash: 'h', targets: ['SUPPORT'] }, incoming, decision: DECISION },
      });
    });
    incoming.discard();
    expect(runs).toBe(5);
    const said = log().slice(before);
    expect(said).toContain('mailrobot.bring($1');
    const locked = said.split('mailrobot.lock_head()').slice(1);
    expect(locked).toHaveLength(2);
    for (const section of locked) {
      expect(section.split(/(?:COMMIT|ROLLBACK)/)[0]).not.toContain('mailrobot.bring(');
    }
    const [mail] = await collect((await other.rawMail(pathsFor(4).rawIn)) as AsyncIterable<Buffer>);
    expect(mail?.length).toBeGreaterThan(0);
  });
  const log = () => readFileSync(join(cluster.socket, '..', 'log'), 'utf8');

  test('one that is away is said at once, whoever waits', async () => {
    const { store, connections } = await newHost();
    await openTicket(store);
    await connections.end();
    cluster.psql('ALTER ROLE single NOLOGIN');
    try {
      const asked = Array.from({ length: 4 }, () => store.ticket('SUPPORT-1'));
      const ends = await Promise.allSettled(asked);
      expect(ends.map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
    } finally {
      cluster.psql('ALTER ROLE single LOGIN');
    }
  }, 9000);
});
