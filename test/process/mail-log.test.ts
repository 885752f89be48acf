/** `log` in the config: one line a mail, and no mail that depends on it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverCase, makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;
let log: string;

beforeEach(async () => {
  desk = await makeDesk();
  log = join(desk.dir, 'mail.log');
});

afterEach(() => desk.remove());

const logTo = (place: string) =>
  desk.configure((config) => {
    config['log'] = place;
  });

test('a file gets a line a mail, and is nobody else’s; explain takes the queue id of the line', async () => {
  logTo('mail.log');
  await deliverCase(desk, 'plain');
  await deliverCase(desk, 'plain');
  const lines = readFileSync(log, 'utf8').split('\n');
  expect(lines).toEqual([
    expect.stringMatching(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z mailrobot\[\d+\]: queue-id=4dCG2Q3b9Kz1x message-id=<20260102\.1@ferrier\.example> ticket=SUPPORT-7102 decision=opened trust=claimed checks=-$/,
    ),
    expect.stringContaining(' decision=duplicate '),
    '',
  ]);
  expect(statSync(log).mode & 0o777).toBe(0o600);
  const explained = await desk.run(['explain', '4dCG2Q3b9Kz1x', '--json']);
  expect(JSON.parse(explained.stdout)).toMatchObject([
    { queueId: '4dCG2Q3b9Kz1x', decision: { messageId: '<20260102.1@ferrier.example>' } },
  ]);
  expect((await desk.run(['explain', '4dCG2Q3b9Kz1y'])).stderr).toContain('no mail is known as');
});

test('the mode of a file that is there stays', async () => {
  logTo('mail.log');
  spawnSync('install', ['-m', '640', '/dev/null', log]);
  await deliverCase(desk, 'plain');
  expect(statSync(log).mode & 0o777).toBe(0o640);
});

test.each([
  ['a folder that is not there', () => 'nowhere/mail.log'],
  ['a folder', () => 'store'],
  ['a full disk', () => '/dev/full'],
  ['a pipe that nobody reads', () => makePipe()],
  ['a link in a circle', () => makeCircle()],
  ['syslog on a machine without one', () => 'syslog'],
])('%s in the place of the log changes nothing of a mail', async (_, place) => {
  logTo(place());
  expect(await deliverCase(desk, 'plain')).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  expect(desk.sent()).toHaveLength(1);
  expect(JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout)).toBeTruthy();
});

test('what is no mail has no line', async () => {
  logTo('mail.log');
  await desk.here(['new'], { input: '' });
  expect(existsSync(log)).toBe(false);
});

function makePipe(): string {
  const pipe = join(desk.dir, 'pipe');
  spawnSync('mkfifo', [pipe]);
  chmodSync(pipe, 0o600);
  return pipe;
}

function makeCircle(): string {
  mkdirSync(join(desk.dir, 'logs'));
  symlinkSync('mail.log', join(desk.dir, 'logs', 'mail.log'));
  return 'logs/mail.log';
}
