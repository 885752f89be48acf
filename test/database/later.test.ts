/**
 * An answer that waits, on two hosts: the run that hands it over, and `undo`, are killed at each
 * question that they ask the database, before the server has it and when it has answered it. Other hosts
 * go on; when its time has come the answer has gone out, or it was taken back and went to nobody, and no
 * `undo` has said that of one that went.
 *
 * It goes twice, with one Message-ID, only if its host died between the answer of the MTA and the note
 * of that. `FAULTS=n` tries every n-th question.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sendLeftovers } from '../../src/jobs/outbox.ts';
import { compose } from '../../src/letters/compose.ts';
import { Connections } from '../../src/postgres/connections.ts';
import type { DatabasePlace } from '../../src/postgres/place.ts';
import { userName } from '../../src/runtime/user-name.ts';
import { PostgresStore } from '../../src/stores/postgres/postgres-store.ts';
import { DAY_MS } from '../../src/ticket/age.ts';
import { sampleOf } from '../faults/sample.ts';
import { configOf } from '../kit/config.ts';
import { placeIn } from '../kit/database-store.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { type SteppingProxy, steppingProxy, type When } from '../kit/stepping-proxy.ts';
import {
  cli,
  deliver,
  hostThrough,
  json,
  makeDeskCluster,
  makeDeskIn,
} from '../process/database-desk.ts';
import { BARE_PATH, PROGRAM, type TestDesk } from '../process/desk.ts';

const WORDS = 'Good morning.';

interface Shown {
  readonly messages: readonly {
    readonly direction: string;
    readonly by?: string;
    readonly delivery?: string;
    readonly messageId: string;
  }[];
}

interface Trial {
  readonly id: string;
  /** What the one that was killed had asked. */
  readonly hit: string;
  /** Whether an `undo` has said that it went to nobody. */
  readonly isSaidUndone: boolean;
}

