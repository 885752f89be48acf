/**
 * `mailrobot doctor` on a real Postfix that was set up with nothing but the lines that mailrobot
 * prints: it finds nothing. Then one thing after the other is put wrong: it finds each by its name,
 * and the lines that it gives to mend a finding do mend it.
 */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { sampled, sampleOf } from '../faults/sample.ts';
import { type Desks, DOMAIN, makeDesks, OWNER } from './desks.ts';
import { type Installed, install } from './installed.ts';
import { type PostfixInstance, postfixMissing, startPostfix } from './instance.ts';
import { systemUser } from './system.ts';

const missing = postfixMissing();
/** A Postfix that knows users and its own aliases, and has never heard of us. */
const PLAIN = {
  mydestination: 'localhost.$mydomain, localhost',
  recipient_delimiter: '',
  local_recipient_maps: 'unix:passwd.byname $alias_maps',
  mailbox_transport: '',
};
/** A full disk here is no fault of the desk's. */
const ROOMY = {
  diskPercent: { warning: 0, critical: 0 },
  diskMegabytes: { warning: 0, critical: 0 },
  inodesPercent: { warning: 0, critical: 0 },
};

describe.skipIf(missing !== undefined)(`on a real Postfix ${missing ?? ''}`, () => {
  let installed: Installed;
  let desks: Desks;
  let postfix: PostfixInstance;
  let owner: number;
  let good: string;
  let goodMainCf: string;

  /** Every program of Postfix waits until a main.cf is two seconds old. */
  const run = (script: string) =>
    execa('sh', ['-e'], {
      input: script
        .replaceAll('/etc/aliases', systemAliases())
        .replaceAll('postfix reload', `touch -d @1 ${mainCf()} && postfix reload`),
      env: {
        MAIL_CONFIG: join(postfix.dir, 'config'),
        // Lines that mend name the program as people do.
        PATH: `${dirname(installed.program)}:${process.env['PATH']}`,
      },
      timeout: 60_000,
    });
  const systemAliases = () => join(postfix.dir, 'aliases', 'aliases');
  const of = (...parts: string[]) => join(desks.dir, 'desk', ...parts);
  const aliases = () => of('postfix', 'aliases');
  const config = () => desks.configOf('desk');
  const mainCf = () => join(postfix.dir, 'config', 'main.cf');
  const setUp = async () => {
    const printed = await desks.robot(['init', '--print'], 'desk');
    await run(printed.replace(/^printf .*$/m, ''));
  };
  const examine = async (args: readonly string[] = [], program = installed.program) => {
    const { exitCode, stdout, stderr } = await execa(
      program,
      ['doctor', '--config', config(), ...args],
      { reject: false, input: '', env: { MAIL_CONFIG: join(postfix.dir, 'config') } },
    );
    return { exitCode, stdout, stderr };
  };
  const findings = async (): Promise<readonly Finding[]> => {
    const { stdout, stderr, exitCode } = await examine(['--json']);
    if (stdout === '') throw new Error(`doctor: ${exitCode} ${stderr}`);
    return JSON.parse(stdout).findings;
  };

  beforeAll(async () => {
    installed = await install();
    desks = makeDesks(installed);
    owner = await systemUser(OWNER);
    postfix = await startPostfix({
      aliasOwner: 'root',
      aliases: 'postmaster: root\n',
      settings: PLAIN,
    });
    await desks.make('desk', postfix.sendmail);
    desks.configure('desk', (made) => ({
      ...made,
      status: ROOMY,
      staff: [{ name: 'sue', addresses: ['sue@ferrier.example'] }],
      queues: [
        { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
        { prefix: 'BILLING', address: 'invoices.de', name: 'Billing', first: 12 },
      ],
    }));
    await setUp();
    await run(`mkdir ${of('good')}; cp -a ${of('postfix')} ${of('tickets.regexp')} ${of('good')}`);
    good = readFileSync(config(), 'utf8');
    goodMainCf = readFileSync(mainCf(), 'utf8');
  });

  afterAll(async () => {
    await postfix?.stop();
    desks?.remove();
    installed?.remove();
  });

  /** As it was before anything was put wrong. */
  const restore = async () => {
    writeFileSync(config(), good);
    chownSync(config(), owner, owner);
    chmodSync(config(), 0o600);
    writeFileSync(systemAliases(), 'postmaster: root\n');
    await run('postalias hash:/etc/aliases');
    writeFileSync(mainCf(), goodMainCf);
    utimesSync(mainCf(), 0, 0);
    rmSync(of('postfix'), { recursive: true, force: true });
    const tickets = of('tickets.regexp');
    await run(`cp -a ${of('good', 'postfix')} ${of('postfix')}; cp -a ${of('good')}/t* ${tickets}`);
    await run('postfix reload');
  };

  test('a right desk has nothing wrong, and 0', async () => {
    expect(await findings()).toEqual([]);
    const { exitCode, stdout } = await examine();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Nothing is wrong\.\nmailrobot \S+ on (node|bun) \S+ \(\S+\)$/);
  });

  test('the owner of the store sees nothing wrong, either; nobody else may look', async () => {
    const as = (user: string) =>
      execa(
        'runuser',
        ['-u', user, '--', installed.program, 'doctor', '--config', config(), '--json'],
        {
          reject: false,
          input: '',
          env: { MAIL_CONFIG: join(postfix.dir, 'config'), PATH: '/usr/bin:/bin:/usr/sbin' },
        },
      );
    const seen = await as(OWNER);
    expect(seen.exitCode, seen.stderr).toBe(0);
    chmodSync(config(), 0o644);
    const other = await as('nobody');
    chmodSync(config(), 0o600);
    expect([other.exitCode, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toContain(`run this as root or as ${OWNER}`);
  });

  test('it leaves no trace: no mail, no commit, no file', async () => {
    const before = { log: postfix.log().length, tickets: await desks.list('desk') };
    await findings();
    expect(postfix.log().slice(before.log)).not.toMatch(/status=|: from=/);
    expect(await desks.list('desk')).toEqual(before.tickets);
    expect(readFileSync(of('store', 'journal', '000000000001.ndjson'), 'utf8')).toBe('');
  });

  const set = (line: string) => run(`postconf -e '${line}'; postfix reload`);
  const configure = (change: object) => desks.configure('desk', (made) => ({ ...made, ...change }));
  const rewrite = async (change: (text: string) => string) => {
    writeFileSync(aliases(), change(readFileSync(aliases(), 'utf8')));
    await run(`postalias hash:${aliases()}`);
    // smtpd sees by this time, in whole seconds, that the table has been made anew.
    for (const file of [aliases(), `${aliases()}.db`]) utimesSync(file, 1, 1);
  };
  /** A line that stands before all that others say of these addresses. */
  const virtually = async (line: string) => {
    const map = join(postfix.dir, 'config', 'virtual');
    writeFileSync(map, `${line}\n`);
    utimesSync(map, 0, 0);
    await set(
      `virtual_alias_maps = texthash:${map}, $virtual_maps, regexp:${of('tickets.regexp')}`,
    );
  };

  /** What is put wrong; the id of the finding; whether its lines mend it as they stand. */
  const PLANTED: readonly (readonly [string, string, () => unknown, 'mends' | 'a person'])[] = [
    ['a config that is no JSON', 'config', () => writeFileSync(config(), '{'), 'a person'],
    ['a key that is wrong', 'config', () => configure({ colour: 1 }), 'a person'],
    ['a store that is gone', 'no-store', () => configure({ store: 'elsewhere' }), 'a person'],
    ['the domain is unknown', 'domain-unknown', () => set('mydestination = localhost'), 'mends'],
    [
      'the domain is in two lists',
      'domain-twice',
      () => set(`virtual_mailbox_domains = ferrier.example, ${DOMAIN}`),
      'a person',
    ],
    [
      'the domain is one of mailboxes',
      'domain-elsewhere',
      async () => {
        await run('postconf -e "mydestination = localhost"');
        await set(`virtual_mailbox_domains = ferrier.example, ${DOMAIN}`);
      },
      'a person',
    ],
    ['no delimiter', 'delimiter', () => set('recipient_delimiter ='), 'mends'],
    ['a hyphen alone divides', 'delimiter', () => set('recipient_delimiter = -'), 'mends'],
    [
      'the map of the tickets is not named',
      'tickets-map',
      () => set('virtual_alias_maps ='),
      'mends',
    ],
    [
      'a queue more in the config',
      'tickets-map',
      async () => {
        const queues = JSON.parse(good).queues;
        configure({
          queues: [...queues, { prefix: 'LAB', address: 'lab', name: 'Lab' }],
        });
        await rewrite((text) => `${text}lab: new\n`);
        const more = `lab: "|${installed.program} reply --config ${config()} || exit 75"\n`;
        await rewrite((text) => text.replace('lab: new\n', more));
      },
      'mends',
    ],
    [
      'a queue has no alias',
      'alias-missing',
      () => rewrite((text) => text.replace(/^new:.*$/m, '')),
      'mends',
    ],
    [
      'alias_maps do not name the map of the desk',
      'alias-missing',
      () => set(`alias_maps = hash:${systemAliases()}`),
      'mends',
    ],
    [
      'a map of virtual_alias_maps that is gone',
      'map-broken',
      () => set(`virtual_alias_maps = hash:${of('gone')}, regexp:${of('tickets.regexp')}`),
      'a person',
    ],
    ['the map of the tickets is gone', 'tickets-map', () => rmSync(of('tickets.regexp')), 'mends'],
    [
      'the map of the tickets is named as one of another type',
      'tickets-map',
      () => set(`virtual_alias_maps = texthash:${of('tickets.regexp')}`),
      'mends',
    ],
    ["a store that is root's", 'store-root', () => chownSync(of('store'), 0, 0), 'mends'],
    [
      'a folder of the store is gone',
      'status-store',
      () => rmdirSync(of('store', 'incoming')),
      'mends',
    ],
    [
      'a folder that the user may not pass',
      'config-unreadable',
      () => chmodSync(of(), 0o700),
      'mends',
    ],
    [
      'a folder of the store that its owner may not write to',
      'status-owners',
      () => chmodSync(of('store', 'raw'), 0o500),
      'mends',
    ],
    [
      "a lock that is root's",
      'status-owners',
      () => {
        chownSync(of('store', 'lock'), 0, 0);
        chmodSync(of('store', 'lock'), 0o600);
      },
      'mends',
    ],
    [
      'a folder above the config that all may write to',
      'folder-writable',
      () => chmodSync(desks.dir, 0o777),
      'mends',
    ],
    [
      'an alias for a queue that there is not',
      'alias-queue',
      () => rewrite((text) => text.replace('mailrobot new', 'mailrobot new --queue LAB')),
      'mends',
    ],
    [
      'a sendmail that is a folder',
      'status-sendmail',
      () => configure({ sendmail: '/opt' }),
      'a person',
    ],
    [
      'a snippet that cannot be used',
      'snippets',
      () => {
        mkdirSync(of('snippets'), { recursive: true });
        writeFileSync(of('snippets', 'hi.md'), 'Hello {{nobody}}');
      },
      'a person',
    ],
    [
      'a shell for commands that is none',
      'command-fails',
      () => set('local_command_shell = /bin/false'),
      'a person',
    ],
    [
      'a folder for commands that is not there',
      'command-fails',
      () => set('command_execution_directory = /nowhere'),
      'a person',
    ],
    [
      'local(8) in a chroot',
      'local-chroot',
      () => run('postconf -F local/unix/chroot=y; postfix reload'),
      'mends',
    ],
    ['help has been renamed', 'alias-missing', () => configure({ help: 'what' }), 'mends'],
    [
      '/etc/aliases has the name already',
      'alias-taken',
      async () => {
        writeFileSync(systemAliases(), 'postmaster: root\nsupport: postmaster\n');
        await run('postalias hash:/etc/aliases');
      },
      'a person',
    ],
    [
      'an owner alias',
      'owner-alias',
      () => rewrite((text) => `${text}owner-new: root\n`),
      'a person',
    ],
    [
      'the aliases name a copy that is gone',
      'program-missing',
      () => rewrite((text) => text.replaceAll(installed.program, '/opt/gone/mailrobot')),
      'mends',
    ],
    [
      'the aliases name another copy',
      'program-other',
      () => rewrite((text) => text.replaceAll(installed.program, copyOfProgram())),
      'mends',
    ],
    [
      'a verb that there is not',
      'alias-unreadable',
      () => rewrite((text) => text.replace('mailrobot new', 'mailrobot create')),
      'mends',
    ],
    [
      'an alias with --dry-run',
      'alias-dry-run',
      () => rewrite((text) => text.replace('mailrobot new', 'mailrobot new --dry-run')),
      'mends',
    ],
    [
      'an alias with another config',
      'alias-config',
      () => rewrite((text) => text.replace(` --config ${config()}`, ' --config /srv/other.json')),
      'mends',
    ],
    [
      'an alias without its net',
      'alias-no-net',
      () => rewrite((text) => text.replace(' || exit 75', '')),
      'mends',
    ],
    ['an alias map without its .db', 'map-broken', () => rmSync(`${aliases()}.db`), 'mends'],
    ["a .db that is root's", 'map-owner', () => chownSync(`${aliases()}.db`, 0, 0), 'mends'],
    [
      "a .db that is another user's",
      'map-owner',
      async () => chownSync(`${aliases()}.db`, await systemUser('nobody'), 0),
      'mends',
    ],
    [
      "a .db that is root's, named by way of proxymap",
      'map-owner',
      async () => {
        await viaProxy();
        chownSync(`${aliases()}.db`, 0, 0);
      },
      'mends',
    ],
    [
      'an address of alsoKnownAs that nobody has',
      'address-refused',
      () => configure({ alsoKnownAs: [`nobody.here@${DOMAIN}`] }),
      'a person',
    ],
    ["a source that is root's", 'map-source-owner', () => chownSync(aliases(), 0, 0), 'mends'],
    ["a folder that is root's", 'map-source-owner', () => chownSync(of('postfix'), 0, 0), 'mends'],
    ['an alias map that all may write', 'map-writable', () => chmodSync(aliases(), 0o666), 'mends'],
    [
      'an alias map that was changed and not compiled',
      'map-stale',
      () => {
        writeFileSync(aliases(), `${readFileSync(aliases(), 'utf8')}# more\n`);
        utimesSync(aliases(), Date.now() / 1000 + 5, Date.now() / 1000 + 5);
        utimesSync(`${aliases()}.db`, 1, 1);
      },
      'a person',
    ],
    [
      "the map of the tickets is the user's",
      'tickets-map-writable',
      () => chownSync(of('tickets.regexp'), owner, owner),
      'mends',
    ],
    [
      'a catch-all for the domain',
      'address-rewritten',
      () => virtually(`@${DOMAIN} postmaster@localhost`),
      'a person',
    ],
    [
      'one address leads elsewhere',
      'address-rewritten',
      () => virtually(`invoices.de@${DOMAIN} someone@example.org`),
      'a person',
    ],
    [
      'mails that are too large for us',
      'message-size',
      () => configure({ limits: { messageSize: 1000 } }),
      'a person',
    ],
    ['mails of any size', 'message-size', () => set('message_size_limit = 0'), 'mends'],
    ['small files alone', 'mailbox-size', () => set('mailbox_size_limit = 11000000'), 'mends'],
    ['little time for a command', 'command-time', () => set('command_time_limit = 2m'), 'mends'],
    ['a queue of minutes', 'queue-lifetime', () => set('maximal_queue_lifetime = 10m'), 'mends'],
    [
      'no commands in alias maps',
      'no-commands',
      () => set('allow_mail_to_commands = forward'),
      'mends',
    ],
    [
      'NODE_OPTIONS for every command',
      'environment',
      () => set('export_environment = TZ MAIL_CONFIG LANG NODE_OPTIONS=--inspect'),
      'mends',
    ],
    [
      'another config for every command',
      'environment-config',
      () => set('export_environment = TZ MAIL_CONFIG LANG MAILROBOT_CONFIG=/srv/other.json'),
      'mends',
    ],
    [
      'sendmail is not for us',
      'submit-users',
      () => set('authorized_submit_users = root'),
      'mends',
    ],
    [
      'smtpd refuses one address',
      'address-refused',
      async () => {
        const map = join(postfix.dir, 'config', 'refused');
        writeFileSync(map, `invoices.de@${DOMAIN} REJECT no more\n`);
        utimesSync(map, 0, 0);
        await set(`smtpd_recipient_restrictions = check_recipient_access texthash:${map}`);
      },
      'a person',
    ],
    [
      'smtpd takes mail later',
      'address-deferred',
      async () => {
        const map = join(postfix.dir, 'config', 'refused');
        writeFileSync(map, `invoices.de@${DOMAIN} DEFER come back\n`);
        utimesSync(map, 0, 0);
        await set(`smtpd_recipient_restrictions = check_recipient_access texthash:${map}`);
      },
      'a person',
    ],
    [
      'local users alone are known to smtpd',
      'address-refused',
      () => set('local_recipient_maps = unix:passwd.byname'),
      'a person',
    ],
    [
      'a config that the user cannot read',
      'config-unreadable',
      () => chownSync(config(), 0, 0),
      'mends',
    ],
    ['a config that all may write', 'config-writable', () => chmodSync(config(), 0o666), 'mends'],
    [
      'a password that all may read',
      'config-secret',
      () => {
        configure({ users: [{ name: 'kim', password: 'secret' }] });
        chmodSync(config(), 0o644);
      },
      'mends',
    ],
    ['a store that all may look into', 'store-open', () => chmodSync(of('store'), 0o755), 'mends'],
    [
      "a file of the store that is root's",
      'status-owners',
      () => writeFileSync(of('store', 'raw', 'stray'), ''),
      'mends',
    ],
    [
      'a text that cannot be used',
      'status-templates',
      () => {
        mkdirSync(of('templates'), { recursive: true });
        writeFileSync(of('templates', 'acknowledgement.txt'), 'Hello {{nobody}}');
      },
      'a person',
    ],
    [
      'a sendmail that is not there',
      'status-sendmail',
      () => configure({ sendmail: '/gone' }),
      'a person',
    ],
    [
      'a log that cannot be written',
      'status-log',
      () => configure({ log: 'gone/mail.log' }),
      'a person',
    ],
    ['no staff', 'no-staff', () => configure({ staff: [] }), 'a person'],
  ];

  /** Installed as well, and not the copy that is asked. */
  const copyOfProgram = () => {
    const other = join(desks.dir, 'other');
    mkdirSync(other, { recursive: true });
    const program = join(other, 'mailrobot');
    rmSync(program, { force: true });
    writeFileSync(program, `#!/bin/sh\nexec ${installed.program} "$@"\n`, { mode: 0o755 });
    chmodSync(program, 0o755);
    return program;
  };

  /** local(8) opens such a table itself, as the owner of its file. */
  const viaProxy = () =>
    run(
      `postconf -e "alias_maps = $(postconf -h alias_maps | sed 's/hash:/proxy:hash:/g')" && postfix reload`,
    );

  test('other addresses and alias maps by way of proxymap are right', async () => {
    await viaProxy();
    configure({ alsoKnownAs: [`postmaster@${DOMAIN}`, 'desk@elsewhere.example'] });
    expect(await findings()).toEqual([]);
    await restore();
  });

  // With `FAULTS=2` every second one.
  test.each(sampled(PLANTED, sampleOf(1)))('%s: %s', async (_, id, plant, how) => {
    try {
      await plant();
      const found = await findings();
      expect(found.map((finding) => finding.id)).toEqual([id]);
      const page = await examine();
      expect(page.exitCode).toBe(1);
      expect(page.stderr).toBe('mailrobot: 1 finding');
      if (how === 'mends') {
        await run(found.flatMap(({ mend }) => mend).join('\n'));
        expect(await findings()).toEqual([]);
      }
    } finally {
      chmodSync(of('store'), 0o700);
      mkdirSync(of('store', 'incoming'), { recursive: true, mode: 0o700 });
      await execa('chown', ['-R', `${OWNER}:`, of('store')]);
      rmSync(of('store', 'raw', 'stray'), { force: true });
      chmodSync(desks.dir, 0o755);
      chmodSync(of(), 0o755);
      if (existsSync(of('store', 'raw'))) chmodSync(of('store', 'raw'), 0o700);
      for (const texts of ['templates', 'snippets'])
        rmSync(of(texts), { recursive: true, force: true });
      await restore();
    }
    expect(await findings()).toEqual([]);
  });

  test("a store that cannot be opened since a file of it is root's is mended", async () => {
    chownSync(of('store', 'keys.json'), 0, 0);
    const found = await findings();
    expect(found.map(({ id }) => id)).toEqual(['status-store', 'status-owners']);
    await run(found.find(({ id }) => id === 'status-owners')?.mend.join('\n') ?? '');
    expect(await findings()).toEqual([]);
  });

  const journey = async (): Promise<readonly Finding[]> => {
    const { stdout, stderr } = await examine(['--roundtrip', '--json']);
    if (stdout === '') throw new Error(`doctor: ${stderr}`);
    return JSON.parse(stdout).findings;
  };
  const isUntouched = () => {
    expect(readFileSync(of('store', 'journal', '000000000001.ndjson'), 'utf8')).toBe('');
    expect(readdirSync(of('store', 'trials'))).toEqual([]);
    expect(postfix.mailbox('sue')).toEqual([]);
  };

  test('one mail goes through Postfix and is answered, and the desk stays as it was', async () => {
    configure({ authservId: `mail.${DOMAIN}` });
    const before = postfix.log().length;
    expect(await journey()).toEqual([]);
    const log = postfix.log().slice(before);
    expect(
      log.match(/orig_to=<support-0-t-[a-z2-7]{26}@\S+ relay=local, .*status=sent/g),
    ).toHaveLength(1);
    expect(
      log.match(/orig_to=<support-0-u-[a-z2-7]{26}@\S+ relay=local, .*status=sent/g),
    ).toHaveLength(1);
    isUntouched();
    expect(await desks.robot(['fsck'], 'desk')).toContain('in order');
    await restore();
  });

  test('a forged field that is believed, since the MTA does not remove it, is found', async () => {
    configure({ authservId: `mail.${DOMAIN}`, authResults: 'below' });
    expect((await journey()).map(({ id }) => id)).toEqual([
      'results-unstripped',
      'roundtrip-forged',
    ]);
    isUntouched();
    await restore();
  });

  test('results that Postfix writes under another name are found', async () => {
    await set(
      'smtpd_helo_restrictions = check_client_access static:{PREPEND Authentication-Results: mta.example; spf=none}',
    );
    expect((await journey()).map(({ id }) => id)).toEqual(['roundtrip-results']);
    isUntouched();
    await restore();
  });

  test('a sendmail that takes nothing is found as Postfix meets it', async () => {
    const sendmail = join(desks.dir, 'sendmail-of-no-use');
    writeFileSync(sendmail, '#!/bin/sh\necho no room >&2\nexit 75\n');
    chmodSync(sendmail, 0o755);
    configure({ sendmail });
    const [finding, ...others] = await journey();
    expect([finding?.id, others]).toEqual(['roundtrip-sendmail', []]);
    expect(finding?.what).toContain('sendmail ends with 75 no room');
    isUntouched();
    await restore();
  });

  test('a filter that refuses the mail is found', async () => {
    const checks = join(postfix.dir, 'config', 'checks');
    writeFileSync(checks, '/^Subject: mailrobot doctor/ REJECT not today\n');
    utimesSync(checks, 0, 0);
    await set(`header_checks = regexp:${checks}`);
    expect(await journey()).toMatchObject([
      { id: 'roundtrip-refused', what: expect.stringContaining('not today') },
    ]);
    isUntouched();
    await restore();
  });

  const assault = async () => {
    const { stdout, stderr } = await examine(['--attack', '--json']);
    if (stdout === '') throw new Error(`doctor: ${stderr}`);
    const said: { findings: Finding[]; attacks: Record<string, string | null>[] } =
      JSON.parse(stdout);
    return said;
  };

  test('forged mails go through Postfix, none is believed, and none is carried out', async () => {
    configure({ authservId: `mail.${DOMAIN}` });
    const { findings: found, attacks } = await assault();
    expect(found).toEqual([]);
    expect(attacks.length).toBeGreaterThan(10);
    for (const { name, trust, person } of attacks) {
      expect([name, trust, person]).toEqual([
        name,
        expect.stringMatching(/^(claimed|automatic)$/),
        null,
      ]);
    }
    isUntouched();
    expect(postfix.log()).not.toMatch(/to=<forger@/);
    const page = (await examine(['--attack'])).stdout;
    expect(page).toMatch(
      /^FORGERY .*\na From of the staff +would be told that it may not \(claimed/,
    );
    expect(page).toContain('\nNothing is wrong.\n');
    await restore();
  });

  test('forged mails that would be believed are found', async () => {
    configure({ authservId: `mail.${DOMAIN}`, authResults: 'below' });
    const { findings: found } = await assault();
    const ids = found.map(({ id }) => id);
    expect(new Set(ids)).toEqual(
      new Set(['results-unstripped', 'roundtrip-forged', 'attack-believed']),
    );
    expect(ids.length).toBeGreaterThan(3);
    isUntouched();
    await restore();
  });

  test('no mail is sent for a config that the user cannot read, and nothing of root is in the store', async () => {
    chownSync(config(), 0, 0);
    const { stdout, stderr } = await examine(['--attack', '--json']);
    expect(JSON.parse(stdout).findings).toMatchObject([{ id: 'config-unreadable' }]);
    expect(stderr).toContain('no mail was sent');
    const { stdout: strangers } = await execa('find', [of('store'), '!', '-user', OWNER]);
    expect(strangers).toBe('');
    await restore();
  });

  test('Postfix that does not run is found', async () => {
    await run('postfix stop');
    try {
      expect((await findings()).map(({ id }) => id)).toEqual(['smtp-silent']);
    } finally {
      await run('postfix start');
    }
  });

  test('a program that the user cannot reach is found as Postfix would meet it', async () => {
    const hidden = join(installed.prefix, 'lib', 'node_modules', 'mailrobot', 'dist');
    renameSync(hidden, `${hidden}.away`);
    mkdirSync(hidden);
    // The copy that is asked is whole.
    const whole = join(desks.dir, 'whole');
    try {
      await execa('cp', ['-a', installed.prefix, whole]);
      await execa('rm', ['-rf', join(whole, 'lib/node_modules/mailrobot/dist')]);
      await execa('cp', ['-a', `${hidden}.away`, join(whole, 'lib/node_modules/mailrobot/dist')]);
      const { stdout } = await examine(['--json'], join(whole, 'bin', 'mailrobot'));
      const ids = JSON.parse(stdout).findings.map((finding: Finding) => finding.id);
      expect(new Set(ids)).toEqual(new Set(['program-other', 'command-fails']));
      expect(stdout).toContain('4.3.0 mailrobot: the program is not built');
    } finally {
      rmSync(hidden, { recursive: true });
      renameSync(`${hidden}.away`, hidden);
    }
  });

  test('a true mail of the staff that is sent again is known for a copy, and not carried out', async () => {
    // Whoever connects: so the replay, too, has all that the mail of the staff had.
    await set(
      `smtpd_helo_restrictions = check_client_access static:{PREPEND Authentication-Results: mail.${DOMAIN}; spf=pass smtp.mailfrom=ferrier.example; dmarc=pass header.from=ferrier.example}`,
    );
    configure({ authservId: `mail.${DOMAIN}` });
    const mail = async (from: string, to: string, id: string, text: string) => {
      const date = new Date().toUTCString().replace('GMT', '+0000');
      const data = `From: ${from}\nTo: ${to}\nSubject: x\nDate: ${date}\nMessage-ID: <${id}@ferrier.example>\n\n${text}\n`;
      await postfix.settled(await postfix.send({ from, to, data }));
    };
    await mail('nic@ferrier.example', `new@${DOMAIN}`, 'a', 'Hello');
    const noReplay = await examine(['--attack', '--json']);
    expect(noReplay.stderr).toContain('no replay was sent, since none of the staff has written');
    await mail(
      'sue@ferrier.example',
      `SUPPORT-7102@${DOMAIN}`,
      'b',
      'Tried the blue one?\n.\nSue \u00fc',
    );
    const shown = async () => JSON.stringify(await desks.show('SUPPORT-7102', 'desk'));
    const before = await shown();
    expect(before).toContain('Tried the blue one?');
    const { attacks } = await assault();
    const replay = attacks.at(-1);
    expect(replay).toMatchObject({
      ...{ name: 'a true mail of the staff, sent again', isReplay: true, person: 'sue' },
      copied: 'a mail with its Message-ID was carried out before',
    });
    expect(await shown()).toBe(before);
    expect(readdirSync(of('store', 'trials'))).toEqual([]);
    const page = (await examine(['--attack'])).stdout;
    expect(page).toMatch(
      /^a true mail of the staff, sent again +would not be carried out again: /m,
    );
    await restore();
  });
});
