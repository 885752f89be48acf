/** What the doctor thinks of what was found out, fact by fact, and how it says it. */
import { expect, test } from 'vitest';
import { uncheckedStandbys } from '../../src/doctor/database.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { DoctorFacts } from '../../src/doctor/facts.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { uncheckedOwners } from '../../src/doctor/owners.ts';
import { secondsOf } from '../../src/doctor/settings.ts';
import { findingsPage } from '../../src/pages/findings-page.ts';
import type { Row } from '../../src/reports/health.ts';
import { configOf, DOMAIN } from '../kit/config.ts';
import {
  alias,
  file,
  MAP,
  NOBODY,
  OWN_MAP,
  POSTFIX,
  ROOT,
  WELL,
  withPostfix,
  withSettings,
} from '../kit/doctor.ts';

const LMTP = { socket: '/var/spool/postfix/private/mailrobot', problem: null };
const behindLmtp = (
  different: Readonly<Record<string, string>>,
  lmtp: typeof LMTP | { socket: string; problem: string } = LMTP,
) => {
  const { postfix } = withSettings(different);
  return withPostfix({ ...postfix, way: 'lmtp', lmtp });
};
const aliasesWith = (one: Parameters<typeof alias>[2]) =>
  withPostfix({ aliases: [alias('new', 'new', one), ...POSTFIX.aliases.slice(1)] });
const mapsWith = (one: Partial<typeof OWN_MAP>) =>
  withPostfix({ aliasMaps: [{ ...OWN_MAP, ...one }] });
const addressesWith = (one: Partial<(typeof POSTFIX.addresses)[number]>) => {
  const [first, second, ...others] = POSTFIX.addresses;
  if (first === undefined || second === undefined) throw new Error('there are four of them');
  return withPostfix({ addresses: [first, { ...second, ...one }, ...others] });
};
const configured = (different: object): DoctorFacts => {
  return { ...WELL, config: configOf({ store: '/var/lib/mailrobot', ...different }) };
};
const onMachine = (different: Partial<DoctorFacts['machine']>): DoctorFacts => {
  return { ...WELL, machine: { ...WELL.machine, ...different } };
};
const recipients = (one: Partial<NonNullable<DoctorFacts['recipients']>>): DoctorFacts => {
  const tickets = 'regexp:/etc/mailrobot/tickets.regexp';
  const map = 'proxy:pgsql:/etc/mailrobot/recipients.cf';
  const right = { map, tickets, place: 'right', isDeskKept: true, problem: null } as const;
  return { ...WELL, recipients: { ...right, ...one } };
};
const robotsWith = (one: Partial<typeof POSTFIX.robots>) =>
  withPostfix({ robots: { ...POSTFIX.robots, ...one } });
const RUNS = alias('releases', 'run', { robot: 'deploy' });
const inDatabase = (one: Partial<NonNullable<DoctorFacts['database']>>): DoctorFacts => {
  const none = { written: [], unsafe: [], synchronous: '', standbys: [], notifications: 0.1 };
  const database = { name: 'db.example:5432', role: 'desk', isOwner: false, ...none, ...one };
  return { ...configured({ store: 'postgresql://desk@db.example/mail' }), database };
};
const follower = (state: string | null) => [{ name: 'second', state }];
const AS = { user: 'mailrobot', shell: '/bin/sh -c', directory: '/' };
const ending = (end: DoctorFacts['commandEnds'][number]['end']): DoctorFacts => {
  return {
    ...WELL,
    commandEnds: [{ command: '/usr/local/bin/mailrobot new', ...AS, end }],
  };
};
const SMTP = { at: '127.0.0.1:25', place: { host: '127.0.0.1', port: 25 } };
const DB = '/etc/mailrobot/postfix/aliases.db';
const SOURCE = '/etc/mailrobot/postfix/aliases';

