/**
 * Opens the store in a database, and the folder of this host in which mail is received.
 *
 * A delivery waits some seconds for the server and no longer: the mail stays with the MTA. What an
 * administrator does to the whole may take its time.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, StorePlace } from '../config/config.ts';
import { databaseOf } from '../config/database.ts';
import type { Maintenance } from '../journal/maintenance.ts';
import { compose } from '../letters/compose.ts';
import { Connections } from '../postgres/connections.ts';
import { attachmentsAgain } from '../reading/read.ts';
import { mustBeOwner } from '../stores/files/open.ts';
import { DatabaseLog } from '../stores/postgres/log.ts';
import { maintenanceOf } from '../stores/postgres/maintenance.ts';
import { PostgresStore } from '../stores/postgres/postgres-store.ts';
import type { OpenStore } from './opened.ts';
import type { Run } from './run.ts';

type InDatabase = Extract<StorePlace, { readonly kind: 'database' }>;

const STATEMENT_SECONDS = 10;
/** Of maintenance. */
const LONG_STATEMENT_SECONDS = 3600;

export async function openDatabase(
  { file }: Config,
  place: InDatabase,
  { now }: Run,
  isServer: boolean,
): Promise<OpenStore> {
  const connections = connectionsTo(place, file, STATEMENT_SECONDS);
  const { spool } = place;
  return {
    store: new PostgresStore({ connections, spool, now, compose, isServer }),
    log: async () => new DatabaseLog(connections, spool),
  };
}

export async function openDatabaseMaintenance(
  { file, limits }: Config,
  place: InDatabase,
  { now, reader }: Run,
): Promise<Maintenance> {
  const connections = connectionsTo(place, file, LONG_STATEMENT_SECONDS);
  const store = new PostgresStore({ connections, spool: place.spool, now, compose });
  const extract = attachmentsAgain(limits.reading, reader);
  return maintenanceOf({ connections, now, extract, store });
}

function connectionsTo(
  { url, spool }: InDatabase,
  file: string,
  statementSeconds: number,
): Connections {
  mustBeOwner(spool);
  const connections = new Connections(databaseOf(url, file), { statementSeconds });
  mkdirSync(join(spool, 'incoming'), { recursive: true, mode: 0o700 });
  return connections;
}
