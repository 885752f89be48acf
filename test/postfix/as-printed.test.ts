/**
 * Postfix set up with nothing but the lines that `mailrobot init --print` gives for this
 * config: three queues, the services, all that may stand behind a ticket, signed addresses, and
 * users whose names have a hyphen. And the pitfalls that the documents name.
 */
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desks, DOMAIN, makeDesks, OWNER, PROVEN, PROVING } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';
import { systemUser } from './system.ts';

const missing = postfixMissing();
const NIC = 'nic@ferrier.example';
const SUE = 'sue@ferrier.example';
const GONE = 'gone@ferrier.example';
const LONGEST = 'LABORATORYOFANALYSES';
/** Two that are there: the first is made by these tests, the second is Debian's. */
const USERS = [OWNER, 'www-data'];
/** A Postfix that knows users and its own aliases, and has never heard of us. */
const PLAIN = {
  mydestination: 'localhost.$mydomain, localhost',
  recipient_delimiter: '',
  local_recipient_maps: 'unix:passwd.byname $alias_maps',
  mailbox_transport: '',
};

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;
  let systemAliases: string;

  const run = (script: string) =>
    execa('sh', ['-e'], {
      input: script.replaceAll('/etc/aliases', systemAliases),
      env: { MAIL_CONFIG: join(postfix.dir, 'config') },
      timeout: 60_000,
    });
  const printed = () => desks.robot(['init', '--print'], 'desk');
  const withoutCheck = (script: string) => script.replace(/^printf .*$/m, '');

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    const spool = join(desks.dir, 'spool');
    mkdirSync(spool);
    chmodSync(spool, 0o1777);
    await systemUser(OWNER);
    postfix = await startPostfix({
      aliasOwner: 'root',
      aliases: 'postmaster: root\n',
      settings: { ...PLAIN, ...PROVING, mail_spool_directory: `${spool}/` },
    });
    systemAliases = join(postfix.dir, 'aliases', 'aliases');
    await desks.make('desk', postfix.sendmail);
    desks.configure('desk', (config) => ({
      ...config,
      proof: 'reply-to',
      control: 'Orders',
      help: 'help-me',
      authservId: `mail.${DOMAIN}`,
      staff: [{ name: 'sue', addresses: [SUE] }],
      queues: [
        { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, numbers: 'shared' },
        { prefix: 'BILLING', address: 'invoices.de', name: 'Billing', first: 12 },
        { prefix: 'SALES', address: 'sales', name: 'Sales', numbers: 'shared' },
      ],
    }));
    await run(withoutCheck(await printed()));
  });

  afterAll(async () => {
    await postfix?.stop();
    desks?.remove();
    installed?.remove();
  });

  let mails = 0;
  const send = async (to: string, text: string, from = NIC, swaksArgs: readonly string[] = []) => {
    mails += 1;
    const recipient = to.includes('@') ? to : `${to}@${DOMAIN}`;
    const data = `From: ${from}\nTo: ${recipient}\nSubject: ${text}\nDate: ${new Date().toUTCString()}\nMessage-ID: <printed.${mails}@ferrier.example>\n\n${text}\n`;
    const settled = await postfix.settled(
      await postfix.send({ from, to: recipient, data, swaksArgs }),
    );
    return settled;
  };
  const arrives = async (...args: Parameters<typeof send>) =>
    expect((await send(...args)).status).toBe('sent');
  const lastText = async (id: string) => (await desks.show(id, 'desk')).messages.at(-1)?.text;
  const field = (mail: Buffer | undefined, name: string) =>
    (new RegExp(`^${name}:(.*(?:\n[ \t].*)*)`, 'm').exec(mail?.toString() ?? '')?.[1] ?? '')
      .replace(/\n\s+/g, ' ')
      .trim();
  const fieldOfLast = (mailbox: string, subject: string, name: string) =>
    field(
      postfix.mailbox(mailbox).findLast((mail) => field(mail, 'Subject').includes(subject)),
      name,
    );
  /** Where nic's answer to the mail with this subject goes. */
  const replyAddress = async (subject: string) => {
    const address = () => fieldOfLast('nic', subject, 'Reply-To').replace(/^.*<|>.*$/g, '');
    await expect.poll(address, { timeout: 30_000 }).toMatch(/-r-/);
    return address();
  };

  test('each queue takes new mail, and mail to its tickets, in any case', async () => {
    await arrives('new', 'one');
    await arrives('Invoices.de', 'two');
    await arrives('sales', 'three');
    const tickets = await desks.list('desk');
    expect(tickets.map(({ id }) => id).sort()).toEqual([
      'BILLING-12',
      'SALES-7103',
      'SUPPORT-7102',
    ]);
    for (const id of ['SUPPORT-7102', 'billing-12', 'Sales-7103']) {
      await arrives(id, `to ${id}`);
      expect(await lastText(id.toUpperCase())).toBe(`to ${id}\n`);
    }
    const raw = (await desks.show('BILLING-12', 'desk')).messages.at(-1);
    const text = readFileSync(join(desks.dir, 'desk', 'store', raw && 'raw' in raw ? raw.raw : ''));
    expect(String(text)).toContain(
      `\nX-Original-To: billing-12@${DOMAIN}\nDelivered-To: billing+12@`,
    );
  });

  test('a signed reply address proves its sender, one of the staff answers, and a bounce finds its mail', async () => {
    await desks.robot(['ticket', 'reply', 'BILLING-12', '-m', 'Which invoice?'], 'desk');
    const reply = await replyAddress('two');
    expect(reply).toMatch(/^billing-12-r-/);
    await arrives(reply, 'the last one');
    expect((await desks.show('BILLING-12', 'desk')).messages.at(-1)).toMatchObject({
      trust: 'thread',
      text: 'the last one\n',
    });
    const staff = fieldOfLast('sue', 'BILLING-12', 'Reply-To').replace(/^.*<|>.*$/g, '');
    expect(staff).toMatch(/^billing-12-a-/);
    await arrives(staff.toUpperCase(), 'Here it is.', SUE);
    expect((await postfix.waitForMail('nic', 5)).map(String).at(-1)).toContain('Here it is.');

    await arrives('sales', 'I move', GONE);
    await desks.robot(['ticket', 'reply', '7104', '-m', 'Where to?'], 'desk');
    await expect
      .poll(
        async () =>
          (await desks.show('SALES-7104', 'desk')).messages.map(
            (one) => 'report' in one && one.report,
          ),
        {
          timeout: 30_000,
        },
      )
      .toContainEqual(expect.objectContaining({ isProven: true }));
    expect(await desks.list('desk')).toHaveLength(4);
  });

  test('what stands behind a ticket is done, and the services are reached', async () => {
    await arrives('billing-12-note', 'for us alone', SUE, PROVEN);
    expect((await desks.show('BILLING-12', 'desk')).messages.at(-1)).toMatchObject({
      direction: 'internal',
      text: 'for us alone\n',
    });
    await arrives('Billing-12-close', 'thanks', NIC, PROVEN);
    expect(await desks.show('BILLING-12', 'desk')).toMatchObject({ status: 'resolved' });
    await arrives('BILLING-12-REOPEN', '', SUE, PROVEN);
    expect(await desks.show('BILLING-12', 'desk')).toMatchObject({ status: 'open' });
    await arrives('billing-12+close', 'now', NIC, PROVEN);
    expect(await desks.show('BILLING-12', 'desk')).toMatchObject({ status: 'resolved' });
    await arrives('orders', 'assign SALES-7103 sue', SUE, PROVEN);
    expect(await desks.show('SALES-7103', 'desk')).toMatchObject({ assignee: 'sue' });
    await arrives('help-me', 'what is this?', 'stranger@ferrier.example');
    expect(String((await postfix.waitForMail('stranger', 1))[0])).toContain(`new@${DOMAIN}`);
  });

  test('a user whose name has a hyphen gets his mail, and what is nobody is refused', async () => {
    for (const user of USERS) {
      await arrives(user, 'for a person');
      expect(readdirSync(join(desks.dir, 'spool', user, 'new'))).toHaveLength(1);
    }
    for (const nobody of ['new-business', 'support-team', 'www-nobody', 'sales-']) {
      await expect(send(nobody, 'x')).rejects.toThrow(/User unknown/);
    }
  });

  test('with + and - as delimiters such a user has no mail, and tickets have theirs', async () => {
    await run('postconf -e "recipient_delimiter = +-"; postfix reload');
    try {
      expect((await send('www-data', 'for a person')).status).toBe('bounced');
      await arrives('BILLING-12', 'still');
      expect(await lastText('BILLING-12')).toBe('still\n');
    } finally {
      await run('postconf -e "recipient_delimiter = +"; postfix reload');
    }
  });

  test('the tickets keep their mail if Postfix no longer knows what was written to', async () => {
    await run('postconf -e "enable_original_recipient = no"; postfix reload');
    try {
      await arrives('billing-12', 'by the address of the map');
      expect(await lastText('BILLING-12')).toBe('by the address of the map\n');
      await desks.robot(['ticket', 'reply', 'BILLING-12', '-m', 'Good.'], 'desk');
      await arrives(await replyAddress('two'), 'signed');
      expect((await desks.show('BILLING-12', 'desk')).messages.at(-1)).toMatchObject({
        trust: 'thread',
      });
    } finally {
      await run('postconf -X enable_original_recipient; postfix reload');
    }
  });

  test('a queue more: the same lines again', async () => {
    desks.configure('desk', (config) => ({
      ...config,
      queues: [
        ...(Array.isArray(config['queues']) ? config['queues'] : []),
        { prefix: LONGEST, address: 'lab-24', name: 'Lab', first: 999_999_999 },
      ],
    }));
    await run(withoutCheck(await printed()));
    await arrives('lab-24', 'a sample');
    const id = `${LONGEST}-999999999`;
    await arrives(id, 'of it');
    expect(await lastText(id)).toBe('of it\n');
    await desks.robot(['ticket', 'reply', id, '-m', 'Thank you.'], 'desk');
    await arrives(await replyAddress('a sample'), 'signed');
    expect((await desks.show(id, 'desk')).messages.at(-1)).toMatchObject({ trust: 'thread' });
  });

  test('whatever verb the aliases name, a ticket has its mail', async () => {
    const aliases = join(desks.dir, 'desk', 'postfix', 'aliases');
    const before = readFileSync(aliases, 'utf8');
    writeFileSync(
      aliases,
      before.replaceAll(/mailrobot (reply|control) /g, 'mailrobot new --queue BILLING '),
    );
    try {
      await run(`postalias hash:${aliases}`);
      await arrives('SUPPORT-7102', 'by new');
      expect(await lastText('SUPPORT-7102')).toBe('by new\n');
      await arrives('billing-12-close', 'and close', NIC, PROVEN);
      expect(await desks.show('BILLING-12', 'desk')).toMatchObject({ status: 'resolved' });
    } finally {
      writeFileSync(aliases, before);
      await run(`postalias hash:${aliases}`);
    }
  });

  test('a name that /etc/aliases has already is printed, and wins', async () => {
    const check = /^printf .*$/m.exec(await printed())?.[0] ?? '';
    expect(check).toContain(' invoices.de ');
    expect(
      (
        await execa('sh', ['-c', check.replaceAll('/etc/aliases', systemAliases)], {
          reject: false,
        })
      ).stdout,
    ).toBe('');
    writeFileSync(systemAliases, 'postmaster: root\nsupport: www-data\n');
    await run('postalias hash:/etc/aliases');
    expect((await run(check)).stdout).toBe('support:\twww-data');
    const { stdout } = await run('postalias -q support $(postconf -h alias_maps | tr -d ,)');
    expect(stdout).toBe('www-data');
    await arrives('SUPPORT-7102', 'goes astray');
    expect(await lastText('SUPPORT-7102')).toBe('by new\n');
    expect(readdirSync(join(desks.dir, 'spool', 'www-data', 'new'))).toHaveLength(2);
    writeFileSync(systemAliases, 'postmaster: root\n');
    await run('postalias hash:/etc/aliases');
  });

  test("a map whose .db is root's keeps its mail waiting until the lines are run again", async () => {
    const db = join(desks.dir, 'desk', 'postfix', 'aliases.db');
    chownSync(db, 0, 0);
    await run('postfix reload');
    const id = await postfix.send({
      from: NIC,
      to: `new@${DOMAIN}`,
      data: 'Subject: patience\n\nx\n',
    });
    const { status, line } = await postfix.settled(id);
    expect(status).toBe('deferred');
    expect(line).toMatch(/dsn=4\.3\.5/);
    await run(withoutCheck(await printed()));
    await postfix.flush();
    expect((await postfix.settled(id)).status).toBe('sent');
  });

  test.each(['', 'desk2-'])('a virtual domain, with aliases that begin with %j', async (own) => {
    const map = join(desks.dir, 'desk', 'tickets.regexp');
    const aliases = join(desks.dir, 'desk', 'postfix', 'aliases');
    await run(withoutCheck(await printed()));
    const lines = readFileSync(aliases, 'utf8');
    const names = lines.match(/^[^:]+(?=:)/gm)?.map((name) => name.replace('.', '\\.'));
    const toTickets = readFileSync(map, 'utf8').replace(/ .*$/m, ` ${own}\${1}+\${2}@localhost`);
    const toOthers = `/^(${names?.join('|')})@(support-ticket\\.example)$/ ${own}\${1}@localhost\n`;
    writeFileSync(map, toTickets + toOthers);
    writeFileSync(aliases, lines.replace(/^/gm, own).replace(/^desk2-$/m, ''));
    await run(
      `postalias hash:${aliases}; postconf -e "virtual_alias_domains = ${DOMAIN}" "mydestination = localhost"; postfix reload`,
    );
    await arrives('INVOICES.de', 'virtually');
    expect((await desks.list('desk'))[0]).toMatchObject({ queue: 'BILLING', subject: 'virtually' });
    await arrives('SALES-7103', `in it ${own}`);
    expect(await lastText('SALES-7103')).toBe(`in it ${own}\n`);
    await arrives('orders', `tag SALES-7103 +virtual${own}`, SUE, PROVEN);
    expect((await desks.show('SALES-7103', 'desk')).tags).toContain(`virtual${own}`);
    await expect(send('www-data', 'x')).rejects.toThrow(/User unknown/);
  });
});