/** By the one id that each of them is to have. */
const FAULTS: readonly (readonly [string, string, DoctorFacts])[] = [
  ['no Postfix', 'no-postfix', { ...WELL, postfix: null }],
  ['no staff', 'no-staff', configured({ staff: [] })],
  ['the domain nowhere', 'domain-unknown', withPostfix({ way: 'nowhere', lists: [] })],
  [
    'the domain twice',
    'domain-twice',
    withPostfix({ lists: ['mydestination', 'virtual_alias_domains'] }),
  ],
  [
    'another transport',
    'domain-elsewhere',
    withPostfix({ way: 'other', transport: 'virtual', lists: ['virtual_mailbox_domains'] }),
  ],
  [
    'no smtpd',
    'smtp-silent',
    withPostfix({ smtp: { at: '127.0.0.1:25', place: null, problem: 'ECONNREFUSED' } }),
  ],
  ['larger mails than ours', 'message-size', withSettings({ message_size_limit: '99999999' })],
  ['mails of any size', 'message-size', withSettings({ message_size_limit: '0' })],
  ['small files', 'mailbox-size', withSettings({ mailbox_size_limit: '11000000' })],
  ['four minutes', 'command-time', withSettings({ command_time_limit: '4m' })],
  ['a short queue', 'queue-lifetime', withSettings({ maximal_queue_lifetime: '0' })],
  ['no commands', 'no-commands', withSettings({ allow_mail_to_commands: 'forward' })],
  ['BUN_OPTIONS', 'environment', withSettings({ export_environment: 'TZ BUN_OPTIONS' })],
  [
    'another MAILROBOT_CONFIG',
    'environment-config',
    withSettings({ export_environment: 'MAILROBOT_CONFIG=/srv/x.json' }),
  ],
  ['LMTP to nobody', 'lmtp-silent', behindLmtp({}, { ...LMTP, problem: 'ECONNREFUSED' })],
  ['LMTP without XFORWARD', 'lmtp-xforward', behindLmtp({ lmtp_send_xforward_command: 'no' })],
  ['LMTP for many', 'lmtp-recipients', behindLmtp({ lmtp_destination_recipient_limit: '50' })],
  [
    'a map that does not read',
    'map-broken',
    withPostfix({
      brokenMaps: [
        {
          setting: 'alias_maps',
          map: MAP,
          problem: 'open database /x.db: No such file or directory',
        },
      ],
    }),
  ],
  [
    'no alias',
    'alias-missing',
    withPostfix({
      aliases: POSTFIX.aliases.map((one) => (one.name === 'help' ? { ...one, found: null } : one)),
    }),
  ],
  ['an alias to somebody', 'alias-taken', aliasesWith({ copy: 'not mailrobot' })],
  [
    'owner-new',
    'owner-alias',
    withPostfix({
      aliases: POSTFIX.aliases.map((one) => ({ ...one, hasOwnerAlias: one.name === 'new' })),
    }),
  ],
  ['no program', 'program-missing', aliasesWith({ copy: 'none' })],
  ['another copy', 'program-other', aliasesWith({ copy: 'other', program: '/usr/bin/mailrobot' })],
  ['an unknown verb', 'alias-unreadable', aliasesWith({ verb: null })],
  ['--dry-run', 'alias-dry-run', aliasesWith({ isDryRun: true })],
  ['another config', 'alias-config', aliasesWith({ config: '/srv/other.json' })],
  ['no net', 'alias-no-net', aliasesWith({ hasNet: false })],
  ['a queue that there is not', 'alias-queue', aliasesWith({ queue: 'LAB' })],
  [
    'a catch-all',
    'address-rewritten',
    addressesWith({
      rewritten: { map: 'hash:/etc/postfix/virtual', to: 'bob@elsewhere.example' },
      wanted: null,
      alias: null,
    }),
  ],
  ['no delimiter', 'delimiter', addressesWith({ alias: null })],
  ['no map', 'tickets-map', addressesWith({ alias: null, rewritten: null })],
  ['a refusal', 'address-refused', addressesWith({ reply: { code: 550, text: '5.1.1 no' } })],
  [
    'a deferral',
    'address-deferred',
    addressesWith({ reply: { code: 450, text: '4.2.0 greylisted' } }),
  ],
  ["a .db of root's", 'map-owner', mapsWith({ read: file(DB, { owner: ROOT }) })],
  ["a .db of somebody's", 'map-owner', mapsWith({ read: file(DB, { owner: NOBODY }) })],
  ["a source of root's", 'map-source-owner', mapsWith({ source: file(SOURCE, { owner: ROOT }) })],
  ['a map for all', 'map-writable', mapsWith({ read: file(DB, { mode: 0o666 }) })],
  ['a map of yesterday', 'map-stale', mapsWith({ source: file(SOURCE, { changed: 90_000 }) })],
  [
    'a map of tickets for all',
    'tickets-map-writable',
    withPostfix({ ticketsMap: POSTFIX.ticketsMap && { ...POSTFIX.ticketsMap, read: file('/x') } }),
  ],
  [
    "a store of root's",
    'store-root',
    {
      ...{ ...WELL, storeOwner: ROOT, postfix: null },
      configFile: file('/x', { owner: ROOT, mode: 0o600 }),
    },
  ],
  [
    'a store for all',
    'store-open',
    { ...WELL, store: file('/var/lib/mailrobot', { mode: 0o711 }) },
  ],
  ['a config that does not read', 'config-unreadable', { ...WELL, isConfigReadable: false }],
  ['a config for all', 'config-writable', { ...WELL, configFile: file('/x', { mode: 0o622 }) }],
  [
    "a config of somebody's",
    'config-writable',
    { ...WELL, configFile: file('/x', { owner: NOBODY, mode: 0o600 }) },
  ],
  [
    'a secret for all',
    'config-secret',
    { ...configured({ users: [{ name: 'a', password: 'b' }] }), configFile: file('/x') },
  ],
  [
    'a command that ends with 75',
    'command-fails',
    ending({ type: 'exit', code: 75, output: '4.3.0 mailrobot: x' }),
  ],
  ['a command that is killed', 'command-fails', ending({ type: 'signal' })],
  ['no local(8)', 'local-missing', withPostfix({ local: null, smtp: { ...SMTP, problem: null } })],
  ['local(8) in a chroot', 'local-chroot', withPostfix({ local: { isChrooted: true } })],
  ['recipients that nobody asks for', 'recipients-map', recipients({ place: 'missing' })],
  [
    'recipients before the tickets',
    'recipients-order',
    recipients({ place: 'before the tickets', isDeskKept: false }),
  ],
  ['recipients that may be the desk', 'recipients-desk', recipients({ isDeskKept: false })],
  ['no table', 'recipients-table', recipients({ problem: 'there is no table recipients' })],
  ['a robot without an alias', 'robot-alias', robotsWith({ names: ['deploy'] })],
  [
    'a robot whose name is taken',
    'robot-alias-taken',
    robotsWith({ names: ['new'], aliases: [alias('new', 'new')] }),
  ],
  ['an alias of no robot', 'robot-unknown', robotsWith({ aliases: [RUNS] })],
  [
    'an alias of a robot without its net',
    'alias-no-net',
    robotsWith({
      names: ['deploy'],
      aliases: [alias('deploy', 'run', { robot: 'deploy', hasNet: false })],
    }),
  ],
  [
    'holes that lead nowhere',
    'hole-address',
    robotsWith({
      holes: [{ address: 'deploy-{x}@a.example', wanted: 'deploy@a.example', to: null }],
    }),
  ],
  ['no sendmail for us', 'submit-users', withPostfix({ maySubmit: false })],
  [
    'a store in memory',
    'file-system',
    onMachine({ fileSystem: { name: 'tmpfs', keeps: 'until reboot' } }),
  ],
  [
    'a store elsewhere',
    'file-system',
    onMachine({ fileSystem: { name: 'CIFS', keeps: 'elsewhere' } }),
  ],
  ['a lock that is kept', 'lock', onMachine({ lockedMs: 2500 })],
  ['one role for all', 'database-owner', inDatabase({ isOwner: true })],
  ['a role that may write the journal', 'database-rights', inDatabase({ written: ['journal'] })],
  ['a server without fsync', 'database-fsync', inDatabase({ unsafe: ['fsync'] })],
  [
    'a standby that must follow and does not',
    'database-no-standby',
    inDatabase({ synchronous: 'first', standbys: follower('async') }),
  ],
  [
    'a standby that may be behind',
    'database-standby-behind',
    inDatabase({ standbys: follower('async') }),
  ],
  [
    'a queue of notifications that is half full',
    'database-notifications',
    inDatabase({ notifications: 0.5 }),
  ],
  [
    'a folder for all, and the store in a database',
    'store-open',
    { ...inDatabase({}), store: file('/var/lib/mailrobot', { mode: 0o711 }) },
  ],
  [
    'a password of a database for all',
    'config-secret',
    {
      ...configured({ store: 'postgresql://desk:secret@db.example/mail' }),
      configFile: file('/x'),
    },
  ],
  [
    'a store below a folder that its owner may not pass',
    'store-closed',
    { ...WELL, closed: { config: null, store: '/var/lib' } },
  ],
  [
    "a config in a folder of somebody's",
    'folder-writable',
    { ...WELL, open: [{ path: '/opt/bob', owner: NOBODY, above: '/opt/bob/config.json' }] },
  ],
  ['a snippet that is none', 'snippets', { ...WELL, wrongSnippets: ['hi.txt: is no snippet'] }],
  ['no flock', 'flock', onMachine({ hasFlock: false })],
];

