/**
 * Brings the schema of an older program to the newest version, as the role that owns it: all of it or
 * nothing, and nobody commits meanwhile.
 *
 * Tables stay as they are but for what a version says here; all functions are made anew, and whoever
 * could use the schema is granted what this version has for the role of the deliveries.
 */
import type { Database } from '../../postgres/client.ts';
import { grantsTo } from './schema/grants.ts';
import { FAILOVERS_TABLE, HOSTS_TABLE } from './schema/log.ts';
import { ENDED_INDEX } from './schema/outbox.ts';
import { FUNCTIONS, SCHEMA_VERSION } from './schema/schema.ts';

export interface UpgradedSchema {
  readonly from: number;
  readonly to: number;
}

/** What happens to the tables of a version, for the next one. */
const STEPS: Readonly<Record<number, string>> = {
  // What waits, and what is forgotten, is found by its time; who wrote, by their first mail.
  1: `UPDATE mailrobot.rows SET sort = substring(row FROM '"since":"([^"]*)"') || ' '
      || lpad(split_part(key, '.', 1), 16, '0') WHERE list = 'outbox';
    UPDATE mailrobot.rows SET sort = to_char(
      to_timestamp(substring(row FROM '"time":(\\d+)')::bigint) AT TIME ZONE 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') WHERE list = 'deliveries';
    DELETE FROM mailrobot.rows r USING mailrobot.rows o WHERE r.list = 'writers'
      AND o.list = r.list AND o.name = r.name AND o.seq < r.seq;
    ${ENDED_INDEX} ${FAILOVERS_TABLE}`,
  // What a failover has lost of what was told is found by the hosts that told it.
  2: HOSTS_TABLE,
};

const WITHOUT_FUNCTIONS = `DO $$
DECLARE
  one regprocedure;
BEGIN
  FOR one IN SELECT p.oid::regprocedure FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'mailrobot'
  LOOP
    EXECUTE 'DROP FUNCTION ' || one || ' CASCADE';
  END LOOP;
END
$$`;

export async function versionOf(database: Database): Promise<number> {
  const [head] = await database.query({ text: 'SELECT version FROM mailrobot.head' });
  return Number(head?.['version']);
}

export async function upgradeSchema(database: Database): Promise<UpgradedSchema> {
  return database.transaction(async () => {
    const [head] = await database.query({
      text: 'SELECT version FROM mailrobot.head FOR UPDATE',
    });
    const from = Number(head?.['version']);
    if (from >= SCHEMA_VERSION) return { from, to: from };
    const users = await database.query({
      text: `SELECT DISTINCT r.rolname AS role FROM pg_namespace n, aclexplode(n.nspacl) a
        JOIN pg_roles r ON r.oid = a.grantee
        WHERE n.nspname = 'mailrobot' AND a.grantee <> n.nspowner`,
    });
    const steps = Object.entries(STEPS).flatMap(([version, step]) =>
      Number(version) >= from && step !== '' ? [step] : [],
    );
    await database.script(
      [
        ...[...steps, WITHOUT_FUNCTIONS, FUNCTIONS],
        ...users.map(({ role }) => grantsTo(String(role))),
        `UPDATE mailrobot.head SET version = ${SCHEMA_VERSION}`,
      ].join(';\n'),
    );
    return { from, to: SCHEMA_VERSION };
  });
}
