/**
 * A database in which another host is always quicker: three of four commits find that somebody has
 * committed meanwhile, so that each section locks the head at last.
 */
import type { Cluster } from './postgres.ts';

const ARGUMENTS = 'bigint, json, json, json, json, json, json, text, text';

/** Gives how often a commit was tried. */
export function alwaysOvertaken(cluster: Cluster, database: string): () => number {
  const call = ARGUMENTS.split(', ').map((_, n) => `$${n + 1}`);
  cluster.psql(
    `CREATE SEQUENCE mailrobot.tries;
    ALTER FUNCTION mailrobot.append(${ARGUMENTS}) RENAME TO append_at_last;
    CREATE FUNCTION mailrobot.append(bigint, json, json, json, json, json, json DEFAULT '[]',
      text DEFAULT NULL, text DEFAULT NULL) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF nextval('mailrobot.tries') % 4 <> 0 THEN
        RETURN 'overtaken';
      END IF;
      RETURN mailrobot.append_at_last(${call.join(', ')});
    END
    $$;`,
    database,
  );
  return () => Number(cluster.psql('SELECT last_value FROM mailrobot.tries', database));
}
