/**
 * A mail host with accounts by mail, as examples/hosting sets it up: a database, Dovecot, Postfix with
 * submission over TLS, and the desk whose robot reads the mail to accounts@support-ticket.example.
 *
 * The shipped files are used; only paths, users and ports are replaced. People outside have the
 * mailboxes of the Postfix kit. `stop` leaves nothing but the system users.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { appendFile, chmod, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Desks, makeDesks, OWNER } from '../desks.ts';
import { install } from '../installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from '../instance.ts';
import { systemUser, until } from '../system.ts';
import { type Database, EXAMPLE } from './database.ts';
import { type Dovecot, dovecotMissing, startDovecot } from './dovecot.ts';
import { askIn, type Engine } from './engines.ts';

const ROBOT_USER = 'mailrobot-hosting';
const MAIL_USER = 'mailrobot-vmail';
const SUBMISSION_PORT = 55_511;

export interface Host {
  readonly database: Database;
  readonly dovecot: Dovecot;
  readonly postfix: PostfixInstance;
  readonly desks: Desks;
  /** Sends a mail with a login, over TLS; what the server said. */
  submit(login: string, password: string, from: string, to: string): Promise<string>;
  /** Whose signatures start the robot without a confirmation. */
  trustKeys(keyring: Buffer): void;
  /** A script of the example, as the user of the mail. */
  run(script: 'hosting-worker' | 'hosting-backup'): Promise<string>;
  stop(): Promise<void>;
}

export function hostMissing(engine: Engine): string | undefined {
  return postfixMissing() ?? engine.missing() ?? dovecotMissing(engine);
}

