/** Opens the store in a database, with what is received here on the local disk. */
import type { Config, StorePlace } from '../config/config.ts';
import { databaseOf } from '../config/database.ts';
import type { Maintenance } from '../journal/maintenance.ts';
import { Failure } from '../outcome.ts';
import { mustBeOwner } from '../stores/files/open.ts';
import type { OpenStore } from './opened.ts';
import type { Run } from './run.ts';

type InDatabase = Extract<StorePlace, { readonly kind: 'database' }>;

export async function openDatabase(
  { file }: Config,
  { url, spool }: InDatabase,
  _: Run,
  __: boolean,
): Promise<OpenStore> {
  mustBeOwner(spool);
  databaseOf(url, file);
  throw new Failure('config', 'no desk is kept in a database yet');
}

export async function openDatabaseMaintenance(
  { file }: Config,
  { url, spool }: InDatabase,
  _: Run,
): Promise<Maintenance> {
  mustBeOwner(spool);
  databaseOf(url, file);
  throw new Failure('config', 'no desk is kept in a database yet');
}