describe.skipIf(postgresMissing !== null)(`an answer that waits ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster();
  });
  afterAll(() => removeCluster(cluster));

  test.each([
    ['due', 'before'],
    ['due', 'after'],
    ['undo', 'before'],
    ['undo', 'after'],
  ] as const)('%s is killed %s the server has its question', async (killed, when) => {
    const { desk, database } = await makeDeskIn(cluster);
    // So that `undo` comes before the time of the answer, and `due` behind it.
    const seconds = killed === 'due' ? 1 : 600;
    desk.configure((config) => {
      config['staff'] = [{ name: userName(), addresses: ['kim@support-ticket.example'] }];
      config['undo'] = seconds;
    });
    const proxy = await steppingProxy(cluster);
    onTestFinished(() => proxy.close());
    const through = hostThrough(desk, proxy.url('desk', database));
    const hosts = [desk, through];
    const sql = (text: string) => cluster.psql(text, database);
    const sample = sampleOf(7);
    const trials: Trial[] = [];
    for (let question = 1; ; question += sample) {
      const id = await answered(desk, trials.length + 1);
      if (killed === 'due') await sleep(seconds * 1000);
      const args = killed === 'due' ? ['due'] : ['ticket', 'undo', id];
      const hit = await killedAt(through, proxy, question, when, args);
      // As if the hosts had waited for the leases of the dead one.
      const areOver = () =>
        sql(`UPDATE mailrobot.standing SET until = clock_timestamp() - interval '1 second'
          WHERE until IS NOT NULL; UPDATE mailrobot.leases SET until = clock_timestamp()`);
      let isSaidUndone = hit === null && killed === 'undo';
      // Before, and behind that; with every second one of `due`, since it may be taken back by that.
      const isUndoTried = killed === 'undo' || trials.length % 2 === 0;
      if (isUndoTried && !isSaidUndone) isSaidUndone = await undone(desk, id);
      areOver();
      if (isUndoTried && !isSaidUndone) isSaidUndone = await undone(desk, id);
      trials.push({ id, hit: hit ?? 'nothing', isSaidUndone });
      if (hit === null) break;
    }
    for (const host of hosts) await host.settled();
    await sendLater(placeIn(cluster, database), desk);
    const problems = await Promise.all(trials.map((trial) => problemOf(trial, hosts)));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
    expect(await cli(desk, 'fsck')).toMatchObject({ exit: 0, stderr: '' });
    // It was hit from its beginning to its end.
    expect(trials.length).toBeGreaterThan(2);
    const steps = {
      due: ['INSERT INTO mailrobot.standing', 'ended ='],
      undo: ['mailrobot.append'],
    };
    const missed = steps[killed].filter((step) => !trials.some(({ hit }) => hit.includes(step)));
    if (sample === 1) expect(missed).toEqual([]);
    console.log(`${killed}, ${when}: ${trials.length} questions tried, one in ${sample}`);
  });
});

/** Opens a ticket and answers it; gives its id. */
async function answered(desk: TestDesk, n: number): Promise<string> {
  if (n === 1) expect(await cli(desk, 'due')).toMatchObject({ exit: 0 });
  expect(await deliver(desk, n)).toMatchObject({ exit: 0 });
  const id = `SUPPORT-${7101 + n}`;
  const reply = await cli(desk, 'ticket', 'reply', id, '-m', `${WORDS} ${id}`);
  expect(reply).toMatchObject({ exit: 0 });
  expect(reply.stdout).toContain('undo');
  return id;
}

/** At that question, which it gives; null: it has asked fewer, and ended by itself. */
async function killedAt(
  through: TestDesk,
  proxy: SteppingProxy,
  question: number,
  when: When,
  args: readonly string[],
): Promise<string | null> {
  const child = spawn(PROGRAM, args, {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: through.config },
    ...{ cwd: '/', stdio: 'ignore', detached: true },
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const { pid } = child;
  if (pid === undefined) throw new Error('it has not started');
  const hit = proxy.stopAt(question, when, () => process.kill(-pid, 'SIGKILL'));
  const end = await Promise.race([hit, ended]);
  if (typeof end !== 'string') {
    // It may have been killed, and says so first.
    const isKilled = end === null;
    if (!isKilled) expect(end).toBe(0);
    proxy.resume();
    return isKilled ? hit : null;
  }
  await ended;
  proxy.resume();
  return end;
}

/** Whether it says that it has taken the answer back. */
async function undone(desk: TestDesk, id: string): Promise<boolean> {
  const { exit, stdout, stderr } = await cli(desk, 'ticket', 'undo', id);
  expect([0, 1], stderr).toContain(exit);
  if (exit === 0) expect(stdout).toContain('to nobody');
  return exit === 0;
}

/** What is left, by runs in two days: each takes a few. */
async function sendLater(place: DatabasePlace, desk: TestDesk): Promise<void> {
  const now = () => new Date(Date.now() + 2 * DAY_MS);
  const connections = new Connections(place, { statementSeconds: 10 });
  const spool = join(desk.dir, 'spool');
  mkdirSync(join(spool, 'incoming'), { recursive: true });
  const store = new PostgresStore({ connections, spool, now, compose });
  try {
    const mta = [join(desk.dir, 'sendmail')] as const;
    for (let run = 0; (await store.unsent()).length > 0; run += 1) {
      expect(run).toBeLessThan(100);
      await sendLeftovers({ config: configOf(), store, mta, now });
      await store.catchUp();
    }
  } finally {
    await connections.end();
  }
}

async function problemOf(
  { id, hit, isSaidUndone }: Trial,
  hosts: readonly TestDesk[],
): Promise<string | null> {
  const [desk] = hosts;
  if (desk === undefined) throw new Error('there is no host');
  const { messages } = await json<Shown>(desk, 'ticket', 'show', id);
  const answer = messages.find(({ direction, by }) => direction === 'out' && by !== undefined);
  const isReturned = (content: string) => content.includes('taken back your answer');
  const all = hosts.flatMap((host) => host.sent().map(({ content }) => content));
  const about = all.filter((content) => content.includes(`${WORDS} ${id}`));
  const gone = about.filter((content) => !isReturned(content));
  const returned = about.length - gone.length;
  const isUndone = answer?.delivery === 'undone';
  // The MTA has it, and the database does not know yet.
  const mayGoTwice = hit.includes('ended =');
  // What a machine says does not go once more if nobody knows whether it has gone.
  const mayNotReturn = hit.includes('INSERT INTO mailrobot.standing');
  const problems = [
    ...(isUndone || answer?.delivery === 'sent' ? [] : [`it is ${answer?.delivery}`]),
    ...(isSaidUndone && !isUndone ? ['an undo has said that it goes to nobody'] : []),
    ...(gone.length === (isUndone ? 0 : 1) || (!isUndone && mayGoTwice && gone.length === 2)
      ? []
      : [`it has gone ${gone.length} times`]),
    ...(new Set(gone.map(messageIdIn)).size > 1 ? ['with other Message-IDs'] : []),
    ...(returned === (isUndone ? 1 : 0) || (isUndone && mayNotReturn && returned === 0)
      ? []
      : [`its words came back ${returned} times`]),
  ];
  return problems.length === 0 ? null : `${id}, ${hit}: it is ${answer?.delivery}, ${problems}`;
}

function messageIdIn(content: string): string | undefined {
  return /^Message-ID: (.+)$/im.exec(content)?.[1];
}
