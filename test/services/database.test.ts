/**
 * A desk in a PostgreSQL database: the program as Postfix and people run it, on a server of the
 * test's own; two hosts, each with a folder and a sendmail of its own; and a server that fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { accountOf } from '../../src/runtime/user-name.ts';
import { SCHEMA_VERSION } from '../../src/stores/postgres/schema/schema.ts';
import { alwaysOvertaken } from '../kit/always-overtaken.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import {
  anotherHost,
  cli,
  DOMAIN,
  deliver,
  expectEachOnce,
  FAILED,
  hostAt,
  json,
  type Listed,
  makeDeskCluster,
  makeDeskIn,
  newDatabase as newDatabaseIn,
  range,
} from '../process/database-desk.ts';
import {
  makeDesk as makeDeskInFiles,
  PROGRAM,
  runProgram,
  shortMail,
  type TestDesk,
} from '../process/desk.ts';
import { serveAt } from '../process/serve.ts';
import { rawClient } from '../process/smtp-client.ts';
import { terminalWith } from '../process/terminal.ts';

const BOB = { name: 'bob', addresses: [`bob@${DOMAIN}`], sasl: ['bob'] };

let cluster: Cluster;
beforeAll(async () => {
  if (postgresMissing !== null) return;
  cluster = await makeDeskCluster();
  cluster.psql('CREATE ROLE single LOGIN; CREATE ROLE daemon LOGIN');
  cluster.psql('CREATE ROLE narrow LOGIN CONNECTION LIMIT 1');
});
afterAll(() => postgresMissing ?? removeCluster(cluster));

const makeDesk = (role?: string) => makeDeskIn(cluster, role);
const newDatabase = (owner: string) => newDatabaseIn(cluster, owner);

function field(content: string | undefined, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(content ?? '')?.[1] ?? '';
}

describe.skipIf(postgresMissing !== null)('a desk in a database', { timeout: 120_000 }, () => {
  test('init makes it by the role of its owner, and deliveries may neither make nor drop', async () => {
    const { desk, database } = await makeDesk();
    expect(JSON.parse(readFileSync(desk.config, 'utf8'))).toMatchObject({
      ...{ store: cluster.url('desk', database), spool: 'spool' },
    });
    const asDesk = (sql: string) => () => cluster.psql(`SET ROLE desk; ${sql}`, database);
    expect(asDesk('SELECT seq FROM mailrobot.head')()).toBe('0\n');
    for (const sql of [
      'CREATE TABLE mailrobot.other (n integer)',
      'DROP TABLE mailrobot.rows',
      'TRUNCATE mailrobot.journal',
      'DELETE FROM mailrobot.journal',
      'UPDATE mailrobot.head SET seq = seq + 1',
      "UPDATE mailrobot.identity SET keys = ''",
      'DELETE FROM mailrobot.files',
      "INSERT INTO mailrobot.rows (list, key, seq, row) VALUES ('numbers', 'x', 1, '1')",
      'ALTER TABLE mailrobot.rows ADD COLUMN more text',
      'DROP SCHEMA mailrobot CASCADE',
    ])
      expect(asDesk(sql), sql).toThrow(/permission denied|must be owner/);
    const ids = await findings(desk);
    expect(ids).not.toContain('database-owner');
    expect(ids).not.toContain('database-rights');
    // Tests run without fsync.
    expect(ids).toContain('database-fsync');
  });

  test('a schema of an older program is upgraded by its owner, and then mail comes in again', async () => {
    const { desk, database } = await makeDesk();
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0 });
    cluster.psql(
      `UPDATE mailrobot.head SET version = 1; DROP FUNCTION mailrobot.append;
        GRANT INSERT, UPDATE, DELETE ON mailrobot.journal TO desk`,
      database,
    );
    expect(await findings(desk)).toContain('database-rights');
    expect(await deliver(desk, 2)).toMatchObject({ exit: 75 });
    expect(await cli(desk, 'upgrade')).toMatchObject({
      ...{ exit: 1, stderr: expect.stringContaining('--owner-store') },
    });
    const upgraded = await cli(desk, 'upgrade', '--owner-store', cluster.url('owner', database));
    expect(upgraded).toMatchObject({ exit: 0, stderr: '' });
    expect(upgraded.stdout).toContain(
      `The schema of the database is of version ${SCHEMA_VERSION} now.`,
    );
    expect(await findings(desk)).not.toContain('database-rights');
    expect(await deliver(desk, 2)).toMatchObject({ exit: 0 });
    expect(await cli(desk, 'upgrade')).toMatchObject({ exit: 0, stderr: '' });
    await expectEachOnce(desk, 2);
  });

  test('one role may do both, and the doctor says so; a second init changes nothing', async () => {
    const database = newDatabase('single');
    const url = cluster.url('single', database);
    const init = (dir: string) =>
      runProgram(['init', '--dir', dir, '--domain', DOMAIN, '--store', url]);
    const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
    expect(await init(dir)).toMatchObject({ exit: 0 });
    const desk = hostAt(dir);
    expect(await findings(desk)).toContain('database-owner');
    const other = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
    const again = await init(other);
    expect(again).toMatchObject({ exit: 1 });
    expect(again.stderr).toContain('never overwrites a store');
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0, stdout: '' });
  });

  test('a role that cannot log in, a newer schema, and a bad URI are told', async () => {
    const { desk, database } = await makeDesk();
    const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
    const stranger = ['--store', cluster.url('stranger', database)];
    const made = await runProgram(['init', '--dir', dir, '--domain', DOMAIN, ...stranger]);
    expect(made.exit).toBe(1);
    expect(made.stderr).toContain('role "stranger" does not exist');
    cluster.psql('UPDATE mailrobot.head SET version = 1000', database);
    expect(await deliver(desk, 1)).toMatchObject({
      ...{ exit: 75, stdout: '4.3.5 mailrobot: the store is of a newer version\n' },
    });
    desk.configure((config) => {
      config['store'] = 'postgresql://desk:secret@db.example/mail?sslmode=require';
    });
    const checked = await cli(desk, 'config', 'check');
    expect(checked.exit).toBe(1);
    expect(checked.stdout).toContain('"store" cannot be used: sslmode=require');
    expect(checked.stdout).not.toContain('secret');
    expect((await deliver(desk, 1)).exit).toBe(75);
  });

  test('mail opens tickets, the staff answer by mail, and every command sees them', async () => {
    const { desk } = await makeDesk();
    const got = join(desk.dir, 'events');
    const crm = join(desk.dir, 'crm');
    writeFileSync(crm, `#!/bin/sh\ncat >>${got}\n`, { mode: 0o755 });
    const robot = join(desk.dir, 'hello');
    writeFileSync(robot, '#!/bin/sh\necho "You said: $MAILROBOT_FIRST_LINE"\n', { mode: 0o755 });
    desk.configure((config) => {
      config['staff'] = [BOB];
      config['subscribers'] = [{ name: 'crm', type: 'exec', command: [crm] }];
      config['robots'] = [
        {
          name: 'hello',
          command: [robot],
          from: 'anybody',
          may: ['reply-unproven'],
          user: 'owner',
        },
      ];
    });
    expect(await deliver(desk, 1)).toEqual({ exit: 0, signal: null, stdout: '', stderr: '' });
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0, stdout: '' });
    const notified = desk.sent().find(({ args }) => args.endsWith(`bob@${DOMAIN}`));
    const answered = await desk.run(['reply'], {
      input: `From: bob@${DOMAIN}\nTo: ${field(notified?.content, 'Reply-To')}\nSubject: Re: 1\nMessage-ID: <bob@${DOMAIN}>\nIn-Reply-To: ${field(notified?.content, 'Message-ID')}\n\nIt is fixed.\n`,
      env: { SENDER: `bob@${DOMAIN}`, SASL_USERNAME: 'bob' },
    });
    expect(answered).toMatchObject({ exit: 0, stdout: '' });
    const shown = await json<{ readonly messages: readonly object[] }>(
      desk,
      'ticket',
      'show',
      '7102',
    );
    expect(shown.messages).toMatchObject([
      { direction: 'in' },
      { direction: 'out', automatic: true },
      { direction: 'out', by: 'bob' },
    ]);
    const asked = await desk.run(['run', 'hello'], {
      input: `From: nic@ferrier.example\nTo: hello@${DOMAIN}\nSubject: go\nMessage-ID: <9@ferrier.example>\n\ngood morning\n`,
      env: { SENDER: 'nic@ferrier.example', RECIPIENT: `hello@${DOMAIN}` },
    });
    expect(asked).toMatchObject({ exit: 0, stdout: '' });
    await told(desk);
    expect(desk.sent().some(({ content }) => content.includes('You said: good morning'))).toBe(
      true,
    );
    expect(desk.sent().filter(({ content }) => content.includes('It is fixed.'))).toHaveLength(1);

    const events = (await cli(desk, 'events')).stdout.trim().split('\n');
    const ids = events.map((line) => JSON.parse(line).id);
    expect(new Set(ids).size).toBe(ids.length);
    const given = readFileSync(got, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect(given).toEqual(ids);

    expect((await cli(desk, 'explain', '<1@ferrier.example>')).stdout).toContain('SUPPORT-7102');
    expect((await cli(desk, 'ticket', 'search', 'fixed')).stdout).toContain('SUPPORT-7102');
    expect((await cli(desk, 'replay')).exit).toBe(0);
    expect(await json(desk, 'due')).toEqual([]);
    expect(await cli(desk, 'due')).toMatchObject({ exit: 0, stderr: 'Nothing is due.\n' });
    expect(await json(desk, 'stats')).toMatchObject({});
    expect(await json(desk, 'robot', 'list')).toMatchObject([{ name: 'hello', waiting: [] }]);
    expect(await cli(desk, 'ticket', 'close', '7102')).toMatchObject({ exit: 0 });
    expect(await cli(desk, 'rebuild')).toMatchObject({ exit: 0 });
    expect(await cli(desk, 'upgrade')).toMatchObject({ exit: 0 });
    expect(await cli(desk, 'key', 'rotate')).toMatchObject({ exit: 0 });
    const state = await cli(desk, 'status', '--json');
    expect(JSON.parse(state.stdout).checks).toContainEqual(
      expect.objectContaining({ name: 'store', level: 'ok' }),
    );
  });

  test('a role with one connection does everything, also if others are always quicker', async () => {
    const { desk, database } = await makeDesk('narrow');
    desk.configure((config) => {
      config['staff'] = [BOB];
      config['retentionDays'] = 1;
    });
    const tries = alwaysOvertaken(cluster, database);
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0, stderr: '' });
    const large = `${shortMail(2)}${'a line of it\n'.repeat(20_000)}`;
    expect(await desk.run(['new'], { input: large })).toMatchObject({ exit: 0, stderr: '' });
    const notified = desk.sent().find(({ args }) => args.endsWith(`bob@${DOMAIN}`));
    const answered = await desk.run(['reply'], {
      input: `From: bob@${DOMAIN}\nTo: ${field(notified?.content, 'Reply-To')}\nSubject: Re: 1\nMessage-ID: <bob@${DOMAIN}>\nIn-Reply-To: ${field(notified?.content, 'Message-ID')}\n\nIt is fixed.\n`,
      env: { SENDER: `bob@${DOMAIN}`, SASL_USERNAME: 'bob' },
    });
    expect(answered).toMatchObject({ exit: 0, stdout: '' });
    for (const args of [
      ['ticket', 'reply', '7102', '-m', 'One more.'],
      ['ticket', 'assign', '7102', 'bob'],
      ['ticket', 'close', '7102'],
      ['ticket', 'list'],
      ['ticket', 'search', 'fixed'],
      ['due'],
      ['events'],
      ['explain', '<1@ferrier.example>'],
      ['staff', 'away', 'bob'],
      ['legal-hold', '7102'],
      ['replay'],
      ['stats'],
      ['key', 'rotate'],
      ['rebuild'],
      ['fsck'],
      ['backup', join(desk.dir, 'desk.tar')],
    ]) {
      expect({ args, ...(await cli(desk, ...args)) }).toMatchObject({ args, exit: 0 });
      await desk.settled();
    }
    // The last of each four has locked the head first.
    expect(tries() % 4).toBe(0);
  });

  test('while the server is away or takes nothing, mail stays with the MTA; then it is taken once', async () => {
    const { desk, database } = await makeDesk();
    const takes = async (n: number) => expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
    await takes(1);
    cluster.stop();
    expect(await deliver(desk, 2)).toMatchObject(FAILED);
    expect(JSON.parse((await cli(desk, 'status', '--json')).stdout)).toMatchObject({
      ...{ level: 'critical', checks: [{ name: 'store', level: 'critical' }] },
    });
    expect(await findings(desk)).toContain('status-store');
    expect(await cli(desk, 'ticket', 'list')).toMatchObject({ exit: 1, stdout: '' });
    cluster.start();
    await takes(2);
    for (const [n, away, back] of [
      [
        3,
        `ALTER DATABASE ${database} SET default_transaction_read_only = on`,
        `ALTER DATABASE ${database} RESET default_transaction_read_only`,
      ],
      [4, 'ALTER ROLE desk CONNECTION LIMIT 0', 'ALTER ROLE desk CONNECTION LIMIT -1'],
    ] as const) {
      cluster.psql(away);
      expect(await deliver(desk, n)).toMatchObject(FAILED);
      cluster.psql(back);
      await takes(n);
    }
    await expectEachOnce(desk, 4);
  });

  test('a list that is watched shows what another host commits, and waits while the server is away', async () => {
    const { desk } = await makeDesk();
    const other = anotherHost(desk);
    expect((await deliver(desk, 1)).exit).toBe(0);
    const terminal = terminalWith(desk, `${PROGRAM} ticket list --watch; echo "ended $?"`);
    await terminal.until('1 ticket.');
    expect((await deliver(other, 2)).exit).toBe(0);
    await terminal.until('2 tickets.');
    cluster.stop();
    const away = await terminal.until('Not read again: ');
    cluster.start();
    await terminal.until('2 tickets.', away);
    terminal.type('q');
    await terminal.until('ended 0');
    await terminal.ended();
  });

  test('a lock that somebody holds keeps mail with the MTA, and no delivery for ever', async () => {
    const { desk, database } = await makeDesk();
    const holder = await holding('LOCK TABLE mailrobot.head IN EXCLUSIVE MODE', database);
    expect((await deliver(desk, 1)).exit).toBe(75);
    holder.stdin?.end();
    await new Promise((resolve) => holder.once('close', resolve));
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0, stdout: '' });
    await expectEachOnce(desk, 1);
  });

  test('what was taken before the server crashed is there, and nothing is there twice', async () => {
    const { desk } = await makeDesk();
    const count = 8;
    let ends = 0;
    const all = range(count - 2).map(async (n) => {
      const ended = await deliver(desk, n + 1);
      ends += 1;
      // Most of the others are under way.
      if (ends === 2) cluster.crash();
      return { n: n + 1, ended };
    });
    const before = await Promise.all(all);
    // And some come while it is away.
    for (const n of [count - 1, count]) before.push({ n, ended: await deliver(desk, n) });
    const [taken = [], left = []] = [0, 75].map((exit) =>
      before.filter(({ ended }) => ended.exit === exit),
    );
    expect(taken.length + left.length).toBe(count);
    expect(taken.length).toBeGreaterThan(1);
    expect(left.length).toBeGreaterThan(1);
    cluster.start();
    const subjects = (await json<readonly Listed[]>(desk, 'ticket', 'list')).map(
      (one) => one.subject,
    );
    for (const { n } of taken) expect(subjects).toContain(String(n));
    for (const { n } of left) expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
    await expectEachOnce(desk, count);
  });

  test('LMTP on two hosts goes on when the server comes back, and each mail is one ticket', async () => {
    const { desk: first } = await makeDesk();
    const second = anotherHost(first);
    const doors = await Promise.all([first, second].map(lmtpOf));
    // The same mails come to both.
    const takeAll = (numbers: readonly number[]) =>
      Promise.all(
        doors.map(async (door) => {
          const said: string[] = [];
          for (const n of numbers) said.push(await overLmtp(door, n));
          return said;
        }),
      );
    const kept = '250 2.0.0 kept';
    expect(await takeAll([1, 2])).toEqual([
      [kept, kept],
      [kept, kept],
    ]);
    cluster.crash();
    for (const said of (await takeAll([3])).flat()) {
      expect(said).toBe('451 4.3.0 mailrobot: the database failed');
    }
    cluster.start();
    expect(await takeAll([3, 4])).toEqual([
      [kept, kept],
      [kept, kept],
    ]);
    await expectEachOnce(first, 4);
    expect(first.sent().length + second.sent().length).toBe(4);
  });

  test.skipIf(process.geteuid?.() !== 0)(
    'root makes it for another user, whom every run becomes',
    async () => {
      const database = newDatabase('owner');
      const dir = mkdtempSync(join(tmpdir(), 'mailrobot-test-'));
      chmodSync(dir, 0o755);
      // Without a role in the URI it is the one of that user.
      const url = cluster.url('', database).replace('//@', '//');
      const owner = ['--owner-store', cluster.url('owner', database), '--user', 'daemon'];
      const made = await runProgram([
        'init',
        '--dir',
        dir,
        '--domain',
        DOMAIN,
        '--store',
        url,
        ...owner,
      ]);
      expect(made).toMatchObject({ exit: 0, stderr: '' });
      expect(made.stdout).toContain('of the user daemon');
      const desk = hostAt(dir);
      desk.configure((config) => {
        config['sendmail'] = '/bin/true';
      });
      expect(await deliver(desk, 1)).toMatchObject({ exit: 0, stdout: '' });
      const spool = join(dir, 'spool');
      const owners = [spool, join(spool, 'incoming')].map((path) => statSync(path).uid);
      expect(owners).toEqual([accountOf('daemon')?.uid, accountOf('daemon')?.uid]);
      await expectEachOnce(desk, 1);
      const archive = join(dir, 'desk.tar');
      expect(await cli(desk, 'backup', archive)).toMatchObject({ exit: 0 });
      const other = newDatabase('owner');
      desk.configure((config) => {
        config['store'] = cluster.url('', other).replace('//@', '//');
      });
      const restored = await cli(
        desk,
        'restore',
        archive,
        '--owner-store',
        cluster.url('owner', other),
      );
      expect(restored).toMatchObject({ exit: 0, stderr: '' });
      expect(await cli(desk, 'resume', '--yes')).toMatchObject({ exit: 0 });
      await expectEachOnce(desk, 1);
    },
  );

  test('a desk moves from files into a database, and back', async () => {
    const database = newDatabase('owner');
    const desk = await makeDeskInFiles();
    onTestFinished(async () => {
      await desk.settled();
      desk.remove();
    });
    for (const n of [1, 2]) expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
    const [there, back] = [join(desk.dir, 'there.tar'), join(desk.dir, 'back.tar')];
    const tickets = async () =>
      (await json<readonly Listed[]>(desk, 'ticket', 'list')).map(({ id, subject }) => [
        id,
        subject,
      ]);
    const before = await tickets();
    const cursors = async () =>
      (await cli(desk, 'events')).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id);
    const known = await cursors();
    expect(await cli(desk, 'backup', there)).toMatchObject({ exit: 0 });
    desk.configure((config) => {
      config['store'] = cluster.url('desk', database);
      config['spool'] = 'spool';
    });
    const owner = ['--owner-store', cluster.url('owner', database)];
    const restored = await cli(desk, 'restore', there, ...owner);
    expect(restored).toMatchObject({ exit: 0, stderr: '' });
    expect(restored.stdout).toContain(`${database} at ${cluster.socket}`);
    expect(await cli(desk, 'resume', '--yes')).toMatchObject({ exit: 0 });
    expect(await tickets()).toEqual(before);
    expect((await cursors()).slice(0, known.length)).toEqual(known);
    expect(await deliver(desk, 2)).toMatchObject({ exit: 0, stdout: '' });
    expect(await deliver(desk, 3)).toMatchObject({ exit: 0, stdout: '' });
    const grown = await tickets();
    expect(grown).toHaveLength(3);
    const again = await cli(desk, 'restore', there, ...owner);
    expect(again.exit).toBe(1);
    expect(again.stderr).toContain('restore never overwrites one');
    expect(await cli(desk, 'backup', back)).toMatchObject({ exit: 0 });
    desk.configure((config) => {
      config['store'] = 'other';
      delete config['spool'];
    });
    expect(await cli(desk, 'restore', back)).toMatchObject({ exit: 0, stderr: '' });
    expect(await cli(desk, 'resume', '--yes')).toMatchObject({ exit: 0 });
    expect(await tickets()).toEqual(grown);
    expect(await deliver(desk, 3)).toMatchObject({ exit: 0, stdout: '' });
    expect(await tickets()).toEqual(grown);
    expect(await cli(desk, 'fsck')).toMatchObject({ exit: 0 });
  });

  test('a person is erased by the role of the deliveries, and the desk goes on', async () => {
    const { desk, database } = await makeDesk();
    const input = 'From: Zoe <zoe@ferrier.example>\nSubject: Gugelhupf\n\nMy Gugelhupf is late.\n';
    expect(await desk.run(['new'], { input })).toMatchObject({ exit: 0 });
    expect(await deliver(desk, 2)).toMatchObject({ exit: 0 });
    const search = () => json<readonly Listed[]>(desk, 'ticket', 'search', 'gugelhupf');
    expect(await search()).toHaveLength(1);
    await desk.settled();
    expect(await cli(desk, 'erase', 'zoe@ferrier.example', '--dry-run')).toMatchObject({ exit: 0 });
    expect(await search()).toHaveLength(1);
    expect(await cli(desk, 'erase', 'zoe@ferrier.example')).toMatchObject({ exit: 0 });
    expect(await search()).toEqual([]);
    const left = cluster.psql(
      `SELECT line FROM mailrobot.journal WHERE concat(line, texts) ILIKE '%gugelhupf%'
        UNION ALL SELECT row FROM mailrobot.rows WHERE row ILIKE '%gugelhupf%'
        UNION ALL SELECT blob FROM mailrobot.pieces WHERE encode(octets, 'escape') ILIKE '%gugelhupf%'`,
      database,
    );
    expect(left).toBe('');
    expect(await cli(desk, 'fsck')).toMatchObject({ exit: 0, stderr: '' });
    expect(await deliver(desk, 3)).toMatchObject({ exit: 0, stdout: '' });
  });

  test('two hosts share a desk: numbers without gaps, nothing twice, one who tells subscribers', async () => {
    const { desk: first } = await makeDesk();
    const [got, crm] = [join(first.dir, 'events'), join(first.dir, 'crm')];
    // Whoever comes while another is at it says so.
    const alone = `mkdir ${got}.busy || echo twice >>${got}.twice`;
    writeFileSync(crm, `#!/bin/sh\n${alone}\ncat >>${got}\nrmdir ${got}.busy\n`, { mode: 0o755 });
    first.configure((config) => {
      config['subscribers'] = [{ name: 'crm', type: 'exec', command: [crm] }];
    });
    const second = anotherHost(first);
    // No more than are answered who write for the first time.
    const count = 8;
    const ends = await Promise.all(
      range(count).map((n) => deliver(n % 2 === 0 ? first : second, n + 1)),
    );
    expect(ends.filter(({ exit }) => exit !== 0)).toEqual([]);
    await expectEachOnce(second, count);
    expect(first.sent().length + second.sent().length).toBe(count);
    await cli(second, 'ticket', 'reply', '7102', '-m', 'From the other host.');
    await told(first, second);
    const ids = readFileSync(got, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    const events = (await cli(first, 'events')).stdout.trim().split('\n');
    expect(ids).toEqual(events.map((line) => JSON.parse(line).id));
    expect(() => readFileSync(`${got}.twice`)).toThrow('ENOENT');
  });
});

/** Until the test ends. */
async function lmtpOf(desk: TestDesk): Promise<string> {
  const path = join(desk.dir, 'lmtp');
  const server = await serveAt(desk, ['--lmtp', path]);
  onTestFinished(async () => {
    await server.stop();
  });
  return path;
}

