/**
 * Transactions of their own, in one message each: what they say for themselves holds whatever the
 * server's settings are.
 *
 * A synchronous one has ended on the standbys, too, if there are any that must follow; and so has
 * everything that was seen before it was sent. A COMMIT that ends with a warning (somebody
 * cancelled the wait for the standby) is a Failure: nobody knows what became of it.
 */
import { DatabaseError, type DatabaseRow } from '../../postgres/client.ts';
import type { Lender } from '../../postgres/connections.ts';
import { ONLY_KNOWN, ofVersion } from './version.ts';

/** `on`: as durable as the server can. `local`: on its own disk. `off`: a crash may take it. */
type Durability = 'on' | 'local' | 'off';

/** Gives the rows of the statement. */
export async function committed(
  connections: Lender,
  durability: Durability,
  statement: string,
): Promise<readonly DatabaseRow[]> {
  return connections.with(async (database) => {
    try {
      const begin = `BEGIN; SET LOCAL synchronous_commit = ${durability}; ${ONLY_KNOWN}`;
      const [, , , rows = []] = await database.script(`${begin}; ${statement}; COMMIT`);
      return rows;
    } catch (error) {
      // The connection is lent again, and must not stay in a transaction that has failed.
      if (error instanceof DatabaseError) await database.query({ text: 'ROLLBACK' });
      throw ofVersion(error);
    }
  });
}

/**
 * A write of our own: whatever was seen before it will not be lost. Before somebody is told of a
 * commit that somebody else has made: to see it is not to have it on the standby.
 */
export async function settle(connections: Lender): Promise<void> {
  await committed(connections, 'on', 'UPDATE mailrobot.settled SET n = n + 1');
}

export const CHANNEL = 'mailrobot';

/**
 * Tells those who watch that something was committed. Behind the commit, since NOTIFY takes a lock
 * that all databases of a server share and can fail; who does not hear of it looks by themselves.
 * Never throws.
 */
export async function notifyCommitted(connections: Lender): Promise<void> {
  try {
    await committed(connections, 'off', `NOTIFY ${CHANNEL}`);
  } catch {
    // Nothing was promised.
  }
}
