/** How the doctor reads Postfix's tables and the commands behind its aliases. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { batched } from '../../../src/cli/gather/batched.ts';
import { brokenMapsOf } from '../../../src/cli/gather/broken-maps.ts';
import { commandsIn } from '../../../src/cli/gather/commands.ts';
import { mapFacts } from '../../../src/cli/gather/files.ts';
import { lmtpSocketIn } from '../../../src/cli/gather/listens.ts';
import { exportedBy } from '../../../src/cli/gather/postfix.ts';
import { sentAgain } from '../../../src/cli/gather/replayed.ts';
import { listensHere } from '../../../src/cli/gather/smtp-here.ts';
import { smtpAddressIn } from '../../../src/cli/gather/smtp-place.ts';
import { wayOf } from '../../../src/cli/gather/way-of-mail.ts';
import { isInList, type LookUp, rewrite, withoutExtension } from '../../../src/cli/gather/ways.ts';

const lookIn =
  (tables: Readonly<Record<string, Readonly<Record<string, string>>>>): LookUp =>
  async (_, keys, map) => ({
    found: new Map(
      keys.flatMap((key) => {
        const value = tables[map]?.[key];
        return value === undefined ? [] : [[key, value] as const];
      }),
    ),
    problem: null,
  });

test('what is asked at one moment is asked at once, and never again', async () => {
  const asked: string[] = [];
  const lookUp = batched(async (by, keys, map) => {
    asked.push(`${by} ${map}: ${keys.join(' ')}`);
    return { found: new Map(keys.map((key) => [key, key.toUpperCase()])), problem: null };
  });
  const ask = async (...keys: string[]) => [...(await lookUp('postmap', keys, 'hash:/x')).found];
  expect(await Promise.all([ask('a', 'b'), ask('b', 'c')])).toEqual([
    [
      ['a', 'A'],
      ['b', 'B'],
    ],
    [
      ['b', 'B'],
      ['c', 'C'],
    ],
  ]);
  expect(await ask('c', 'd')).toEqual([
    ['c', 'C'],
    ['d', 'D'],
  ]);
  expect(asked).toEqual(['postmap hash:/x: a b c', 'postmap hash:/x: d']);
});

test('a list has names, tables and exceptions', async () => {
  const lookUp = lookIn({ 'hash:/d': { 'table.example': 'x' } });
  const isIn = (name: string) =>
    isInList(name, '!not.example, One.Example hash:/d not.example', lookUp);
  expect(
    await Promise.all(['one.example', 'table.example', 'not.example', 'no.example'].map(isIn)),
  ).toEqual([...[true, true, false, false]]);
});

test.each([
  ['support-7102', '+-', 'support'],
  ['support+7102', '+', 'support'],
  ['support-7102', '+', 'support-7102'],
  ['+x', '+', '+x'],
  ['anna', '', 'anna'],
])('%s is divided by %j into %s', (local, delimiter, base) => {
  expect(withoutExtension(local, delimiter)).toBe(base);
});

test('an address is rewritten by the most special line of the first map, until nothing fits', async () => {
  const how = { delimiter: '+', isLocal: true };
  const to = async (address: string, tables: Parameters<typeof lookIn>[0]) =>
    (await rewrite(address, Object.keys(tables), how, lookIn(tables)))?.to ?? null;
  const domain = { '@a.example': 'all@a.example' };
  expect(await to('new@a.example', { 'hash:/v': domain })).toBe('all@a.example');
  expect(await to('new+x@a.example', { 'hash:/v': { new: 'one, two' } })).toBe('one@a.example');
  expect(await to('new@a.example', { 'hash:/v': { 'new@a.example': '@b.example' } })).toBe(
    'new@b.example',
  );
  expect(await to('new@a.example', { 'regexp:/v': domain })).toBe(null);
  expect(await to('a@a.example', { 'hash:/v': { a: 'b', b: 'c' } })).toBe('c@a.example');
  expect(await to('a@a.example', { 'hash:/v': { a: 'b', b: 'a' } })).toBe('b@a.example');
});

test('a table that Postfix cannot read is told once, by the first setting that names it', async () => {
  const settings = new Map([
    ['alias_maps', 'proxy:hash:/aliases'],
    ['virtual_alias_maps', '$virtual_maps, hash:/gone static:x regexp:/right'],
    ['transport_maps', 'proxy:hash:/gone'],
    ['local_recipient_maps', 'proxy:unix:passwd.byname hash:/aliases'],
  ]);
  const lookUp: LookUp = async (_, __, map) => ({
    found: new Map(),
    problem: map === 'regexp:/right' ? null : 'no such file',
  });
  expect(await brokenMapsOf(settings, lookUp)).toEqual([
    { ...{ setting: 'virtual_alias_maps', map: 'hash:/gone' }, problem: 'no such file' },
  ]);
});

test('a command is read as local(8) runs it', () => {
  const one = (value: string, exported = {}) => commandsIn(value, '/opt/mailrobot', exported)[0];
  expect(one('"|/gone/mailrobot new --config /etc/x.json || exit 75"')).toEqual({
    text: '/gone/mailrobot new --config /etc/x.json || exit 75',
    ...{ robot: null, queue: null },
    ...{ program: '/gone/mailrobot', copy: 'none', verb: 'new', config: '/etc/x.json' },
    ...{ isDryRun: false, hasNet: true },
  });
  expect(one('|"/gone/mailrobot create"')).toMatchObject({ verb: null, hasNet: false });
  expect(one('"|MAILROBOT_CONFIG=/a.json /gone/mailrobot --dry-run"')).toMatchObject({
    ...{ program: '/gone/mailrobot', verb: 'any', config: '/a.json', isDryRun: true },
  });
  expect(one('|/gone/mailrobot', { MAILROBOT_CONFIG: '/b.json' })?.config).toBe('/b.json');
  expect(one('"|/usr/bin/nice -n 5 /gone/mailrobot reply || exit 75"')).toMatchObject({
    ...{ program: '/gone/mailrobot', copy: 'none', verb: 'reply' },
  });
  expect(one('"|/usr/bin/procmail -t"')?.copy).toBe('not mailrobot');
  expect(commandsIn('bob, /var/mail/x', '/opt/mailrobot', {})).toEqual([]);
});

test('Postfix hands on what export_environment sets, and where its own config is', () => {
  const environment = { MAIL_CONFIG: '/etc/postfix2', TZ: 'UTC', HOME: '/root' };
  expect(exportedBy(['TZ', 'MAIL_CONFIG', 'A=b=c', 'HOME'], environment)).toEqual({
    ...{ MAIL_CONFIG: '/etc/postfix2', A: 'b=c' },
  });
});

test.each([
  ['smtp inet n - y - - smtpd', 'all', { host: '127.0.0.1', port: 25 }],
  ['smtp inet n - y - 1 postscreen', 'loopback-only', { host: '127.0.0.1', port: 25 }],
  ['127.0.0.1:10025 inet n - n - - smtpd', 'all', { host: '127.0.0.1', port: 10_025 }],
  ['[::1]:2525 inet n - n - - smtpd', 'all', { host: '::1', port: 2525 }],
  ['smtp inet n - y - - smtpd', '192.0.2.1', { host: '192.0.2.1', port: 25 }],
  ['smtp unix - - y - - smtp', 'all', null],
])('smtpd of "%s" on %s', (line, interfaces, place) => {
  const settings = new Map([['inet_interfaces', interfaces]]);
  expect(smtpAddressIn([line.split(' ')], settings)).toEqual(place);
});

test.each([
  ['lmtp:unix:private/mailrobot', { path: '/q/private/mailrobot' }],
  ['lmtp:unix:/run/x', { path: '/run/x' }],
  ['lmtp:inet:127.0.0.1:2424', { host: '127.0.0.1', port: 2424 }],
  ['lmtp:[::1]:2424', { host: '::1', port: 2424 }],
  ['lmtp:host.example', { host: 'host.example', port: 24 }],
])('%s leads to its socket', (transport, socket) => {
  expect(lmtpSocketIn(transport, '/q')).toMatchObject(socket);
});

test.each<readonly [string, Readonly<Record<string, string>>, string, readonly string[]]>([
  [
    'local(8)',
    { mydestination: 'd.example', local_transport: 'local:x' },
    'local',
    ['mydestination'],
  ],
  ['no list', { mydestination: 'other.example' }, 'nowhere', []],
  [
    'LMTP for mailboxes',
    { virtual_mailbox_domains: 'd.example', virtual_transport: 'lmtp:unix:x' },
    'lmtp',
    ['virtual_mailbox_domains'],
  ],
  [
    'aliases of a virtual domain',
    { virtual_alias_domains: 'd.example' },
    'virtual aliases',
    ['virtual_alias_domains'],
  ],
  [
    'a service of ours',
    { relay_domains: 'd.example', relay_transport: 'robot' },
    'pipe',
    ['relay_domains'],
  ],
  [
    'a service of others',
    { relay_domains: 'd.example', relay_transport: 'uucp' },
    'other',
    ['relay_domains'],
  ],
  [
    'what is also relayed',
    { mydestination: 'd.example', relay_domains: 'd.example' },
    'local',
    ['mydestination'],
  ],
  [
    'a map of transports',
    { relay_domains: 'd.example', transport_maps: 'hash:/t' },
    'lmtp',
    ['relay_domains'],
  ],
])('mail goes by %s', async (_, settings, way, lists) => {
  const services = [
    'robot unix - n n - - pipe user=mailrobot argv=/usr/bin/mailrobot'.split(' '),
    'uucp unix - n n - - pipe argv=uux'.split(' '),
  ];
  const lookUp = lookIn({ 'hash:/t': { 'd.example': 'lmtp:[::1]:24' } });
  const going = await wayOf('d.example', new Map(Object.entries(settings)), services, lookUp);
  expect(going).toMatchObject({ way, lists });
});

test.each([
  ['127.0.0.1', ['127.0.0.1', 'localhost'], ['127.0.0.2', '::1']],
  ['::1', ['::1', 'localhost'], ['127.0.0.1']],
  ['::', ['::1', '127.0.0.1', '127.0.0.2', 'localhost'], []],
  ['0.0.0.0', ['127.0.0.1', 'localhost'], ['::1']],
])(
  'who listens at %s is seen by the tables of the kernel, without a connection',
  async (at, heard, unheard) => {
    let connections = 0;
    const server = createServer(() => {
      connections += 1;
    });
    await once(server.listen(0, at), 'listening');
    // Of an IP socket.
    const { port } = server.address() as AddressInfo;
    const seen = (hosts: readonly string[]) => hosts.map((host) => listensHere({ host, port }));
    expect(seen(heard)).toEqual(heard.map(() => true));
    expect(seen(unheard)).toEqual(unheard.map(() => false));
    // Another machine (RFC 5737, RFC 2606).
    expect(seen(['192.0.2.25', 'mail.example', '2001:db8::1'])).toEqual([null, null, null]);
    await once(server.close(), 'close');
    expect(seen(heard)).toEqual(heard.map(() => false));
    expect(connections).toBe(0);
  },
);

test('the file behind a table is known, also behind proxy:, and none of a table that is no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailrobot-map-'));
  try {
    const path = join(folder, 'aliases');
    for (const file of [path, `${path}.db`]) writeFileSync(file, '');
    for (const map of [`hash:${path}`, `proxy:hash:${path}`]) {
      expect(mapFacts(map)).toMatchObject({
        ...{ map, source: { path }, read: { path: `${path}.db` }, folder: { path: folder } },
      });
    }
    const none = { source: null, read: null, folder: null };
    for (const map of ['ldap:/etc/postfix/x.cf', 'proxy:mysql:/etc/postfix/x.cf', 'nis:aliases']) {
      expect(mapFacts(map)).toEqual({ map, ...none });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is sent again has the octets of the mail, without the lines of local(8)', () => {
  const raw =
    'Return-Path: <a@b>\nX-Original-To: x@y\nDelivered-To: x\n y\nReceived: by mx\nFrom: a@b\n\n.\n..a\n\xfc\nDelivered-To: z';
  expect(sentAgain(Buffer.from(raw, 'latin1')).toString('latin1')).toBe(
    'Received: by mx\r\nFrom: a@b\r\n\r\n..\r\n...a\r\n\xfc\r\nDelivered-To: z\r\n',
  );
});
