/**
 * Many processes at once, on one store; and a store on a disk that is full.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  BARE_PATH,
  filesBelow,
  makeDesk,
  PROGRAM,
  ROOT,
  shortMail,
  type TestDesk,
} from '../process/desk.ts';

const isRoot = process.getuid?.() === 0;
let desk: TestDesk;

beforeEach(async () => {
  desk = await makeDesk();
});

afterEach(() => desk.remove());

const all = async (): Promise<{ number: number; subject: string }[]> =>
  JSON.parse((await desk.run(['ticket', 'list', '--all', '--limit', '1000', '--json'])).stdout);

test('50 mails at once: 50 tickets with consecutive numbers, 50 replies', async () => {
  desk.configure((config) => {
    config['caps'] = { firstTime: { count: 50 } };
  });
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  const ends = await Promise.all(numbers.map((n) => desk.run(['new'], { input: shortMail(n) })));
  expect(new Set(ends.map(({ exit, stdout }) => `${exit}${stdout}`))).toEqual(new Set(['0']));
  const tickets = await all();
  expect(tickets.map(({ number }) => number).sort()).toEqual(numbers.map((n) => 7102 + n));
  expect(new Set(tickets.map(({ subject }) => subject)).size).toBe(50);
  expect(desk.sent()).toHaveLength(50);
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('one mail 20 times at once: one ticket, one reply', async () => {
  const again = Array.from({ length: 20 }, () => desk.run(['new'], { input: shortMail(1) }));
  expect(new Set((await Promise.all(again)).map(({ exit }) => exit))).toEqual(new Set([0]));
  expect(await all()).toHaveLength(1);
  expect(desk.sent()).toHaveLength(1);
});

test('a process that is killed while it holds the lock does not hold up the next one', async () => {
  const holder = `exec 3>>"$0/lock" && flock -x 3 && kill -9 $$`;
  spawnSync('sh', ['-c', holder, desk.store]);
  expect((await desk.run(['new'], { input: shortMail(1) })).exit).toBe(0);
});

test.skipIf(!isRoot)(
  'a full disk: 75, nothing piles up, and with room again the retry completes (needs root)',
  async () => {
    const disk = join(desk.dir, 'store');
    const script = `set -e
mkdir "$1/small"; mount -t tmpfs -o size=400k,mode=700 none "$1/small"
cp -a "$1/store/." "$1/small/"
dd if=/dev/zero of="$1/small/filler" bs=1k count=1000 2>/dev/null || true
sed -i 's/"store":"store"/"store":"small"/' "$1/config.json"
for n in 1 2 3; do "$2" new <"$3"; echo "exit $?"; ls "$1/small/incoming" | wc -l; done
rm "$1/small/filler"
"$2" new <"$3"; echo "exit $?"
"$2" fsck; "$2" ticket list --json | jq length`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        script.replace('set -e\n', ''),
        'sh',
        desk.dir,
        PROGRAM,
        join(ROOT, 'fixtures/cases/attachment/in.eml'),
      ],
      { env: { PATH: `${BARE_PATH}:/usr/sbin`, MAILROBOT_CONFIG: desk.config }, encoding: 'utf8' },
    );
    expect(filesBelow(disk).length).toBeGreaterThan(0);
    const full = '4.3.1 mailrobot: no room in the store\nexit 75\n0\n';
    expect(stdout + stderr).toBe(`${full.repeat(3)}exit 0\nThe store is in order: 1 commits.\n1\n`);
  },
);

test('under the file size limit that local(8) sets by default (51.2 MB) plain mail is taken', () => {
  const { status } = spawnSync('sh', ['-c', 'ulimit -f 100000; exec "$0" new', PROGRAM], {
    input: shortMail(1),
    env: { PATH: BARE_PATH, MAILROBOT_CONFIG: desk.config },
  });
  expect(status).toBe(0);
});

test('what is damaged is named, what can be is made again, and new mail is taken', async () => {
  for (const n of [1, 2]) await desk.run(['new'], { input: shortMail(n) });
  await desk.run(['ticket', 'list']);
  const doc = 'tickets/71/SUPPORT-7102/ticket.json';
  for (const [file, content] of [
    [doc, ''],
    [doc, '{"v":1'],
    [doc, '\0'.repeat(500)],
    ['raw/000000/1-out-2.eml', 'garbled'],
  ] as const) {
    rmSync(join(desk.store, file));
    writeFileSync(join(desk.store, file), content, { mode: 0o600 });
    const checked = await desk.run(['fsck']);
    expect([checked.exit, checked.stdout.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining(file),
    ]);
    expect((await desk.run(['new'], { input: shortMail(Math.random()) })).exit).toBe(0);
    expect((await desk.run(['rebuild'])).exit).toBe(0);
    expect((await desk.run(['fsck'])).exit).toBe(0);
  }
  rmSync(join(desk.store, 'raw/000000/1-in.eml'));
  const lost = await desk.run(['fsck']);
  expect(lost.stdout).toContain('raw/000000/1-in.eml: is missing');
  expect((await desk.run(['new'], { input: shortMail(99) })).exit).toBe(0);
});

test('a journal line that is garbled is named with file and offset, and nothing is overwritten', async () => {
  for (const n of [1, 2, 3]) await desk.run(['new'], { input: shortMail(n) });
  const journal = join(desk.store, 'journal', '000000000001.ndjson');
  const text = readFileSync(journal, 'utf8');
  const second = text.indexOf('\n') + 1;
  const garbled = `${text.slice(0, second)}#${text.slice(second + 1)}`;
  writeFileSync(journal, garbled);
  const checked = await desk.run(['fsck']);
  expect(checked.stdout).toContain(`the line at offset ${second} does not read`);
  expect((await desk.run(['rebuild'])).exit).toBe(1);
  expect((await desk.run(['ticket', 'show', '7103'])).exit).toBe(0);
  expect((await desk.run(['new'], { input: shortMail(4) })).exit).toBe(0);
  expect(readFileSync(journal, 'utf8').startsWith(garbled)).toBe(true);
});

test('backup and restore: a new epoch, numbers that skip ahead, and no reply twice', async () => {
  for (const n of [1, 2]) await desk.run(['new'], { input: shortMail(n) });
  const archive = join(desk.dir, 'desk.tar');
  expect((await desk.run(['backup', archive])).exit).toBe(0);
  expect((await desk.run(['backup', archive])).exit).toBe(1);
  await desk.run(['new'], { input: shortMail(3) });
  expect((await desk.run(['restore', archive])).stderr).toContain(
    'restore never overwrites a store',
  );
  rmSync(desk.store, { recursive: true });
  expect((await desk.run(['restore', archive])).stdout).toContain(
    'the next ticket is SUPPORT-8104',
  );
  expect((await desk.run(['fsck'])).exit).toBe(0);
  const sent = desk.sent();
  const id = /^Message-ID: (.*)$/m.exec(sent[0]?.content ?? '')?.[1];
  const answer = `From: nic1@ferrier.example\nIn-Reply-To: ${id}\nMessage-ID: <a@ferrier.example>\n\nstill\n`;
  expect((await desk.run(['new'], { input: answer })).exit).toBe(0);
  expect((await desk.run(['new'], { input: shortMail(4) })).exit).toBe(0);
  expect((await all()).map(({ number }) => number)).toEqual([8104, 7103, 7102]);
  const shown = JSON.parse((await desk.run(['ticket', 'show', '7102', '--json'])).stdout);
  expect(shown.messages.at(-1).trust).toBe('thread');
  expect((await desk.run(['resume', '--yes'])).exit).toBe(0);
  expect(desk.sent()).toHaveLength(sent.length + 1);
  writeFileSync(archive, readFileSync(archive).subarray(0, 5000));
  rmSync(desk.store, { recursive: true });
  expect((await desk.run(['restore', archive])).exit).toBe(1);
});

test('a garbled document is made again by whoever needs it', async () => {
  await desk.run(['new'], { input: shortMail(1) });
  const doc = join(desk.store, 'tickets/71/SUPPORT-7102/ticket.json');
  const before = readFileSync(doc, 'utf8');
  writeFileSync(doc, before.slice(0, 100));
  const answer = 'From: nic1@ferrier.example\nTo: SUPPORT-7102@support-ticket.example\n\nmore\n';
  expect((await desk.run(['reply'], { input: answer })).exit).toBe(0);
  writeFileSync(doc, '');
  const shown = JSON.parse((await desk.run(['ticket', 'show', '7102', '--json'])).stdout);
  expect(shown.messages).toHaveLength(3);
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('a garbled file in the outbox holds up nobody else', async () => {
  const config = readFileSync(desk.config);
  desk.configure((value) => {
    value['sendmail'] = '/nonexistent';
  });
  for (const n of [1, 2]) expect((await desk.run(['new'], { input: shortMail(n) })).exit).toBe(75);
  writeFileSync(join(desk.store, 'outbox', '1.0.json'), '');
  writeFileSync(desk.config, config);
  expect((await desk.run(['new'], { input: shortMail(2) })).exit).toBe(0);
  expect(desk.sent()).toHaveLength(1);
  expect((await desk.run(['fsck'])).stdout).toContain('outbox/1.0: is missing');
  expect((await desk.run(['rebuild'])).exit).toBe(0);
  expect((await desk.run(['new'], { input: shortMail(1) })).exit).toBe(0);
  expect(desk.sent()).toHaveLength(2);
});

test('a link in the store is not followed out of it', async () => {
  await desk.run(['new'], { input: shortMail(1) });
  const outside = join(desk.dir, 'outside');
  mkdirSync(outside);
  for (const name of [
    'tickets/71',
    'raw/000000',
    'index',
    'outbox',
    'incoming',
    'journal',
    'texts',
    'open/71',
    'waiting',
    'waiting/desk-SUPPORT',
  ]) {
    const path = join(desk.store, name);
    renameSync(path, `${path}.away`);
    symlinkSync(outside, path);
    const answer = 'From: nic1@ferrier.example\nTo: SUPPORT-7102@support-ticket.example\n\nmore\n';
    expect([name, (await desk.run(['reply'], { input: answer })).exit]).toEqual([name, 75]);
    expect(filesBelow(outside)).toEqual([]);
    rmSync(path);
    renameSync(`${path}.away`, path);
  }
  expect((await desk.run(['fsck'])).exit).toBe(0);
});

test('the same mail through info: and new: is one, to two queues it is two, with another body it is another', async () => {
  desk.configure((value) => {
    value['queues'] = [
      { prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      { prefix: 'SALES', address: 'sales', name: 'Sales', first: 1 },
    ];
  });
  const to = (local: string, body = 'x') =>
    desk.run(['new'], {
      input: `From: nic@ferrier.example\nSubject: s\nMessage-ID: <1@a.example>\n\n${body}\n`,
      env: {
        SENDER: 'nic@ferrier.example',
        RECIPIENT: `${local}@support-ticket.example`,
        ORIGINAL_RECIPIENT: `${local === 'new' ? 'info' : local}@support-ticket.example`,
      },
    });
  for (const local of ['new', 'new', 'sales', 'sales']) expect((await to(local)).exit).toBe(0);
  await to('new', 'another body');
  const ids = JSON.parse((await desk.run(['ticket', 'list', '--json'])).stdout).map(
    ({ id }: { id: string }) => id,
  );
  expect(ids).toEqual(['SUPPORT-7103', 'SALES-1', 'SUPPORT-7102']);
  expect(desk.sent()).toHaveLength(3);
});
