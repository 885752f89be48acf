/** A backup of one kind of store is restored into the other, with all that a desk knows. */
import { createHash } from 'node:crypto';
import { closeSync, createWriteStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Maintenance } from '../../../src/journal/maintenance.ts';
import { pathsFor } from '../../../src/journal/paths.ts';
import { compose } from '../../../src/letters/compose.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import { openCommitLog } from '../../../src/stores/files/commit-log.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf as inFiles } from '../../../src/stores/files/maintenance.ts';
import { restoreStore } from '../../../src/stores/files/restore.ts';
import { DatabaseLog } from '../../../src/stores/postgres/log.ts';
import { maintenanceOf } from '../../../src/stores/postgres/maintenance.ts';
import { restoreDatabase } from '../../../src/stores/postgres/restoring.ts';
import { segmentsOf } from '../../../src/stores/postgres/segments.ts';
import { atOnce } from '../../../src/stores/postgres/snapshot.ts';
import type { IncomingMessage, TicketId } from '../../../src/ticket/ticket.ts';
import { collect } from '../../kit/collect.ts';
import { bringInto, livedInMemory } from '../../kit/database-desk.ts';
import { writeFile } from '../../kit/database-files.ts';
import { appendChanges, appendRecord } from '../../kit/database-journal.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';
import { QUEUES } from '../random-commits.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const TOLD = { cursor: 'e.3.0', failing: null };

