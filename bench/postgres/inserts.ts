/** The limit of a server: pgbench, whose clients insert a row of so many octets in a transaction each. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, type Cluster } from '../../test/kit/postgres.ts';
import type { BenchDesk } from './servers.ts';

const DATABASE = 'inserts';
const CLIENTS = 20;
const SECONDS = 4;

/** What the tables hold for each mail that is there. */
export function octetsOfMail({ psql }: Cluster, { database }: BenchDesk): number {
  const octets = psql(
    `SELECT ((SELECT sum(octet_length(line) + octet_length(texts)) FROM mailrobot.journal)
      + (SELECT sum(octet_length(list) + octet_length(key) + octet_length(row)) FROM mailrobot.rows)
      + (SELECT sum(octet_length(octets)) FROM mailrobot.pieces))
      / (SELECT seq FROM mailrobot.head)`,
    database,
  );
  return Math.round(Number(octets));
}

export function makeInserts({ psql }: Cluster): void {
  psql(`CREATE DATABASE ${DATABASE}`);
  psql('CREATE TABLE inserts (n bigserial PRIMARY KEY, octets bytea)', DATABASE);
  psql('ALTER TABLE inserts ALTER octets SET STORAGE EXTERNAL', DATABASE);
}

export function insertsPerSecond({ socket, port }: Cluster, octets: number): number {
  const dir = mkdtempSync(join(tmpdir(), 'mailrobot-inserts-'));
  const script = join(dir, 'insert.sql');
  const row = `\\x${randomBytes(octets).toString('hex')}`;
  writeFileSync(script, `INSERT INTO inserts (octets) VALUES ('${row}');\n`);
  const clients = ['-c', `${CLIENTS}`, '-j', '2', '-T', `${SECONDS}`, '-n'];
  const said = execFileSync(
    binary('pgbench'),
    ['-h', socket, '-p', `${port}`, '-U', 'boss', ...clients, '-f', script, DATABASE],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  rmSync(dir, { recursive: true });
  const found = /tps = ([\d.]+)/.exec(said)?.[1];
  if (found === undefined) throw new Error(`pgbench: ${said}`);
  return Number(found);
}
