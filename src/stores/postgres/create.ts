/**
 * Makes an empty store in a database, as the role that is to own it: all of it or nothing.
 *
 * `deliveriesRole`: another one, by which mail is delivered. Refuses a database that has one
 * (`store-failed`).
 */
import { randomBytes } from 'node:crypto';
import type { SigningKeys } from '../../addresses/token.ts';
import { NO_LINE } from '../../journal/chain.ts';
import { Failure } from '../../outcome.ts';
import { type Database, literal } from '../../postgres/client.ts';
import { grantsTo } from './schema/grants.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema/schema.ts';

export async function createDatabaseStore(
  database: Database,
  deliveriesRole: string | null = null,
): Promise<void> {
  if (await hasSchema(database)) {
    throw new Failure(
      'store-failed',
      `${database.name} has a schema mailrobot: mailrobot never overwrites a store`,
    );
  }
  const epoch = randomBytes(8).toString('hex');
  const keys: SigningKeys = {
    ...{ epoch, pastEpochs: [], secrets: [randomBytes(32).toString('hex')] },
    ...{ revoked: {}, renewed: {} },
  };
  await database.script(
    [
      'BEGIN',
      SCHEMA,
      ...(deliveriesRole === null ? [] : [grantsTo(deliveriesRole)]),
      `INSERT INTO mailrobot.head (version, seq, hash) VALUES (${SCHEMA_VERSION}, 0, ${literal(NO_LINE)})`,
      `INSERT INTO mailrobot.identity (keys) VALUES (${literal(JSON.stringify(keys))})`,
      `INSERT INTO mailrobot.epochs (name, first) VALUES (${literal(epoch)}, 1)`,
      'INSERT INTO mailrobot.settled (n) VALUES (0)',
      'COMMIT',
    ].join(';\n'),
  );
}

export async function hasSchema(database: Database): Promise<boolean> {
  const [found] = await database.query({
    text: "SELECT 1 AS found FROM pg_namespace WHERE nspname = 'mailrobot'",
  });
  return found !== undefined;
}
