/**
 * A mail is composed when it is handed over: by whatever process does that, under whatever config,
 * it is the same octets, and a copy of what went out is kept.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { age, makeDesk, shortMail, type TestDesk } from './desk.ts';

const BOB = 'bob@home.example';
const COPY = 'raw/000000/1-out-2.eml';

let desk: TestDesk;
beforeEach(async () => {
  desk = await makeDesk();
  desk.configure((config) => {
    config['staff'] = [{ name: 'bob', addresses: [BOB] }];
  });
});
afterEach(async () => {
  await desk.settled();
  desk.remove();
});

const attached = `${shortMail(1).replace('\n\n', '\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n')}--b

Hello.
--b
Content-Disposition: attachment; filename=a.txt

a file
--b--
`;
const deliver = (run = desk.here) => run(['new'], { input: attached });
const fsck = () => desk.run(['fsck']);
const copyOf = (path = COPY) => readFileSync(join(desk.store, path), 'utf8');

/** It reads a mail and does not take it. Gives how to see what it was given, by its recipient. */
function refuseAll(): () => Readonly<Record<string, string>> {
  const folder = join(desk.dir, 'refused');
  const path = join(desk.dir, 'refusing');
  mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh\nfor to; do :; done\ncat >"${folder}/$to"\nexit 75\n`;
  writeFileSync(path, script, { mode: 0o755 });
  desk.configure((config) => {
    config['sendmail'] = path;
  });
  return () =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
}

function takeAll(): void {
  desk.configure((config) => {
    config['sendmail'] = join(desk.dir, 'sendmail');
  });
}

const sent = () =>
  Object.fromEntries(desk.sent().map(({ args, content }) => [args.split(' ').at(-1), content]));

test('what one process composed, another one composes again, octet for octet, whatever the config says by then', async () => {
  const refused = refuseAll();
  expect((await deliver(desk.run)).exit).toBe(75);
  const before = refused();
  expect(Object.keys(before)).toEqual([BOB, 'nic1@ferrier.example']);
  expect(before[BOB]).toContain(Buffer.from('a file').toString('base64').slice(0, 8));
  expect(copyOf()).toBe(before['nic1@ferrier.example']);
  desk.configure((config) => {
    const [queue] = config['queues'] as Record<string, unknown>[];
    Object.assign(queue ?? {}, { name: 'Another name', signature: 'Other people' });
    config['domain'] = 'other.example';
    config['proof'] = 'reply-to';
  });
  mkdirSync(join(desk.dir, 'templates'));
  writeFileSync(join(desk.dir, 'templates', 'acknowledgement.txt'), 'Other words.\n');
  takeAll();
  expect((await deliver(desk.run)).exit).toBe(0);
  expect(sent()).toEqual(before);
  expect(copyOf()).toBe(before['nic1@ferrier.example']);
  expect((await fsck()).stdout).not.toContain('raw/');
});

test('what waits has no copy, and nothing misses it', async () => {
  desk.configure((config) => {
    config['sendmail'] = '/nonexistent/sendmail';
  });
  await deliver();
  rmSync(join(desk.store, COPY), { force: true });
  expect(await fsck()).toMatchObject({ exit: 0 });
  expect((await desk.here(['rebuild'])).exit).toBe(0);
  expect(await fsck()).toMatchObject({ exit: 0 });
  const { stdout } = await desk.here(['ticket', 'show', '7102', '--full']);
  expect(stdout).toContain('Thank you for your mail');
});

test('what went out of a ticket is in its Maildir, as it went', async () => {
  await deliver();
  const cur = join(desk.store, 'tickets/71/SUPPORT-7102/cur');
  expect(readdirSync(cur).sort()).toEqual(['000001.mailrobot:2,S', '000002.mailrobot:2,S']);
  const octets = sent()['nic1@ferrier.example'];
  expect(readFileSync(join(cur, '000002.mailrobot:2,S'), 'utf8')).toBe(octets);
  expect(copyOf()).toBe(octets);
});

test.each([
  ['lost', (path: string) => rmSync(path)],
  [
    'altered',
    (path: string) => {
      const octets = readFileSync(path, 'utf8');
      chmodSync(path, 0o600);
      writeFileSync(path, octets.replace('Thank', 'Drink'));
    },
  ],
])('a copy that is %s is found, and composed again', async (_, damage) => {
  await deliver();
  await desk.run(['ticket', 'list']);
  const octets = copyOf();
  const journal = join(desk.store, 'journal/000000000001.ndjson');
  expect(readFileSync(journal, 'utf8')).toMatch(/"reply.sent",[^}]*"digest":"[0-9a-f]{64}"/);
  for (const isSumKnown of [true, false]) {
    if (!isSumKnown) {
      const text = readFileSync(journal, 'utf8');
      const without = text.replace(/("reply.sent",[^}]*),"size":\d+,"digest":"[0-9a-f]*"/g, '$1');
      expect(without.length).toBeLessThan(text.length);
      writeFileSync(journal, without);
      await desk.here(['rebuild']);
    }
    damage(join(desk.store, COPY));
    const found = await fsck();
    expect(found).toMatchObject({ exit: 1, stdout: expect.stringContaining(`${COPY}: `) });
    expect((await desk.here(['rebuild'])).exit).toBe(0);
    expect(copyOf()).toBe(octets);
    expect(await fsck()).toMatchObject({ exit: 0 });
  }
});

test('what waits when a backup is made goes out of the restored store as it would have gone', async () => {
  const refused = refuseAll();
  await deliver();
  const before = refused();
  const archive = join(desk.dir, 'desk.tar');
  expect((await desk.run(['backup', archive])).exit).toBe(0);
  rmSync(desk.store, { recursive: true });
  expect((await desk.run(['restore', archive])).exit).toBe(0);
  takeAll();
  expect((await desk.here(['resume', '--yes'])).stdout).toContain('2 of 2 mails have gone out');
  expect(sent()).toEqual(before);
  expect(copyOf()).toBe(before['nic1@ferrier.example']);
  expect(await fsck()).toMatchObject({ exit: 0 });
});

test('copies of what went out come back when the machine does, also of mail that had waited long', async () => {
  const refused = refuseAll();
  await deliver();
  rmSync(join(desk.store, COPY));
  // The checkpoint is behind its commit by now.
  await age(desk, 1);
  takeAll();
  expect((await deliver()).exit).toBe(0);
  await desk.run(['ticket', 'list']);
  expect(sent()['nic1@ferrier.example']).toBe(refused()['nic1@ferrier.example']);
  const octets = copyOf();
  expect(octets).toBe(sent()['nic1@ferrier.example']);
  // What was never fsynced is gone, and the head is of another boot.
  rmSync(join(desk.store, COPY));
  rmSync(join(desk.store, 'head.json'));
  expect((await desk.here(['new'], { input: shortMail(3) })).exit).toBe(0);
  expect((await desk.here(['rebuild', '--attachments'])).exit).toBe(0);
  await desk.settled();
  expect(copyOf()).toBe(octets);
  expect(existsSync(join(desk.store, 'uncertain.json'))).toBe(false);
  expect(await fsck()).toMatchObject({ exit: 0 });
});
