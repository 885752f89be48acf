/** The connection, on a real server, its standby, and hosts that are silent, dead or false. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/outcome.ts';
import { connectTo, type Database, DatabaseError } from '../../src/postgres/client.ts';
import { databasePlace } from '../../src/postgres/place.ts';
import {
  type Authority,
  type Cluster,
  freePort,
  makeAuthority,
  makeCluster,
  postgresMissing,
  removeCluster,
  silentServer,
} from '../kit/postgres.ts';

describe.skipIf(postgresMissing !== null)('a connection to PostgreSQL', () => {
  let main: Cluster;
  let standby: Cluster;
  let authority: Authority;
  let silent: Awaited<ReturnType<typeof silentServer>>;
  let dead: number;
  const PASSWORD = String.raw`ge:heim\x`;
  const IN_URL = encodeURIComponent(PASSWORD);

  beforeAll(async () => {
    authority = makeAuthority();
    main = await makeCluster({ tls: authority.server });
    main.psql(`create role desk login password '${PASSWORD}'`);
    main.psql('create database mail owner desk');
    standby = await main.standby();
    silent = await silentServer();
    dead = await freePort();
  });

  afterAll(() => {
    removeCluster(standby);
    removeCluster(main);
    silent.close();
  });

  async function at<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
    const place = databasePlace(url);
    if ('refused' in place) throw new Error(place.refused);
    const database = await connectTo(place, { statementSeconds: 1 });
    try {
      return await work(database);
    } finally {
      await database.end();
    }
  }

  const who = (database: Database) =>
    database.query({ text: 'select current_user as who' }).then(([row]) => row?.['who']);

  async function failure(url: string, work: (database: Database) => Promise<unknown> = who) {
    try {
      await at(url, work);
    } catch (error) {
      return error;
    }
    return null;
  }

  test('by a password (scram-sha-256), a socket, and a passfile', async () => {
    expect(await at(`postgresql://desk:${IN_URL}@127.0.0.1:${main.port}/mail`, who)).toBe('desk');
    expect(await at(main.url('desk', 'mail'), who)).toBe('desk');
    const dir = mkdtempSync(join(tmpdir(), 'mailrobot-pass-'));
    const passfile = join(dir, 'pass');
    writeFileSync(passfile, `127.0.0.1:*:mail:desk:${PASSWORD.replace(/[\\:]/g, '\\$&')}\n`);
    chmodSync(passfile, 0o600);
    const url = `postgresql://desk@127.0.0.1:${main.port}/mail?passfile=${passfile}`;
    expect(await at(url, who)).toBe('desk');
    chmodSync(passfile, 0o640);
    expect(String(await failure(url))).toContain('others may read it');
  });

  test('of several hosts the one that takes writes, past one that is dead, silent or a standby', async () => {
    const hosts = [dead, silent.port, standby.port, main.port].map((port) => `127.0.0.1:${port}`);
    const url = `postgresql://desk:${IN_URL}@${hosts}/mail?connect_timeout=1`;
    expect(await at(url, async ({ name }) => name)).toBe(`127.0.0.1:${main.port}`);
    const without = `postgresql://desk:${IN_URL}@${hosts.slice(0, 3)}/mail?connect_timeout=1`;
    const error = await failure(without);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ end: 'database' });
    expect(String(error)).toMatch(/ECONNREFUSED.*timeout.*takes no writes/);
  });

  test('a wrong password is said, and never shown', async () => {
    const error = await failure(`postgresql://desk:wrong-one@127.0.0.1:${main.port}/mail`);
    expect(error).toMatchObject({ end: 'database' });
    expect(String(error)).toContain('password authentication failed');
    expect(String(error)).not.toContain('wrong-one');
  });

  test('TLS by an authority of one’s own, and by the name that it has signed', async () => {
    const url = (host: string, certificate: string) =>
      `postgresql://desk:${IN_URL}@${host}:${main.port}/mail?sslmode=verify-full&sslrootcert=${certificate}`;
    const isEncrypted = (database: Database) =>
      database
        .query({ text: 'select ssl from pg_stat_ssl where pid = pg_backend_pid()' })
        .then(([row]) => row?.['ssl']);
    expect(await at(url('localhost', authority.certificate), isEncrypted)).toBe(true);
    expect(String(await failure(url('127.0.0.1', authority.certificate)))).toContain('altnames');
    expect(String(await failure(url('localhost', makeAuthority().certificate)))).toContain(
      'verify',
    );
    expect(String(await failure(url('localhost', 'system')))).toMatch(/verify|self.signed/);
  });

  test('octets go there and come back as they are; a prepared statement takes others', async () => {
    const octets = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    await at(main.url('desk', 'mail'), async (database) => {
      const ask = (values: readonly (string | Uint8Array)[]) =>
        database.query({ text: 'select $1::bytea as b, $2::text as t', name: 'both', values });
      for (const text of ["'; drop table x; --", 'ü\\', '']) {
        const [row] = await ask([octets, text]);
        expect(row?.['b']).toEqual(octets);
        expect(row?.['t']).toBe(text);
      }
    });
  });

  test('a statement has its limit, and a transaction that fails leaves nothing', async () => {
    expect(
      await failure(main.url('desk', 'mail'), (database) =>
        database.query({ text: 'select pg_sleep(30)' }),
      ),
    ).toMatchObject({ end: 'database' });
    await at(main.url('desk', 'mail'), async (database) => {
      await database.query({ text: 'create table one (n int primary key)' });
      const twice = database.transaction(async () => {
        await database.query({ text: 'insert into one values (1)' });
        await database.query({ text: 'insert into one values (1)' });
      });
      await expect(twice).rejects.toBeInstanceOf(DatabaseError);
      await expect(twice).rejects.toMatchObject({ code: '23505' });
      expect(await database.query({ text: 'select n from one' })).toEqual([]);
    });
  });

  test('a server that ends in the middle is a failure, and not a hang', async () => {
    const ended = failure(main.url('boss', 'mail'), (database) =>
      database.query({ text: 'select pg_terminate_backend(pg_backend_pid())' }),
    );
    expect(await ended).toMatchObject({ end: 'database' });
  });
});