test('a desk that is well has no finding', () => {
  expect(diagnose(WELL, [])).toEqual([]);
  expect(diagnose(behindLmtp({}), [])).toEqual([]);
  const followed = { synchronous: 'second', standbys: follower('sync') };
  expect(diagnose(inDatabase(followed), [])).toEqual([]);
  expect(uncheckedStandbys(inDatabase(followed))).toEqual([]);
});

test('of standbys that the role may not look at nothing is found, and it is told', () => {
  const facts = inDatabase({ synchronous: 'second', standbys: follower(null) });
  expect(diagnose(facts, [])).toEqual([]);
  expect(uncheckedStandbys(facts)).toMatchObject([{ why: expect.stringContaining('pg_monitor') }]);
});

test.each(FAULTS)('%s: %s', (_, id, facts) => {
  const ids = diagnose(facts, []).map((finding) => finding.id);
  expect(ids.filter((one) => one !== 'no-postfix' || id === one)).toEqual([id]);
});

test('a robot has an alias of any name, or a rule that gives it mail', () => {
  const right = { names: ['deploy', 'draft'], ruled: ['draft'], aliases: [RUNS] };
  const at = { address: 'deploy-{x}@a.example', wanted: 'deploy@a.example' };
  const holes = [{ ...at, to: 'deploy@A.example' }];
  expect(diagnose(robotsWith({ ...right, holes }), [])).toEqual([]);
});

