/**
 * Recipients as a real Postfix looks them up, in a real PostgreSQL and in a file, set up with the
 * lines that `mailrobot init --print` gives: a change counts with the next mail; and if the database
 * is away, tickets still come in, and mail to others is put off at RCPT.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, makeCluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { ROOT } from '../process/desk.ts';
import { type Desks, DOMAIN, makeDesks, OWNER, PROVING } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';
import { systemUser } from './system.ts';

const PGSQL = '/usr/lib/postfix/postfix-pgsql.so';
const withoutDatabase =
  postgresMissing ?? (existsSync(PGSQL) ? null : 'apt-get install postfix-pgsql');
const missing = postfixMissing();
if (withoutDatabase !== null) console.log(`no look-up in a database is tried: ${withoutDatabase}`);

const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';
const ANNA = `anna@${DOMAIN}`;
const PLAIN = {
  mydestination: 'localhost.$mydomain, localhost',
  recipient_delimiter: '',
  local_recipient_maps: '$alias_maps',
  smtpd_error_sleep_time: '0',
};

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;
  let cluster: Cluster;

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    await systemUser(OWNER);
    if (withoutDatabase === null) {
      cluster = await makeCluster();
      cluster.psql('create database mail');
      cluster.psql(readFileSync(join(ROOT, 'postfix', 'recipients.sql'), 'utf8'), 'mail');
    }
    postfix = await startPostfix({
      ...{ aliasOwner: 'root', aliases: 'postmaster: root\n' },
      settings: { ...PLAIN, ...PROVING },
    });
  });

  afterAll(async () => {
    await postfix?.stop();
    desks?.remove();
    installed?.remove();
    if (withoutDatabase === null) removeCluster(cluster);
  });

  const env = () => ({ MAIL_CONFIG: join(postfix.dir, 'config') });
  const sh = (script: string) => execa('sh', ['-e'], { input: script, env: env() });
  async function setUp(desk: string, recipients: object): Promise<void> {
    await desks.make(desk, postfix.sendmail);
    desks.configure(desk, (config) => ({
      ...{ ...config, recipients },
      staff: [{ name: 'sue', addresses: [SUE] }],
    }));
    const printed = await desks.robot(['init', '--print'], desk);
    const aliases = join(postfix.dir, 'aliases', 'aliases');
    await sh('postconf -e "virtual_alias_maps ="\npostconf -e "alias_maps = hash:/etc/aliases"');
    await sh(printed.replaceAll('/etc/aliases', aliases).replace(/^printf .*$/m, ''));
  }

  /** What smtpd says at RCPT. */
  async function rcpt(to: string): Promise<string> {
    const at = ['--server', '127.0.0.1', '--port', `${postfix.port}`, '--quit-after', 'RCPT'];
    const { stdout } = await execa('/usr/bin/swaks', [...at, '--from', NIC, '--to', to], {
      reject: false,
    });
    return /RCPT TO:.*\n *<[-*~ ]+(\d{3} \d\.\d\.\d.*)/.exec(stdout)?.[1] ?? stdout;
  }
  let mails = 0;
  async function send(to: string, text: string) {
    mails += 1;
    const data = `From: ${NIC}\nTo: ${to}\nSubject: ${text}\nMessage-ID: <r${mails}@ferrier.example>\n\n${text}\n`;
    return postfix.settled(await postfix.send({ from: NIC, to, data }));
  }
  const subjects = (name: string) =>
    postfix.mailbox(name).map((mail) => /^Subject: (.*)$/m.exec(`${mail}`)?.[1]);
  const recipient = (desk: string, ...args: readonly string[]) =>
    execa(installed.program, ['recipient', ...args, '--config', desks.configOf(desk)], {
      env: env(),
    });

  async function findings(desk: string): Promise<readonly string[]> {
    const args = ['doctor', '--json', '--config', desks.configOf(desk)];
    const { stdout } = await execa(installed.program, args, { env: env(), reject: false });
    const found: { readonly findings: readonly { readonly id: string }[] } = JSON.parse(stdout);
    return found.findings.map(({ id }) => id).filter((id) => id.startsWith('recipients'));
  }

  test.skipIf(withoutDatabase !== null)(
    'a row counts with the next mail, and so does its end',
    async () => {
      await setUp('desk', { database: cluster.url('mailrobot', 'mail') });
      expect(await rcpt(ANNA)).toMatch(/^550 5\.1\.1/);
      await recipient('desk', 'add', ANNA, SUE);
      expect(await rcpt(ANNA)).toMatch(/^250/);
      expect(await rcpt(ANNA.toUpperCase())).toMatch(/^250/);
      expect((await send(ANNA, 'to anna')).status).toBe('sent');
      expect(subjects('sue')).toContain('to anna');
      await recipient('desk', 'remove', ANNA);
      expect(await rcpt(ANNA)).toMatch(/^550 5\.1\.1/);
      await recipient('desk', 'add', ANNA, SUE);
      // Nobody takes what stands in the map before it, whatever is in the table.
      cluster.psql(
        `insert into recipients values ('new@${DOMAIN}', 'stranger@ferrier.example')`,
        'mail',
      );
      expect((await send(`new@${DOMAIN}`, 'not theirs')).status).toBe('sent');
      expect(await desks.list('desk')).toHaveLength(1);
      expect(subjects('stranger')).toEqual([]);
    },
  );

  test.skipIf(withoutDatabase !== null)(
    'while the database is away, tickets come in, and mail to others is put off and not refused',
    async () => {
      cluster.stop();
      await sh('postfix reload');
      for (const to of [
        'new',
        'NEW',
        'support-7102',
        'Support-7102-close',
        'control',
        'help',
        'postmaster',
      ]) {
        expect(await rcpt(`${to}@${DOMAIN}`), to).toMatch(/^250/);
      }
      for (const to of ['anna', 'nobody', 'newton']) {
        expect(await rcpt(`${to}@${DOMAIN}`), to).toMatch(/^451 4\.3\.0/);
      }
      expect(await rcpt(SUE)).toMatch(/^250/);
      expect((await send(`new@${DOMAIN}`, 'while it is away')).status).toBe('sent');
      expect((await send(`support-7102@${DOMAIN}`, 'more of it')).status).toBe('sent');
      const tickets = await desks.list('desk');
      expect(tickets).toHaveLength(2);
      expect((await desks.show('SUPPORT-7102', 'desk')).messages.at(-1)?.text).toBe('more of it\n');
      // Our own mail goes out as ever: its addresses are not asked for.
      const told = () => subjects('sue').some((one) => one?.includes('while it is away'));
      await expect.poll(told, { timeout: 30_000 }).toBe(true);
      const failed = await recipient('desk', 'add', ANNA, SUE).catch((error: unknown) => error);
      expect(failed).toMatchObject({ exitCode: 1 });
      expect(await findings('desk')).toEqual(['recipients-table']);
      cluster.start();
      await sh('postfix reload');
      expect(await rcpt(ANNA)).toMatch(/^250/);
      expect(await rcpt(`nobody@${DOMAIN}`)).toMatch(/^550 5\.1\.1/);
    },
  );

  test('in a file: by postmap, as the owner of the store, and Postfix sees it by itself', async () => {
    const folder = join(desks.dir, 'filed', 'postfix');
    mkdirSync(folder, { recursive: true });
    chmodSync(join(desks.dir, 'filed'), 0o755);
    await setUp('filed', { file: `hash:${join(folder, 'recipients')}` });
    expect(await rcpt(ANNA)).toMatch(/^550 5\.1\.1/);
    await recipient('filed', 'add', ANNA, SUE);
    expect(await rcpt(ANNA)).toMatch(/^250/);
    expect((await send(ANNA, 'by a file')).status).toBe('sent');
    expect(subjects('sue')).toContain('by a file');
    expect((await send(`new@${DOMAIN}`, 'a ticket as ever')).status).toBe('sent');
    expect(await desks.list('filed')).toHaveLength(1);
    await recipient('filed', 'remove', ANNA);
    expect(await rcpt(ANNA)).toMatch(/^550 5\.1\.1/);
    expect(await findings('filed')).toEqual([]);
    const maps = (await sh('postconf -h virtual_alias_maps')).stdout.split(', ');
    await sh(`postconf -e "virtual_alias_maps = ${maps.toReversed().join(', ')}"`);
    expect(await findings('filed')).toEqual(['recipients-order']);
    await sh(`postconf -e "virtual_alias_maps = ${maps[0]}"`);
    expect(await findings('filed')).toEqual(['recipients-map']);
    const { stdout } = await execa('stat', ['-c', '%U', join(folder, 'recipients.db')]);
    expect(stdout).toBe(OWNER);
  });
});
