/** Octets in a database: they come back as they were, piece by piece. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allOf, FileLost } from '../../../src/journal/blobs.ts';
import { OWN_PATHS } from '../../../src/journal/own-names.ts';
import { attachmentPath } from '../../../src/journal/paths.ts';
import { Connections } from '../../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../../src/postgres/place.ts';
import { bringIn, DatabaseFiles } from '../../../src/stores/postgres/files.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { Decision } from '../../../src/ticket/decision.ts';
import type { StoredFile } from '../../../src/ticket/ticket.ts';
import { removeFiles, writeFile } from '../../kit/database-files.ts';
import { hostOn } from '../../kit/database-host.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

const RAW = 'raw/000000/1-in.eml';
const DECISION: Decision = {
  ...{ messageId: '<1@x.example>', verb: 'new', sender: null, recipients: [], isNamed: null },
  ...{ client: null, login: null, asked: [], spoke: [], trust: 'claimed', why: '' },
  ...{ route: 'SUPPORT', by: 'queue', intent: 'open' },
};
const KIB = 1024;
const PIECE = 256 * KIB;
const SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 4 * PIECE, 5 * KIB * KIB];
const sha256 = (octets: Buffer) => createHash('sha256').update(octets).digest('hex');
const file = (octets: Buffer, path = RAW): StoredFile => ({
  ...{ filename: 'a.bin', path, size: octets.length, sha256: sha256(octets) },
});

/** As mail comes from the disk of the host. */
function* inChunks(octets: Buffer, length = 64 * KIB): Generator<Buffer> {
  for (let at = 0; at < octets.length; at += length) yield octets.subarray(at, at + length);
}