test.each([
  ['1000s', 1000],
  ['4m', 240],
  ['5d', 432_000],
  ['90', 90],
  ['soon', null],
  [undefined, null],
])('%s is %s seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test('the cause is told, and not its effects', () => {
  const wrong = mapsWith({ read: file(DB, { owner: ROOT }) });
  const facts = { ...wrong, commandEnds: ending({ type: 'signal' }).commandEnds };
  expect(diagnose(facts, []).map(({ id }) => id)).toEqual(['map-owner']);
});

test("what mends a store of root's does not give the alias map to root", () => {
  const root = {
    storeOwner: ROOT,
    store: file('/var/lib/mailrobot', { owner: ROOT, mode: 0o700 }),
  };
  expect(diagnose({ ...WELL, ...root }, [])).toMatchObject([
    { id: 'store-root', mend: ['chown -R mailrobot /var/lib/mailrobot'] },
  ]);
  const { postfix } = mapsWith({ read: file(DB, { owner: { uid: 7, name: 'desk' } }) });
  expect(diagnose({ ...WELL, ...root, postfix }, [])).toMatchObject([
    { id: 'store-root', mend: ['chown -R desk /var/lib/mailrobot'] },
  ]);
});

test('aliases in a map that Postfix does not ask are mended by naming it', () => {
  const none = POSTFIX.aliases.map((one) => ({ ...one, found: null }));
  const mendOf = (facts: DoctorFacts) => diagnose(facts, []).flatMap(({ mend }) => mend);
  const unnamed = withPostfix({
    aliases: none,
    aliasMaps: [{ ...OWN_MAP, map: 'hash:/etc/aliases' }],
  });
  expect(mendOf(unnamed).at(-1)).toBe(
    `postconf -e "alias_maps = $(postconf -h alias_maps), hash:${SOURCE}" && postfix reload`,
  );
  expect(mendOf(withPostfix({ aliases: none })).at(-1)).toBe(`postalias hash:${SOURCE}`);
});

