/**
 * Many mails wait for a robot, of which every third run fails: each is run until it is done, and
 * done once. By the built program, four at a time; 200 mails, or MAILS.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { queueMails } from '../kit/queue-mails.ts';
import { makeDesk, type TestDesk } from '../process/desk.ts';

const MAILS = Number(process.env['MAILS'] ?? 200);
let desk: TestDesk;

beforeAll(async () => {
  // Nothing here is about a disk.
  if (existsSync('/dev/shm')) vi.stubEnv('TMPDIR', '/dev/shm');
  desk = await makeDesk();
  const robot = join(desk.dir, 'robots', 'flaky');
  mkdirSync(join(desk.dir, 'robots'));
  const script = [
    'cd "$MAILROBOT_STATE" && echo "$MAILROBOT_RUN" >>runs',
    '[ $(($(wc -l <runs) % 3)) -ne 0 ] || exit 75',
  ];
  writeFileSync(robot, `#!/bin/sh\n${script.join('\n')}\n`);
  chmodSync(robot, 0o755);
  desk.configure((config) => {
    config['robots'] = [
      {
        ...{ name: 'flaky', user: 'owner', from: 'anybody', may: [] },
        concurrency: 4,
      },
    ];
  });
  await queueMails(desk.config, 'flaky', { from: 1, count: MAILS });
}, 300_000);
afterAll(async () => {
  await desk.settled();
  desk.remove();
  vi.unstubAllEnvs();
});

interface Logged {
  readonly run: number;
  readonly what: string;
}

test('each is done once, however often it fails', async () => {
  const waiting = async (): Promise<number> => {
    const [row] = JSON.parse((await desk.run(['robot', 'list', '--json'])).stdout);
    return row.waiting.length;
  };
  expect(await waiting()).toBe(MAILS);
  for (let round = 0; round < 20 && (await waiting()) > 0; round += 1) {
    // What failed rests: a person has it tried now.
    if (round > 0) await desk.run(['robot', 'retry', 'flaky']);
    expect(await desk.run(['robot', 'run', '--once'])).toMatchObject({ exit: 0, stderr: '' });
    await desk.settled();
  }
  const log: readonly Logged[] = JSON.parse(
    (await desk.run(['robot', 'log', 'flaky', '--json'])).stdout,
  );
  const done = log.filter(({ what }) => what === 'done').map(({ run }) => run);
  expect(new Set(done).size).toBe(MAILS);
  expect(done).toHaveLength(MAILS);
  const runs = readFileSync(`${desk.store}-robots/flaky/state/runs`, 'utf8').trim().split('\n');
  const failed = log.filter(({ what }) => what.startsWith('failed')).length;
  expect(failed).toBeGreaterThan(MAILS / 3);
  expect(runs).toHaveLength(MAILS + failed);
}, 900_000);
