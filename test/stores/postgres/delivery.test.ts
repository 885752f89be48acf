/** What a delivery costs a database: one connection, and few messages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../../src/intake/deliver.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import { attachmentsOf } from '../../../src/ticket/ticket.ts';
import { collect } from '../../kit/collect.ts';
import { hostOn } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { Desk } from '../../kit/desk.ts';
import { type Arriving, mail } from '../../kit/mail.ts';
import { NO_READER } from '../../kit/no-reader.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

/** With an answer and a notice, which are composed, kept and handed over; and of a new connection. */
const MESSAGES = 16;

describe.skipIf(postgresMissing !== null)(`a delivery ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  const delivered = async (place: DatabasePlace, arriving: Arriving) => {
    const desk = new Desk();
    const { store } = hostOn(place);
    const config = { ...desk.config, sendmail: ['/bin/true'] as const };
    const edge = { trials: async () => desk.trials, writeLog: async () => {} };
    const context = { config, store, mta: config.sendmail, reader: NO_READER, ...edge };
    const { octets, environment, verb } = arriving;
    const once = async function* () {
      yield octets;
    };
    const given = { ...context, environment, verb, now: () => new Date() };
    const end = await deliver(once(), { ...given, defaultQueue: null, chores: 'later' });
    return { end, store };
  };
  const log = () => readFileSync(join(cluster.socket, '..', 'log'), 'utf8');

  test('asks a database on one connection, and in few messages', async () => {
    const place = newStorePlace(cluster);
    cluster.psql(`ALTER DATABASE ${place.database} SET log_statement = 'all'`);
    const before = log().length;
    const { end } = await delivered(place, mail({}, 1, new Date()));
    expect(end).toBe('opened');
    const lines = log().slice(before).split('\n');
    const messages = lines.filter((line) => / LOG: {2}(?:statement|execute [^:]+): /.test(line));
    const connections = new Set(messages.map((line) => /\[(\d+)\]/.exec(line)?.[1]));
    console.log(`a delivery with its answer: ${messages.length} messages`);
    expect(connections.size).toBe(1);
    expect(messages.length).toBeLessThanOrEqual(MESSAGES);
  });

  test('that a database refuses leaves no word of the mail in its log', async () => {
    const place = newStorePlace(cluster);
    const refuse = 'ALTER TABLE mailrobot.files ADD CONSTRAINT refused CHECK (false) NOT VALID';
    cluster.psql(refuse, place.database ?? '');
    const before = log().length;
    await expect(delivered(place, mail({ text: 'xyzzy' }, 1, new Date()))).rejects.toThrow();
    const said = log().slice(before);
    expect(said).toContain('STATEMENT:');
    for (const form of ['xyzzy', Buffer.from('xyzzy').toString('hex'), 'nic@ferrier']) {
      expect(said).not.toContain(form);
    }
  });

  test('of many small files brings what is too much for one message before', async () => {
    const part = (n: number) =>
      `--b\nContent-Type: application/octet-stream; name=${n}.bin\n` +
      `Content-Disposition: attachment; filename=${n}.bin\n\n${'x'.repeat(60_000)}${n}\n`;
    const parts = Array.from({ length: 20 }, (_, n) => part(n)).join('');
    const more = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';
    const place = newStorePlace(cluster);
    cluster.psql(`ALTER DATABASE ${place.database} SET log_statement = 'all'`);
    const before = log().length;
    const text = `--b\n\nHello.\n${parts}--b--`;
    const { end, store } = await delivered(place, mail({ more, text }, 1, new Date()));
    expect(end).toBe('opened');
    // The raw mail, and those behind the first MiB.
    const brought = log().slice(before).split('mailrobot.begin_blob()').length - 1;
    expect(brought).toBe(1 + 3);
    const [ticket] = await collect(store.tickets('all', ['SUPPORT']));
    const files = attachmentsOf(ticket ?? fail());
    expect(files).toHaveLength(20);
    for (const file of files) expect(await store.holds(file)).toBe(true);
  });
  const fail = () => {
    throw new Error('there is no ticket');
  };
});