test('of a config that cannot be read the folder is named that keeps its reader away', () => {
  const closed = { config: '/etc/mailrobot', store: '/etc/mailrobot' };
  expect(diagnose({ ...WELL, isConfigReadable: false, closed }, [])).toMatchObject([
    {
      id: 'config-unreadable',
      what: 'mailrobot cannot read /etc/mailrobot/config.json: it may not pass /etc/mailrobot.',
      mend: ['chmod o+x /etc/mailrobot'],
    },
  ]);
});

test('a folder is told once: as one of a map, if it has one', () => {
  const folder = file('/etc/mailrobot', { mode: 0o777 });
  const { ticketsMap } = POSTFIX;
  const facts = withPostfix({ ticketsMap: ticketsMap && { ...ticketsMap, folder } });
  const open = [{ path: '/etc/mailrobot', owner: ROOT, above: '/etc/mailrobot/config.json' }];
  expect(diagnose({ ...facts, open }, []).map(({ id }) => id)).toEqual(['tickets-map-writable']);
});

test('texts that their reader may not read are made readable', () => {
  const wrongSnippets = ['snippets: cannot be read (EACCES)'];
  const value = 'acknowledgement.txt: cannot be read (EACCES)';
  const row: Row = { ...{ name: 'templates', level: 'warning', value, figures: [] } };
  expect(diagnose({ ...WELL, wrongSnippets }, [row]).map(({ mend }) => mend)).toEqual([
    ['chmod -R a+rX /etc/mailrobot/snippets'],
    ['chmod -R a+rX /etc/mailrobot/templates'],
  ]);
  const ids = diagnose({ ...WELL, wrongSnippets, isConfigReadable: false }, []).map(({ id }) => id);
  expect(ids).toEqual(['config-unreadable']);
});

test('files that their owner cannot use are mended, and a disk that is read-only is mounted', () => {
  const owners = (value: string): Row => ({
    ...{ name: 'owners', level: 'critical', value, figures: [] },
  });
  const mendOf = (value: string) => diagnose(WELL, [owners(value)])[0]?.mend.at(-1);
  expect(mendOf('/x/slots cannot be used by its owner')).toContain('chmod u+rwX');
  expect(mendOf('/x is on a file system that is read-only')).toContain('remount,rw');
});

test('a config that is reached by a link is the same config', () => {
  const configFile = file('/srv/desk/config.json', { mode: 0o600 });
  const linked = aliasesWith({ config: '/srv/desk/config.json' });
  expect(diagnose({ ...linked, configFile }, [])).toEqual([]);
});

