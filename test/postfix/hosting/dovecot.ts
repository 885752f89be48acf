/**
 * A Dovecot of its own with the configuration of examples/hosting: IMAP on 127.0.0.1, LMTP and the
 * logins of Postfix by sockets in a Postfix's queue, all else below one temporary folder.
 *
 * Of the shipped files only the paths and the user of the mail are replaced. `stop` leaves nothing.
 */
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { endProcesses, systemUser, until } from '../system.ts';
import { type Database, EXAMPLE } from './database.ts';
import type { Engine } from './engines.ts';

export const IMAP_PORT = 55_510;

const PROGRAMS: Readonly<Record<string, string>> = {
  '/usr/bin/doveadm': 'dovecot-core',
  '/usr/lib/dovecot/imap': 'dovecot-imapd',
  '/usr/lib/dovecot/lmtp': 'dovecot-lmtpd',
};

/** The reason why there can be none here, else undefined. */
export function dovecotMissing({ dovecotDriver }: Engine): string | undefined {
  const driver = `/usr/lib/dovecot/modules/auth/${dovecotDriver.file}`;
  const needed = Object.entries({ ...PROGRAMS, [driver]: dovecotDriver.package });
  const absent = needed.find(([file]) => !existsSync(file));
  return absent === undefined ? undefined : `${absent[1]} is not installed`;
}

export interface Dovecot {
  readonly dir: string;
  /** Where the mail of accounts lies, and where backups do. */
  readonly mail: string;
  readonly backups: string;
  /** A folder for PATH in which doveadm is that of this Dovecot. */
  readonly bin: string;
  /** What it says of these commands after a login; the answer to a login that fails. */
  imap(user: string, password: string, ...commands: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startDovecot(
  queue: string,
  engine: Engine,
  database: Database,
  mailUser: string,
): Promise<Dovecot> {
  const dir = await mkdtemp('/tmp/hosting-dovecot-');
  await chmod(dir, 0o755);
  const [mail, backups, bin] = ['mail', 'backups', 'bin'].map((part) => join(dir, part));
  if (mail === undefined || backups === undefined || bin === undefined)
    throw new Error('no folders');
  await Promise.all([mail, backups, bin].map((folder) => mkdir(folder)));
  const uid = await systemUser(mailUser);
  await Promise.all([mail, backups].map((folder) => chown(folder, uid, -1)));

  const shipped = async (
    from: string,
    file: string,
    into: string,
    replaced: Readonly<Record<string, string>>,
  ) => {
    let text = await readFile(join(from, 'dovecot', file), 'utf8');
    for (const [what, by] of Object.entries(replaced)) {
      if (!text.includes(what)) throw new Error(`${file} has no ${what}`);
      text = text.replaceAll(what, by);
    }
    await writeFile(join(dir, into), text);
  };
  await shipped(engine.files, 'hosting-sql.conf.ext', 'sql.conf', {
    [engine.shipped.dovecotConnect]: database.dovecotConnect,
    '/srv/mail': mail,
  });
  await shipped(EXAMPLE, 'hosting.conf', 'hosting.conf', {
    '/etc/dovecot/hosting-sql.conf.ext': join(dir, 'sql.conf'),
    '/var/spool/postfix': queue,
    vmail: mailUser,
  });
  const config = join(dir, 'dovecot.conf');
  await writeFile(
    config,
    `base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
# Nobody has to wait longer after each wrong password.
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  inet_listener imap {
    port = ${IMAP_PORT}
  }
  inet_listener imaps {
    port = 0
  }
}
!include ${dir}/hosting.conf
`,
  );
  await writeFile(join(bin, 'doveadm'), `#!/bin/sh\nexec /usr/bin/doveadm -c ${config} "$@"\n`);
  await chmod(join(bin, 'doveadm'), 0o755);

  const stop = async () => {
    await execa('/usr/bin/doveadm', ['-c', config, 'stop']).catch(() => undefined);
    await endProcesses(dir, 5_000);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await execa('/usr/sbin/dovecot', ['-c', config], { cwd: dir, stdio: 'ignore' });
    await until('an IMAP server', 20_000, async () => (await talk([])) || undefined);
  } catch (error) {
    const log = await readFile(join(dir, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`${String(error)}\n--- log of Dovecot\n${log}`, { cause: error });
  }
  return {
    ...{ dir, mail, backups, bin, stop },
    imap: (user, password, ...commands) => talk([`LOGIN "${user}" "${password}"`, ...commands]),
  };
}

/** Until the first that is not OK. '' if nobody listens. */
function talk(commands: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(IMAP_PORT, '127.0.0.1').setEncoding('utf8');
    const rest = [...commands];
    let said = '';
    let tag = 0;
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (data: string) => {
      said += data;
      const answered = tag === 0 ? /^\* OK .*\r\n/ : new RegExp(`^a${tag} (OK|NO|BAD).*\r\n`, 'm');
      const answer = answered.exec(said);
      if (answer === null) return;
      const next = tag > 0 && answer[1] !== 'OK' ? undefined : rest.shift();
      if (next === undefined) socket.end();
      else socket.write(`a${++tag} ${next}\r\n`);
    });
    socket.once('error', () => resolve('')).once('close', () => resolve(said));
  });
}
