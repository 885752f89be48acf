/**
 * Accounts by mail from the first mail to the last, on real servers: what people write by SMTP, what they
 * get, and what Dovecot and Postfix then let them do. One story: each test goes on where the last ended.
 *
 * TRANSCRIPT=file writes down every mail of the story.
 */
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoded } from '../../kit/decoded.ts';
import { HAS_GPG, Pgp } from '../../kit/pgp.ts';
import { until } from '../system.ts';
import { EXAMPLE } from './database.ts';
import { CHOSEN } from './engines.ts';
import { type Host, hostMissing, startHost } from './host.ts';

const missing = hostMissing(CHOSEN);
const DESK = 'accounts@support-ticket.example';
const ACCOUNT = 'nic@hosted.example';
const TRANSCRIPT = process.env['TRANSCRIPT'];
const PASSWORD = /^Password: (\S+)$/m;
const ago = (by: string) => CHOSEN.later(CHOSEN.now, by);

interface Mail {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly id?: string;
  /** More fields, each with its line end. */
  readonly fields?: string;
  readonly body: string;
}

interface Received {
  readonly fields: string;
  readonly text: string;
}

describe.skipIf(missing !== undefined)(`by mail, on ${CHOSEN.name} ${missing ?? ''}`, () => {
  let host: Host;
  /** Of all random passwords that were mailed. */
  const passwords: string[] = [];
  const read = new Map<string, number>();
  let sent = 0;

  beforeAll(async () => {
    if (TRANSCRIPT !== undefined) writeFileSync(TRANSCRIPT, '');
    host = await startHost(CHOSEN);
  });
  afterAll(() => host?.stop());

  /** By SMTP, from outside, until Postfix has delivered it. */
  async function send(person: string, mail: Mail): Promise<void> {
    const from = mail.from ?? `${person}@ferrier.example`;
    const { to = DESK, subject = 'accounts', fields = '' } = mail;
    const id = mail.id ?? `<${++sent}.${process.pid}@ferrier.example>`;
    const data = `From: ${from}\nTo: ${to}\nSubject: ${subject}\nDate: ${new Date().toUTCString()}\nMessage-ID: ${id}\n${fields}\n${mail.body}\n`;
    log(`${person} writes`, data);
    const queued = await host.postfix.send({ from: `${person}@ferrier.example`, to, data });
    expect((await host.postfix.settled(queued)).status).toBe('sent');
  }

  /** When it returns, the robot has run, and its mail is in the mailboxes. */
  async function write(...mails: readonly (readonly [string, Mail])[]): Promise<void> {
    await Promise.all(mails.map(([person, mail]) => send(person, mail)));
    await host.desks.robot(['robot', 'run', '--once'], 'desk');
    await until('an empty queue', 20_000, async () => {
      const { stdout } = await execa('postqueue', ['-c', join(host.postfix.dir, 'config'), '-j']);
      return stdout === '' || undefined;
    });
  }

  /** What has come for this person since it was asked last. */
  function news(person: string): readonly Received[] {
    const all = host.postfix.mailbox(person);
    const known = read.get(person) ?? 0;
    read.set(person, all.length);
    return all.slice(known).map((octets) => {
      log(`${person} gets`, octets.toString());
      const [fields = '', ...rest] = octets.toString().split('\n\n');
      const text = rest.join('\n\n');
      const isQuoted = /^Content-Transfer-Encoding: quoted-printable$/im.test(fields);
      return { fields, text: isQuoted ? unquoted(text) : text };
    });
  }

  function one(person: string): Received {
    const mails = news(person);
    expect(mails).toHaveLength(1);
    return mails[0] ?? { fields: '', text: '' };
  }

  /** Asks, and gives the mail that asks for a confirmation. */
  async function ask(person: string, body: string, more: Partial<Mail> = {}): Promise<Received> {
    await write([person, { body, ...more }]);
    const plan = one(person);
    expect(plan.text).toMatch(/confirm \d{4}/);
    return plan;
  }

  const confirmation = (plan: Received, more: Partial<Mail> = {}): Mail => ({
    ...{ to: placeOf(plan), subject: 'Re: accounts' },
    body: /confirm \d{4,}/.exec(plan.text)?.[0] ?? '',
    ...more,
  });
  const confirm = (person: string, plan: Received, more: Partial<Mail> = {}) =>
    write([person, confirmation(plan, more)]);

  /** What comes back when it is done. */
  async function done(person: string, body: string): Promise<Received> {
    await confirm(person, await ask(person, body));
    return one(person);
  }

  const inbox = (password: string) =>
    host.dovecot.imap(
      ACCOUNT,
      password,
      'SELECT INBOX',
      'FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]',
    );

  let first = '';
  test('an account is created, and its password comes to the recovery address', async () => {
    const plan = await ask('nic', `create ${ACCOUNT}`);
    expect(plan.text).toContain(`Create the account ${ACCOUNT}.`);
    expect(await host.database.sql('SELECT count(*) FROM accounts')).toBe('0');
    await confirm('nic', plan);
    const { text } = one('nic');
    first = PASSWORD.exec(text)?.[1] ?? '';
    passwords.push(first);
    expect(await host.dovecot.imap(ACCOUNT, first, 'LIST "" *')).toContain('INBOX');
  });

  const quoting = () => `Thank you!\n\n> User name: ${ACCOUNT}\n> Password: ${first}\n`;
  test('an answer that quotes the password is kept without it', async () => {
    await write(['nic', { subject: 'Re: Your account', body: quoting() }]);
    expect(wherePassword(first)).toEqual([]);
    news('nic');
  });

  test('with it mail comes in and goes out, as nobody else', async () => {
    expect(await host.submit(ACCOUNT, first, ACCOUNT, 'sue@ferrier.example')).toContain(
      '250 2.0.0 Ok',
    );
    await until('mail for Sue', 10_000, () => host.postfix.mailbox('sue').length > 0 || undefined);
    expect(one('sue').fields).toContain('From: nic@hosted.example');
    expect(
      await host.submit(ACCOUNT, first, 'sue@ferrier.example', 'nic@ferrier.example'),
    ).toContain('not owned by user');
    await send('sue', { to: ACCOUNT, subject: 'Hello Nic', body: 'How do you do?' });
    expect(await inbox(first)).toContain('Subject: Hello Nic');
    for (const name of ['nobody', "nic'or'1'='1", "'||'nic", '%', 'nic%']) {
      const to = `${name}@hosted.example`;
      await expect(send('sue', { to, body: 'x' })).rejects.toThrow(/5\d\d /);
      expect(await host.dovecot.imap(to, first)).toContain('AUTHENTICATIONFAILED');
    }
  });

  test('a mail that does not come from its owner, whatever it says, changes nothing', async () => {
    const before = await host.database.sql('SELECT * FROM accounts');
    const fields = 'Reply-To: stranger@ferrier.example\n';
    await write(
      ['stranger', { body: `forgot ${ACCOUNT}` }],
      ['stranger', { body: 'forgot nobody@hosted.example' }],
      ['stranger', { from: 'nic@ferrier.example', fields, body: `remove ${ACCOUNT}` }],
    );
    const told = news('stranger').map(({ text }) => text);
    expect([told.length, new Set(told).size]).toEqual([2, 1]);
    expect(told[0]).toContain('no such account of yours');
    const plan = one('nic');
    expect(plan.text).toContain('Remove the account');
    // They know neither address nor number; an answer of somebody who is away, or of another person, is none.
    const quoted = `I am away until Monday.\n\n> ${plan.text.trim().replaceAll('\n', '\n> ')}`;
    await write(
      ['stranger', confirmation(plan)],
      ['nic', confirmation(plan, { fields: 'Auto-Submitted: auto-replied\n' })],
      ['nic', confirmation(plan, { subject: 'Automatic reply: accounts' })],
      ['nic', confirmation(plan, { body: quoted })],
    );
    expect(await host.database.sql('SELECT * FROM accounts')).toBe(before);
    news('nic');
    news('stranger');
  });

  test('an alias to an account of mine', async () => {
    const { text } = await done('nic', `alias shop@hosted.example ${ACCOUNT}`);
    expect(text).toContain(`Mail to shop@hosted.example goes to ${ACCOUNT}.`);
    await send('sue', { to: 'shop@hosted.example', subject: 'An order', body: 'Two, please.' });
    expect(await inbox(first)).toContain('Subject: An order');
    expect(
      await host.submit(ACCOUNT, first, 'shop@hosted.example', 'sue@ferrier.example'),
    ).toContain('250 2.0.0 Ok');
    await until('mail for Sue', 10_000, () => host.postfix.mailbox('sue').length > 1 || undefined);
    one('sue');
  });

  test('an alias to an address elsewhere works when its owner has agreed', async () => {
    const { text } = await done('nic', 'alias team@hosted.example sue@ferrier.example');
    expect(text).toContain('as soon as the owner of sue@ferrier.example agrees');
    expect(one('sue').text).toContain('    accept team@hosted.example\n');
    await expect(send('boss', { to: 'team@hosted.example', body: 'x' })).rejects.toThrow(/5\d\d /);
    await write(['stranger', { body: 'accept team@hosted.example' }]);
    expect(one('stranger').text).toContain('no such alias');
    expect((await done('sue', 'accept team@hosted.example')).text).toContain('goes to you');
    await send('boss', { to: 'team@hosted.example', subject: 'For the team', body: 'Hello' });
    expect(one('sue').fields).toContain('Subject: For the team');
  });

  test('a plain password is refused, and our copy of it is blanked', async () => {
    await write(['nic', { body: `password ${ACCOUNT} hunter2-plain`, subject: 'hunter2-plain' }]);
    expect(one('nic').text).toContain('Your mail holds a password.');
    expect(wherePassword('hunter2-plain')).toEqual([]);
  });

  test('their own password by the line of doveadm, which lasts', async () => {
    const line = await execa('doveadm', ['-O', 'pw', '-s', 'BLF-CRYPT', '-p', 'correct horse']);
    const { text } = await done('nic', `password ${ACCOUNT}\n${line.stdout}`);
    expect(text).toContain('the one that you have chosen');
    expect(await inbox('correct horse')).toContain('Subject: Hello Nic');
    expect(await inbox(first)).toContain('AUTHENTICATIONFAILED');
  });

  test('a forgotten one is replaced by a random one, which Dovecot refuses after 24 hours', async () => {
    const plan = await ask('nic', `forgot ${ACCOUNT}`);
    await confirm('nic', plan, { id: '<confirm-once@ferrier.example>' });
    const second = PASSWORD.exec(one('nic').text)?.[1] ?? '';
    passwords.push(second);
    expect(await inbox('correct horse')).toContain('AUTHENTICATIONFAILED');
    expect(await inbox(second)).toContain('Subject: Hello Nic');

    // The same mail twice, and the same word once more, do nothing.
    await write(
      ['nic', confirmation(plan, { id: '<confirm-once@ferrier.example>' })],
      ['nic', confirmation(plan)],
    );
    expect(news('nic').filter(({ text }) => PASSWORD.test(text))).toEqual([]);
    expect(await inbox(second)).toContain('Subject: Hello Nic');

    await host.database.sql(`UPDATE accounts SET temporary_until = ${ago('-1 SECOND')}`);
    expect(await inbox(second)).toContain('AUTHENTICATIONFAILED');
    expect(await host.submit(ACCOUNT, second, ACCOUNT, 'sue@ferrier.example')).toContain('535 ');
  });

  test('a folder that was deleted comes back', async () => {
    await host.database.sql(
      "UPDATE accounts SET password = '{PLAIN}set by the test', temporary_until = NULL",
    );
    const imap = (...commands: readonly string[]) =>
      host.dovecot.imap(ACCOUNT, 'set by the test', ...commands);
    await imap('CREATE Letters/2026', 'SELECT INBOX', 'COPY 1:* Letters/2026');
    await imap('CREATE -A', 'SELECT INBOX', 'COPY 1:* -A');
    await host.run('hosting-backup');
    await imap('DELETE Letters/2026', 'DELETE -A');
    expect(await imap('LIST "" *')).not.toContain('Letters/2026');
    await done('nic', `restore ${ACCOUNT} Letters/2026`);
    await done('nic', `restore ${ACCOUNT} -A`);
    await host.run('hosting-worker');
    expect(await imap('STATUS -A (MESSAGES)')).toMatch(/MESSAGES [1-9]/);
    expect(
      await imap('SELECT Letters/2026', 'FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]'),
    ).toContain('Subject: Hello Nic');
    await write(['nic', { body: 'What do I have?' }]);
    const { text } = one('nic');
    expect(text).toMatch(
      /^nic@hosted\.example\n {4}password set by you\n {4}backup of .*Letters\/2026 \(\d+\)/,
    );
    expect(text).toContain('restored from');
    expect(text).toContain('team@hosted.example goes to sue@ferrier.example');
  });

  const KILL = 'kill -9 $(ps -o ppid= $PPID) $PPID';
  const after = (what: string) => `"$0.real" "$@"; case "$*" in *${what}*) ${KILL} ;; esac`;
  test.each([
    ['is killed when it has imported', 'doveadm', after('import')],
    ['is killed when it has renamed', 'doveadm', after('rename')],
    [
      'loses the database before it can say so',
      'ask',
      'case $2 in end_job) exit 75 ;; esac; exec "$0.real" "$@"',
    ],
  ])('a restore whose worker %s is done once', async (fault, program, script) => {
    await host.database.sql(
      `INSERT INTO jobs (request, kind, account, taken)
       SELECT '${fault}', 'restore', '${ACCOUNT}', max(taken) FROM backups`,
    );
    const file = join(host.dovecot.bin, program);
    const own = readFileSync(file, 'utf8');
    writeFileSync(`${file}.real`, own, { mode: 0o755 });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    try {
      await expect(host.run('hosting-worker')).rejects.toThrow('hosting-worker');
    } finally {
      writeFileSync(file, own);
    }

    const job = `FROM jobs WHERE request = '${fault}'`;
    expect(await host.database.sql(`SELECT count(*) ${job} AND ended_at IS NULL`)).toBe('1');
    await host.database.sql('UPDATE jobs SET begun_at = NULL WHERE ended_at IS NULL');
    await host.run('hosting-worker');
    const said = await host.database.sql(`SELECT said ${job}`);
    expect(said).toMatch(/^below Restored\//);
    const messages = await host.database.sql("SELECT messages FROM backups WHERE folder = 'INBOX'");
    const to = said.replace('below ', '');
    const seen = await host.dovecot.imap(
      ACCOUNT,
      'set by the test',
      `STATUS "${to}/INBOX" (MESSAGES)`,
      'LSUB "" *',
      'LIST "" *',
    );
    expect(seen).toContain(`(MESSAGES ${messages})`);
    expect(seen).toMatch(new RegExp(`LSUB .*${to}/Letters/2026`));
    expect(seen).not.toContain('job-');
  });

  test('removed, nobody logs in and mail is refused; undone, all is as it was', async () => {
    await done('nic', `remove ${ACCOUNT}`);
    expect(await inbox('set by the test')).toContain('AUTHENTICATIONFAILED');
    for (const to of [ACCOUNT, 'shop@hosted.example', 'team@hosted.example']) {
      await expect(send('sue', { to, body: 'x' })).rejects.toThrow(/5\d\d /);
    }
    await done('nic', `undo ${ACCOUNT}`);
    expect(await inbox('set by the test')).toContain('Subject: Hello Nic');
  });

  test('after 14 days there is nothing left of it, and its name rests', async () => {
    await done('nic', `remove ${ACCOUNT}`);
    await host.database.sql(`UPDATE accounts SET removed_at = ${ago('-14 DAY')}`);
    await host.run('hosting-worker');
    const left = await execa('find', [host.dovecot.mail, host.dovecot.backups, '-name', 'nic*']);
    expect(left.stdout).toBe('');
    await write(['stranger', { body: `create ${ACCOUNT}` }]);
    expect(one('stranger').text).toContain("was somebody's less than a year ago");
  });

  test.skipIf(!HAS_GPG)(
    'what is signed by a known key needs no confirmation, and counts once',
    async () => {
      const pgp = new Pgp();
      try {
        const key = pgp.key('Boss <boss@ferrier.example>', { encrypts: true });
        host.trustKeys(pgp.keyring(key));
        const today = new Date().toISOString().slice(0, 10);
        const body = pgp.clear(
          `mailrobot: accounts-signed@support-ticket.example ${today}\n\ncreate boss.lee@hosted.example\n`,
          key,
        );
        const to = 'accounts-signed@support-ticket.example';
        await write(['boss', { to, body }]);
        const [, packed = ''] = pgp.decrypted(one('boss').text).split(/\r?\n\r?\n/);
        const password = PASSWORD.exec(Buffer.from(packed, 'base64').toString())?.[1] ?? '';
        passwords.push(password);
        const login = host.dovecot.imap('boss.lee@hosted.example', password, 'SELECT INBOX');
        expect(await login).toContain('a2 OK');
        await write(
          ['stranger', { to, body }],
          ['stranger', { to, body: 'forgot boss.lee@hosted.example' }],
        );
        expect([...news('stranger'), ...news('boss')]).toEqual([]);
      } finally {
        pgp.remove();
      }
    },
  );

  test('the mails of cases/ get what lies beside them', async () => {
    await host.desks.robot(['run', 'accounts', '--test', join(EXAMPLE, 'cases')], 'desk');
  });

  test('without the database, mail to the desk still comes in', async () => {
    await host.database.stop();
    await write(['nic', { body: 'What do I have?' }]);
    expect(news('nic')).toEqual([]);
    expect(await host.desks.robot(['robot', 'list'], 'desk')).toContain('accounts');
  });

  test('no password is in what the desk keeps, and none in a mail to anybody else', async () => {
    expect(passwords.every((password) => password !== '')).toBe(true);
    await host.desks.robot(['backup', join(host.desks.dir, 'desk', 'backup.tar')], 'desk');
    for (const password of passwords) expect(wherePassword(password)).toEqual([]);
    for (const person of ['sue', 'stranger', 'boss']) {
      const mails = decoded(Buffer.concat([...host.postfix.mailbox(person)]));
      for (const password of passwords) expect(mails).not.toContain(password);
    }
  });

  test('what no robot has seen is kept until it is erased', async () => {
    const fields = 'Auto-Submitted: auto-replied\n';
    await write(
      ['nic', { body: quoting(), fields }],
      ['nic', { body: quoting(), subject: 'Automatic reply: Your account' }],
      ['nic', { body: quoting(), to: 'support@support-ticket.example' }],
    );
    rmSync(join(host.desks.dir, 'desk', 'backup.tar'));
    expect(wherePassword(first)).not.toEqual([]);
    await host.desks.robot(['erase', 'nic@ferrier.example'], 'desk');
    expect(wherePassword(first)).toEqual([]);
  });

  /** The files of the desk (store, journal, backup, config) that have it in whatever form. */
  function wherePassword(password: string): readonly string[] {
    const dir = join(host.desks.dir, 'desk');
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => decoded(readFileSync(file)).includes(password));
  }
});

/** Where an answer to this mail goes. */
function placeOf({ fields }: Received): string {
  const whole = fields.replace(/\n[ \t]+/g, ' ');
  const line = /^Reply-To: (.*)$/im.exec(whole)?.[1] ?? /^From: (.*)$/im.exec(whole)?.[1] ?? '';
  return /[^\s<>]+@[^\s<>]+/.exec(line)?.[0] ?? '';
}

function unquoted(text: string): string {
  const octets = text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString();
}

/** Without what servers have put on top. */
function log(what: string, mail: string): void {
  if (TRANSCRIPT === undefined) return;
  const [fields = '', ...rest] = mail.split('\n\n');
  const text = rest.join('\n\n');
  const isQuoted = /^Content-Transfer-Encoding: quoted-printable$/im.test(fields);
  const shown = fields.split('\n').filter((field) => /^(From|To|Reply-To|Subject): /.test(field));
  const lines = [`=== ${what}`, '', ...shown, '', (isQuoted ? unquoted(text) : text).trimEnd()];
  appendFileSync(TRANSCRIPT, `${lines.join('\n')}\n\n`);
}
