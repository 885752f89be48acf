/** What the server says of the database that a desk is kept in, to the role of the deliveries. */
import type { Config } from '../../config/config.ts';
import { databaseOf } from '../../config/database.ts';
import type { DatabaseFacts } from '../../doctor/facts.ts';
import { Failure } from '../../outcome.ts';
import { connectTo, DatabaseError } from '../../postgres/client.ts';

const STATEMENT_SECONDS = 5;

/** Without them the server may forget what it has committed. */
const SAFE_IF_ON = ['fsync', 'full_page_writes'];

const BY_FUNCTIONS_ALONE = [
  ...['head', 'journal', 'identity', 'epochs', 'rows', 'marks', 'files', 'pieces', 'brought'],
];

/** null: it is not there, which `mailrobot status` says as well; or the store is in files. */
export async function databaseFacts({ store, file }: Config): Promise<DatabaseFacts | null> {
  if (store.kind === 'files') return null;
  try {
    const database = await connectTo(databaseOf(store.url, file), {
      statementSeconds: STATEMENT_SECONDS,
    });
    try {
      const [who] = await database.query({
        text: `SELECT current_user AS role, pg_has_role(nspowner, 'USAGE') AS owner
          FROM pg_namespace WHERE nspname = 'mailrobot'`,
      });
      const written = await database.query({
        text: `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'mailrobot' AND c.relname = ANY ($1)
            AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE') ORDER BY c.relname`,
        values: [BY_FUNCTIONS_ALONE],
      });
      const settings = await database.query({
        text: 'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
        values: [[...SAFE_IF_ON, 'synchronous_standby_names']],
      });
      const of = (name: string) =>
        String(settings.find((setting) => setting['name'] === name)?.['setting'] ?? '');
      const standbys = await database.query({
        text: 'SELECT application_name AS name, sync_state AS state FROM pg_stat_replication',
      });
      const [queue] = await database.query({
        text: 'SELECT pg_notification_queue_usage() AS usage',
      });
      return {
        name: database.name,
        role: String(who?.['role']),
        isOwner: who?.['owner'] === true,
        written: who?.['owner'] === true ? [] : written.map(({ name }) => String(name)),
        unsafe: SAFE_IF_ON.filter((name) => of(name) === 'off'),
        synchronous: of('synchronous_standby_names'),
        notifications: Number(queue?.['usage']),
        standbys: standbys.map(({ name, state }) => ({
          name: String(name ?? 'a standby'),
          state: typeof state === 'string' ? state : null,
        })),
      };
    } finally {
      await database.end();
    }
  } catch (error) {
    if (error instanceof Failure || error instanceof DatabaseError) return null;
    throw error;
  }
}
