/** The store as one commit has left it, for whoever reads all of it. */
import type { Connections } from '../../postgres/connections.ts';
import type { Ask } from './gathering.ts';

/** Sees nothing of what is committed meanwhile, and holds nobody up. */
export function atOnce<T>(connections: Connections, work: (ask: Ask) => Promise<T>): Promise<T> {
  return connections.with((database) =>
    database.transaction(async () => {
      const isolated = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';
      await database.query({ text: isolated });
      return work((statement) => database.query(statement));
    }),
  );
}
