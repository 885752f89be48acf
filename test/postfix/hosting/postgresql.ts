/**
 * A PostgreSQL of its own for one test file, with the schema of examples/hosting in it.
 *
 * A cluster of Debian's binaries in a temporary folder, as the user postgres, on a socket there and on
 * no port. Who is which role is said by pg_ident.conf, as the README of the example has it; root is
 * every one of them. `stop` leaves nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Database, EXAMPLE, ROLES, type Role, type Users } from './database.ts';
import { Session } from './session.ts';

/** It names the socket; nothing listens on it. */
const PORT = 55_501;
const VERSIONS = '/usr/lib/postgresql';

/** The reason why there can be none here, else undefined. */
export function postgresqlMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a PostgreSQL of its own needs root';
  return binaries() === undefined ? 'PostgreSQL is not installed (package postgresql)' : undefined;
}

function binaries(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).map(Number) : [];
  return versions
    .sort((a, b) => b - a)
    .map((version) => `${VERSIONS}/${version}/bin`)
    .find((bin) => existsSync(join(bin, 'initdb')));
}

export async function startPostgresql(users: Users = {}): Promise<Database> {
  const bin = binaries();
  if (bin === undefined) throw new Error('no PostgreSQL');
  const dir = await mkdtemp('/tmp/hosting-database-');
  const { stdout: uid } = await execa('id', ['-u', 'postgres']);
  await chown(dir, Number(uid), -1);
  await chmod(dir, 0o755);
  const data = join(dir, 'data');
  const asPostgres = (program: string, ...args: readonly string[]) => {
    const user = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
    return execa('setpriv', [...user, join(bin, program), '-D', data, ...args], {
      ...{ stdin: 'ignore', cwd: dir, env: { LC_ALL: 'C.UTF-8' } },
    });
  };
  await asPostgres('initdb', '--no-sync', '-A', 'peer', '-E', 'UTF8');
  const known = Object.entries(users).map(([role, user]) => `hosting ${user} ${role}\n`);
  const roots = [...ROLES.map((role) => `hosting_${role}`), 'postgres'].map(
    (role) => `hosting root ${role}\n`,
  );
  await writeFile(join(data, 'pg_ident.conf'), [...known, ...roots].join(''));
  await writeFile(join(data, 'pg_hba.conf'), 'local all all peer map=hosting\n');
  const settings = [
    'listen_addresses=',
    `port=${PORT}`,
    `unix_socket_directories=${dir}`,
    'fsync=off',
  ];
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  const begin = () => asPostgres('pg_ctl', '-w', '-l', join(dir, 'log'), '-o', options, 'start');

  const sessions = new Map<string, Session>();
  const sessionOf = (role: Role | 'postgres', name = 'first'): Session => {
    const psql = ['psql', '-X', '-q', '-A', '-t', '-v', 'VERBOSITY=verbose'];
    const known =
      sessions.get(`${role} ${name}`) ??
      new Session([...psql, at(dir, 'hosting', role)], (text) => `\\echo ${text}`, /ERROR: /);
    sessions.set(`${role} ${name}`, known);
    return known;
  };
  const stop = async () => {
    for (const session of sessions.values()) session.end();
    await asPostgres('pg_ctl', '-m', 'immediate', 'stop').catch(() => undefined);
    await rm(dir, { recursive: true, force: true });
  };
  const reload = async () => {
    await execa('psql', [
      ...['-X', '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-f', join(EXAMPLE, 'schema.sql')],
      at(dir, 'hosting', 'postgres'),
    ]);
  };
  try {
    await begin();
    await execa('psql', ['-X', '-c', 'CREATE DATABASE hosting', at(dir, 'postgres', 'postgres')]);
    await reload();
    await sessionOf('postgres').ask(
      `INSERT INTO settings VALUES
         (true, 'accounts@support-ticket.example', 'imap.hosted.example', 'mail.hosted.example');
       INSERT INTO domains VALUES ('hosted.example', true), ('closed.example', false);
       INSERT INTO managers VALUES ('closed.example', 'boss@ferrier.example');`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    env: { PGHOST: dir, PGPORT: `${PORT}` },
    postfixHosts: `postgresql:///hosting?host=${dir}&port=${PORT}&user=hosting_postfix`,
    dovecotConnect: at(dir, 'hosting', 'hosting_dovecot'),
    sql: (statements, role = 'admin', session) =>
      sessionOf(role === 'admin' ? 'postgres' : role, session).ask(statements),
    ...{ reload, stop },
  };
}

function at(dir: string, database: string, role: string): string {
  return `host=${dir} port=${PORT} dbname=${database} user=${role}`;
}
