/** What Postfix is told, for the config as it is; and that the documents show nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkConfig } from '../../src/config/read.ts';
import { aliasFile, lmtpFiles, mainCf, ticketsFile } from '../../src/mta/lines.ts';
import { configFlag } from '../../src/mta/needs.ts';
import { recipientFiles } from '../../src/mta/recipients.ts';
import { postfixScript } from '../../src/mta/script.ts';

const PLACE = { user: 'mailrobot', program: '/usr/local/bin/mailrobot' };
const SUPPORT = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 };
const configWith = (more: object = {}, file = '/etc/mailrobot/config.json') => {
  const config = { domain: 'Support-Ticket.example', store: 'store', queues: [SUPPORT], ...more };
  return checkConfig(config, file);
};
const printed = (...given: Parameters<typeof configWith>) =>
  postfixScript(configWith(...given), PLACE);
const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const linesOf = (file: string, which: RegExp) => read(file).match(which) ?? [];

test.each<readonly [string, RegExp, number]>([
  ['postfix/aliases', /^[a-z]+: +".*$/gm, 4],
  ['postfix/tickets.regexp', /^\/.*$/gm, 1],
  ['postfix/lmtp.cf', /\/\^.*mailrobot$/gm, 1],
])('%s has the lines that are printed for its config', (file, which, count) => {
  const lines = linesOf(file, which);
  expect(lines).toHaveLength(count);
  for (const line of lines) expect(printed()).toContain(line);
});

test('postfix/main.cf has the values that are printed for its config', () => {
  const settings = linesOf('postfix/main.cf', /^[a-z_]+ = .*$/gm);
  expect(settings).toHaveLength(4);
  for (const setting of settings) {
    const [, name, last] = /^(\w+) = (?:.*[ ,])?(\S+)$/.exec(setting) ?? [];
    const lines = printed().split('\n');
    const wanted = [`add ${name} ${last}`, `postconf -e "${name} = ${last}"`];
    expect(
      lines.filter((one) => wanted.includes(one)),
      setting,
    ).toHaveLength(1);
  }
});

test('every queue, the services and the domain of the config have their lines', () => {
  const queues = [
    SUPPORT,
    { prefix: 'BILLING', address: 'invoices.de', name: 'Billing' },
    { prefix: 'SALES', address: 'Sales', name: 'Sales' },
  ];
  const text = printed({ queues, control: 'orders', help: 'help-me' }, '/srv/desk/config.json');
  const flag = '--config /srv/desk/config.json || exit 75"';
  expect(text.match(/^[a-z.-]+: +".*$/gm)).toEqual([
    `new:         "|/usr/local/bin/mailrobot new ${flag}`,
    `support:     "|/usr/local/bin/mailrobot reply ${flag}`,
    `invoices.de: "|/usr/local/bin/mailrobot new ${flag}`,
    `billing:     "|/usr/local/bin/mailrobot reply ${flag}`,
    `sales:       "|/usr/local/bin/mailrobot new ${flag}`,
    `orders:      "|/usr/local/bin/mailrobot control ${flag}`,
    `help-me:     "|/usr/local/bin/mailrobot control ${flag}`,
  ]);
  expect(text).toContain('/^(support|billing|sales)-([0-9].*)@(support-ticket\\.example)$/  ');
  expect(text).toContain('hash:/srv/desk/postfix/aliases');
  expect(text).toContain('(new|invoices\\.de|sales)');
  expect(text).toContain("printf '%s\\n' new support invoices.de billing sales orders help-me |");
});

test('each file has the lines of the script, below a comment that says where it belongs', () => {
  const config = configWith({ help: 'help-me' });
  const script = printed({ help: 'help-me' }).split('\n');
  for (const [where, ...lines] of [
    aliasFile(config, PLACE.program).filter((line) => !line.includes('postalias')),
    ticketsFile(config),
  ]) {
    expect(where).toMatch(/^# \/etc\/mailrobot\//);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(script).toContain(line);
  }
  const [example] = linesOf('postfix/lmtp.cf', /\/\^.*mailrobot$/gm);
  expect(lmtpFiles(configWith()).at(-1)).toBe(example);
  for (const setting of linesOf('postfix/lmtp.cf', /^\w+ = .*$/gm)) {
    expect(lmtpFiles(configWith())).toContain(setting);
  }
});

test('main.cf keeps what its settings have, and nothing is in one twice', () => {
  const config = configWith();
  const lines = (current: Readonly<Record<string, string>> = {}) =>
    mainCf(config, (name) => current[name] ?? null).filter((line) => !line.startsWith('#'));
  expect(lines().toSorted()).toEqual(linesOf('postfix/main.cf', /^\w+ = .*$/gm).toSorted());
  const theirs = {
    alias_maps: 'hash:/etc/aliases nis:mail.aliases',
    virtual_alias_maps: 'regexp:/etc/mailrobot/tickets.regexp,hash:/etc/postfix/virtual',
    recipient_delimiter: '+-',
  };
  expect(lines(theirs)).toEqual([
    'alias_maps = hash:/etc/aliases nis:mail.aliases, hash:/etc/mailrobot/postfix/aliases',
    `virtual_alias_maps = ${theirs.virtual_alias_maps}`,
    'mydestination = $myhostname, localhost.$mydomain, localhost, support-ticket.example',
    'recipient_delimiter = +',
  ]);
});

test('the config that is looked for anyway is not named', () => {
  expect(configFlag({ file: '/etc/mailrobot/config.json' })).toBe('');
  expect(printed()).not.toContain('--config');
});

const IN_DATABASE = {
  recipients: {
    database: 'postgresql://desk@db1.example,db2.example:5433/mail?sslrootcert=/ca.pem',
  },
};
const IN_FILE = { recipients: { file: 'lmdb:/srv/mail/recipients' } };

test('recipients stand behind the tickets, and the desk leads to itself before them', () => {
  const own =
    '/^(control|help|(new)(\\+.*)?|(support)([-+][0-9].*)?|postmaster)@support-ticket\\.example$/';
  for (const [more, map] of [
    [IN_DATABASE, 'proxy:pgsql:/etc/mailrobot/recipients.cf'],
    [IN_FILE, 'lmdb:/srv/mail/recipients'],
  ] as const) {
    const [, ticket, desk] = ticketsFile(configWith(more));
    expect(ticket).toMatch(/[$][{]1[}][+][$][{]2[}]@/);
    expect(desk).toBe(`${own}  \${1}@support-ticket.example`);
    expect(mainCf(configWith(more), () => null)).toContain(
      `virtual_alias_maps = regexp:/etc/mailrobot/tickets.regexp, ${map}`,
    );
    const script = printed(more).split('\n');
    expect(script).toContain(`add virtual_alias_maps ${map}`);
    expect(script).toContain(`${desk}`);
    const behindLmtp = lmtpFiles(configWith(more));
    expect(behindLmtp).toContain(
      `virtual_alias_maps = regexp:/etc/mailrobot/tickets.regexp, ${map}`,
    );
    expect(behindLmtp).toContain('/^postmaster@support-ticket\\.example$/  postmaster');
  }
  expect(ticketsFile(configWith())).toHaveLength(2);
});

test('no row of the table takes the mail of a robot: each leads to itself before it', () => {
  const robots = ['accounts', 'deploy'];
  const [, , desk] = ticketsFile(configWith(IN_FILE), [], robots);
  const [, expression = ''] = /^[/](.*)[/] {2}/.exec(desk ?? '') ?? [];
  const own = new RegExp(expression, 'i');
  for (const local of ['accounts', 'deploy', 'Deploy+web', 'new', 'postmaster']) {
    expect(own.exec(`${local}@support-ticket.example`)?.[1]).toBe(local);
  }
  for (const local of ['accounts2', 'my-accounts', 'anna']) {
    expect(own.test(`${local}@support-ticket.example`)).toBe(false);
  }
  expect(printed(IN_FILE)).not.toContain('accounts');
  expect(postfixScript(configWith(IN_FILE), PLACE, [], robots)).toContain(desk);
  expect(recipientFiles(configWith(IN_FILE), () => null, [], robots)).toContain(desk);
});

test('Postfix asks the same hosts, by a user of its own, for the domains of recipients alone', () => {
  const lines = recipientFiles(configWith(IN_DATABASE), () => null) ?? [];
  expect(lines).toContain('domain = support-ticket.example');
  expect(lines).toContain("query = SELECT destination FROM recipients WHERE address = '%s'");
  const [hosts = ''] = lines.filter((line) => line.startsWith('hosts = '));
  expect(hosts.match(/postgresql:\S+/g)).toEqual([
    'postgresql://postfix@/mail?host=db1.example&port=5432&connect_timeout=3&sslmode=verify-full&sslrootcert=/ca.pem',
    'postgresql://postfix@/mail?host=db2.example&port=5433&connect_timeout=3&sslmode=verify-full&sslrootcert=/ca.pem',
  ]);
  expect(recipientFiles(configWith(), () => null)).toBeNull();
});