test('the map of the tickets counts as named by a type that has patterns alone', () => {
  const named = (virtual_alias_maps: string) => {
    const { postfix } = withSettings({ virtual_alias_maps });
    const facts = addressesWith({ alias: null, rewritten: null });
    return diagnose(withPostfix({ ...postfix, addresses: facts.postfix?.addresses ?? [] }), []);
  };
  const path = '/etc/mailrobot/tickets.regexp';
  expect(named(`pcre:${path}`)[0]?.why).toContain('has no line that fits');
  expect(named(`texthash:${path}`)[0]?.mend.at(-1)).toContain(`regexp:${path}`);
  expect(named(`regexp:${path}.old`)[0]?.mend.at(-1)).toContain(`regexp:${path}"`);
});

test('what is true of several is said of several', () => {
  const [, ticket] = addressesWith({ alias: null }).postfix?.addresses ?? [];
  if (ticket === undefined) throw new Error('it is the second');
  const whatOf = (addresses: readonly (typeof ticket)[]) =>
    diagnose(withPostfix({ addresses }), [])[0]?.what;
  expect(whatOf([ticket])).toContain('example comes to no alias');
  expect(whatOf([ticket, ticket])).toContain('example come to no alias');
});

test('a table that Postfix cannot read is named, and not what it refuses because of that', () => {
  const problem = 'open database /etc/postfix/virtual.db: No such file or directory';
  const map = 'hash:/etc/postfix/virtual';
  const waits = addressesWith({ reply: { code: 451, text: '4.3.0 Temporary lookup failure' } });
  const broken = [{ setting: 'virtual_alias_maps', map, problem }];
  expect(diagnose(withPostfix({ ...waits.postfix, brokenMaps: broken }), [])).toMatchObject([
    {
      id: 'map-broken',
      what: `Postfix cannot read ${map}, which virtual_alias_maps names.`,
      mend: [`postmap ${map} && postfix reload`, '# or take it out of virtual_alias_maps'],
    },
  ]);
  const unknown = [
    { ...{ setting: 'alias_maps', map: 'cdb:/x' }, problem: 'unsupported dictionary type: cdb' },
  ];
  expect(diagnose(withPostfix({ brokenMaps: unknown }), [])[0]?.mend[0]).toBe(
    'apt-get install postfix-cdb && postfix reload',
  );
});

