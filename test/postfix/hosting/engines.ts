/**
 * The databases that examples/hosting can stand on, each a server of its own for one test file, with the
 * schema of the example in it.
 *
 * One table names what differs between the two; all tests are written once. HOSTING=mariadb runs the
 * suites of the robot and of the whole host on MariaDB instead of PostgreSQL.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, EXAMPLE, type Role, type Users } from './database.ts';
import { mariadbMissing, startMariadb } from './mariadb.ts';
import { postgresqlMissing, startPostgresql } from './postgresql.ts';

export interface Engine {
  readonly name: string;
  /** Where its schema, its `ask` and the files of Postfix and Dovecot lie. */
  readonly files: string;
  /** What the files of the example have in these places. */
  readonly shipped: { readonly postfixHosts: string; readonly dovecotConnect: string };
  readonly dovecotDriver: { readonly file: string; readonly package: string };
  missing(): string | undefined;
  start(users?: Users): Promise<Database>;
  readonly now: string;
  /** A time that is later by so much: `1 YEAR`, `-14 DAY`. */
  later(time: string, by: string): string;
  call(name: string, values: string): string;
  /** Has one request at a time; how many wait. */
  readonly hold: string;
  /** Begins a transaction in which everything is as it was when it first looked. */
  readonly frozen: string;
  readonly waiting: string;
  /** The functions that a role may call, with a blank between them. */
  functionsOf(role: Role): string;
  /** The rights of these roles on tables, views and sequences. */
  rightsOnTables(roles: readonly Role[]): string;
  /** Functions that do not have the rights of the owner, or whose names could be led elsewhere. */
  readonly looseFunctions: string;
  /** All statements of a session of the robot that begins while it is on are written there. */
  log(dir: string): { readonly on: string; readonly off: string; readonly writes: string };
  /** Makes what an older file could have left. */
  readonly olderFile: string;
}

const POSTGRESQL: Engine = {
  name: 'PostgreSQL',
  files: EXAMPLE,
  shipped: {
    postfixHosts: 'postgresql:///hosting?host=/run/postgresql&user=hosting_postfix',
    dovecotConnect: 'host=/run/postgresql dbname=hosting user=hosting_dovecot',
  },
  dovecotDriver: { file: 'libdriver_pgsql.so', package: 'dovecot-pgsql' },
  missing: postgresqlMissing,
  start: startPostgresql,
  now: 'now()',
  later: (time, by) => `(${time} + interval '${by}')`,
  call: (name, values) => `SELECT * FROM ${name}(${values})`,
  hold: "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('hosting', 0))",
  frozen: 'BEGIN ISOLATION LEVEL REPEATABLE READ',
  waiting: "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
  functionsOf: (role) =>
    `SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc
     WHERE pronamespace IN ('hosting'::regnamespace, 'hosting_crypto'::regnamespace)
       AND has_function_privilege('${role}', oid, 'EXECUTE')`,
  rightsOnTables: (roles) =>
    `SELECT r.rolname, c.relname, p
     FROM pg_roles r, pg_class c, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
     WHERE r.rolname IN (${listed(roles)}) AND c.relnamespace = 'hosting'::regnamespace
       AND c.relkind IN ('r', 'v', 'S') AND (CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(r.oid, c.oid, 'USAGE')
         ELSE has_table_privilege(r.oid, c.oid, p) OR (p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
           AND has_any_column_privilege(r.oid, c.oid, p)) END)`,
  looseFunctions: `SELECT proname FROM pg_proc WHERE pronamespace = 'hosting'::regnamespace
    AND (pg_get_userbyid(proowner) <> 'hosting_owner'
      OR NOT coalesce(proconfig::text LIKE '%search_path=hosting, pg_temp%', false))`,
  log: (dir) => ({
    on: "ALTER ROLE hosting_robot SET log_statement = 'all'",
    off: 'ALTER ROLE hosting_robot RESET log_statement',
    writes: join(dir, 'log'),
  }),
  olderFile: `ALTER TABLE waiting_recipients DROP COLUMN has_refused CASCADE;
    CREATE TYPE answer AS (says text);
    DROP FUNCTION how_to_set_up;
    CREATE FUNCTION how_to_set_up() RETURNS answer LANGUAGE sql RETURN ROW('old')::answer;
    CREATE FUNCTION that_was(another answer) RETURNS answer LANGUAGE sql RETURN how_to_set_up();
    CREATE OR REPLACE VIEW postfix_domains AS SELECT domain, is_open AS was FROM domains;
    UPDATE accounts SET likeness = 'old';
    GRANT EXECUTE ON FUNCTION how_to_set_up, that_was TO hosting_robot`,
};

