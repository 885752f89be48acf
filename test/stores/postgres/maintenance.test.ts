/** What an administrator does to a whole store in a database; whatever is wrong in it is found. */
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { literal } from '../../../src/postgres/client.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import { collect } from '../../kit/collect.ts';
import { bringInto, livedInMemory } from '../../kit/database-desk.ts';
import { writeFile } from '../../kit/database-files.ts';
import { hostOn } from '../../kit/database-host.ts';
import { makeStoreCluster, placeIn } from '../../kit/database-store.ts';
import { outgoingTo } from '../../kit/outgoing.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

describe.skipIf(postgresMissing !== null)(
  `maintenance in a database ${postgresMissing ?? ''}`,
  () => {
    let cluster: Cluster;
    let commits: number;
    let place: DatabasePlace;
    let connections: Connections;
    let databases = 0;
    const maintenance = () =>
      maintenanceOf({
        ...{ connections, now: () => new Date('2026-11-21T12:00:00Z') },
        ...{ extract: async () => {}, store: { catchUp: async () => {} } },
      });
    const sql = (text: string) => connections.with((database) => database.script(text));
    const found = async () => (await maintenance().check()).findings;
    const copyOf = (template: string) => {
      databases += 1;
      cluster.psql(`CREATE DATABASE lived_${databases} TEMPLATE ${template} STRATEGY file_copy`);
      return placeIn(cluster, `lived_${databases}`);
    };
    beforeAll(async () => {
      cluster = await makeStoreCluster();
      cluster.psql('CREATE DATABASE lived TEMPLATE template_store STRATEGY file_copy');
      const memory = await livedInMemory();
      commits = memory.records.length;
      const filling = new Connections(placeIn(cluster, 'lived'), { statementSeconds: 30 });
      await bringInto(filling, memory);
      await filling.end();
    }, 90_000);
    afterAll(() => removeCluster(cluster));
    beforeEach(() => {
      place = copyOf('lived');
      connections = new Connections(place, { statementSeconds: 30 });
    });
    afterEach(() => connections.end());

    test('finds nothing wrong, and counts the commits, also of an empty store', async () => {
      expect(await maintenance().check()).toEqual({ findings: [], commits });
      await connections.end();
      connections = new Connections(copyOf('template_store'), { statementSeconds: 30 });
      expect(await maintenance().check()).toEqual({ findings: [], commits: 0 });
    });

    test.each([
      ['a row that is gone', 'DELETE FROM mailrobot.rows WHERE (list, key) = ($1, $2)', true],
      [
        'a row that says something else',
        "UPDATE mailrobot.rows SET row = '{}' WHERE (list, key) = ($1, $2)",
        true,
      ],
      [
        'a row that cannot be found any more',
        "UPDATE mailrobot.rows SET sort = 'x' WHERE (list, key) = ($1, $2)",
        true,
      ],
      [
        'a row that no commit has made',
        "INSERT INTO mailrobot.rows (list, key, seq, row) SELECT list, key || '0', 1, row FROM mailrobot.rows WHERE (list, key) = ($1, $2)",
        true,
      ],
    ])('%s is found, and made right by a rebuild', async (_, statement) => {
      const [[row = {}] = []] = await sql(
        "SELECT key FROM mailrobot.rows WHERE list = 'tickets' LIMIT 1",
      );
      const values = ['tickets', String(row['key'])];
      await connections.with((database) => database.query({ text: statement, values }));
      const findings = await found();
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({ isRebuildable: true });
      expect(findings[0]?.file).toMatch(/^rows\/tickets\/[A-Z]+-\d+$/);
      expect(await maintenance().rebuild()).toEqual({ commits });
      expect(await found()).toEqual([]);
    });

    test('everything that follows from the commits can be made again', async () => {
      const before = await sql(
        'SELECT list, key, name, sort, ticket, row FROM mailrobot.rows ORDER BY 1, 2',
      );
      const marks = await sql('SELECT * FROM mailrobot.marks ORDER BY 1, 2');
      await sql('DELETE FROM mailrobot.rows; DELETE FROM mailrobot.marks');
      expect((await found()).length).toBeGreaterThan(20);
      await maintenance().rebuild();
      expect(
        await sql('SELECT list, key, name, sort, ticket, row FROM mailrobot.rows ORDER BY 1, 2'),
      ).toEqual(before);
      expect(await sql('SELECT * FROM mailrobot.marks ORDER BY 1, 2')).toEqual(marks);
    });

    test.each([
      [
        "UPDATE mailrobot.journal SET line = replace(line, '2026-', '2025-') WHERE seq = 3",
        'journal',
      ],
      ['DELETE FROM mailrobot.journal WHERE seq = 3', 'journal'],
      ['UPDATE mailrobot.head SET seq = seq - 1', 'journal'],
      ["UPDATE mailrobot.journal SET texts = '' WHERE texts <> ''", 'journal'],
      ["UPDATE mailrobot.identity SET keys = '{}'", 'keys'],
    ])('%s: it is said, and that no rebuild mends it', async (statement, file) => {
      await sql(statement);
      const findings = await found();
      expect(findings).toMatchObject([{ file, isRebuildable: false }]);
    });

    test('raw mail that is lost, changed, or of no commit is found', async () => {
      const [[row = {}] = []] = await sql(
        "SELECT path, blob FROM mailrobot.files WHERE path LIKE 'raw/%' LIMIT 1",
      );
      const [path, blob] = [String(row['path']), literal(String(row['blob']))];
      await sql(`UPDATE mailrobot.pieces SET octets = set_byte(octets, 0, 7) WHERE blob = ${blob}`);
      expect(await found()).toMatchObject([{ file: path, problem: 'is not what was committed' }]);
      await sql(`DELETE FROM mailrobot.pieces WHERE blob = ${blob}`);
      expect(await found()).toMatchObject([
        { file: path, problem: expect.stringContaining('has 0 octets') },
      ]);
      await sql(`DELETE FROM mailrobot.files WHERE blob = ${blob}`);
      expect(await found()).toMatchObject([
        { file: path, problem: 'is missing', isRebuildable: false },
      ]);
      await sql("INSERT INTO mailrobot.pieces VALUES ('nobody', 0, 'x')");
      await connections.with((database) =>
        database.transaction(() =>
          writeFile(database, 'raw/000999/999999-in.eml', [Buffer.from('x')]),
        ),
      );
      expect((await found()).map(({ file }) => file)).toEqual([
        'raw/000999/999999-in.eml',
        path,
        'pieces',
      ]);
    });

    test('a mail that goes out while a backup begins is noted in it', async () => {
      const { store, connections: own } = hostOn(copyOf('template_store'));
      await store.transact((transaction) =>
        transaction.commit({
          changes: [],
          outgoing: [outgoingTo('nic@ferrier.example', { serial: 1, sender: '' })],
        }),
      );
      let times = 0;
      const catchUp = async () => {
        await store.catchUp();
        times += 1;
        // Right behind it the MTA has taken the mail.
        if (times === 1) for (const mail of await store.unsent()) await store.markSent(mail);
      };
      const parts = { now: () => new Date(), extract: async () => {}, store: { catchUp } };
      const { backup } = maintenanceOf({ connections: own, ...parts });
      const { commits } = await backup(new PassThrough().resume(), 'nobody', []);
      expect([times, commits]).toEqual([2, 2]);
      const happened = await collect(store.commits());
      expect(happened.at(-1)?.changes).toMatchObject([{ type: 'reply.sent', mail: '1.0' }]);
    });

    test('keys are changed one after the other, whoever changes them at once', async () => {
      const done = await Promise.all(Array.from({ length: 4 }, () => maintenance().rotateKey()));
      expect(done.map(({ keys }) => keys).toSorted()).toEqual([2, 3, 4, 5]);
      await maintenance().revoke('kim');
      const [[row = {}] = []] = await sql('SELECT keys FROM mailrobot.identity');
      const keys = JSON.parse(String(row['keys']));
      expect(keys.secrets).toHaveLength(5);
      expect(keys.revoked).toEqual({ kim: '2026-11-21T12:00:00.000Z' });
      expect(keys.renewed.kim).toMatch(/^[0-9a-f]{16}$/);
    });
  },
);
