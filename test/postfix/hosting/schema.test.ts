/** The rules of examples/hosting, asked of a real PostgreSQL as the robot asks them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, databaseMissing, EXAMPLE, startDatabase } from './database.ts';

const missing = databaseMissing();
const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';
const ACCOUNT = 'nic@hosted.example';

interface Answer {
  readonly verdict: 'yes' | 'no';
  readonly says: string | null;
  readonly mail_to: string | null;
  readonly mail: string | null;
  readonly secret: string | null;
}

describe.skipIf(missing !== undefined)(`on a real PostgreSQL ${missing ?? ''}`, () => {
  let database: Database;
  beforeAll(async () => {
    database = await startDatabase();
  });
  afterAll(() => database?.stop());
  beforeEach(async () => {
    await database.sql(
      'TRUNCATE accounts, recipients, waiting_recipients, resting, backups, jobs CASCADE',
    );
  });

  let requests = 0;
  const quoted = (value: string | null) =>
    value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
  async function ask(name: string, values: readonly (string | null)[], more = ''): Promise<Answer> {
    const all = [...values.map(quoted), ...(more === '' ? [] : [more])].join(', ');
    const said = await database.sql(
      `SELECT row_to_json(answer) FROM ${name}(${all}) AS answer`,
      'hosting_robot',
    );
    return JSON.parse(said);
  }
  const plan = (name: string, ...values: readonly (string | null)[]) =>
    ask(name, [`${++requests}`, ...values], 'false');
  const doIt = (name: string, ...values: readonly (string | null)[]) =>
    ask(name, [`${++requests}`, ...values], 'true');
  const verdictOf = async (name: string, ...values: readonly (string | null)[]) =>
    (await plan(name, ...values)).verdict;

  describe('names', () => {
    test.each([
      ...['admin', 'administrator', 'webmaster', 'hostmaster', 'postmaster', 'abuse', 'security'],
      ...['info', 'sales', 'support', 'noc', 'www', 'ftp', 'news', 'as64512', 'friends-request'],
      ...['adm1n', 'admln', 'adrnin', 'ad-min', 'a.d.m.i.n', 'p0stmaster', 'post.master'],
      ...['admins', 'admin1', 'admin-2', 'the.admin', 'admin-nic', 'it-security', 'www-data'],
      ...['control', 'help', 'new', 'accounts', 'support-7102', 'support7102', 'mailer-daemon'],
      ...['ad-min-nic', 'theadmin', 'adminteam', 'dnsadmin', 'accountsteam', 'sslcertificate'],
      ...['my-ac-count', 'passwordreset', 'thesupp0rt', 'unofficial', 'nic.web-master'],
      ...['root', 'r00t', 'postgres', 'nobody', 'no-reply', 'owner-friends', 'autodiscover'],
    ])('%s is never given away', async (name) => {
      const { verdict } = await plan('create_account', NIC, `${name}@hosted.example`);
      expect(verdict).toBe('no');
    });

    test('queues of this desk, and their tickets, once they are named', async () => {
      await database.sql("INSERT INTO reserved VALUES ('invoices', 'queue')");
      for (const name of ['invoices', 'invoices-7', 'invoices7102', 'inv0ices-1']) {
        expect(await verdictOf('create_account', NIC, `${name}@hosted.example`)).toBe('no');
      }
      expect(await verdictOf('create_account', NIC, 'invoicesofanna@hosted.example')).toBe('yes');
    });

    test.each([
      ...[
        '.nic',
        '-nic',
        '_nic',
        'nic..lee',
        'nic.',
        'nïc',
        'nic+1',
        'nic lee',
        'nic;',
        "nic'",
        '',
      ],
      ...['\u212Aim', 'n\u0456c', 'nic|x', '/etc/passwd', ':include:x', 'a'.repeat(65), '"nic"'],
    ])('%j is no name', async (name) => {
      const answer = await plan('create_account', NIC, `${name}@hosted.example`);
      expect(answer.verdict).toBe('no');
      if (name !== '') expect(answer.says).not.toContain(`${name}@`);
    });

    test('names of people are given, in small letters', async () => {
      for (const name of [
        'anna',
        'anna.lee',
        'anna_lee',
        '4711',
        'anna-maria',
        'man.ray',
        'j',
        'enoch',
      ]) {
        expect(await verdictOf('create_account', NIC, `${name}@hosted.example`)).toBe('yes');
      }
      const { says } = await plan('create_account', NIC, 'Anna.Lee@HOSTED.example');
      expect(says).toContain('Create the account anna.lee@hosted.example.\n');
    });

    test('what looks like a name that somebody has is taken', async () => {
      await doIt('create_account', NIC, 'william@hosted.example');
      for (const name of ['william', 'WILLIAM', 'wi11iam', 'wllliam', 'wil.liam', 'vvilliam']) {
        expect(await verdictOf('create_account', SUE, `${name}@hosted.example`)).toBe('no');
      }
    });

    test('a domain that is not open is its managers\u2019', async () => {
      expect(await verdictOf('create_account', NIC, 'nic@closed.example')).toBe('no');
      expect(await verdictOf('create_account', NIC, 'nic@elsewhere.example')).toBe('no');
      expect(await verdictOf('create_account', 'boss@ferrier.example', 'nic@closed.example')).toBe(
        'yes',
      );
    });

    test('what stands behind a + makes no other person', async () => {
      for (const name of ['aa', 'bb', 'cc', 'dd', 'ee']) {
        await doIt('create_account', `nic+${name}@ferrier.example`, `${name}@hosted.example`);
      }
      for (const person of ['nic+ff@ferrier.example', NIC]) {
        expect(await verdictOf('create_account', person, 'ff@hosted.example')).toBe('no');
      }
    });

    test('one person has five accounts in a domain, and the recovery address is elsewhere', async () => {
      for (const name of ['aa', 'bb', 'cc', 'dd', 'ee']) {
        expect(await doIt('create_account', NIC, `${name}@hosted.example`)).toMatchObject({
          verdict: 'yes',
        });
      }
      expect(await verdictOf('create_account', NIC, 'ff@hosted.example')).toBe('no');
      expect(await verdictOf('create_account', 'nic+2@ferrier.example', 'ff@hosted.example')).toBe(
        'no',
      );
      expect(await verdictOf('create_account', SUE, 'ff@hosted.example')).toBe('yes');
      expect(await verdictOf('create_account', 'aa@hosted.example', 'ff@hosted.example')).toBe(
        'no',
      );
      expect(await verdictOf('create_account', 'x@closed.example', 'ff@hosted.example')).toBe('no');
    });
  });

  describe('accounts', () => {
    test('a new one has a random password, in the mail to its recovery address alone', async () => {
      expect((await plan('create_account', NIC, ACCOUNT)).mail).toBeNull();
      expect(await database.sql('SELECT count(*) FROM accounts')).toBe('0');
      const { mail_to, mail, secret, says } = await doIt('create_account', NIC, ACCOUNT);
      expect({ mail_to, says }).toEqual({ mail_to: NIC, says: null });
      expect(mail).toContain(`Password: ${secret}\n`);
      expect(secret).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{6}$/);
      const row = await database.sql(
        'SELECT password, extract(hour FROM temporary_until - made_at) + 24 * extract(day FROM temporary_until - made_at) FROM accounts',
      );
      expect(row).toMatch(/^\{BLF-CRYPT\}\$2a\$10\$[./A-Za-z0-9]{53}\|24$/);
      expect(row).not.toContain(secret);
    });

    test('a request that is run again makes it once, with a password that one mail has', async () => {
      const request = ['the same', NIC, ACCOUNT];
      const first = await ask('create_account', request, 'true');
      const again = await ask('create_account', request, 'true');
      expect(again.verdict).toBe('yes');
      expect(again.secret).not.toBe(first.secret);
      expect((await ask('create_account', ['another', NIC, ACCOUNT], 'true')).verdict).toBe('no');
      expect(await database.sql('SELECT count(*) FROM accounts')).toBe('1');
    });

    test('two that want the same name at once: one has it', async () => {
      const create = (person: string) =>
        `SELECT verdict FROM create_account('${person}', '${person}', '${ACCOUNT}', true)`;
      const first = await database.sql(`BEGIN; ${create(NIC)}`, 'hosting_robot');
      const second = database.sql(create(SUE), 'hosting_robot', 'second');
      const isWaiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
      while ((await database.sql(isWaiting)) !== '1');
      await database.sql('COMMIT', 'hosting_robot');
      expect([first, await second]).toEqual(['yes', 'no']);
    });

    test('a forgotten password is for the recovery address, and others learn nothing', async () => {
      const { secret: first } = await doIt('create_account', NIC, ACCOUNT);
      const stranger = await doIt('forgot_password', SUE, ACCOUNT);
      const nobody = await doIt('forgot_password', SUE, 'nobody-there@hosted.example');
      expect(stranger).toEqual(nobody);
      expect(stranger.verdict).toBe('no');
      expect((await doIt('forgot_password', ACCOUNT, ACCOUNT)).verdict).toBe('no');
      const { mail_to, secret } = await doIt('forgot_password', NIC, ACCOUNT);
      expect(mail_to).toBe(NIC);
      expect(secret).not.toBe(first);
    });

    const STRONG = [
      '{CRYPT}$2y$05$gSmKEDehaDyuuuhvWC/2QOlCzJBWJpsu2OLyU5sdo36ahLjLKd5r2',
      '{BLF-CRYPT}$2y$05$80JTcaLvIdMz7SrMWbLs/uGrmtQmUBbI31THRG735JpQ2SCg8VRTG',
      '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$meM4Vm9ks6z5Iu550PR0HQ$SAo9XKEh5j3/Nk5XxoUU/gLGuPNE8G1AvCT8KAozuac',
      '{SHA512-CRYPT}$6$n2.OMcVq4fAExX.V$81MlfKMOBms8lTljQ2dCxpUKhRV0nxRRUSAaxehh6yTXc1yoBykCVmPMTSQD99kxlU3vbMKsFQu3CtC0E1IB7.',
    ];
    test.each(STRONG)('%s is a line of doveadm, and lasts', async (line) => {
      await doIt('create_account', NIC, ACCOUNT);
      expect(await doIt('change_password', ACCOUNT, ACCOUNT, line)).toMatchObject({
        verdict: 'yes',
      });
      expect(await database.sql('SELECT password, temporary_until FROM accounts')).toBe(`${line}|`);
    });

    test.each([
      ...['hunter2', '{PLAIN}hunter2', '{CLEARTEXT}hunter2', '{MD5-CRYPT}$1$a$b', '{SSHA}abc', ''],
      ...['{CRYPT}ab1234567890.', '{SHA512}abc', '{SCRAM-SHA-256}4096,a,b,c'],
      `{BLF-CRYPT}$2y$31$${'a'.repeat(53)}`,
      `{BLF-CRYPT}$2y$04$${'a'.repeat(53)}`,
      `{SHA512-CRYPT}$6$rounds=1000$abcdefgh$${'a'.repeat(86)}`,
      `{ARGON2ID}$argon2id$v=19$m=999999,t=3,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`,
      `{ARGON2ID}$argon2id$v=19$m=65536,t=99,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`,
      `${STRONG[0]}\n{PLAIN}x`,
      `x${STRONG[0]}`,
    ])('%j is not', async (line) => {
      const { secret } = await doIt('create_account', NIC, ACCOUNT);
      const answer = await doIt('change_password', NIC, ACCOUNT, line);
      expect(answer.verdict).toBe('no');
      if (line !== '') expect(answer.says).not.toContain(line);
      expect(secret).not.toBeNull();
    });

    test('a removed one is back within 14 days as it was, and gone with all that was its own after', async () => {
      await doIt('create_account', NIC, ACCOUNT);
      await doIt('create_alias', NIC, 'shop@hosted.example', ACCOUNT);
      await database.sql("SELECT record_backup('nic@hosted.example', '2026-11-28', 'INBOX', 3)");
      expect(await verdictOf('remove_address', SUE, ACCOUNT)).toBe('no');
      expect(await verdictOf('remove_address', ACCOUNT, ACCOUNT)).toBe('no');
      await doIt('remove_address', NIC, ACCOUNT);
      const live = 'SELECT address FROM postfix_mailboxes UNION ALL SELECT address FROM recipients';
      expect(await database.sql(live)).toBe('');
      expect(await verdictOf('undo_remove', SUE, ACCOUNT)).toBe('no');
      expect((await doIt('undo_remove', NIC, ACCOUNT)).verdict).toBe('yes');
      expect(await database.sql(live)).toBe('nic@hosted.example\nshop@hosted.example');

      await doIt('remove_address', NIC, ACCOUNT);
      await database.sql("UPDATE accounts SET removed_at = now() - interval '14 days'");
      expect(await verdictOf('undo_remove', NIC, ACCOUNT)).toBe('no');
      const job = await database.sql('SELECT * FROM next_job()', 'hosting_worker');
      expect(job).toBe('1|purge|nic@hosted.example||'.replace('1', job.split('|')[0] ?? ''));
      expect(await database.sql('SELECT * FROM next_job()', 'hosting_worker')).toBe('');
      await database.sql(`SELECT end_job(${job.split('|')[0]}, 'removed')`, 'hosting_worker');
      expect(await database.sql('SELECT count(*) FROM accounts, backups')).toBe('0');
      for (const name of ['nic', 'shop', 'n1c', 'sh0p']) {
        expect(await verdictOf('create_account', NIC, `${name}@hosted.example`)).toBe('no');
        expect(await verdictOf('create_account', SUE, `${name}@hosted.example`)).toBe('no');
      }
      await database.sql("UPDATE resting SET until = now() - interval '1 second'");
      expect(await verdictOf('create_account', SUE, ACCOUNT)).toBe('yes');
    });
  });

  describe('aliases', () => {
    beforeEach(() => doIt('create_account', NIC, ACCOUNT));
    const alias = (address: string, target: string, sender = NIC) =>
      doIt('create_alias', sender, address, target);
    const leadsTo = (address: string) =>
      database.sql(`SELECT destination FROM recipients WHERE address = '${address}'`);

    test('one to an account is there at once, for whoever has the account', async () => {
      expect((await alias('shop@hosted.example', ACCOUNT, SUE)).verdict).toBe('no');
      expect((await alias('shop@hosted.example', ACCOUNT)).verdict).toBe('yes');
      expect(await leadsTo('shop@hosted.example')).toBe(ACCOUNT);
      for (const taken of [ACCOUNT, 'shop@hosted.example', 'postmaster@hosted.example']) {
        expect(await verdictOf('create_alias', NIC, taken, ACCOUNT)).toBe('no');
      }
    });

    test('one to an address elsewhere waits until its owner agrees, for seven days', async () => {
      const { mail_to, mail } = await alias('shop@hosted.example', SUE);
      expect(mail_to).toBe(SUE);
      expect(mail).toContain('    accept shop@hosted.example\n');
      expect(await leadsTo('shop@hosted.example')).toBe('');
      expect((await doIt('accept_alias', NIC, 'shop@hosted.example')).verdict).toBe('no');
      expect((await doIt('accept_alias', SUE, 'shop@hosted.example')).verdict).toBe('yes');
      expect(await leadsTo('shop@hosted.example')).toBe(SUE);

      await alias('team@hosted.example', SUE);
      await database.sql("UPDATE waiting_recipients SET offered_at = now() - interval '7 days'");
      expect((await doIt('accept_alias', SUE, 'team@hosted.example')).verdict).toBe('no');
      expect(await leadsTo('team@hosted.example')).toBe('');
    });

    test('none leads to an alias, to itself, to a machine of ours, or to what is no plain address', async () => {
      await alias('shop@hosted.example', ACCOUNT);
      for (const target of [
        ...['shop@hosted.example', 'team@hosted.example', 'nobody@closed.example'],
        ...['accounts@support-ticket.example', 'nic@imap.hosted.example'],
        ...['|/bin/sh@x.example', '/tmp/x@x.example', ':include:/etc/x@x.example', 'a b@x.example'],
        ...[
          'a,b@x.example',
          'a@x',
          '',
          'sue@ferrier.example,nic@ferrier.example',
          'sue@[127.0.0.1]',
        ],
      ]) {
        const { verdict } = await alias('team@hosted.example', target);
        expect({ target, verdict }).toEqual({ target, verdict: 'no' });
      }
    });

    const SHOP = 'shop@hosted.example';
    const agreed = async () => {
      await alias(SHOP, SUE);
      await doIt('accept_alias', SUE, SHOP);
    };

    test('its owner removes it, and brings it back as it was', async () => {
      await agreed();
      expect((await doIt('remove_address', 'boss@ferrier.example', SHOP)).verdict).toBe('no');
      expect((await doIt('remove_address', NIC, SHOP)).verdict).toBe('yes');
      expect(await leadsTo(SHOP)).toBe('');
      expect((await alias(SHOP, ACCOUNT)).verdict).toBe('no');
      const undo = ['one', NIC, SHOP];
      expect((await ask('undo_remove', undo, 'true')).verdict).toBe('yes');
      expect(await leadsTo(SHOP)).toBe(SUE);
      expect((await ask('undo_remove', undo, 'true')).says).toBe(`${SHOP} is back.`);
    });

    test('whom it leads to removes it for good: undone, it waits until they agree again', async () => {
      await agreed();
      expect((await doIt('remove_address', SUE, SHOP)).says).toBe(
        `The alias ${SHOP} is removed. It does not lead to you again, unless you agree again.`,
      );
      expect((await alias(SHOP, ACCOUNT)).verdict).toBe('no');
      expect((await plan('undo_remove', NIC, SHOP)).says).toContain('has to agree again');
      const { mail_to, mail } = await doIt('undo_remove', NIC, SHOP);
      expect(mail_to).toBe(SUE);
      expect(mail).toContain(`    accept ${SHOP}\n`);
      expect(await leadsTo(SHOP)).toBe('');
      expect((await doIt('accept_alias', SUE, SHOP)).verdict).toBe('yes');
      expect(await leadsTo(SHOP)).toBe(SUE);
    });

    test('nor does it lead to them again with its account', async () => {
      await agreed();
      await doIt('remove_address', SUE, SHOP);
      await doIt('remove_address', NIC, ACCOUNT);
      await doIt('undo_remove', NIC, ACCOUNT);
      expect(await leadsTo(SHOP)).toBe('');
    });

    test.each([SHOP, ACCOUNT])('they may end it while %s is removed, too', async (removed) => {
      await agreed();
      await doIt('remove_address', NIC, removed);
      expect((await plan('remove_address', SUE, SHOP)).verdict).toBe('yes');
      const end = ['one', SUE, SHOP];
      expect((await ask('remove_address', end, 'true')).verdict).toBe('yes');
      expect((await ask('remove_address', end, 'true')).verdict).toBe('yes');
      await doIt('undo_remove', NIC, removed);
      expect(await leadsTo(SHOP)).toBe('');
      if (removed === ACCOUNT) {
        expect((await doIt('undo_remove', NIC, SHOP)).mail_to).toBe(SUE);
        expect(await leadsTo(SHOP)).toBe('');
      }
    });
  });

  test('only what the backup has written down can be restored, once a request', async () => {
    await doIt('create_account', NIC, ACCOUNT);
    await database.sql(
      "SELECT record_backup('nic@hosted.example', '2026-11-28', 'Archive', 31)",
      'hosting_worker',
    );
    const restore = (folder: string | null, taken: string | null, sender = NIC) =>
      plan('restore_mail', sender, ACCOUNT, folder, taken);
    expect((await restore('Archive', null)).says).toContain('the folder "Archive"');
    expect((await restore(null, null, ACCOUNT)).verdict).toBe('yes');
    expect((await restore('Archive', null, SUE)).verdict).toBe('no');
    for (const folder of ['../..', 'Archive/../x', '-A', '*', 'archive']) {
      expect((await restore(folder, null)).verdict).toBe('no');
    }
    expect((await restore('Archive', '2026-11-27')).verdict).toBe('no');
    const request = ['one', NIC, ACCOUNT, 'Archive', null];
    await ask('restore_mail', request, 'true');
    await ask('restore_mail', request, 'true');
    expect(await database.sql('SELECT kind, folder FROM jobs')).toBe('restore|Archive');
  });

  test('a plan has lines of 200 characters at most, however long the names are', async () => {
    const at = (local: string, length: number) =>
      `${local}@${'d'.repeat(60)}.${'e'.repeat(length - 62 - local.length)}`;
    const person = at('p'.repeat(60), 160);
    await database.sql(
      `INSERT INTO domains (domain, is_open) VALUES ('${'d'.repeat(60)}.long.example', true) ON CONFLICT DO NOTHING`,
    );
    const account = `${'a'.repeat(64)}@${'d'.repeat(60)}.long.example`;
    const shop = `${'b'.repeat(64)}@${'d'.repeat(60)}.long.example`;
    const team = `${'c'.repeat(64)}@${'d'.repeat(60)}.long.example`;
    const plans: Answer[] = [await plan('create_account', person, account)];
    await doIt('create_account', person, account);
    plans.push(await plan('forgot_password', person, account));
    plans.push(await plan('create_alias', person, shop, account));
    plans.push(await plan('create_alias', person, team, at('t'.repeat(60), 160)));
    await doIt('create_alias', person, shop, account);
    await doIt('create_alias', person, team, at('t'.repeat(60), 160));
    plans.push(await plan('accept_alias', at('t'.repeat(60), 160), team));
    await database.sql(`SELECT record_backup('${account}', '2026-11-28', '${'f'.repeat(120)}', 3)`);
    plans.push(await plan('restore_mail', person, account, 'f'.repeat(120), null));
    plans.push(await plan('remove_address', person, shop));
    plans.push(await plan('remove_address', person, account));
    await doIt('accept_alias', at('t'.repeat(60), 160), team);
    await doIt('remove_address', at('t'.repeat(60), 160), team);
    plans.push(await plan('undo_remove', person, team));
    expect(plans.map(({ verdict }) => verdict)).toEqual(plans.map(() => 'yes'));
    const lines = plans.flatMap(({ says }) => says?.split('\n') ?? []);
    expect(lines.filter((line) => line.length > 200)).toEqual([]);
    expect(await verdictOf('create_account', at('p'.repeat(60), 161), 'anna@hosted.example')).toBe(
      'no',
    );
  });

  test('what I have is shown to whoever has it', async () => {
    expect((await ask('what_i_have', [NIC])).says).toBe('You have nothing here.');
    await doIt('create_account', NIC, ACCOUNT);
    await doIt('create_alias', NIC, 'shop@hosted.example', SUE);
    expect((await ask('what_i_have', [NIC])).says).toMatch(
      /^nic@hosted\.example\n {4}random password until .*\nshop@hosted\.example is to go to sue@ferrier\.example/,
    );
    expect((await ask('what_i_have', [SUE])).says).toBe('You have nothing here.');
  });

  describe('rights', () => {
    const tables = ['settings', 'domains', 'managers', 'reserved', 'accounts', 'recipients'].concat(
      ['waiting_recipients', 'resting', 'backups', 'jobs'],
      ['postfix_domains', 'postfix_mailboxes', 'postfix_senders', 'dovecot_accounts'],
    );

    test('robot and worker have no right on any table, by any way', async () => {
      const rights = await database.sql(
        `SELECT r.rolname, c.relname, p FROM pg_roles r, pg_class c, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
         WHERE r.rolname IN ('hosting_robot', 'hosting_worker') AND c.relnamespace = 'hosting'::regnamespace
           AND c.relkind IN ('r', 'v', 'S') AND (CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(r.oid, c.oid, 'USAGE')
             ELSE has_table_privilege(r.oid, c.oid, p) OR (p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(r.oid, c.oid, p)) END)`,
      );
      expect(rights).toBe('');
      for (const role of ['hosting_robot', 'hosting_worker'] as const) {
        for (const table of tables) {
          await expect(database.sql(`SELECT * FROM ${table}`, role)).rejects.toThrow(
            'permission denied',
          );
        }
        for (const made of ['TABLE t (a text)', 'TEMP TABLE t (a text)', 'SCHEMA s']) {
          await expect(database.sql(`CREATE ${made}`, role)).rejects.toThrow('permission denied');
        }
      }
    });

    test('each may call its own functions, and no others', async () => {
      const may = (role: string) =>
        database.sql(
          `SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc
           WHERE pronamespace IN ('hosting'::regnamespace, 'hosting_crypto'::regnamespace)
             AND has_function_privilege('${role}', oid, 'EXECUTE')`,
        );
      expect(await may('hosting_robot')).toBe(
        'accept_alias change_password create_account create_alias forgot_password how_to_set_up remove_address restore_mail undo_remove what_i_have',
      );
      expect(await may('hosting_worker')).toBe(
        'accounts_to_back_up begin_backup end_job forget_backups next_job record_backup',
      );
      expect(await may('hosting_postfix')).toBe('');
      expect(await may('hosting_dovecot')).toBe('');
    });

    test('each function of another\u2019s rights has a fixed search_path', async () => {
      const loose = `SELECT proname FROM pg_proc WHERE pronamespace = 'hosting'::regnamespace
        AND NOT coalesce(proconfig::text LIKE '%search_path=hosting, pg_temp%', false)`;
      expect(await database.sql(loose)).toBe('');
    });

    test('Postfix and Dovecot read what they look up', async () => {
      await expect(database.sql('SELECT * FROM accounts', 'hosting_postfix')).rejects.toThrow(
        'denied',
      );
      await expect(
        database.sql('SELECT * FROM dovecot_accounts', 'hosting_postfix'),
      ).rejects.toThrow('denied');
      await expect(database.sql('SELECT * FROM recipients', 'hosting_dovecot')).rejects.toThrow(
        'denied',
      );
      for (const file of ['domains', 'mailboxes', 'recipients', 'senders']) {
        const query = /^query = (.*)$/m.exec(
          readFileSync(join(EXAMPLE, 'postfix', `${file}.cf`), 'utf8'),
        );
        expect(query).not.toBeNull();
        expect(await database.sql(query?.[1] ?? '', 'hosting_postfix')).toBe('');
      }
    });
  });
});