async function overLmtp(path: string, n: number): Promise<string> {
  const client = await rawClient({ path });
  await client.say('LHLO mx.example\r\n');
  await client.say(`MAIL FROM:<nic${n}@ferrier.example>\r\n`);
  await client.say(`RCPT TO:<new@${DOMAIN}>\r\n`);
  await client.say('DATA\r\n');
  const [said = ''] = await client.say(`${shortMail(n).replaceAll('\n', '\r\n')}.\r\n`);
  client.end();
  return said;
}

/** Until the subscribers know all; to ask for them starts whoever tells them. */
async function told(...hosts: readonly TestDesk[]): Promise<void> {
  const [desk] = hosts;
  if (desk === undefined) return;
  for (;;) {
    for (const host of hosts) await host.settled();
    const rows = await json<readonly { readonly behind: number }[]>(desk, 'subscriber', 'list');
    if (rows.every(({ behind }) => behind === 0)) return;
  }
}

/** A session that has done this, and waits within its transaction until its input ends. */
async function holding(sql: string, database: string): Promise<ChildProcess> {
  const child = spawn('psql', ['-qtAX', cluster.url('boss', database)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(`BEGIN; ${sql}; SELECT 'held';\n`);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

async function findings(desk: TestDesk): Promise<readonly string[]> {
  const { stdout } = await desk.run(['doctor', '--json'], { input: '', program: PROGRAM });
  const told: { readonly findings: readonly { readonly id: string }[] } = JSON.parse(stdout);
  return told.findings.map(({ id }) => id);
}
