/** `mailrobot due`: what is due, all of it, once. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { age, filesBelow, makeDesk, shortMail, type TestDesk } from './desk.ts';

let desk: TestDesk;
const KIM = { name: 'kim', addresses: ['kim@home.example'] };

beforeEach(async () => {
  desk = await makeDesk();
  for (let n = 1; n <= 3; n += 1) await desk.here(['new'], { input: shortMail(n) });
  await desk.here(['ticket', 'reply', '7102', '-m', 'Try again.']);
  await desk.here(['ticket', 'list']);
});

afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const contents = () =>
  filesBelow(desk.store)
    .map((file) => join(desk.store, file))
    .map((path) => (statSync(path).isFile() ? readFileSync(path, 'latin1') : path));

function rules(due: Record<string, number>): void {
  desk.configure((config) => {
    config['staff'] = [KIM];
    config['queues'] = [{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, due }];
  });
}

test('what is due is said first, then done, and then nothing is', async () => {
  await age(desk, 8);
  rules({ answerHours: 24, remindDays: 7, closeDays: 5 });
  const before = contents();
  const told = [
    'SUPPORT-7103: nobody has answered: the staff are told\n',
    'SUPPORT-7104: nobody has answered: the staff are told\n',
    'SUPPORT-7102: the customer is silent: they are reminded\n',
  ].join('');
  expect(await desk.here(['due', '--dry-run'])).toMatchObject({ exit: 0, stdout: told });
  expect(contents()).toEqual(before);
  const sent = desk.sent().length;
  expect(await desk.here(['due'])).toMatchObject({ exit: 0, stdout: told, stderr: '' });
  const after = desk.sent().slice(sent);
  expect(after.map(({ args }) => args.split(' -- ')[1])).toEqual([
    'nic1@ferrier.example',
    'kim@home.example',
  ]);
  expect(after[0]?.content).toContain('waiting for your reply');
  expect(after[1]?.content).toContain('Subject: 2 things wait for you');
  expect(await desk.here(['due', '--json'])).toMatchObject({ exit: 0, stdout: '[]\n' });
  expect(await desk.here(['due'])).toMatchObject({ stdout: '', stderr: 'Nothing is due.\n' });
  await age(desk, 5);
  expect((await desk.here(['due', '--json'])).stdout).toContain('"due": "close"');
  const shown = JSON.parse((await desk.here(['ticket', 'show', '7102', '--json'])).stdout);
  expect(shown).toMatchObject({ status: 'resolved', waiting: null });
  expect(await desk.run(['fsck'])).toMatchObject({ exit: 0 });
});

test('the next mail that comes in does it by the way', async () => {
  await age(desk, 8);
  rules({ answerHours: 24, remindDays: 7 });
  const sent = desk.sent().length;
  expect(await desk.here(['new'], { input: shortMail(9) })).toMatchObject({ exit: 0, stdout: '' });
  const to = desk
    .sent()
    .slice(sent)
    .map(({ args }) => args.split(' -- ')[1]);
  expect(to.toSorted()).toEqual([
    'kim@home.example',
    'kim@home.example',
    'nic1@ferrier.example',
    'nic9@ferrier.example',
  ]);
});

test('where sendmail takes nothing, it is done once all the same, and goes out later', async () => {
  await age(desk, 8);
  rules({ remindDays: 7 });
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  expect(await desk.here(['due'])).toMatchObject({ exit: 0 });
  expect(filesBelow(join(desk.store, 'outbox'))).toHaveLength(1);
  expect((await desk.here(['due'])).stderr).toContain('Nothing is due.');
  expect(filesBelow(join(desk.store, 'outbox'))).toHaveLength(1);
});

test('without rules nothing is ever due', async () => {
  await age(desk, 400);
  expect((await desk.here(['due'])).stderr).toBe('Nothing is due.\n');
});
