/**
 * An empty store in a database of its own, in a server of the test file's: `storePlace` gives where.
 *
 * The schema is made once; each database is a copy of it.
 */
import { randomBytes } from 'node:crypto';
import { connectTo } from '../../src/postgres/client.ts';
import { type DatabasePlace, databasePlace } from '../../src/postgres/place.ts';
import { createDatabaseStore } from '../../src/stores/postgres/create.ts';
import { type Cluster, makeCluster } from './postgres.ts';

const TEMPLATE = 'template_store';

/** A server of a test file's own, in which `newStorePlace` makes stores. */
export async function makeStoreCluster(): Promise<Cluster> {
  const cluster = await makeCluster();
  await makeTemplate(cluster);
  return cluster;
}

async function makeTemplate(cluster: Cluster): Promise<void> {
  cluster.psql(`CREATE DATABASE ${TEMPLATE}`);
  const database = await connectTo(placeIn(cluster, TEMPLATE), { statementSeconds: 10 });
  try {
    await createDatabaseStore(database);
  } finally {
    await database.end();
  }
}

export function newStorePlace(cluster: Cluster): DatabasePlace {
  const name = `store_${randomBytes(6).toString('hex')}`;
  cluster.psql(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`);
  return placeIn(cluster, name);
}

export function placeIn(cluster: Cluster, database: string, user = 'boss'): DatabasePlace {
  const place = databasePlace(cluster.url(user, database));
  if ('refused' in place) throw new Error(place.refused);
  return place;
}