test('settings that Postfix itself cannot use are told, and none of what follows of that', () => {
  const unusable = 'bad numerical configuration: message_size_limit = 10M';
  const smtp = { at: '127.0.0.1:25', place: null, problem: 'it does not answer' };
  const broken = [{ setting: 'alias_maps', map: 'hash:/etc/aliases', problem: unusable }];
  expect(diagnose(withPostfix({ unusable, smtp, brokenMaps: broken }), [])).toMatchObject([
    {
      ...{ id: 'postfix-settings', level: 'critical' },
      why: expect.stringContaining(unusable),
      mend: [
        expect.stringMatching(/^# give message_size_limit a right value/),
        'postconf -X message_size_limit && postfix reload',
        'postfix check',
      ],
    },
  ]);
});

test('a command that fails by a setting of Postfix is mended without that setting', () => {
  const { commandEnds } = ending({ type: 'not-run' });
  const mendOf = (how: object) =>
    diagnose({ ...WELL, commandEnds: commandEnds.map((one) => ({ ...one, ...how })) }, [])[0];
  expect(mendOf({ shell: '/usr/sbin/nologin' })?.mend.at(-1)).toBe(
    'postconf -X local_command_shell && postfix reload',
  );
  const nowhere = mendOf({ directory: '/nowhere' });
  expect(nowhere?.why).toContain('command_execution_directory is /nowhere');
  expect(nowhere?.mend.at(-1)).toBe('postconf -X command_execution_directory && postfix reload');
});

test('commands that end in the same way for one reason are told once', () => {
  const end = { type: 'exit', code: 75, output: '4.3.0 mailrobot: the store is damaged' } as const;
  const commandEnds = ['new', 'reply', 'control'].map((verb) => ({
    ...{ ...AS, command: `/usr/local/bin/mailrobot ${verb}`, end },
  }));
  expect(diagnose({ ...WELL, commandEnds }, [])).toMatchObject([
    {
      what: 'As mailrobot, /usr/local/bin/mailrobot new (and 2 more like it) ends with 75 for an empty mail.',
    },
  ]);
  const row: Row = {
    ...{ name: 'store', level: 'critical', figures: [] },
    value: '/x/incoming is missing: mailrobot rebuild makes it again',
  };
  expect(diagnose({ ...WELL, commandEnds }, [row])).toMatchObject([
    { id: 'status-store', mend: ['mailrobot rebuild'] },
  ]);
});

test('aliases in a virtual domain of their own names are as good', () => {
  const addresses = POSTFIX.addresses.map((one) => ({
    ...one,
    wanted: `desk2-${one.wanted}`,
    alias: `desk2-${one.alias}`,
    rewritten: { map: 'regexp:/x', to: `desk2-${one.wanted}@localhost` },
  }));
  const aliases = POSTFIX.aliases.map((one) => ({ ...one, name: `desk2-${one.name}` }));
  const lists = ['virtual_alias_domains'];
  expect(diagnose(withPostfix({ way: 'virtual aliases', lists, addresses, aliases }), [])).toEqual(
    [],
  );
});

test('what status warns of is a finding, with the level of the row', () => {
  const rows: readonly Row[] = [
    { name: 'disk', level: 'critical', value: '1 MiB free (0 %)', figures: [] },
    { name: 'failed addresses', level: 'warning', value: '2', figures: [] },
    { name: 'held', level: 'ok', value: '0', figures: [] },
  ];
  expect(diagnose(WELL, rows)).toMatchObject([
    { id: 'status-disk', level: 'critical', what: 'Disk: 1 MiB free (0 %).' },
    { id: 'status-failed-addresses', level: 'warning', mend: ['mailrobot address list'] },
  ]);
});

const ALL: readonly Finding[] = FAULTS.flatMap(([, , facts]) => diagnose(facts, []));

test('every finding is told in whole sentences of plain English, and says what to do', () => {
  for (const { id, what, why, mend } of ALL) {
    expect(what, id).toMatch(/^[\w/].*[.\w]$/s);
    expect(why, id).toMatch(/^[\w/].*[.\w"]$/s);
    expect(`${what} ${why}`, id).not.toMatch(/\b(he|his|him|undefined|null|NaN)\b|\[object/);
    expect(mend.length, id).toBeGreaterThan(0);
  }
});

test('an id has one level and its own words', () => {
  expect(new Set(ALL.map(({ id }) => id)).size).toBeGreaterThan(40);
  for (const { id } of ALL) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test('the page is 80 columns wide, and its lines for a shell are whole', () => {
  const style = (_: string, text: string) => text;
  const page = findingsPage(ALL, 'mailrobot 1 on node 20', { style, columns: 120 });
  const isShell = (line: string) => line.startsWith('      ');
  const wide = page.split('\n').filter((line) => !isShell(line) && line.length > 80);
  expect(wide.filter((line) => line.trim().includes(' '))).toEqual([]);
  const lines = ALL.flatMap(({ mend }) => mend);
  const isWords = (line: string) => /^# \S/.test(line);
  const commands = lines.filter((line) => !isWords(line));
  for (const line of commands) expect(page).toContain(`      ${line}\n`);
  const comments = page.split('\n').filter((line) => /^ {6}# \S/.test(line) && line.length > 80);
  expect(comments.filter((line) => line.trim().split(' ').length > 2)).toEqual([]);
  expect(findingsPage([], 'x', { style, columns: null })).toBe('Nothing is wrong.\nx\n');
});

test('what Postfix says cannot steer the terminal', () => {
  const facts = addressesWith({ reply: { code: 550, text: `no \u001b[2J\u202e ${DOMAIN}` } });
  const style = (_: string, text: string) => text;
  const page = findingsPage(diagnose(facts, []), '', { style, columns: 80 });
  expect(page).toContain('no <1B>[2J<202E>');
});

test('another address of the desk that smtpd takes is right, whichever way it comes', () => {
  const other = { address: 'info@ferrier.example', wanted: null, rewritten: null, alias: null };
  const answered = (code: number) =>
    withPostfix({ addresses: [...POSTFIX.addresses, { ...other, reply: { code, text: 'x' } }] });
  expect(diagnose(answered(250), [])).toEqual([]);
  expect(diagnose(answered(550), [])).toMatchObject([
    { id: 'address-refused', what: 'Postfix refuses mail to info@ferrier.example.' },
  ]);
});

test('of a table that is no file the owner is told as not checked, and is no finding', () => {
  const map = 'ldap:/etc/postfix/aliases.cf';
  const aliases = POSTFIX.aliases.map((one) => ({
    ...one,
    found: one.found && { ...one.found, map },
  }));
  const facts = withPostfix({
    aliases,
    aliasMaps: [{ map, source: null, read: null, folder: null, problem: null }],
  });
  expect(diagnose(facts, [])).toEqual([]);
  const unchecked = uncheckedOwners(facts);
  expect(unchecked).toMatchObject([{ what: expect.stringContaining(map) }]);
  const style = (_: string, text: string) => text;
  const page = findingsPage([], 'x', { style, columns: 80 }, unchecked);
  expect(page).toMatch(
    /^Nothing is wrong\.\nThe owner of ldap:\S+, which has aliases of the desk, was\n/,
  );
  expect(uncheckedOwners(WELL)).toEqual([]);
});

test('hours and holidays that cannot be read are told, with what counts instead', () => {
  const found = diagnose(
    {
      ...WELL,
      hours: [
        { queue: 'SUPPORT', problem: '"queues.0.hours.open" is missing', isAllTime: true },
        { queue: 'BILLING', problem: '/etc/mailrobot/x.ics is not there', isAllTime: false },
      ],
    },
    [],
  );
  expect(found).toMatchObject([
    {
      ...{ id: 'hours-wrong', level: 'warning' },
      what: 'The hours of SUPPORT cannot be used: "queues.0.hours.open" is missing.',
      mend: [expect.stringContaining('mailrobot config check')],
    },
    {
      ...{ id: 'holidays-unreadable', level: 'warning' },
      what: 'Of the holidays of BILLING not all can be read: /etc/mailrobot/x.ics is not there.',
    },
  ]);
});

test('a robot that can never be started is told: its mail waits', () => {
  const neverStarted = [{ robot: 'deploy', why: 'there is no user deploy: adduser deploy' }];
  expect(diagnose({ ...WELL, neverStarted }, [])).toMatchObject([
    {
      ...{ id: 'robot-user', level: 'warning' },
      what: 'The robot deploy is never started: there is no user deploy: adduser deploy.',
      mend: [expect.stringContaining('mailrobot config check')],
    },
  ]);
});

test('fields and rules that are wrong are told, since the mail of their queue waits', () => {
  const wrong = [
    '"queues.0.fields.0.type" holds "foo": must be text',
    '"robots.0.name" is missing',
  ];
  expect(diagnose({ ...WELL, wrongParts: wrong }, [])).toMatchObject([
    {
      ...{ id: 'config-part', level: 'critical' },
      what: expect.stringMatching(
        /cannot be used: "queues\.0\.fields\.0\.type" holds "foo": must be text, and 1 more like it\.$/,
      ),
      why: expect.stringContaining('stays in the queue of Postfix'),
      mend: [expect.stringContaining('mailrobot config check')],
    },
  ]);
});
