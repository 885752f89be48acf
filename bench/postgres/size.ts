/** Octets of a desk on the disk: whole blocks of its files, or pages of its tables and indexes. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Cluster } from '../../test/kit/postgres.ts';
import type { BenchDesk } from './servers.ts';

export function inFiles({ folder }: BenchDesk): number {
  const said = execFileSync('du', ['-s', '-B1', join(folder, 'store')], { encoding: 'utf8' });
  return Number.parseInt(said, 10);
}

export function inDatabase({ psql }: Cluster, { database }: BenchDesk): number {
  return Number(psql(`SELECT pg_database_size('${database}')`, database));
}
