/**
 * `mailrobot recipient`, its orders and its mails, on both kinds of tables: one of a real
 * PostgreSQL, and a file with the table that a real postmap makes of it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Cluster,
  makeCluster,
  postgresMissing,
  removeCluster,
  silentServer,
} from '../kit/postgres.ts';
import { BARE_PATH, makeDesk, ROOT, type TestDesk } from '../process/desk.ts';

const POSTMAP = '/usr/sbin/postmap';
const hasPostmap = existsSync(POSTMAP);
if (!hasPostmap)
  console.log('no postmap, so the tests of a file are skipped: apt-get install postfix');

const ANNA = 'anna@support-ticket.example';
const BOB = 'bob@support-ticket.example';
const OUT = 'anna@ferrier.example';

let cluster: Cluster;
let desk: TestDesk;
let env: Record<string, string>;

beforeAll(async () => {
  if (postgresMissing !== null) return;
  cluster = await makeCluster();
  cluster.psql('create database mail');
  cluster.psql(readFileSync(join(ROOT, 'postfix', 'recipients.sql'), 'utf8'), 'mail');
});
afterAll(() => postgresMissing ?? removeCluster(cluster));

beforeEach(async () => {
  desk = await makeDesk();
  const settings = join(desk.dir, 'mail-config');
  mkdirSync(settings);
  writeFileSync(join(settings, 'main.cf'), 'compatibility_level = 3.6\n');
  env = { MAIL_CONFIG: settings };
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const mailrobot = (...args: readonly string[]) => desk.here(args, { env });
const recipient = (...args: readonly string[]) => mailrobot('recipient', ...args);
async function list(): Promise<readonly string[]> {
  const { stdout } = await recipient('list', '--json');
  const rows: readonly { address: string; destination: string }[] = JSON.parse(stdout);
  return rows.map((row) => `${row.address} ${row.destination}`);
}
async function events(): Promise<readonly { type: string; data: unknown; source: string }[]> {
  const { stdout } = await mailrobot('events', '--type', 'recipient.*');
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

const file = () => join(desk.dir, 'recipients');
const useFile = () =>
  desk.configure((config) => {
    config['recipients'] = { file: `hash:${file()}` };
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }];
  });
const useDatabase = (url: string = cluster.url('mailrobot', 'mail')) =>
  desk.configure((config) => {
    config['recipients'] = { database: url };
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'] }];
  });
const inMap = (address: string) =>
  spawnSync(POSTMAP, ['-q', address, `hash:${file()}`], { env, encoding: 'utf8' }).stdout;

describe.each([
  [
    'a table of PostgreSQL',
    postgresMissing === null,
    () => useDatabase(),
    () => cluster.psql('truncate recipients', 'mail'),
  ],
  ['a file', hasPostmap, () => useFile(), () => {}],
] as const)('recipients in %s', (_, isThere, use, empty) => {
  const testIf = test.skipIf(!isThere);
  beforeEach(() => {
    if (!isThere) return;
    empty();
    use();
  });

  testIf('are added, changed, removed and listed, and each change is an event', async () => {
    const added = await recipient('add', 'Anna@Support-Ticket.example', OUT);
    expect(added).toMatchObject({ exit: 0, stdout: `${ANNA} goes to ${OUT}.\n` });
    expect((await recipient('add', ANNA, OUT)).stdout).toContain('Nothing to be done');
    expect((await recipient('add', ANNA, BOB)).stdout).toContain(`and not to ${OUT} any more`);
    expect(await list()).toEqual([`${ANNA} ${BOB}`]);
    expect((await recipient('remove', ANNA)).stdout).toContain('is refused from now on');
    expect(await recipient('remove', ANNA)).toMatchObject({ exit: 1 });
    expect(await list()).toEqual([]);
    const by = expect.any(String);
    expect((await events()).map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'recipient.added', data: { address: ANNA, destination: OUT, before: null, by } },
      { type: 'recipient.added', data: { address: ANNA, destination: BOB, before: OUT, by } },
      { type: 'recipient.removed', data: { address: ANNA, destination: BOB, by } },
    ]);
    expect(await mailrobot('fsck')).toMatchObject({ exit: 0 });
  });

  testIf('an address of the desk, a circle and what is no address are refused', async () => {
    await recipient('add', ANNA, BOB);
    for (const [address, destination, said] of [
      ['new@support-ticket.example', OUT, 'is an address of the desk'],
      ['support-7102@support-ticket.example', OUT, 'is an address of the desk'],
      ['postmaster@support-ticket.example', OUT, 'is an address of the mail server'],
      ['anna@ferrier.example', OUT, 'ferrier.example is none of support-ticket.example'],
      [BOB, ANNA, 'would go round in a circle'],
      [BOB, '|/bin/sh', 'is no address'],
      [BOB, ':include:/etc/passwd', 'is no address'],
    ]) {
      const { exit, stderr } = await recipient('add', `${address}`, `${destination}`);
      expect(stderr).toContain(said);
      expect(exit).toBeGreaterThan(0);
    }
    expect(await list()).toEqual([`${ANNA} ${BOB}`]);
    expect(await events()).toHaveLength(1);
  });

  testIf(
    'import takes all lines of a file or none, and the second time there is nothing',
    async () => {
      const csv = join(desk.dir, 'all.csv');
      const rows = Array.from(
        { length: 1200 },
        (_, n) => `n${n}@support-ticket.example,x${n}@y.example`,
      );
      writeFileSync(
        csv,
        `address,destination\n${rows.join('\n')}\nnew@support-ticket.example,${OUT}\nbad\n`,
      );
      const wrong = await recipient('import', csv);
      expect(wrong).toMatchObject({ exit: 1 });
      expect(wrong.stderr).toContain(`${csv}:1203: is not an address and its destination`);
      writeFileSync(
        csv,
        `address,destination\n${rows.join('\n')}\nnew@support-ticket.example,${OUT}\n`,
      );
      const own = await recipient('import', csv);
      expect(own).toMatchObject({ exit: 1 });
      expect(own.stderr).toContain(
        `${csv}:1202: new@support-ticket.example is an address of the desk`,
      );
      expect(await list()).toEqual([]);
      writeFileSync(csv, `address,destination\n${rows.join('\n')}\n`);
      expect((await recipient('import', csv, '--dry-run')).stdout).toContain('1200 would be added');
      expect(await list()).toEqual([]);
      expect((await recipient('import', csv)).stdout).toBe(
        '1200 added, 0 changed, 0 as they were.\n',
      );
      expect((await recipient('import', csv)).stdout).toBe(
        '0 added, 0 changed, 1200 as they were.\n',
      );
      expect(await list()).toHaveLength(1200);
      expect(await events()).toHaveLength(1200);
    },
  );

  testIf(
    'by an order each is carried out once, also if its first run was killed in between',
    async () => {
      const order = {
        type: 'recipient.add',
        address: ANNA,
        destination: OUT,
        source: 'crm',
        id: '1',
        by: 'crm',
      };
      const apply = async (...orders: readonly object[]) => {
        const input = orders.map((one) => JSON.stringify(one)).join('\n');
        const { stdout } = await desk.here(['apply'], { env, input });
        return stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      };
      // As one that was killed before its commit has left it.
      await recipient('add', ANNA, OUT);
      expect(await apply(order, order, { ...order, id: '2', destination: '|sh' })).toMatchObject([
        { result: 'unchanged', recipient: ANNA },
        { result: 'duplicate' },
        { result: 'error', error: expect.stringContaining('is no address') },
      ]);
      expect((await events()).map(({ source }) => source.slice(0, 9))).toEqual([
        'mailrobot',
        'crm',
      ]);
      expect(await apply({ type: 'recipient.remove', address: ANNA })).toMatchObject([
        { result: 'done' },
      ]);
      // What our own feed says is not carried out again.
      const { stdout } = await mailrobot('events', '--type', 'recipient.*');
      const [first = ''] = stdout.split('\n');
      expect(await apply(JSON.parse(first))).toMatchObject([{ result: 'own' }]);
      expect(await list()).toEqual([]);
    },
  );

  testIf('by a mail to control@, of the staff alone', async () => {
    const mail = (from: string, text: string, login = '') =>
      desk.here(['control'], {
        env: {
          ...env,
          SENDER: from,
          RECIPIENT: 'control@support-ticket.example',
          SASL_USERNAME: login,
        },
        input: `From: ${from}\nTo: control@support-ticket.example\nSubject: today\nMessage-ID: <${Math.random()}@x.example>\n\n${text}\n`,
      });
    const last = () => desk.sent().at(-1)?.content ?? '';
    expect(await mail(BOB, `recipient add ${ANNA} ${OUT}\nrecipient list`, 'bob')).toMatchObject({
      exit: 0,
    });
    expect(last()).toContain(`${ANNA} goes to ${OUT}.`);
    expect(last()).toContain(`${ANNA} ${OUT}`);
    await mail(BOB, 'recipient add new@support-ticket.example eve@evil.example', 'bob');
    expect(last()).toContain('is an address of the desk');
    await mail('eve@evil.example', `recipient add ${ANNA} eve@evil.example`);
    await mail(BOB, `recipient remove ${ANNA}`);
    expect(await list()).toEqual([`${ANNA} ${OUT}`]);
    await mail(BOB, `recipient remove ${ANNA}`, 'bob');
    expect(await list()).toEqual([]);
    expect((await events()).map(({ data }) => data)).toMatchObject([{ by: 'bob' }, { by: 'bob' }]);
  });

  testIf('two at once lose nothing', async () => {
    const at = (n: number) => `p${n}@support-ticket.example`;
    const all = [1, 2, 3, 4];
    await Promise.all(all.map((n) => desk.run(['recipient', 'add', at(n), OUT], { env })));
    expect(await list()).toEqual(all.map((n) => `${at(n)} ${OUT}`));
  });
});

describe.skipIf(!hasPostmap)('a file', () => {
  beforeEach(useFile);

  test('what Postfix looks up is whole when whoever changes it is killed before the rename', async () => {
    await recipient('add', ANNA, OUT);
    const bin = join(desk.dir, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'postmap'),
      `#!/bin/sh\n${POSTMAP} "$@"\necho done >${desk.dir}/fired\nkill -9 $PPID\n`,
    );
    chmodSync(join(bin, 'postmap'), 0o755);
    const killed = await desk.run(['recipient', 'add', BOB, OUT], {
      env: { ...env, PATH: `${bin}:${BARE_PATH}` },
    });
    expect(killed.exit === 0).toBe(false);
    expect(readFileSync(`${desk.dir}/fired`, 'utf8')).toBe('done\n');
    expect(existsSync(`${file()}.next`)).toBe(true);
    expect(await list()).toEqual([`${ANNA} ${OUT}`]);
    expect(inMap(ANNA)).toContain(OUT);
    expect(inMap(BOB)).toBe('');
    expect((await recipient('add', BOB, OUT)).exit).toBe(0);
    expect(inMap(BOB)).toContain(OUT);
    expect(existsSync(`${file()}.next`)).toBe(false);
  });

  test('a table that is older than its file is made anew by the next change, whatever that is', async () => {
    await recipient('add', ANNA, OUT);
    writeFileSync(file(), `${readFileSync(file(), 'utf8')}${BOB} ${OUT}\n`);
    utimesSync(file(), new Date(), new Date(Date.now() + 2000));
    expect(inMap(BOB)).toBe('');
    await recipient('add', ANNA, OUT);
    expect(inMap(BOB)).toContain(OUT);
  });

  test('a line that somebody else wrote, and that is none, is never lost', async () => {
    writeFileSync(file(), `${ANNA} ${OUT}, ${BOB}\n`);
    const { exit, stderr } = await recipient('add', BOB, OUT);
    expect(exit).toBe(1);
    expect(stderr).toContain('line 1 is not an address and its destination');
    expect(readFileSync(file(), 'utf8')).toBe(`${ANNA} ${OUT}, ${BOB}\n`);
  });
});

describe.skipIf(postgresMissing !== null)('a database', () => {
  const control = () =>
    desk.run(['control'], {
      env: { SENDER: BOB, RECIPIENT: 'control@support-ticket.example', SASL_USERNAME: 'bob' },
      input: `From: ${BOB}\nTo: control@support-ticket.example\nMessage-ID: <1@x.example>\n\nrecipient add ${ANNA} ${OUT}\n`,
    });

  test('that is away, or silent: a mail of commands is put off, a command says it, neither hangs', async () => {
    const silent = await silentServer();
    useDatabase(`postgresql://mailrobot@127.0.0.1:${silent.port}/mail?connect_timeout=1`);
    const ended = await control();
    expect(ended).toMatchObject({
      exit: 75,
      stdout: '4.3.0 mailrobot: the database failed\n',
    });
    silent.close();
    const { exit, stderr } = await recipient('add', ANNA, OUT);
    expect(exit).toBe(1);
    expect(stderr).toContain('no database takes writes: 127.0.0.1');
    expect(await events()).toEqual([]);
    // Whatever is no command about recipients does not ask it.
    const fresh = await desk.here(['new'], { input: 'From: nic@ferrier.example\n\nHelp!\n' });
    expect(fresh.exit).toBe(0);
    useDatabase();
    cluster.psql('truncate recipients', 'mail');
    expect((await control()).exit).toBe(0);
    expect(await list()).toEqual([`${ANNA} ${OUT}`]);
  });

  test('without the table, or without the right to change it: it says so', async () => {
    useDatabase(cluster.url('mailrobot', 'postgres'));
    expect((await recipient('list')).stderr).toContain('there is no table recipients');
    useDatabase(cluster.url('postfix', 'mail'));
    expect((await recipient('add', ANNA, OUT)).stderr).toContain('may not change its table');
  });

  test('takes nothing from other writers that is no plain address', () => {
    const put = (address: string, destination: string) => () =>
      cluster.psql(
        `insert into recipients values ('${address}', '${destination.replaceAll("'", "''")}')`,
        'mail',
      );
    for (const destination of [
      '|/bin/sh',
      '"|sh"@x.example',
      '/etc/passwd',
      ':include:/x',
      'a@b.example,c@d.example',
      'a b@c.example',
      'a%b@c.example',
      'x@',
      ANNA,
      ANNA.toUpperCase(),
    ]) {
      expect(put(ANNA, destination), destination).toThrow('violates check constraint');
    }
    expect(put('Anna@support-ticket.example', OUT)).toThrow('violates check constraint');
    expect(put('anna+x@support-ticket.example', OUT)).toThrow('violates check constraint');
    put('o.k@support-ticket.example', "O'Brien+x@y.example")();
  });
});
