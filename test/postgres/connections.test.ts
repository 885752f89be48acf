/** Connections that are used again, and a server that has ended them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../src/postgres/connections.ts';
import { placeIn } from '../kit/database-store.ts';
import { makeCluster, postgresMissing, removeCluster } from '../kit/postgres.ts';

describe.skipIf(postgresMissing !== null)(`idle connections ${postgresMissing ?? ''}`, () => {
  test('of a server that is gone are no reason to go on trying: it is a failure at once', async () => {
    const cluster = await makeCluster();
    onTestFinished(() => removeCluster(cluster));
    const place = placeIn(cluster, 'postgres');
    const connections = new Connections(place, { statementSeconds: 10 });
    const ask = () => connections.with((database) => database.query({ text: 'SELECT 1 AS one' }));
    expect(await ask()).toEqual([{ one: 1 }]);
    cluster.crash();
    // Until its end has been heard of here.
    await sleep(100);
    const tried = ask().then(
      () => 'asked',
      (error: { readonly end?: unknown }) => error.end,
    );
    expect(await Promise.race([tried, sleep(8000, 'still tries')])).toBe('database');
    cluster.start();
    expect(await ask()).toEqual([{ one: 1 }]);
    await connections.end();
  });
});
