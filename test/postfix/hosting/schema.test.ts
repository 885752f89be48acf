/** The rules of examples/hosting, asked of each database that it can stand on as the robot asks them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database, Role } from './database.ts';
import { ENGINES } from './engines.ts';

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

const TABLES = ['waiting_recipients', 'recipients', 'resting', 'backups', 'jobs', 'accounts'];

const CASES = ENGINES.map((engine) => ({ engine, missing: engine.missing() }));

describe.each(CASES)('on a real $engine.name', ({ engine, missing }) => {
  if (missing !== undefined) {
    test.skip(`it is skipped: ${missing}`);
    return;
  }
  let database: Database;
  beforeAll(async () => {
    database = await engine.start();
  });
  const ago = (by: string) => engine.later(engine.now, by);
  afterAll(() => database?.stop());
  beforeEach(async () => {
    await database.sql(TABLES.map((table) => `DELETE FROM ${table};`).join(' '));
  });

  let requests = 0;
  const quoted = (value: string | null) =>
    value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
  async function ask(name: string, values: readonly (string | null)[], more = ''): Promise<Answer> {
    const all = [...values.map(quoted), ...(more === '' ? [] : [more])].join(', ');
    return JSON.parse(await database.sql(engine.call(name, all), 'hosting_robot'));
  }
  const asWorker = (name: string, ...values: readonly (string | null)[]) =>
    database.sql(engine.call(name, values.map(quoted).join(', ')), 'hosting_worker');
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
        `SELECT password FROM accounts WHERE temporary_until = ${engine.later('made_at', '24 HOUR')}`,
      );
      expect(row).toMatch(/^\{BLF-CRYPT\}\$2[ay]\$10\$[./A-Za-z0-9]{53}$/);
      expect(row).not.toContain(secret);
    });

    test('no log of the database has a random password', async () => {
      const { on, off, writes } = engine.log(database.dir);
      await database.sql(on);
      const said = async (name: string, request: string) => {
        const values = [request, NIC, ACCOUNT].map(quoted).join(', ');
        const call = engine.call(name, `${values}, true`);
        return JSON.parse(await database.sql(call, 'hosting_robot', 'logged')).secret;
      };
      const secrets = [
        await said('create_account', 'one'),
        await said('create_account', 'one'),
        await said('forgot_password', 'two'),
      ];
      await database.sql(off);
      const log = readFileSync(writes, 'utf8');
      expect(log).toContain('forgot_password');
      for (const secret of secrets) {
        expect(secret).toMatch(/-/);
        expect(log).not.toContain(secret);
      }
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
      await database.sql(engine.hold);
      const create = (person: string) =>
        database.sql(
          engine.call('create_account', `'${person}', '${person}', '${ACCOUNT}', true`),
          'hosting_robot',
          person,
        );
      const both = Promise.all([NIC, SUE].map(create));
      while ((await database.sql(engine.waiting)) !== '2');
      await database.sql('COMMIT');
      const verdicts = (await both).map((said) => JSON.parse(said).verdict);
      expect(verdicts.sort()).toEqual(['no', 'yes']);
      expect(await database.sql('SELECT count(*) FROM accounts')).toBe('1');
    });

    test('a request is refused whose answer may be older than its turn, or that does not say what it is', async () => {
      const values = ['one', NIC, ACCOUNT].map(quoted).join(', ');
      const outcome = (carryOut: string) =>
        database.sql(engine.call('create_account', `${values}, ${carryOut}`), 'hosting_robot');
      await expect(outcome('NULL')).rejects.toThrow('25001');
      await database.sql(
        `${engine.frozen}; ${engine.call('what_i_have', quoted(NIC))}`,
        'hosting_robot',
      );
      await expect(outcome('true')).rejects.toThrow('25001');
      await database.sql('ROLLBACK', 'hosting_robot');
      expect(await database.sql('SELECT count(*) FROM accounts')).toBe('0');
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
      const lasting = 'SELECT password FROM accounts WHERE temporary_until IS NULL';
      expect(await database.sql(lasting)).toBe(line);
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
      await asWorker('record_backup', ACCOUNT, '2026-11-28', 'INBOX', '3');
      expect(await verdictOf('remove_address', SUE, ACCOUNT)).toBe('no');
      expect(await verdictOf('remove_address', ACCOUNT, ACCOUNT)).toBe('no');
      await doIt('remove_address', NIC, ACCOUNT);
      const live = 'SELECT address FROM postfix_mailboxes UNION ALL SELECT address FROM recipients';
      expect(await database.sql(live)).toBe('');
      expect(await verdictOf('undo_remove', SUE, ACCOUNT)).toBe('no');
      expect((await doIt('undo_remove', NIC, ACCOUNT)).verdict).toBe('yes');
      expect(await database.sql(live)).toBe('nic@hosted.example\nshop@hosted.example');

      await doIt('remove_address', NIC, ACCOUNT);
      await database.sql(`UPDATE accounts SET removed_at = ${ago('-14 DAY')}`);
      expect(await verdictOf('undo_remove', NIC, ACCOUNT)).toBe('no');
      const job = await asWorker('next_job');
      expect(job).toBe('1|purge|nic@hosted.example||'.replace('1', job.split('|')[0] ?? ''));
      expect(await asWorker('next_job')).toBe('');
      await asWorker('end_job', job.split('|')[0] ?? '', 'removed');
      for (const table of ['accounts', 'backups', 'recipients', 'waiting_recipients']) {
        expect(await database.sql(`SELECT count(*) FROM ${table}`)).toBe('0');
      }
      for (const name of ['nic', 'shop', 'n1c', 'sh0p']) {
        expect(await verdictOf('create_account', NIC, `${name}@hosted.example`)).toBe('no');
        expect(await verdictOf('create_account', SUE, `${name}@hosted.example`)).toBe('no');
      }
      await database.sql(`UPDATE resting SET until = ${ago('-1 SECOND')}`);
      expect(await verdictOf('create_account', SUE, ACCOUNT)).toBe('yes');
    });

    const purge = async (removed = '-14 DAY') => {
      await database.sql(`UPDATE accounts SET removed_at = ${ago(removed)}`);
      const [job = ''] = (await asWorker('next_job')).split('|');
      await asWorker('end_job', job, 'removed');
    };

    test('the second who has had a name can undo, and it rests for a year after them, too', async () => {
      await doIt('create_account', NIC, ACCOUNT);
      await doIt('remove_address', NIC, ACCOUNT);
      await purge('-20 DAY');
      await database.sql(`UPDATE resting SET until = ${ago('-15 DAY')}`);

      await doIt('create_account', SUE, ACCOUNT);
      await doIt('remove_address', SUE, ACCOUNT);
      expect((await doIt('undo_remove', SUE, ACCOUNT)).verdict).toBe('yes');
      await doIt('remove_address', SUE, ACCOUNT);
      await purge();
      expect(await verdictOf('create_account', NIC, ACCOUNT)).toBe('no');
    });

    test('a name that the administrator has given free does not rest again for the same removal', async () => {
      await doIt('create_account', NIC, ACCOUNT);
      await doIt('create_alias', NIC, 'shop@hosted.example', ACCOUNT);
      await doIt('remove_address', NIC, 'shop@hosted.example');
      await doIt('remove_address', NIC, ACCOUNT);
      await database.sql(`UPDATE resting SET until = ${engine.now}`);
      await database.sql(`UPDATE waiting_recipients SET removed_at = ${ago('-13 DAY')}`);
      await purge();
      expect(await verdictOf('create_account', SUE, 'shop@hosted.example')).toBe('yes');
      expect(await verdictOf('create_account', SUE, ACCOUNT)).toBe('no');
    });
  });

  test('the schema is run again: rows stay, and nothing else of an older file does', async () => {
    await doIt('create_account', NIC, ACCOUNT);
    await doIt('create_alias', NIC, 'shop@hosted.example', ACCOUNT);
    await doIt('create_alias', NIC, 'team@hosted.example', SUE);
    await doIt('remove_address', NIC, 'shop@hosted.example');
    await asWorker('record_backup', ACCOUNT, '2026-11-28', 'INBOX', '3');
    await database.sql("UPDATE reserved SET why = 'queue' WHERE name = 'sales'");
    const tables = [...TABLES, 'settings', 'domains', 'managers', 'reserved'];
    const rows = () =>
      Promise.all(tables.map((table) => database.sql(`SELECT * FROM ${table} ORDER BY 1, 2`)));
    const functions = () =>
      Promise.all(
        (['hosting_robot', 'hosting_worker'] as const).map((role) =>
          database.sql(engine.functionsOf(role)),
        ),
      );
    const before = { rows: await rows(), functions: await functions() };
    await database.sql(engine.olderFile);
    expect(await functions()).not.toEqual(before.functions);
    await database.reload();
    expect({ rows: await rows(), functions: await functions() }).toEqual(before);
    expect(await database.sql(engine.looseFunctions)).toBe('');
    expect((await doIt('undo_remove', NIC, 'shop@hosted.example')).verdict).toBe('yes');
    expect((await ask('how_to_set_up', [])).says).toContain('port 993');
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
      await database.sql(`UPDATE waiting_recipients SET offered_at = ${ago('-7 DAY')}`);
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
      expect((await plan('undo_remove', NIC, SHOP)).says).toBe(`Bring ${SHOP} back.`);
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
    await asWorker('record_backup', ACCOUNT, '2026-11-28', 'Archive', '31');
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
      `INSERT INTO domains (domain, is_open) VALUES ('${'d'.repeat(60)}.long.example', true)`,
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
    await asWorker('record_backup', account, '2026-11-28', 'f'.repeat(120), '3');
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

    const ROBOTS = ['hosting_robot', 'hosting_worker'] as const;

    test('robot and worker have no right on any table, by any way', async () => {
      expect(await database.sql(engine.rightsOnTables(ROBOTS))).toBe('');
      for (const role of ROBOTS) {
        for (const table of tables) {
          await expect(database.sql(`SELECT * FROM ${table}`, role)).rejects.toThrow('denied');
        }
        for (const made of ['TABLE t (a text)', 'TEMPORARY TABLE t (a text)', 'SCHEMA s']) {
          await expect(database.sql(`CREATE ${made}`, role)).rejects.toThrow(/denied/);
        }
      }
    });

    test('each may call its own functions, and no others', async () => {
      const may = (role: Role) => database.sql(engine.functionsOf(role));
      expect(await may('hosting_robot')).toBe(
        'accept_alias change_password create_account create_alias forgot_password how_to_set_up remove_address restore_mail undo_remove what_i_have',
      );
      expect(await may('hosting_worker')).toBe(
        'accounts_to_back_up begin_backup end_job forget_backups next_job record_backup',
      );
      expect(await may('hosting_postfix')).toBe('');
      expect(await may('hosting_dovecot')).toBe('');
      const shared = engine.call('random_password', '');
      await expect(database.sql(shared, 'hosting_robot')).rejects.toThrow('denied');
    });

    test('each function is run as the owner, and sees no tables but ours', async () => {
      expect(await database.sql(engine.looseFunctions)).toBe('');
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
          readFileSync(join(engine.files, 'postfix', `${file}.cf`), 'utf8'),
        );
        expect(query).not.toBeNull();
        expect(await database.sql(query?.[1] ?? '', 'hosting_postfix')).toBe('');
      }
    });
  });
});