describe.skipIf(postgresMissing !== null)(`moving a desk ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  let folder: string;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailrobot-moving-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  });

  const newConnections = (): Connections => {
    const connections = new Connections(newStorePlace(cluster), { statementSeconds: 30 });
    onTestFinished(() => connections.end());
    return connections;
  };
  const extract = async () => {};
  const common = { now: () => NOW, extract };
  const ofDatabase = (connections: Connections) =>
    maintenanceOf({ ...common, connections, store: { catchUp: async () => {} } });
  const backup = async (maintenance: Pick<Maintenance, 'backup'>, name: string) => {
    const path = join(folder, name);
    const output = createWriteStream(path);
    await maintenance.backup(output, 'nobody', []);
    await finished(output.end());
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    return { fd, path };
  };
  const restoring = {
    ...{ now: NOW, memory: null, keep: async () => {} },
    asOwner: async <T>(work: () => Promise<T> | T) => work(),
    countings: [{ queues: QUEUES, first: 1 }],
  };
  const sql = (connections: Connections, text: string) =>
    connections.with((database) => database.script(text));
  const hashes = async (log: Pick<DatabaseLog, 'hashOf'>, commits: number) => {
    const all: (string | null)[] = [];
    for (let seq = 0; seq <= commits; seq += 1) all.push(await log.hashOf(seq));
    return all;
  };

  test('from a database to files, and on to another database, nothing is lost', async () => {
    const memory = await livedInMemory();
    const commits = memory.records.length;
    const first = newConnections();
    await bringInto(first, memory);
    const log = new DatabaseLog(first);
    await log.change('crm', TOLD);

    const root = join(folder, 'store');
    const archive = await backup(ofDatabase(first), 'first.tar');
    expect(await restoreStore(archive, { ...restoring, root, owner: null })).toMatchObject({
      commits,
    });
    const options = { ...common, root, compose };
    const files = new FileStore(options);
    await files.recover();
    expect((await inFiles(options).check()).findings).toEqual([]);
    const tickets = await collect(files.tickets('all', QUEUES));
    expect(tickets).toEqual(await collect(memory.tickets('all', QUEUES)));
    const filesLog = openCommitLog(root);
    expect(await hashes(filesLog, commits)).toEqual(await hashes(log, commits));
    expect(await filesLog.subscription('crm')).toEqual(TOLD);
    expect((await filesLog.epochs()).slice(0, -1)).toEqual(await log.epochs());

    const second = newConnections();
    const back = await backup(inFiles(options), 'second.tar');
    const more = { extract, directory: folder, connections: second };
    expect(await restoreDatabase(back, { ...restoring, ...more })).toMatchObject({
      commits: commits + 1,
    });
    expect(await ofDatabase(second).check()).toEqual({ findings: [], commits: commits + 2 });
    const again = new DatabaseLog(second);
    expect(await hashes(again, commits)).toEqual(await hashes(log, commits));
    expect(await again.subscription('crm')).toEqual(TOLD);
    expect((await again.epochs()).map(({ first: n }) => n)).toEqual([1, commits + 1, commits + 2]);
    expect(await again.restingSince()).toBe(NOW.toISOString());
    const rows = (connections: Connections) =>
      sql(connections, "SELECT key, row FROM mailrobot.rows WHERE list = 'tickets' ORDER BY key");
    expect(await rows(second)).toEqual(await rows(first));
    const raw = (connections: Connections) =>
      sql(connections, 'SELECT path, size, sha256 FROM mailrobot.files ORDER BY path');
    expect(await raw(second)).toEqual(await raw(first));
    expect((await raw(first))[0]?.length).toBeGreaterThan(0);
    // It has a store by now.
    await expect(restoreDatabase(back, { ...restoring, ...more })).rejects.toMatchObject({
      end: 'store-failed',
    });
    expect(await ofDatabase(second).check()).toEqual({ findings: [], commits: commits + 2 });
  }, 60_000);

  test('an empty store goes to files and back', async () => {
    const root = join(folder, 'store');
    const archive = await backup(ofDatabase(newConnections()), 'empty.tar');
    await restoreStore(archive, { ...restoring, root, owner: null });
    const options = { ...common, root, compose };
    await new FileStore(options).recover();
    expect((await inFiles(options).check()).findings).toEqual([]);
    const second = newConnections();
    const back = await backup(inFiles(options), 'back.tar');
    const more = { extract, directory: folder, connections: second };
    await restoreDatabase(back, { ...restoring, ...more });
    expect(await ofDatabase(second).check()).toEqual({ findings: [], commits: 2 });
  });

  test('attachments are taken out of their mail once more', async () => {
    const first = newConnections();
    const octets = Buffer.from('a picture');
    const ticket: TicketId = 'SUPPORT-1';
    const path = 'tickets/0/SUPPORT-1/attachments/1-1.png';
    await appendRecord(first, (seq) => {
      const sum = {
        size: octets.length,
        sha256: createHash('sha256').update(octets).digest('hex'),
      };
      const raw = pathsFor(seq).rawIn;
      const from = { name: 'Nic', address: 'nic@ferrier.example' };
      const message: IncomingMessage = {
        ...{ serial: 1, direction: 'in', trust: 'claimed', from, to: [], date: NOW.toISOString() },
        ...{ messageId: '<1@ferrier.example>', subject: 'x', text: 'x', newLines: [], raw },
        attachments: [{ ...sum, path, filename: 'a.png', contentType: 'image/png' }],
      };
      return {
        ...{ v: 2, seq, time: NOW.toISOString(), outgoing: [] },
        changes: [
          {
            type: 'ticket.created',
            ticket,
            number: 1,
            queue: 'SUPPORT',
            subject: 'x',
            requester: from,
          },
          { type: 'message.added', ticket, message },
        ],
      };
    });
    await first.with((database) => writeFile(database, pathsFor(1).rawIn, [Buffer.from('a mail')]));
    const taking = {
      ...{ connections: first, now: () => NOW, store: { catchUp: async () => {} } },
      extract: async (
        chunks: () => Iterable<Buffer>,
        _: unknown,
        open: (n: number) => { write: (piece: Buffer) => void; close: () => void },
      ) => {
        expect(Buffer.concat([...chunks()]).toString()).toBe('a mail');
        const writer = open(1);
        writer.write(octets);
        writer.close();
      },
    };
    const missing = (await maintenanceOf(taking).check()).findings.filter(
      ({ file }) => file === path,
    );
    expect(missing).toMatchObject([{ problem: 'is missing', isRebuildable: true }]);
    await maintenanceOf(taking).rebuild();
    const findings = (await maintenanceOf(taking).check()).findings;
    expect(findings.filter(({ file }) => file === path)).toEqual([]);
    await sql(
      first,
      `UPDATE mailrobot.pieces SET octets = 'other' WHERE blob =
      (SELECT blob FROM mailrobot.files WHERE path = '${path}')`,
    );
    await maintenanceOf(taking).rebuild();
    const [[row = {}] = []] = await sql(
      first,
      `SELECT octets FROM mailrobot.pieces
      WHERE blob = (SELECT blob FROM mailrobot.files WHERE path = '${path}')`,
    );
    expect(row['octets']).toEqual(octets);
  });

  test('a long journal is many segments, each the same when it is read again', async () => {
    const connections = newConnections();
    for (let n = 0; n < 4; n += 1) {
      const text = String(n).repeat(5_000_000);
      await appendChanges(connections, [
        { type: 'note.added', ticket: 'SUPPORT-1', serial: n, text, by: 'kim' },
      ]);
    }
    await atOnce(connections, async (ask) => {
      const sums = async () =>
        (await collect(segmentsOf(ask, 4))).map(({ name, lines, texts }) => ({
          name,
          hash: createHash('sha256').update(lines).update(texts).digest('hex'),
        }));
      const once = await sums();
      expect(once.map(({ name }) => name)).toEqual(['000000000001.ndjson', '000000000003.ndjson']);
      expect(await sums()).toEqual(once);
    });
  });
});
