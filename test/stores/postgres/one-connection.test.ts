/** What a delivery costs a database: one connection, and few messages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../../src/intake/deliver.ts';
import { hostOn } from '../../kit/database-host.ts';
import { makeTemplate, newStorePlace } from '../../kit/database-store.ts';
import { Desk } from '../../kit/desk.ts';
import { mail } from '../../kit/mail.ts';
import { NO_READER } from '../../kit/no-reader.ts';
import { type Cluster, makeCluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

/** With an answer and a notice, which are composed, kept and handed over; and of a new connection. */
const MESSAGES = 16;

describe.skipIf(postgresMissing !== null)(`a delivery ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeCluster();
    await makeTemplate(cluster);
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  test('asks a database on one connection, and in few messages', async () => {
    const desk = new Desk();
    const place = newStorePlace(cluster);
    const { store } = hostOn(place);
    const config = { ...desk.config, sendmail: ['/bin/true'] as const };
    const edge = { trials: async () => desk.trials, writeLog: async () => {} };
    const context = { config, store, mta: config.sendmail, reader: NO_READER, ...edge };
    const log = () => readFileSync(join(cluster.socket, '..', 'log'), 'utf8');
    cluster.psql(`ALTER DATABASE ${place.database} SET log_statement = 'all'`);
    const before = log().length;
    const { octets, environment, verb } = mail({}, 1, new Date());
    const once = async function* () {
      yield octets;
    };
    const given = { ...context, environment, verb, now: () => new Date() };
    const end = await deliver(once(), { ...given, defaultQueue: null, chores: 'later' });
    expect(end).toBe('opened');
    const lines = log().slice(before).split('\n');
    const messages = lines.filter((line) => / LOG: {2}(?:statement|execute [^:]+): /.test(line));
    const connections = new Set(messages.map((line) => /\[(\d+)\]/.exec(line)?.[1]));
    console.log(`a delivery with its answer: ${messages.length} messages`);
    expect(connections.size).toBe(1);
    expect(messages.length).toBeLessThanOrEqual(MESSAGES);
  });
});
