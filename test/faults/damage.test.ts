/**
 * Files of the store lost, cut or garbled: what was acknowledged is never
 * overwritten or answered twice, new mail is taken or deferred, fsck names what
 * is wrong, and rebuild makes again what can be. Each case was a fault once.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  BARE_PATH,
  EXECUTABLE,
  filesBelow,
  IS_EXECUTABLE,
  makeDesk,
  ROOT,
  type TestDesk,
} from '../process/desk.ts';

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
let desk: TestDesk;
let journal: string;

beforeEach(async () => {
  desk = await makeDesk();
  journal = join(desk.store, 'journal', '000000000001.ndjson');
});

afterEach(() => desk.remove());

const mail = (n: number) =>
  `From: nic${n}@ferrier.example\nTo: new@support-ticket.example\nSubject: ${n}\nMessage-ID: <${n}@ferrier.example>\n\nbody ${n}\n`;
const attached = readFileSync(join(ROOT, 'fixtures', 'cases', 'attachment', 'in.eml'));
const deliver = async (n: number) => (await desk.run(['new'], { input: mail(n) })).exit;
const fsck = async () => (await desk.run(['fsck'])).stdout;
const rawBodies = () =>
  filesBelow(join(desk.store, 'raw'))
    .filter((name) => name.endsWith('-in.eml'))
    .map((name) => /^body (\d+)$/m.exec(readFileSync(join(desk.store, 'raw', name), 'utf8'))?.[1]);
const repeated = () => {
  const ids = desk.sent().map(({ content }) => /^Message-ID: (.*)$/m.exec(content)?.[1]);
  return ids.length - new Set(ids).size;
};

test('the last line of the journal garbled: deferred and named, and no mail is overwritten', async () => {
  for (const n of [1, 2]) await deliver(n);
  const bytes = readFileSync(journal);
  bytes[bytes.length - 3] = 0x23;
  writeFileSync(journal, bytes);
  rmSync(join(desk.store, 'head.json'));
  expect(await deliver(3)).toBe(75);
  expect(rawBodies()).toEqual(['1', '2']);
  expect((await desk.run(['rebuild'])).exit).toBe(1);
  expect(rawBodies()).toEqual(['1', '2']);
});

test('the journal cut at a line: deferred and named, and no mail is overwritten', async () => {
  for (const n of [1, 2, 3]) await deliver(n);
  const lines = readFileSync(journal, 'utf8').split('\n');
  truncateSync(journal, Buffer.byteLength(`${lines.slice(0, 2).join('\n')}\n`));
  for (const n of [4, 5]) expect(await deliver(n)).toBe(75);
  await desk.run(['rebuild']);
  expect(await deliver(4)).toBe(75);
  expect(rawBodies()).toEqual(['1', '2', '3']);
});

test('a wrong digit in the head is not believed', async () => {
  for (const n of [1, 2, 3]) await deliver(n);
  const head = join(desk.store, 'head.json');
  for (const [from, to] of [
    ['7105', '7104'],
    ['"seq":3', '"seq":2'],
  ] as const) {
    const text = readFileSync(head, 'utf8');
    writeFileSync(head, text.replace(from, to));
    expect(await deliver(Math.floor(Math.random() * 1e6))).toBe(0);
  }
  expect((await desk.run(['fsck'])).exit).toBe(0);
  expect(rawBodies()).toHaveLength(5);
});

test('a missing document, and a missing folder of it, stop nobody', async () => {
  for (const n of [1, 2]) await deliver(n);
  rmSync(join(desk.store, 'tickets/71/SUPPORT-7103/ticket.json'));
  for (const n of [3, 4]) expect(await deliver(n)).toBe(0);
  rmSync(join(desk.store, 'tickets/71/SUPPORT-7102/cur'), { recursive: true });
  const answer = 'From: nic1@ferrier.example\nTo: SUPPORT-7102@support-ticket.example\n\nmore\n';
  expect((await desk.run(['reply'], { input: answer })).exit).toBe(0);
  expect(await deliver(5)).toBe(0);
  await desk.run(['rebuild']);
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('a lost raw mail with an attachment: named, and rebuild and mail go on', async () => {
  await desk.run(['new'], { input: attached });
  await deliver(2);
  rmSync(join(desk.store, 'raw/000000/1-in.eml'));
  expect(await fsck()).toContain('raw/000000/1-in.eml: is missing');
  expect((await desk.run(['rebuild'])).exit).toBe(0);
  expect(await deliver(3)).toBe(0);
});

test('a change that does not fit: rebuild says so and has removed nothing', async () => {
  for (const n of [1, 2]) await deliver(n);
  const text = readFileSync(journal, 'utf8');
  writeFileSync(journal, text.replace('"type":"ticket.created"', '"type":"ticket.crezted"'));
  const before = filesBelow(desk.store);
  expect((await desk.run(['rebuild'])).exit).toBe(1);
  expect(filesBelow(desk.store)).toEqual(before);
  expect((await desk.run(['backup', join(desk.dir, 'x.tar')])).exit).toBe(1);
});

test('an emptied note that a reply has gone does not bring it back', async () => {
  await deliver(1);
  truncateSync(join(desk.store, 'outbox', '1.0.sent'));
  const size = readFileSync(journal).length;
  await desk.run(['ticket', 'list']);
  expect(readFileSync(journal)).toHaveLength(size);
  await desk.run(['rebuild']);
  await deliver(2);
  expect(repeated()).toBe(0);
});

test('rebuild during a delivery does not send its reply again', async () => {
  writeFileSync(join(desk.dir, 'slow'), `#!/bin/sh\nsleep 2\nexec "${desk.dir}/sendmail" "$@"\n`, {
    mode: 0o755,
  });
  desk.configure((value) => {
    value['sendmail'] = join(desk.dir, 'slow');
  });
  const slow = deliver(1);
  while (filesBelow(join(desk.store, 'outbox')).length === 0)
    await new Promise((next) => setTimeout(next, 20));
  expect((await desk.run(['rebuild'])).exit).toBe(0);
  expect(await deliver(2)).toBe(0);
  expect(await slow).toBe(0);
  expect(desk.sent()).toHaveLength(2);
});

test.skipIf(missing !== undefined)(
  `a run whose raw copy was swept away defers its mail ${missing ?? ''}`,
  async () => {
    const child = spawn(
      'strace',
      [
        '-o',
        '/dev/null',
        '-P',
        join(desk.store, 'lock'),
        '-e',
        'trace=openat',
        '-e',
        'inject=openat:delay_enter=2000000:when=1',
        ...(IS_EXECUTABLE
          ? [EXECUTABLE]
          : [
              process.execPath,
              '-e',
              'process.exitCode=75;require(process.argv[1])',
              join(ROOT, 'dist/mailrobot.cjs'),
            ]),
        'new',
      ],
      {
        env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    );
    child.stdin.end(mail(2));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const sealed = () =>
      readdirSync(join(desk.store, 'incoming')).filter((name) => name.length > 64);
    while (sealed().length === 0) await new Promise((next) => setTimeout(next, 20));
    for (const name of sealed()) utimesSync(join(desk.store, 'incoming', name), 0, 0);
    expect(await deliver(3)).toBe(0);
    expect(await ended).toBe(75);
    expect(await deliver(2)).toBe(0);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  },
);

test('a follow-up finds its ticket also where the run before died half-way', async () => {
  await deliver(1);
  const head = join(desk.store, 'head.json');
  const before = readFileSync(head);
  await deliver(2);
  writeFileSync(head, before);
  rmSync(join(desk.store, 'tickets/71/SUPPORT-7103/ticket.json'));
  const followUp = 'From: nic2@ferrier.example\nIn-Reply-To: <2@ferrier.example>\n\nand more\n';
  for (const name of readdirSync(join(desk.store, 'index')))
    rmSync(join(desk.store, 'index', name));
  rmSync(head);
  expect((await desk.run(['new'], { input: followUp })).exit).toBe(0);
  const { messages } = JSON.parse((await desk.run(['ticket', 'show', '7103', '--json'])).stdout);
  expect(messages.at(-1).text).toBe('and more\n');
});

test('keys that do not read are named', async () => {
  writeFileSync(join(desk.store, 'keys.json'), '');
  expect(await fsck()).toContain('keys.json: does not read');
});

test('rebuild leaves the names that a mail reader gave', async () => {
  await deliver(1);
  const cur = join(desk.store, 'tickets/71/SUPPORT-7102/cur');
  copyFileSync(join(cur, '000001.mailrobot:2,S'), join(cur, '000001.mailrobot:2,RS'));
  rmSync(join(cur, '000001.mailrobot:2,S'));
  await desk.run(['rebuild']);
  expect(readdirSync(cur).sort()).toEqual(['000001.mailrobot:2,RS', '000002.mailrobot:2,S']);
});

test('an archive cut anywhere is refused, and an empty queue skips numbers too', async () => {
  const archive = join(desk.dir, 'desk.tar');
  await desk.run(['backup', archive]);
  await deliver(1);
  const [first] = desk.sent();
  rmSync(desk.store, { recursive: true });
  expect((await desk.run(['restore', archive])).stdout).toContain('SUPPORT-8102');
  await deliver(2);
  const id = /^Message-ID: (.*)$/m.exec(first?.content ?? '')?.[1];
  const answer = `From: nic1@ferrier.example\nIn-Reply-To: ${id}\n\nsecret\n`;
  await desk.run(['new'], { input: answer });
  const { messages } = JSON.parse((await desk.run(['ticket', 'show', '8102', '--json'])).stdout);
  expect(JSON.stringify(messages)).not.toContain('secret');
  const full = join(desk.dir, 'full.tar');
  await desk.run(['backup', full]);
  const whole = readFileSync(full);
  for (let size = 512; size < whole.length - 1024; size += 1024) {
    writeFileSync(archive, whole.subarray(0, size));
    rmSync(desk.store, { recursive: true, force: true });
    expect([size, (await desk.run(['restore', archive])).exit]).toEqual([size, 1]);
  }
});

test('a waiting reply whose file is garbled or gone goes out as it was committed', async () => {
  const config = readFileSync(desk.config);
  desk.configure((value) => {
    value['sendmail'] = '/nonexistent';
  });
  for (const n of [1, 2]) expect(await deliver(n)).toBe(75);
  writeFileSync(desk.config, config);
  const raw = (seq: number) => join(desk.store, `raw/000000/${seq}-out-2.eml`);
  rmSync(raw(1));
  writeFileSync(raw(1), '', { mode: 0o400 });
  rmSync(raw(2));
  for (const n of [1, 2]) expect(await deliver(n)).toBe(0);
  expect(desk.sent().map(({ content }) => content.includes('Thank you for your mail'))).toEqual([
    true,
    true,
  ]);
});

test('an outbox file that names another recipient is found', async () => {
  desk.configure((value) => {
    value['sendmail'] = '/nonexistent';
  });
  await deliver(1);
  const file = join(desk.store, 'outbox', '1.0.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('nic1@', 'evil@'));
  expect(await fsck()).toContain('outbox/1.0: is not what was committed');
});

test('a text that is garbled is named with file and offset, never shown, and new mail is taken', async () => {
  for (const n of [1, 2, 3]) await deliver(n);
  const texts = join(desk.store, 'texts', '000000000001.ndjson');
  const garbled = readFileSync(texts, 'utf8').replace('body 2', 'body 7');
  const offset = Buffer.byteLength(`${garbled.split('\n')[0]}\n`);
  writeFileSync(texts, garbled);
  const named = `texts/000000000001.ndjson: offset ${offset}: not the texts of the line`;
  expect(await fsck()).toContain(named);
  expect(await desk.run(['events'])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining(named),
  });
  expect((await desk.run(['ticket', 'search', 'body 7'])).stdout).not.toContain('7103');
  expect((await desk.run(['ticket', 'search', 'body 3'])).stdout).toContain('7104');
  expect((await desk.run(['rebuild'])).exit).toBe(1);
  expect((await desk.run(['backup', join(desk.dir, 'x.tar')])).exit).toBe(1);
  expect(await deliver(4)).toBe(0);
  expect(readFileSync(texts, 'utf8').startsWith(garbled)).toBe(true);
});

test('texts of no segment are named, and what a dead run left behind the last is not', async () => {
  await deliver(1);
  const texts = join(desk.store, 'texts');
  appendFileSync(join(texts, '000000000001.ndjson'), '{"seq":9,"texts":[["0123');
  expect((await desk.run(['fsck'])).exit).toBe(0);
  expect(await deliver(2)).toBe(0);
  expect((await desk.run(['fsck'])).exit).toBe(0);
  writeFileSync(join(texts, '000000000009.ndjson'), '', { mode: 0o600 });
  expect(await fsck()).toContain('texts/000000000009.ndjson: belongs to no segment of the journal');
});
