/** The process that may start robots, as whoever reads the mail asks it: over real FIFOs. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import type { ToStart } from '../../src/robots/start.ts';
import {
  type Serving,
  type StarterApart,
  serveStarts,
  starterApart,
} from '../../src/robots/start-apart.ts';
import type { ConfinedEnd } from '../../src/runtime/confined.ts';

const ROBOT: RobotConfig = {
  ...{
    name: 'deploy',
    command: ['/robots/deploy'],
    user: 'nobody',
    from: 'anybody',
    confirm: false,
  },
  ...{ input: 'json', when: 'queued', seconds: 60, concurrency: 1, may: ['reply'] },
};
const NOTHING: ToStart = { values: {}, input: Buffer.alloc(0) };

let folder: string;
let serving: Serving;
let apart: StarterApart;
let started: (readonly [string, ToStart])[];
let become: (robot: string, given: ToStart) => Promise<ConfinedEnd>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrobot-starter-'));
  started = [];
  become = async () => ({ type: 'timeout', said: '' });
  serving = serveStarts(folder, (robot, given) => {
    started.push([robot, given]);
    return become(robot, given);
  });
  apart = starterApart(folder);
});
afterEach(() => {
  apart.end();
  serving.end();
  rmSync(folder, { recursive: true });
});

test('it is given a name, values of the mail and its octets, and gives the end, octet by octet', async () => {
  const octets = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256));
  become = async (_, { input }) => ({ type: 'exit', code: 20, output: input, said: 'a\nb' });
  const values = { MAILROBOT_SUBJECT: 'Größe "x"' };
  const end = await apart.start(ROBOT, { values, input: octets });
  expect(started).toEqual([['deploy', { values, input: octets }]]);
  expect(end).toEqual({ type: 'exit', code: 20, output: octets, said: 'a\nb' });
  expect(readdirSync(folder).sort()).toEqual(['answered', 'asked']);
});

test('whoever asks chooses no variable but those of a mail', async () => {
  const values = {
    LD_PRELOAD: '/tmp/x.so',
    PATH: '/tmp',
    NODE_OPTIONS: '-r x',
    MAILROBOT_RUN: '7',
  };
  await apart.start(ROBOT, { ...NOTHING, values });
  expect(started[0]?.[1].values).toEqual({ MAILROBOT_RUN: '7' });
});

test('many at once are each given their own end', async () => {
  become = async (_, { values: { MAILROBOT_RUN: run = '' } }) => {
    const wait = Number(run) % 3;
    for (let n = 0; n < wait; n += 1) await new Promise((resolve) => setImmediate(resolve));
    return { type: 'exit', code: 0, output: Buffer.from(run), said: '' };
  };
  const ends = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      apart.start(ROBOT, { ...NOTHING, values: { MAILROBOT_RUN: String(n) } }),
    ),
  );
  const outputs = ends.map((end) => (end.type === 'exit' ? end.output.toString() : end.type));
  expect(outputs).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
});

test('what cannot be started is said, and ends neither of them', async () => {
  become = () => Promise.reject(new Error('there is no robot "deploy"'));
  await expect(apart.start(ROBOT, NOTHING)).rejects.toThrow('there is no robot "deploy"');
  become = async () => ({ type: 'signal', signal: 'SIGKILL', said: 'x' });
  const end = await apart.start(ROBOT, NOTHING);
  expect(end).toEqual({ type: 'signal', signal: 'SIGKILL', said: 'x' });
  expect(existsSync(join(folder, '1'))).toBe(false);
});