const MARIADB: Engine = {
  name: 'MariaDB',
  files: join(EXAMPLE, 'mariadb'),
  shipped: {
    postfixHosts: 'unix:/run/mysqld/mysqld.sock',
    dovecotConnect: 'host=/run/mysqld/mysqld.sock dbname=hosting user=dovecot',
  },
  dovecotDriver: { file: 'libdriver_mysql.so', package: 'dovecot-mysql' },
  missing: mariadbMissing,
  start: startMariadb,
  now: 'utc_timestamp()',
  later: (time, by) => `(${time} + INTERVAL ${by})`,
  call: (name, values) => `SELECT ${name}(${values})`,
  hold: 'BEGIN; SELECT desk FROM settings FOR UPDATE',
  frozen: 'BEGIN',
  // innodb_trx would stay as it is for whoever looks again within 100 ms.
  waiting:
    "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'",
  functionsOf: (role) =>
    `SELECT coalesce(group_concat(r.routine_name ORDER BY r.routine_name SEPARATOR ' '), '')
     FROM information_schema.routines r JOIN mysql.procs_priv p
       ON p.db = r.routine_schema AND p.routine_name = r.routine_name
     WHERE p.user = '${role}' AND p.proc_priv = 'Execute'`,
  rightsOnTables: (roles) =>
    `SELECT user, table_name, table_priv FROM mysql.tables_priv WHERE user IN (${listed(roles)})
     UNION SELECT user, table_name, column_priv FROM mysql.columns_priv WHERE user IN (${listed(roles)})
     UNION SELECT user, db, '' FROM mysql.db WHERE user IN (${listed(roles)})
     UNION SELECT grantee, privilege_type, '' FROM information_schema.user_privileges
       WHERE privilege_type <> 'USAGE' AND grantee REGEXP 'hosting_(robot|worker)'`,
  looseFunctions: `SELECT routine_name FROM information_schema.routines WHERE routine_schema = 'hosting'
    AND (security_type <> 'DEFINER' OR definer <> 'hosting_owner@localhost')`,
  log: (dir) => ({
    on: `SET GLOBAL general_log_file = '${join(dir, 'log')}'; SET GLOBAL general_log = true`,
    off: 'SET GLOBAL general_log = false',
    writes: join(dir, 'log'),
  }),
  olderFile: `ALTER TABLE waiting_recipients DROP COLUMN has_refused;
    CREATE OR REPLACE FUNCTION how_to_set_up() RETURNS text RETURN 'old';
    CREATE FUNCTION that_was() RETURNS text RETURN 'old';
    UPDATE accounts SET likeness = 'old';
    GRANT EXECUTE ON FUNCTION that_was TO hosting_robot`,
};

export const ENGINES: readonly Engine[] = [POSTGRESQL, MARIADB];

/** Of the suites that run on one. */
export const CHOSEN = process.env['HOSTING'] === 'mariadb' ? MARIADB : POSTGRESQL;

function listed(roles: readonly Role[]): string {
  return roles.map((role) => `'${role}'`).join(', ');
}

/** `ask` of the example in this folder, which asks this server. */
export function askIn(folder: string, engine: Engine, database: Database): string {
  const file = join(folder, 'ask');
  const env = Object.entries(database.env).map(([name, value]) => `export ${name}='${value}'\n`);
  const script = `#!/bin/sh\n${env.join('')}exec '${join(engine.files, 'ask')}' "$@"\n`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
}
