/** A store in a database is made once, whole, and never over another. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo } from '../../../src/postgres/client.ts';
import { createDatabaseStore } from '../../../src/stores/postgres/create.ts';
import { makeStoreCluster, newStorePlace } from '../../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../../kit/postgres.ts';

describe.skipIf(postgresMissing !== null)(`a store in a database ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeStoreCluster();
  }, 60_000);
  afterAll(() => removeCluster(cluster));

  test('is not made over another', async () => {
    const database = await connectTo(newStorePlace(cluster), { statementSeconds: 10 });
    try {
      await expect(createDatabaseStore(database)).rejects.toMatchObject({ end: 'store-failed' });
      const [[head = {}] = []] = await database.script('SELECT seq FROM mailrobot.head');
      expect(head).toEqual({ seq: '0' });
    } finally {
      await database.end();
    }
  });
});