export async function startHost(engine: Engine): Promise<Host> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    return await bringUp(engine, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bringUp(
  engine: Engine,
  stops: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Host> {
  await Promise.all([ROBOT_USER, MAIL_USER].map(systemUser));
  const [installed, database] = await Promise.all([
    install(),
    engine.start({
      hosting_robot: ROBOT_USER,
      hosting_worker: MAIL_USER,
      hosting_postfix: 'postfix',
      hosting_dovecot: 'dovecot',
    }),
  ]);
  stops.push(() => installed.remove());
  stops.push(() => database.stop());
  const desks = makeDesks(installed);
  stops.push(() => desks.remove());

  const maps = mkdtempSync('/tmp/hosting-maps-');
  await chmod(maps, 0o755);
  stops.push(() => rmSync(maps, { recursive: true, force: true }));
  await shippedMaps(maps, engine, database);
  const postfix = await startPostfix({
    aliases: [
      `accounts: ${desks.command('run accounts', 'desk')}`,
      `accounts-signed: ${desks.command('run accounts-signed', 'desk')}`,
      `support: ${desks.command('reply', 'desk')}`,
    ].join('\n'),
    aliasOwner: OWNER,
    mailboxes: ['friend'],
    settings: await shippedSettings(maps, engine),
  });
  stops.push(() => postfix.stop());
  const queue = join(postfix.dir, 'queue');
  const dovecot = await startDovecot(queue, engine, database, MAIL_USER);
  stops.push(() => dovecot.stop());
  await submissions(postfix);

  await desks.make('desk', postfix.sendmail);
  const robots = join(desks.dir, 'desk', 'robots');
  mkdirSync(robots, { recursive: true });
  copyFileSync(join(EXAMPLE, 'robots', 'accounts'), join(robots, 'accounts'));
  const rows: readonly object[] = JSON.parse(readFileSync(join(EXAMPLE, 'robots.json'), 'utf8'));
  const ask = askIn(dovecot.bin, engine, database);
  const command = [join(robots, 'accounts'), ask];
  desks.configure('desk', (config) => ({
    ...config,
    robots: rows.map((row) => ({ ...row, command, user: ROBOT_USER })),
    // All of the story happens on one day.
    caps: { address: { count: 200, hours: 24 }, all: { count: 200, hours: 24 } },
  }));
  return {
    ...{ database, dovecot, postfix, desks, stop },
    submit: async (login, password, from, to) => {
      const { all } = await execa(
        'swaks',
        [
          ...['--server', `127.0.0.1:${SUBMISSION_PORT}`, '--tls-on-connect', '--auth', 'PLAIN'],
          ...['--auth-user', login, '--auth-password', password, '--from', from, '--to', to],
        ],
        { all: true, reject: false, timeout: 30_000, stdin: 'ignore' },
      );
      return all;
    },
    trustKeys: (keyring) => writeFileSync(join(robots, 'accounts-signed.keys'), keyring),
    run: async (script) => {
      const places =
        script === 'hosting-worker' ? [dovecot.mail, dovecot.backups] : [dovecot.backups];
      const user = ['--reuid', MAIL_USER, '--regid', MAIL_USER, '--clear-groups'];
      const args = [join(EXAMPLE, script), ask, ...places];
      const env = { PATH: `${dovecot.bin}:/usr/bin:/bin` };
      const { all } = await execa('setpriv', [...user, ...args], {
        ...{ all: true, env, extendEnv: false, cwd: '/', stdin: 'ignore' },
      });
      return all;
    },
  };
}

/** The maps of the example, which Postfix asks as its own user. */
async function shippedMaps(to: string, engine: Engine, database: Database): Promise<void> {
  const from = join(engine.files, 'postfix');
  for (const file of readdirSync(from).filter((name) => /^(?!main|master)[a-z]+\.cf$/.test(name))) {
    const text = await readFile(join(from, file), 'utf8');
    const { postfixHosts } = engine.shipped;
    if (!text.includes(postfixHosts)) throw new Error(`${file} has no ${postfixHosts}`);
    await writeFile(join(to, file), text.replace(postfixHosts, database.postfixHosts));
    await utimes(join(to, file), 0, 0);
  }
}

/** main.cf of the example, beside the mailboxes of people outside. */
async function shippedSettings(
  maps: string,
  engine: Engine,
): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(engine.files, 'postfix', 'main.cf'), 'utf8');
  const settings = Object.fromEntries(
    [...text.matchAll(/^(\w+) = (.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      value
        .replaceAll('/etc/postfix/hosting', maps)
        .replaceAll('regexp:/etc/mailrobot/tickets.regexp, ', ''),
    ]),
  );
  return {
    ...settings,
    virtual_mailbox_domains: `ferrier.example, ${settings['virtual_mailbox_domains']}`,
    virtual_mailbox_maps: `texthash:$config_directory/mailboxes, ${settings['virtual_mailbox_maps']}`,
    transport_maps: 'inline:{ferrier.example=virtual:}',
  };
}

/** The service of the example's master.cf, with a certificate of its own. */
async function submissions({ dir, log }: PostfixInstance): Promise<void> {
  const config = join(dir, 'config');
  const [key, certificate] = [join(config, 'key.pem'), join(config, 'certificate.pem')];
  await execa('openssl', [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
    ],
    ...['-subj', '/CN=mail.hosted.example', '-keyout', key, '-out', certificate],
  ]);
  const shipped = await readFile(join(EXAMPLE, 'postfix', 'master.cf'), 'utf8');
  const service = shipped
    .replace(/^submissions inet n - y/m, `127.0.0.1:${SUBMISSION_PORT} inet n - n`)
    .concat(`  -o smtpd_tls_cert_file=${certificate}\n  -o smtpd_tls_key_file=${key}\n`)
    .concat('tlsmgr unix - - n 1000? 1 tlsmgr\n');
  await appendFile(join(config, 'master.cf'), service);
  await execa('/usr/sbin/postfix', ['-c', config, 'reload'], { stdin: 'ignore' });
  await until('submission', 20_000, async () => {
    const { stdout } = await execa(
      'swaks',
      ['--server', `127.0.0.1:${SUBMISSION_PORT}`, '--tls-on-connect', '--quit-after', 'CONNECT'],
      { reject: false },
    );
    return stdout.includes('220 ') || undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${log()}`, { cause: error });
  });
}
