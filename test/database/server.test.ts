/**
 * A server that is stopped in the middle, has no room on its disk, or no connection left: mail stays
 * with the MTA, and then it is there once. What happened to the server is read from its own log.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { steppingProxy } from '../kit/stepping-proxy.ts';
import {
  deliver,
  expectEachOnce,
  FAILED,
  hostThrough,
  type InDatabase,
  makeDeskCluster,
  makeDeskIn,
  range,
} from '../process/database-desk.ts';
import { type Ended, PROGRAM, shortMail, type TestDesk } from '../process/desk.ts';

/** It takes 8 GB of disk, and some minutes: else a little of it. */
const { bavail, bsize } = statfsSync(tmpdir());
const hasRoom = bavail * bsize > 12 * 1024 ** 3;
if (!hasRoom) console.log('the queue of notifications is not filled: it takes 12 GB below /tmp');
const isFilled = process.env['FAULTS'] === 'all' && hasRoom;

describe.skipIf(postgresMissing !== null)(`a server ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster({ settings: ['max_connections=16'] });
  });
  afterAll(() => removeCluster(cluster));

  const logOf = () => readFileSync(join(cluster.socket, '..', 'log'), 'utf8');

  test('that stands still keeps mail with the MTA, and what it had by then is there once', async () => {
    const { desk } = await makeDeskIn(cluster);
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0 });
    const under = [2, 3].map((n) => deliver(desk, n));
    await Promise.race(under);
    const goOn = cluster.freeze();
    try {
      // Nobody answers: a session would end its statement, or be refused.
      expect(await deliver(desk, 4)).toEqual({ ...FAILED, signal: null });
    } finally {
      goOn();
    }
    for (const { exit } of await Promise.all(under)) expect([0, 75]).toContain(exit);
    for (const n of [2, 3, 4]) expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
    await expectEachOnce(desk, 4);
  });

  test.each(['before', 'after'] as const)(
    'that crashes %s it has made a commit leaves nothing taken that is lost, or there twice',
    async (when) => {
      const inDatabase = await makeDeskIn(cluster);
      const { exit } = await whileCommitting(cluster, inDatabase, when, () => {
        cluster.crash();
        cluster.start();
      });
      expect(logOf()).toContain('automatic recovery in progress');
      if (when === 'before') expect(exit).toBe(75);
      // What comes behind the commit failed, so it may be either.
      else await expectEachOnce(inDatabase.desk, 1);
      expect(await deliver(inDatabase.desk, 1)).toMatchObject({ exit: 0, stdout: '' });
      await expectEachOnce(inDatabase.desk, 1);
    },
  );

  test('that has no connection left keeps mail with the MTA until it has', async () => {
    const { desk, database } = await makeDeskIn(cluster);
    const holders = range(16).map(() =>
      spawn('psql', ['-qtAX', cluster.url('boss', database)], {
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
    );
    const ends = holders.map((one) => new Promise((resolve) => one.once('close', resolve)));
    try {
      for (const one of holders) one.stdin.write('SELECT 1;\n');
      await Promise.all(
        holders.map((one, n) =>
          Promise.race([new Promise((r) => one.stdout.once('data', r)), ends[n]]),
        ),
      );
      expect(await deliver(desk, 1)).toEqual({ ...FAILED, signal: null });
      expect(logOf()).toMatch(/too many clients|remaining connection slots/);
    } finally {
      for (const one of holders) one.stdin.end();
      await Promise.all(ends);
    }
    expect(await deliver(desk, 1)).toMatchObject({ exit: 0, stdout: '' });
    await expectEachOnce(desk, 1);
  });

  test('whose queue of notifications is full takes mail, and followers find out by themselves', async () => {
    const { desk, database } = await makeDeskIn(cluster);
    let refused = 0;
    // 8 GB of notifications are no test: the statement is changed to one that fails in its place.
    const proxy = await steppingProxy(cluster, (question) => {
      const at = question.indexOf('NOTIFY mailrobot');
      if (at < 0) return question;
      refused += 1;
      const changed = Buffer.from(question);
      changed.write('SELECT 1 / 0    ', at, 16, 'latin1');
      return changed;
    });
    onTestFinished(() => proxy.close());
    const host = hostThrough(desk, proxy.url('desk', database));
    const got = follow(desk);
    for (const n of [1, 2]) expect(await deliver(host, n)).toMatchObject({ exit: 0, stdout: '' });
    expect(refused).toBeGreaterThanOrEqual(2);
    expect(logOf()).toContain('division by zero');
    await vi.waitFor(() => expect(got()).toHaveLength(2), 20_000);
    await expectEachOnce(desk, 2);
  });

  test('whose queue of notifications nobody empties takes mail, and no follower reads all of it', async () => {
    const { desk } = await makeDeskIn(cluster);
    // Whoever begins to listen reads the queue from there on, also that of other databases.
    const stuck = spawn('psql', ['-qtAX', cluster.url('boss', 'postgres')], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => {
      stuck.kill();
    });
    const listens = new Promise((resolve) => stuck.stdout.once('data', resolve));
    stuck.stdin.write('LISTEN other; BEGIN; SELECT 1;\n');
    await listens;
    const usage = fillTo(cluster, isFilled ? 1 : 0.012);
    expect(usage).toBeGreaterThan(0.01);
    const got = follow(desk);
    for (const n of [1, 2, 3]) {
      expect(await deliver(desk, n)).toMatchObject({ exit: 0, stdout: '' });
      await vi.waitFor(() => expect(got()).toHaveLength(n), 20_000);
    }
    const listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN \"mail%'";
    expect(cluster.psql(listening)).toBe('0\n');
    await expectEachOnce(desk, 3);
    if (!isFilled) return;
    expect(logOf()).toContain('too many notifications in the NOTIFY queue');
    const { stdout } = await desk.run(['doctor', '--json'], { input: '' });
    expect(stdout).toContain('database-notifications');
  }, 1_800_000);
});

const needsRoot = process.geteuid?.() === 0 ? null : 'to mount a small disk needs root';
if (needsRoot !== null) console.log(`a full disk is skipped: ${needsRoot}`);

describe.skipIf(postgresMissing !== null || needsRoot !== null)(
  `a disk that is full ${needsRoot ?? ''}`,
  () => {
    let disk: string;
    let cluster: Cluster;
    beforeAll(async () => {
      disk = mkdtempSync(join(tmpdir(), 'mailrobot-disk-'));
      run('mount', '-t', 'tmpfs', '-o', 'size=160m,mode=755', 'tmpfs', disk);
      cluster = await makeDeskCluster({ below: disk, settings: ['restart_after_crash=on'] });
    });
    afterAll(() => {
      removeCluster(cluster);
      run('umount', disk);
      rmSync(disk, { recursive: true });
    });

    test('keeps mail with the MTA, and what was taken is there when there is room again', async () => {
      const { desk } = await makeDeskIn(cluster);
      expect(await deliver(desk, 1)).toMatchObject({ exit: 0 });
      const filler = join(disk, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
      const ends = new Map<number, Ended>();
      // The server has some room in files that it has made before.
      let n = 1;
      for (let failed = 0; failed < 3 && n < 60; ) {
        n += 1;
        const ended = await large(desk, n);
        ends.set(n, ended);
        if (ended.exit !== 0) failed += 1;
      }
      const left = [...ends].filter(([, { exit }]) => exit !== 0);
      expect(left.map(([, { exit }]) => exit)).toEqual([75, 75, 75]);
      rmSync(filler);
      expect(readFileSync(join(cluster.socket, '..', 'log'), 'utf8')).toContain(
        'No space left on device',
      );
      // A server that could not write its WAL has ended.
      if (!isRunning(cluster)) cluster.start();
      for (const [one] of left)
        expect(await large(desk, one)).toMatchObject({ exit: 0, stdout: '' });
      await expectEachOnce(desk, n);
    });
  },
);

/** A mail that cannot be packed. */
function large(desk: TestDesk, n: number): Promise<Ended> {
  const file = randomBytes(2_000_000).toString('base64').replaceAll(/.{76}/g, '$&\n');
  const head = shortMail(n).replace(
    /\n\nx\n$/,
    '\nMIME-Version: 1.0\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n',
  );
  return desk.run(['new'], { input: `${head}\n${file}\n` });
}

/** At the first commit of the mail 1. */
async function whileCommitting(
  cluster: Cluster,
  { desk, database }: InDatabase,
  when: 'before' | 'after',
  act: () => void,
): Promise<Ended> {
  const known = await steppingProxy(cluster);
  onTestFinished(() => known.close());
  const through = hostThrough(desk, known.url('desk', database));
  let hit = 0;
  void known.stopAt('mailrobot.append', when, () => {
    hit += 1;
    act();
  });
  const ended = await deliver(through, 1);
  expect(hit).toBe(1);
  return ended;
}

/** Its lines so far, until the test ends. */
function follow({ config }: TestDesk): () => readonly string[] {
  const child = spawn(PROGRAM, [
    'events',
    '--follow',
    '--type',
    'ticket.created',
    '--config',
    config,
  ]);
  let out = '';
  child.stdout.on('data', (text) => {
    out += String(text);
  });
  onTestFinished(() => {
    child.kill();
  });
  return () => out.split('\n').filter((line) => line !== '');
}

/** To that share of its 8 GB, as long as it takes more. Gives how full it is. */
function fillTo({ psql }: Cluster, share: number): number {
  const batch = (count: number) => `SET client_min_messages = error;
    DO $$ BEGIN FOR n IN 1..${count} LOOP
      PERFORM pg_notify('other', rpad(gen_random_uuid()::text, 7999, 'x'));
    END LOOP; END $$`;
  const usage = () => Number(psql('SELECT pg_notification_queue_usage()'));
  try {
    while (usage() < share) psql(batch(4000));
  } catch (error) {
    // What of the last batch had room stays.
    if (!String(error).includes('too many notifications')) throw error;
  }
  return usage();
}

function isRunning({ psql }: Cluster): boolean {
  try {
    psql('SELECT 1');
    return true;
  } catch {
    return false;
  }
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}
