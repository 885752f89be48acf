/** What a monitoring system sees, and how the desk does. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BARE_PATH, deliverCase, makeDesk, PROGRAM, type TestDesk } from './desk.ts';

let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
  await deliverCase(desk, 'plain');
});

afterEach(() => desk.remove());

/** A full disk here is no fault of the desk's. */
const ROOMY = {
  diskPercent: { warning: 0, critical: 0 },
  diskMegabytes: { warning: 0, critical: 0 },
  inodesPercent: { warning: 0, critical: 0 },
};

test('a desk that is well ends with 0, says OK in its first line, and gives its figures', async () => {
  desk.configure((config) => {
    config['status'] = ROOMY;
  });
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^OK \| outbox=0 outbox_age=0s;900;7200 held=0 [^\n|]*\nWHAT /);
  const { level, checks } = JSON.parse((await desk.run(['status', '--json'])).stdout);
  expect(['ok', 'warning', 'critical']).toContain(level);
  expect(checks.map(({ name }: { name: string }) => name)).toEqual([
    ...['store', 'outbox', 'sendmail', 'held', 'failed addresses', 'last mail', 'disk'],
    ...['inodes', 'recorded', 'subscribers', 'templates', 'owners', 'clock', 'timer'],
  ]);
  expect(checks[5].value).toBe('0 min ago');
});

test('it sends nothing, and takes no lock', async () => {
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  await deliverCase(desk, 'obrien');
  const waiting = (await desk.run(['status', '--json'])).stdout;
  expect(JSON.parse(waiting).checks[1]).toMatchObject({ name: 'outbox', level: 'ok' });
  expect(JSON.parse(waiting).checks[1].value).toMatch(/^1, the oldest for/);
});

test('a sendmail that cannot be run is critical, before a mail has waited for it', async () => {
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(2);
  expect(stdout).toMatch(/^CRITICAL: sendmail/);
  expect(stdout).toContain('/nonexistent/sendmail cannot be run');
});

test('nobody listens where mail is handed over by SMTP: critical, and nobody is called', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // Of an IP socket.
  const { port } = server.address() as AddressInfo;
  let calls = 0;
  server.on('connection', () => {
    calls += 1;
  });
  desk.configure((config) => {
    config['status'] = ROOMY;
    config['smtp'] = `127.0.0.1:${port}`;
  });
  const well = await desk.run(['status']);
  expect(well).toMatchObject({ exit: 0 });
  expect(well.stdout).toMatch(/^smtp +ok +somebody listens at 127\.0\.0\.1:\d+$/m);
  await once(server.close(), 'close');
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(2);
  expect(stdout).toMatch(/^CRITICAL: smtp \|/);
  expect(stdout).toMatch(/^smtp +critical +nobody listens at 127\.0\.0\.1:\d+$/m);
  expect(calls).toBe(0);
});

test.each([[['--no-such-option']], [['--json=x']], [['now']], [['--config']]])(
  'status %j is wrong usage: UNKNOWN, 3, and in one line why',
  async (args) => {
    const { exit, stdout, stderr } = await desk.run(['status', ...args]);
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^UNKNOWN: [^\n]+\n$/);
    expect(stderr).toMatch(/^mailrobot: [^\n]+; see mailrobot[a-z ]* --help\n$/);
  },
);

test('wrong usage of another command is 2', async () => {
  expect(await desk.run(['stats', '--no-such-option'])).toMatchObject({ exit: 2, stdout: '' });
});

test('a store that cannot be opened is critical: 2, with the reason on stdout', async () => {
  rmSync(join(desk.store, 'store.json'));
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(2);
  expect(stdout).toMatch(/^CRITICAL: store\n/);
  expect(stdout).toContain('store.json is missing');
});

test('a text that cannot be used, a log that cannot be written: a warning', async () => {
  mkdirSync(join(desk.dir, 'templates'));
  writeFileSync(join(desk.dir, 'templates', 'acknowledgement.txt'), 'Hello {{nobody}}');
  desk.configure((config) => {
    config['status'] = ROOMY;
    config['log'] = 'nowhere/mail.log';
  });
  const { exit, stdout } = await desk.run(['status']);
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^WARNING: templates, log \|/);
  expect(stdout).toMatch(/^templates +warning +acknowledgement\.txt: line 1: \{\{nobody}}/m);
  expect(stdout).toMatch(/^log +warning +\S+nowhere\/mail\.log cannot be written: ENOENT/m);
});

test.skipIf(process.getuid?.() !== 0)(
  'a user who may not look gets 3: that says nothing of the desk',
  async () => {
    chmodSync(desk.dir, 0o755);
    const asNobody = () =>
      spawnSync('runuser', ['-u', 'nobody', '--', PROGRAM, 'status', '--config', desk.config], {
        env: { PATH: `${BARE_PATH}:/usr/sbin:/sbin` },
        encoding: 'utf8',
      });
    expect(asNobody()).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/^UNKNOWN: store\n/),
    });
    chmodSync(desk.config, 0o644);
    expect(asNobody()).toMatchObject({ status: 3 });
  },
);

test('stats: what is open, how soon people are answered, and each day', async () => {
  await desk.here(['ticket', 'reply', '7102', '-m', 'Done.']);
  await desk.here(['ticket', 'close', '7102']);
  await deliverCase(desk, 'obrien');
  const found = JSON.parse((await desk.run(['stats', '--days', '2', '--json'])).stdout);
  expect(found).toMatchObject({
    queues: [{ queue: 'SUPPORT', open: 1, day: 1 }],
    ...{ answer: { count: 1 }, resolution: { count: 1 } },
    days: [{}, { created: 2, answered: 1, resolved: 1 }],
  });
  expect((await desk.run(['stats'])).stdout).toMatch(/^OPEN IN {2}ALL/);
  expect(await desk.run(['stats', '--days', '0'])).toMatchObject({ exit: 2 });
});
