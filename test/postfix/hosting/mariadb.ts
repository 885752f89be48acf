/**
 * A MariaDB of its own for one test file, with the schema of examples/hosting/mariadb in it.
 *
 * Debian's server, as a user of its own, on a socket in a temporary folder and on no port; its files lie in
 * memory if there is room, where making them takes a second instead of five. Users of the system have the roles that the
 * README gives them; root is every role. `stop` leaves nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { systemUser, until } from '../system.ts';
import { type Database, EXAMPLE, ROLES, type Role, type Users } from './database.ts';
import { Session } from './session.ts';

const PROGRAMS: Readonly<Record<string, string>> = {
  '/usr/sbin/mariadbd': 'mariadb-server-core',
  '/usr/bin/mariadb': 'mariadb-client-core',
};
const USER = 'mailrobot-mariadb';
/** For three at once. */
const NEEDED = 200 * 1024 * 1024;
const SCHEMA = join(EXAMPLE, 'mariadb', 'schema.sql');

/** The reason why there can be none here, else undefined. */
export function mariadbMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'a MariaDB of its own needs root';
  const absent = Object.entries(PROGRAMS).find(([file]) => !existsSync(file));
  return absent === undefined ? undefined : `MariaDB is not installed (package ${absent[1]})`;
}

export async function startMariadb(users: Users = {}): Promise<Database> {
  const dir = await mkdtemp('/tmp/hosting-database-');
  const data = await mkdtemp(`${await roomy()}/hosting-database-`);
  const uid = await systemUser(USER);
  await Promise.all([chown(dir, uid, -1), chown(data, uid, -1), chmod(dir, 0o755)]);
  const socket = join(dir, 'socket');
  const options = [
    ...['--no-defaults', `--datadir=${data}`, `--user=${USER}`, '--innodb-log-file-size=8M'],
    '--innodb-temp-data-file-path=ibtmp1:2M:autoextend',
  ];

  const client = (user: string) => {
    const names = ['--no-defaults', '--default-character-set=utf8mb4', `--socket=${socket}`];
    return ['mariadb', ...names, `--user=${user}`];
  };
  const run = async (input: string, ...more: readonly string[]) => {
    const [program = '', ...args] = client('root');
    await execa(program, [...args, ...more], { input });
  };
  const sessions = new Map<string, Session>();
  const sessionOf = (user: string, name = 'first'): Session => {
    const plain = ['--batch', '--raw', '--skip-column-names', '--unbuffered', '--force', 'hosting'];
    const known =
      sessions.get(`${user} ${name}`) ??
      new Session([...client(user), ...plain], (text) => `SELECT '${text}';`, /^ERROR \d/m);
    sessions.set(`${user} ${name}`, known);
    return known;
  };
  let server: ChildProcess | undefined;
  const stop = async () => {
    for (const session of sessions.values()) session.end();
    const ended = server;
    server = undefined;
    if (ended?.kill('SIGKILL')) await once(ended, 'exit');
    await Promise.all([dir, data].map((one) => rm(one, { recursive: true, force: true })));
  };
  const reload = async () => run(await readFile(SCHEMA, 'utf8'));
  try {
    const root = '--auth-root-authentication-method=socket';
    await execa('mariadb-install-db', [...options, root, '--skip-test-db']);
    server = spawn('/usr/sbin/mariadbd', [...options, `--socket=${socket}`, '--skip-networking'], {
      stdio: 'ignore',
    });
    await until('a MariaDB', 30_000, () => existsSync(socket) || undefined);
    await reload();
    await run(accounts(users));
    await run(
      `INSERT INTO settings VALUES
         (true, 'accounts@support-ticket.example', 'imap.hosted.example', 'mail.hosted.example');
       INSERT INTO domains (domain, is_open) VALUES ('hosted.example', true), ('closed.example', false);
       INSERT INTO managers VALUES ('closed.example', 'boss@ferrier.example');`,
      'hosting',
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    env: { MYSQL_UNIX_PORT: socket },
    postfixHosts: `unix:${socket}`,
    dovecotConnect: `host=${socket} dbname=hosting user=dovecot`,
    sql: async (statements, role = 'admin', session) => {
      const said = await sessionOf(role === 'admin' ? 'root' : forRoot(role), session).ask(
        statements,
      );
      return said.replaceAll('\t', '|');
    },
    ...{ reload, stop },
  };
}

async function roomy(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => null);
  return memory !== null && memory.bavail * memory.bsize > NEEDED ? '/dev/shm' : '/tmp';
}

/** Who root is if it is to be this role alone. */
const forRoot = (role: Role) => `root_as_${role}`;

function accounts(users: Users): string {
  return ROLES.map((name) => `hosting_${name}` as const)
    .flatMap((role) => {
      const user = users[role];
      const own = user === undefined ? [] : [[user, 'IDENTIFIED VIA unix_socket'] as const];
      return [[forRoot(role), ''] as const, ...own].map(
        ([account, how]) =>
          `CREATE USER '${account}'@localhost ${how};
           GRANT ${role} TO '${account}'@localhost;
           SET DEFAULT ROLE ${role} FOR '${account}'@localhost;`,
      );
    })
    .join('\n');
}
