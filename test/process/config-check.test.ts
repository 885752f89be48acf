/** `mailrobot config check`, as a script that rolls a config out would call it. */
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDesk, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
});

afterEach(() => desk.remove());

const check = (...args: string[]) => desk.run(['config', 'check', ...args]);

test('a config that can be used ends with 0, also without a store', async () => {
  rmSync(desk.store, { recursive: true });
  expect(await check()).toMatchObject({ exit: 0, stdout: `${desk.config} can be used.\n` });
  expect(JSON.parse((await check('--json')).stdout)).toEqual({
    ...{ file: desk.config, problems: [], warnings: [] },
  });
});

test('what is no JSON has its line and column, and ends with 1', async () => {
  writeFileSync(
    desk.config,
    '{\n  "domain": "x.example",\n  "store": "store"\n  "queues": []\n}\n',
  );
  expect(await check()).toMatchObject({
    exit: 1,
    stdout: `${desk.config}:4:3: a comma or } is missing before "\n`,
    stderr: `mailrobot: 1 error in ${desk.config}\n`,
  });
});

test('the doctor names the same place, and shows nothing of the text', async () => {
  writeFileSync(desk.config, '{\n  "domain": "x.example",\n  "password": hunter2\n}\n');
  const { exit, stdout } = await desk.run(['doctor', '--json']);
  expect(exit).toBe(1);
  expect(JSON.parse(stdout).findings).toMatchObject([
    { id: 'config', what: `${desk.config}:3:15: a value is missing before h.` },
  ]);
  expect((await desk.run(['status'])).stdout).not.toContain('hunter');
});

test('every key that is wrong is named, and has its place', async () => {
  const queues = '[\n    {"prefix": "support", "address": "new", "name": ""},\n    {}\n  ]';
  writeFileSync(
    desk.config,
    `{\n  "domain": "x.example",\n  "store": "store",\n  "colour": 1,\n  "domain": "y.example",\n  "queues": ${queues}\n}`,
  );
  const { exit, stdout } = await check('--json');
  expect(exit).toBe(1);
  const { problems } = JSON.parse(stdout);
  expect(
    problems.map(({ line, column, key }: Record<string, unknown>) => [key, line, column]),
  ).toEqual([
    ['domain', 5, 3],
    ['queues.0.prefix', 7, 6],
    ['queues.0.name', 7, 45],
    ['queues.1.prefix', 8, 5],
    ['queues.1.address', 8, 5],
    ['queues.1.name', 8, 5],
    ['colour', 4, 3],
  ]);
  expect((await check()).stdout).toContain(
    `${desk.config}:4:3: "colour" is not a key that mailrobot knows\n`,
  );
});

test('what one key says about another is checked, too', async () => {
  desk.configure((config) => {
    config['forms'] = ['control@support-ticket.example'];
    config['staff'] = [{ name: 'bob', addresses: ['bob@x.example'], queues: ['NOPE'] }];
  });
  const { stdout, stderr } = await check();
  expect(stdout.match(/"[a-z0-9.]+" holds/g)).toEqual(['"staff.0.queues" holds', '"forms" holds']);
  expect(stderr).toBe(`mailrobot: 2 errors in ${desk.config}\n`);
});

test('a file that is not there has no place', async () => {
  rmSync(desk.config);
  const { exit, stdout } = await check('--json');
  expect(exit).toBe(1);
  expect(JSON.parse(stdout).problems).toMatchObject([{ line: null, column: null, key: '' }]);
});

test('hours that are wrong have their place; holidays that cannot be read are a warning', async () => {
  const hours = { open: ['mon-fri 9:00-17:00'], holidays: 'nowhere.ics' };
  const queue = { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102, hours };
  desk.configure((config) => {
    config['queues'] = [queue];
  });
  const checked = await check();
  expect(checked.exit).toBe(0);
  expect(`${checked.stdout}${checked.stderr}`).toMatch(
    /: warning: queue SUPPORT: \S+\/nowhere\.ics is not there\n/,
  );
  desk.configure((config) => {
    config['queues'] = [{ ...queue, hours: { open: ['always'] } }];
  });
  const wrong = await check();
  expect(wrong.exit).toBe(1);
  expect(`${wrong.stdout}${wrong.stderr}`).toMatch(
    /:\d+:\d+: "queues\.0\.hours\.open\.0" holds "always": must be days and times such as/,
  );
});
