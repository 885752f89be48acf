/**
 * A PostgreSQL of its own for one test file, with the schema of examples/hosting in it.
 *
 * A cluster of Debian's binaries in a temporary folder, as the user postgres, on a socket there and on
 * no port. Who is which role is said by pg_ident.conf, as the README of the example has it; root is
 * every one of them. `stop` leaves nothing.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';

export const EXAMPLE = join(import.meta.dirname, '../../../examples/hosting');
/** It names the socket; nothing listens on it. */
const PORT = 55_501;
const VERSIONS = '/usr/lib/postgresql';
const ROLES = ['robot', 'worker', 'postfix', 'dovecot'] as const;
export type Role = `hosting_${(typeof ROLES)[number]}` | 'postgres';

export interface Database {
  readonly dir: string;
  /** How a role reaches it. */
  conninfo(role: Role): string;
  /** What psql prints of these statements: a row a line, `|` between columns. One after the other, in one session each. */
  sql(statements: string, role?: Role, session?: string): Promise<string>;
  stop(): Promise<void>;
}

/** The reason why there can be none here, else undefined. */
export function databaseMissing(): string | undefined {
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

/** `users`: which user of the system is which role. */
export async function startDatabase(
  users: Readonly<Partial<Record<Role, string>>> = {},
): Promise<Database> {
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
  const sessionOf = (role: Role, name = 'first'): Session => {
    const known = sessions.get(`${role} ${name}`) ?? new Session(at(dir, 'hosting', role));
    sessions.set(`${role} ${name}`, known);
    return known;
  };
  const stop = async () => {
    for (const session of sessions.values()) session.end();
    await asPostgres('pg_ctl', '-m', 'immediate', 'stop').catch(() => undefined);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await begin();
    await execa('psql', ['-X', '-c', 'CREATE DATABASE hosting', at(dir, 'postgres', 'postgres')]);
    await execa('psql', [
      ...['-X', '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-f', join(EXAMPLE, 'schema.sql')],
      at(dir, 'hosting', 'postgres'),
    ]);
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
    conninfo: (role) => at(dir, 'hosting', role),
    sql: (statements, role = 'postgres', session) => sessionOf(role, session).ask(statements),
    stop,
  };
}

const END = '-- end of what was asked --';

/** One psql for all that a role asks: to start one for each takes longer than all else. */
class Session {
  readonly #psql: ChildProcessByStdio<Writable, Readable, null>;
  readonly #closed: Promise<unknown>;
  #heard = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(conninfo: string) {
    const command = 'exec psql -X -q -A -t -v VERBOSITY=terse "$1" 2>&1';
    this.#psql = spawn('sh', ['-c', command, 'sh', conninfo], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#closed = once(this.#psql, 'close');
    this.#psql.stdout.setEncoding('utf8').on('data', (said: string) => {
      this.#heard += said;
    });
  }

  ask(statements: string): Promise<string> {
    const answer = this.#last.then(() => this.#one(statements));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #one(statements: string): Promise<string> {
    this.#psql.stdin.write(`${statements}\n;\n\\echo ${END}\n`);
    const end = `${END}\n`;
    while (!this.#heard.endsWith(end)) {
      if (this.#psql.exitCode !== null) throw new Error(`psql has ended: ${this.#heard}`);
      await Promise.race([once(this.#psql.stdout, 'data'), this.#closed]);
    }
    const said = this.#heard.slice(0, -end.length).trimEnd();
    this.#heard = '';
    if (said.includes('ERROR: ')) throw new Error(said);
    return said;
  }

  end(): void {
    this.#psql.stdin.end();
  }
}

function at(dir: string, database: string, role: string): string {
  return `host=${dir} port=${PORT} dbname=${database} user=${role}`;
}
