/**
 * A delivery that is killed, or stopped, at each question that it asks the database, before the server
 * has that question and when it has answered it: other hosts go on, no mail is lost, and none is there
 * twice.
 *
 * Others wait 5 seconds for a lock and then end with 75, so their 0 says that they had it in time.
 * `FAULTS=n` tries every n-th question.
 */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sampleOf } from '../faults/sample.ts';
import { type Cluster, postgresMissing, removeCluster } from '../kit/postgres.ts';
import { steppingProxy } from '../kit/stepping-proxy.ts';
import {
  deliver,
  expectEachOnce,
  hostThrough,
  makeDeskCluster,
  makeDeskIn,
} from '../process/database-desk.ts';
import { BARE_PATH, PROGRAM, shortMail, type TestDesk } from '../process/desk.ts';

describe.skipIf(postgresMissing !== null)(`at every step ${postgresMissing ?? ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await makeDeskCluster();
  });
  afterAll(() => removeCluster(cluster));

  test.each([
    ['SIGKILL', 'before'],
    ['SIGKILL', 'after'],
    ['SIGSTOP', 'before'],
    ['SIGSTOP', 'after'],
  ] as const)('%s %s the server has it', async (signal, when) => {
    const { desk, database } = await makeDeskIn(cluster);
    const proxy = await steppingProxy(cluster);
    onTestFinished(() => proxy.close());
    const through = hostThrough(desk, proxy.url('desk', database));
    const sample = sampleOf(5);
    const hit: string[] = [];
    let mails = 0;
    for (let question = 1; ; question += sample) {
      mails += 1;
      const own = mails;
      const { child, ended } = started(through, own);
      const stopped = proxy.stopAt(question, when, () => send(child, signal));
      const what = await Promise.race([stopped, ended.then(() => null)]);
      if (what === null) {
        expect(await ended).toEqual({ exit: 0, signal: null });
        break;
      }
      hit.push(what);
      mails += 1;
      expect(await deliver(desk, mails), `beside ${what}`).toMatchObject({ exit: 0, stdout: '' });
      proxy.resume();
      if (signal === 'SIGSTOP') send(child, 'SIGCONT');
      const end = await ended;
      if (signal === 'SIGSTOP') expect([0, 75], `${what}: ${end.signal}`).toContain(end.exit);
      else expect(end.signal).toBe('SIGKILL');
      expect(await deliver(desk, own), `again after ${what}`).toMatchObject({
        exit: 0,
        stdout: '',
      });
    }
    await expectEachOnce(desk, mails);
    // What was hit is a delivery from its beginning to its end.
    expect(hit.length).toBeGreaterThan(1);
    if (sample === 1) expect(hit.filter((one) => one.includes('mailrobot.append'))).not.toEqual([]);
  });
});

interface Started {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<{ readonly exit: number | null; readonly signal: NodeJS.Signals | null }>;
}

function send({ pid }: Started['child'], signal: NodeJS.Signals): void {
  if (pid === undefined) throw new Error('it has not started');
  process.kill(-pid, signal);
}

function started({ config }: TestDesk, n: number): Started {
  const child = spawn(PROGRAM, ['new'], {
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: config },
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own, of the launcher and the program.
    detached: true,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(shortMail(n));
  const ended = new Promise<{ exit: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('exit', (exit, signal) => resolve({ exit, signal }));
  });
  return { child, ended };
}
