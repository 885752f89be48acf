/**
 * The role of the deliveries adds commits, and does nothing else to the journal, the keys, the files
 * and what follows from the commits: by hand it may read them.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf, NO_LINE } from '../../../src/journal/chain.ts';
import { RECORD_VERSION, written } from '../../../src/journal/record.ts';
import { connectTo, type Database } from '../../../src/postgres/client.ts';
import { createDatabaseStore } from '../../../src/stores/postgres/create.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import { upgradeSchema } from '../../../src/stores/postgres/upgrading.ts';
import { hostOn, openTicket } from '../../kit/database-host.ts';
import { placeIn } from '../../kit/database-store.ts';
import { outgoingTo } from '../../kit/outgoing.ts';
import { type Cluster, makeCluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const PATIENCE = { statementSeconds: 10 };
const NO_LETTERS = JSON.stringify({ again: [], gone: [], secrets: [] });

const COLUMNS: Readonly<Record<string, string>> = {
  identity: 'keys',
  epochs: 'first',
  marks: 'key',
  files: 'size',
  pieces: 'octets',
  brought: 'blob',
};

describe.skipIf(postgresMissing !== null)(
  `the role of the deliveries ${postgresMissing ?? ''}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await makeCluster();
      cluster.psql('CREATE ROLE owner LOGIN; CREATE ROLE desk LOGIN');
    }, 60_000);
    afterAll(() => removeCluster(cluster));

    /** A store of its own, which `owner` owns. */
    const newStore = async (): Promise<string> => {
      const name = `store_${randomBytes(6).toString('hex')}`;
      cluster.psql(`CREATE DATABASE ${name} OWNER owner`);
      await as('owner', name, (database) => createDatabaseStore(database, 'desk'));
      return name;
    };
    const as = async <T>(
      role: string,
      name: string,
      work: (database: Database) => Promise<T>,
    ): Promise<T> => {
      const database = await connectTo(placeIn(cluster, name, role), PATIENCE);
      try {
        return await work(database);
      } finally {
        await database.end();
      }
    };
    const host = (name: string) => hostOn(placeIn(cluster, name, 'desk'));

    const BY_HAND = [
      ...['head', 'journal', 'identity', 'epochs', 'rows', 'marks'],
      ...['files', 'pieces', 'brought'],
    ].flatMap((table) => [
      `INSERT INTO mailrobot.${table} SELECT * FROM mailrobot.${table}`,
      `UPDATE mailrobot.${table} SET ${COLUMNS[table] ?? 'seq'} = ${COLUMNS[table] ?? 'seq'}`,
      `DELETE FROM mailrobot.${table}`,
      `TRUNCATE mailrobot.${table}`,
      `SELECT FROM mailrobot.${table} FOR UPDATE`,
    ]);
    const INSIDE = [
      "SELECT mailrobot.name_file('raw/000000/1-in.eml', 'x', 1, 'x')",
      "SELECT mailrobot.write_file('raw/000000/1-in.eml', 'x')",
      "SELECT mailrobot.remove_files(ARRAY['raw/000000/1-in.eml'])",
      "INSERT INTO mailrobot.secrets VALUES ('1.0', 'x')",
    ];

    test('may not change by hand what follows from commits, nor what they are', async () => {
      const name = await newStore();
      await openTicket(host(name).store);
      for (const sql of [...BY_HAND, ...INSIDE]) {
        const doing = as('desk', name, (database) => database.script(sql));
        await expect(doing, sql).rejects.toMatchObject({ code: '42501' });
      }
    });

    test('adds lines behind the last one, by the next number and its hash, and no others', async () => {
      const name = await newStore();
      const { store } = host(name);
      expect(await openTicket(store)).toBe(1);
      const last = await as('desk', name, (database) =>
        database.query({ text: 'SELECT hash FROM mailrobot.head' }),
      );
      const prev = String(last[0]?.['hash']);
      const good = lineOf(2, prev);
      const append = (
        head: number,
        lines: readonly object[],
        more: readonly unknown[] = ['[]', '[]'],
        before: string | null = null,
      ) =>
        as('desk', name, async (database) => {
          const [row] = await database.query({
            text: `SELECT mailrobot.append($1, $2, '[]', '[]', $3, $4, $5, $6) AS ended`,
            values: [
              ...[head, JSON.stringify(lines), String(more[0]), NO_LETTERS, String(more[1])],
              before,
            ],
          });
          return row?.['ended'];
        });
      expect(await append(1, [{ ...good, seq: 3 }])).toBe('refused');
      expect(await append(1, [lineOf(3, prev)])).toBe('refused');
      expect(await append(1, [lineOf(2, NO_LINE)])).toBe('refused');
      expect(await append(1, [{ ...good, hash: NO_LINE }])).toBe('refused');
      expect(await append(1, [{ ...good, line: `${good.line} ` }])).toBe('refused');
      expect(await append(1, [good, lineOf(3, prev)])).toBe('refused');
      // What is done to files, or to what was said, has a line that says so.
      expect(await append(1, [], ['[{"path":"raw/000000/1-in.eml"}]', '[]'])).toBe('refused');
      expect(await append(1, [], ['[]', '[{"seq":1,"texts":""}]'])).toBe('refused');
      expect(await append(1, [good], ['[]', '[{"seq":1,"texts":"other"}]'])).toBe('refused');
      const file = (path: string, octets?: string) => [
        JSON.stringify([{ path, ...(octets !== undefined && { base64: octets }) }]),
        '[]',
      ];
      for (const path of ['raw/000000/1-in.eml', 'tickets/0/SUPPORT-1/attachments/1-1.txt']) {
        expect(await append(1, [good], file(path))).toBe('refused');
        expect(await append(1, [good], file(path, 'eA=='))).toBe('refused');
      }
      expect(await append(0, [lineOf(1, NO_LINE)])).toBe('overtaken');
      const own = file('raw/000000/2-in.eml', 'eA==');
      expect(await append(1, [good, lineOf(3, good.hash)], own, prev)).toBe('done');
      // Another host has given that number to a mail of its own meanwhile.
      expect(await append(1, [good], own, prev)).toBe('overtaken');
      expect(await append(3, [lineOf(4, lineOf(3, good.hash).hash)], own)).toBe('refused');
      expect(await openTicket(store)).toBe(2);
    });

    test('keys are others only if they are of the same epochs', async () => {
      const name = await newStore();
      const { store, connections } = host(name);
      const extract = async () => {};
      const now = () => new Date();
      const maintenance = maintenanceOf({ connections, now, extract, store });
      expect(await maintenance.rotateKey()).toMatchObject({ keys: 2 });
      await maintenance.resume();
      await as('desk', name, async (database) => {
        const [row] = await database.query({ text: 'SELECT keys FROM mailrobot.identity' });
        const before = String(row?.['keys']);
        for (const other of [{ epoch: 'ab' }, { pastEpochs: ['ab'] }, { secrets: [] }]) {
          const [changed] = await database.query({
            text: 'SELECT mailrobot.change_keys($1, $2) AS changed',
            values: [before, JSON.stringify({ ...JSON.parse(before), ...other })],
          });
          expect(changed).toEqual({ changed: false });
        }
      });
      expect((await maintenance.check()).findings).toEqual([]);
    });

    test('an older schema is upgraded by its owner, with what it holds, and its roles', async () => {
      const name = await newStore();
      const { store, connections } = host(name);
      await openTicket(store);
      const outgoing = [outgoingTo('nic@ferrier.example')];
      await store.transact((transaction) => transaction.commit({ changes: [], outgoing }));
      // As the first version had it.
      await as('owner', name, (database) =>
        database.script(`UPDATE mailrobot.head SET version = 1;
        UPDATE mailrobot.rows SET sort = NULL WHERE list IN ('outbox', 'deliveries');
        DROP INDEX mailrobot.standing_ended;
        DROP TABLE mailrobot.failovers, mailrobot.hosts;
        ALTER TABLE mailrobot.head DROP COLUMN timeline;
        ALTER TABLE mailrobot.subscriptions DROP COLUMN reset, DROP COLUMN lost;
        DROP FUNCTION mailrobot.append; DROP FUNCTION mailrobot.change_keys;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mailrobot TO desk`),
      );
      await expect(openTicket(store)).rejects.toMatchObject({
        end: 'store-failed',
        message: expect.stringContaining('mailrobot upgrade'),
      });
      await expect(as('desk', name, upgradeSchema)).rejects.toMatchObject({ code: '42501' });
      expect(await as('owner', name, upgradeSchema)).toEqual({ from: 1, to: 3 });
      expect(await as('owner', name, upgradeSchema)).toEqual({ from: 3, to: 3 });
      expect(await openTicket(store)).toBe(2);
      const parts = { now: () => new Date(), extract: async () => {}, store };
      expect((await maintenanceOf({ connections, ...parts }).check()).findings).toEqual([]);
      for (const sql of BY_HAND) {
        const doing = as('desk', name, (database) => database.script(sql));
        await expect(doing, sql).rejects.toMatchObject({ code: '42501' });
      }
    });
  },
);

function lineOf(seq: number, prev: string) {
  const time = '2026-11-21T12:00:00.000Z';
  const record = { v: RECORD_VERSION, seq, time, changes: [], outgoing: [] };
  const { line, texts } = written(record, { prev, at: 0 });
  return { seq, time, hash: hashOf(line), line, texts };
}