describe.skipIf(postgresMissing !== null)(`files in a database ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  let connections: Connections;
  let files: DatabaseFiles;
  let place: DatabasePlace;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailrobot-files-'));
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => {
    removeCluster(cluster);
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    place = newStorePlace(cluster);
    connections = new Connections(place, { statementSeconds: 10 });
    files = new DatabaseFiles(connections);
  });
  afterEach(() => connections.end());

  const write = (octets: Iterable<Buffer>, path = RAW) =>
    connections.with((database) => database.transaction(() => writeFile(database, path, octets)));
  const read = async (path = RAW) => allOf(await files.rawMail(path));
  const rowsOf = async (sql: string) => {
    const [rows = []] = await connections.with((database) => database.script(sql));
    return rows;
  };
  const count = async (table: string) =>
    (await rowsOf(`SELECT count(*)::int AS n FROM mailrobot.${table}`))[0]?.['n'];

  test.each(SIZES)('%i octets come back the same', async (size) => {
    const octets = randomBytes(size);
    await write(inChunks(octets));
    expect((await read()).equals(octets)).toBe(true);
    expect(await files.holds(file(octets))).toBe(true);
  });

  test.each([
    ['NULs', Buffer.alloc(300, 0)],
    ['every octet there is', Buffer.from(Array.from({ length: 256 }, (_, n) => n))],
    ['what SQL would read', Buffer.from("'; DROP TABLE mailrobot.files; -- \\x41 $1 \\\\ E'\\0'")],
  ])('of %s', async (_, octets) => {
    await write([octets]);
    expect(await read()).toEqual(octets);
    expect(await files.holds(file(octets))).toBe(true);
  });

  test('they can be brought in before it is known what they are called', async () => {
    const octets = randomBytes(PIECE + 1);
    await connections.with((database) =>
      database.transaction(async () => {
        const blob = await bringIn(database, inChunks(octets));
        expect(blob).toMatchObject({ size: octets.length, sha256: sha256(octets) });
        await database.query({
          text: 'SELECT mailrobot.name_file($1, $2, $3, $4)',
          values: [RAW, blob.blob, blob.size, blob.sha256],
        });
      }),
    );
    expect((await read()).equals(octets)).toBe(true);
  });

  test('two bring in what will have one name, and neither waits for the other', async () => {
    const bringing = new Connections(newStorePlace(cluster), { statementSeconds: 10 });
    await bringing.with(async (one) => {
      await one.query({ text: 'BEGIN' });
      await bringIn(one, [randomBytes(10)]);
      await bringing.with((other) =>
        other.transaction(() => writeFile(other, RAW, [randomBytes(10)])),
      );
      await one.query({ text: 'ROLLBACK' });
    });
    await bringing.end();
  });

  test('what is not committed is not there', async () => {
    const failing = connections.with((database) =>
      database.transaction(async () => {
        await writeFile(database, RAW, [randomBytes(10)]);
        throw new Error('the commit was not made');
      }),
    );
    await expect(failing).rejects.toThrow('the commit was not made');
    await expect(files.rawMail(RAW)).rejects.toMatchObject({ end: 'store-failed' });
    expect(await count('pieces')).toBe(0);
  });

  test('a file that is written again is the new one, and nothing of the old one stays', async () => {
    await write(inChunks(randomBytes(3 * PIECE)));
    const octets = randomBytes(PIECE);
    await write([octets]);
    expect((await read()).equals(octets)).toBe(true);
    expect(await count('pieces')).toBe(1);
  });

  test.each([10, PIECE + 1])('a copy of a mail is kept once (%i octets)', async (size) => {
    await mailWaits(RAW);
    const [octets, other] = [randomBytes(size), randomBytes(size + 1)];
    await keep(octets);
    const [before] = await rowsOf('SELECT blob FROM mailrobot.files');
    await keep(octets);
    expect(await rowsOf('SELECT blob FROM mailrobot.files')).toEqual([before]);
    await keep(other);
    expect(await read()).toEqual(other);
    expect(await count('files')).toBe(1);
  });
  const keep = (octets: Buffer) =>
    files.keepCopy({ id: '1.0', raw: RAW }, [octets], {
      size: octets.length,
      sha256: sha256(octets),
    });
  const mailWaits = (raw: string) =>
    rowsOf(`INSERT INTO mailrobot.rows (list, key, seq, row)
      VALUES ('outbox', '1.0', 1, '${JSON.stringify({ raw })}')`);

  test.each([10, PIECE + 1])(
    'of a mail that does not wait no copy is kept (%i octets)',
    async (size) => {
      await keep(randomBytes(size));
      await mailWaits('raw/000000/2-out-1.eml');
      await keep(randomBytes(size));
      expect(await count('files')).toBe(0);
    },
  );

  test.each([
    [10, 1],
    [PIECE + 1, 2],
  ])('two keep the same copy at once, and it is there once (%i octets)', async (size, pieces) => {
    await mailWaits(RAW);
    const octets = randomBytes(size);
    await Promise.all([keep(octets), keep(octets), keep(octets)]);
    expect((await read()).equals(octets)).toBe(true);
    expect(await count('pieces')).toBe(pieces);
  });

  test('a file that is lost, or is another one, is said to be lost', async () => {
    const octets = randomBytes(5);
    await expect(files.attachment(file(octets))).rejects.toBeInstanceOf(FileLost);
    await write([octets]);
    expect(await allOf(await files.attachment(file(octets)))).toEqual(octets);
    for (const other of [randomBytes(6), randomBytes(5)]) {
      await expect(files.attachment(file(other))).rejects.toMatchObject({ isForGood: true });
      expect(await files.holds(file(other))).toBe(false);
    }
  });

  test('what is removed is gone with its pieces; what is not there is no error', async () => {
    await write(inChunks(randomBytes(2 * PIECE)));
    await write([randomBytes(3)], 'raw/2');
    await connections.with((database) => removeFiles(database, [RAW, 'raw/9']));
    await expect(files.rawMail(RAW)).rejects.toThrow();
    expect([await count('files'), await count('pieces')]).toEqual([1, 1]);
  });

  test('a slow reader holds no connection, and learns that the file has gone', async () => {
    await write(inChunks(randomBytes(3 * PIECE)));
    const reading = (await files.rawMail(RAW))[Symbol.asyncIterator]();
    expect((await reading.next()).value).toHaveLength(PIECE);
    const [[row = {}] = []] = await connections.with((database) =>
      database.script(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`),
    );
    expect(row['n']).toBe(0);
    await connections.with((database) => removeFiles(database, [RAW]));
    await expect(reading.next()).rejects.toMatchObject({ end: 'store-failed' });
  });

  test('a mail comes from the disk of the host with its attachments, small and large', async () => {
    const [raw, small, large] = [randomBytes(PIECE * 2), randomBytes(7), randomBytes(PIECE + 7)];
    const { store } = hostOn(place);
    const incoming = store.receive();
    for (const chunk of inChunks(raw)) incoming.write(chunk);
    incoming.seal('ab'.repeat(32), false);
    for (const [n, octets] of [small, large].entries()) {
      const part = incoming.attachment(n + 1);
      part.write(octets);
      part.close();
    }
    const attachments = [small, large].map((octets, n) => ({
      ...file(octets, attachmentPath('SUPPORT-7', 1, n + 1, 'a.bin')),
      contentType: 'application/octet-stream',
    }));
    const about = { number: 7, queue: 'SUPPORT', subject: 'Hello', requester: null };
    const note = { serial: 1, text: 'x', by: 'kim', written: OWN_PATHS.rawIn, attachments };
    await store.transact((transaction) =>
      transaction.commit({
        changes: [
          { type: 'ticket.created', ticket: 'SUPPORT-7', ...about },
          { type: 'note.added', ticket: 'SUPPORT-7', ...note },
        ],
        outgoing: [],
        delivery: { key: { hash: 'h', targets: ['SUPPORT'] }, incoming, decision: DECISION },
      }),
    );
    incoming.discard();
    expect((await read()).equals(raw)).toBe(true);
    for (const one of attachments) expect(await files.holds(one)).toBe(true);
    expect(await count('brought')).toBe(0);
    const expired: Change = { type: 'mail.expired', mails: [1] };
    await store.transact((transaction) => transaction.commit({ changes: [expired], outgoing: [] }));
    await expect(files.rawMail(RAW)).rejects.toThrow();
    for (const one of attachments) expect(await files.holds(one)).toBe(true);
  });
});
