/**
 * An asynchronous standby takes over, and with the last commits it has lost how far each subscriber was.
 * A host knows by its own disk what it has told: who was told of a commit that is lost gets one
 * `feed.reset`, whichever hosts have told it and serve then; and nobody else does.
 *
 * One server takes over for all of these, each in a database of its own.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { areWaiting, serveSubscribers } from '../../src/feed/subscribers.ts';
import type { Store } from '../../src/journal/store.ts';
import { compose } from '../../src/letters/compose.ts';
import { Connections } from '../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../src/postgres/place.ts';
import { DatabaseLog } from '../../src/stores/postgres/log.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { configOf } from '../kit/config.ts';
import { openTicket } from '../kit/database-host.ts';
import { makeStoreCluster, newStorePlace, placeIn } from '../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';

const CONFIG = configOf({
  subscribers: ['crm', 'chat'].map((name) => ({ name, type: 'exec', command: ['/bin/true'] })),
});
const RESET = 'feed.reset';
const now = () => new Date();

interface Host {
  readonly store: Store;
  readonly log: DatabaseLog;
}

/** With the spools of the two hosts that have told something. */
interface Desk {
  readonly place: DatabasePlace;
  readonly a: string;
  readonly b: string;
}

/** What crm is told by this host now; `chat` is told as much. */
async function told({ log }: Host): Promise<readonly string[]> {
  const all: Record<string, string[]> = { crm: [], chat: [] };
  await serveSubscribers({
    ...{ config: CONFIG, configuredAt: new Date(0), log, now },
    isOutdated: () => false,
    renew: async () => 0,
    send: async (event, { name }) => {
      all[name]?.push(`${event.type} ${event.subject ?? ''}`.trim());
      return { ok: true };
    },
  });
  expect(all['chat']).toEqual(all['crm']);
  return all['crm'] ?? [];
}

async function open({ store }: Host, count: number): Promise<readonly string[]> {
  const numbers: number[] = [];
  for (let n = 0; n < count; n += 1) numbers.push(await openTicket(store));
  return numbers.map((number) => `ticket.created SUPPORT-${number}`);
}

describe.skipIf(postgresMissing !== null)(`what was told ${postgresMissing ?? ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-spools-'));
  let first: Cluster;
  let standby: Cluster;
  let lent: readonly Connections[] = [];
  let desks: readonly Desk[] = [];

  function newSpool(): string {
    const spool = mkdtempSync(join(folder, 'spool-'));
    mkdirSync(join(spool, 'incoming'));
    return spool;
  }

  function hostAt(place: DatabasePlace, spool: string): Host {
    const connections = new Connections(place, { statementSeconds: 10 });
    lent = [...lent, connections];
    const store = new PostgresStore({ connections, spool, now, compose });
    return { store, log: new DatabaseLog(connections, spool) };
  }

  async function endConnections(): Promise<void> {
    const all = lent;
    lent = [];
    for (const connections of all) await connections.end();
  }
  afterEach(endConnections);

  /** So many tickets are opened, and one host tells them. */
  async function tellAt({ place, a, b }: Desk, byA: number, byB: number): Promise<void> {
    for (const [spool, count] of [
      [a, byA],
      [b, byB],
    ] as const) {
      const host = hostAt(place, spool);
      await open(host, count);
      expect(await told(host)).toHaveLength(count);
    }
    await endConnections();
  }

  beforeAll(async () => {
    first = await makeStoreCluster();
    desks = Array.from({ length: 6 }, () => {
      const place = newStorePlace(first);
      return { place, a: newSpool(), b: newSpool() };
    });
    for (const desk of desks) await tellAt(desk, 1, 1);
    // It has all that is there by now.
    standby = await first.standby();
    standby.stop();
    for (const desk of desks.slice(1)) await tellAt(desk, 2, 1);
    first.crash();
    standby.start();
    standby.promote();
  }, 120_000);

  afterAll(() => {
    for (const cluster of [first, standby]) removeCluster(cluster);
    rmSync(folder, { recursive: true, force: true });
  });

  /** The same two hosts, and a third one, at the server that has taken over. */
  function after(n: number) {
    const desk = desks[n];
    if (desk === undefined) throw new Error(`there is no desk ${n}`);
    const database = desk.place.database ?? '';
    const there = placeIn(standby, database);
    const sql = (text: string) => standby.psql(text, database);
    const [a, b, other] = [hostAt(there, desk.a), hostAt(there, desk.b), hostAt(there, newSpool())];
    return { a, b, other, sql };
  }

  test('no reset if nothing is lost', async () => {
    const { a, b } = after(0);
    expect(await told(a)).toEqual([]);
    expect(await told(b)).toEqual([]);
    const added = await open(a, 1);
    expect(await told(a)).toEqual(added);
    expect(await told(b)).toEqual([]);
  });

  test('one, though two hosts know of it, and a third one has gone on before them', async () => {
    const { a, b, other } = after(1);
    const added = await open(other, 2);
    expect(added).toEqual(['ticket.created SUPPORT-3', 'ticket.created SUPPORT-4']);
    // It knows of nothing. What it has told comes again, behind the word that something is lost.
    expect(await told(other)).toEqual(added);
    expect(await areWaiting({ config: CONFIG, log: a.log, now })).toBe(true);
    expect(await told(other)).toEqual([RESET, ...added]);
    for (const host of [a, b, other, a]) expect(await told(host)).toEqual([]);
    const more = await open(b, 1);
    expect(await told(b)).toEqual(more);
    expect(await told(a)).toEqual([]);
  });

  test('one, before anything was committed there', async () => {
    const { a, b, other } = after(2);
    expect(await told(b)).toEqual([RESET]);
    for (const host of [a, b, other]) expect(await told(host)).toEqual([]);
    const added = await open(a, 1);
    expect(await told(other)).toEqual(added);
  });

  test.each([
    [3, 'one, after an hour, since nobody knows', '', true],
    [4, 'none, if each commit was on a standby', 'SET safe = true', false],
    [5, 'none, if it had not served for long', "SET served = served - interval '8 days'", false],
  ])('desk %i, of a host that is gone for good: %s', async (n, _, change, isTold) => {
    const { other, sql } = after(n);
    const added = await open(other, 1);
    expect(await told(other)).toEqual(added);
    if (change !== '') sql(`UPDATE mailrobot.hosts ${change}`);
    const laterBy = (minutes: number) =>
      sql(`UPDATE mailrobot.hosts SET looked = looked - interval '${minutes} minutes'`);
    laterBy(30);
    expect(await told(other)).toEqual([]);
    laterBy(31);
    expect(await told(other)).toEqual(isTold ? [RESET, ...added] : []);
    expect(await told(other)).toEqual([]);
  });
});
