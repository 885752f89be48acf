/** After a power cut mail goes on, and attachments are made again beside it. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/config/limits.ts';
import { carryOut } from '../../../src/feed/order.ts';
import { allOf } from '../../../src/journal/blobs.ts';
import type { ExtractAttachments } from '../../../src/journal/spool.ts';
import { compose } from '../../../src/letters/compose.ts';
import { attachmentsAgain } from '../../../src/reading/read.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import { type Attachment, attachmentsOf } from '../../../src/ticket/ticket.ts';
import { makePipeLine, type PipeLine } from '../../corpus/pipe-line.ts';
import { collect } from '../../kit/collect.ts';
import { wholeMail } from '../../kit/outgoing.ts';
import { filesBelow } from '../../process/desk.ts';
import { extract, READER } from './extract.ts';

let line: PipeLine;
let boot = 0;
afterEach(() => line.remove());

const root = () => join(line.dir, 'store');
const now = () => new Date();
const inStore = (path: string) => join(root(), path);

/** A mail with so many files; of each the content says which mail and which file it is. */
function mail(n: number, files: number, more = ''): Buffer {
  const parts = Array.from(
    { length: files },
    (_, at) => `--b\nContent-Disposition: attachment; filename=${at}.txt\n\nmail ${n} file ${at}\n`,
  );
  return Buffer.from(
    `From: nic@ferrier.example\nSubject: ${n}\nMessage-ID: <${n}@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n${more}${parts.join('')}--b--\n`,
  );
}

/** Raw mail was fsynced. */
const filesOfAll = async (): Promise<readonly Attachment[]> =>
  (await collect(line.store.tickets('all', ['SUPPORT'])))
    .flatMap(attachmentsOf)
    .filter(({ path }) => path.startsWith('tickets/'))
    .filter(({ path }, at, all) => all.findIndex((other) => other.path === path) === at);

const isGarbled = ({ path, sha256 }: Attachment) =>
  !existsSync(inStore(path)) ||
  createHash('sha256')
    .update(readFileSync(inStore(path)))
    .digest('hex') !== sha256;

/** The head is another boot's, and what was never fsynced is gone, or zeros. */
async function cutPower(): Promise<void> {
  rmSync(inStore('head.json'));
  rmSync(inStore('checkpoint.json'), { force: true });
  for (const [n, { path, size }] of (await filesOfAll()).entries()) {
    if (n % 2 === 0) rmSync(inStore(path));
    else {
      truncateSync(inStore(path), 0);
      truncateSync(inStore(path), size);
    }
  }
}

const afterBoot = (made: ExtractAttachments = extract) => {
  boot += 1;
  return { root: root(), now, extract: made, compose, boot: `boot ${boot}` };
};

test('no raw mail is read while anybody waits for the lock', async () => {
  line = makePipeLine();
  await line.deliver(mail(1, 2));
  await cutPower();
  let isRead = () => {};
  const reading = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const options = afterBoot(async (...given) => {
    isRead();
    await held;
    await extract(...given);
  });
  const made = maintenanceOf(options).rebuildAttachments();
  await reading;
  const changes = [{ type: 'mail.answered', address: 'a@x.example', about: 'help' }] as const;
  await new FileStore(options).exclusive(
    (transaction) => transaction.commit({ changes, outgoing: [] }),
    1,
  );
  expect((await filesOfAll()).filter(isGarbled)).toHaveLength(2);
  goOn();
  await made;
  expect((await filesOfAll()).filter(isGarbled)).toEqual([]);
});

test('each mail is done once, however often whoever does it is killed', async () => {
  line = makePipeLine();
  for (const n of [1, 2, 3, 4]) await line.deliver(mail(n, 1));
  await cutPower();
  const read: string[] = [];
  let patience = 2;
  const options = afterBoot(async (chunks, ...more) => {
    patience -= 1;
    if (patience < 0) throw new Error('killed');
    read.push(/^Subject: (.*)$/m.exec(Buffer.concat([...chunks()]).toString())?.[1] ?? '');
    await extract(chunks, ...more);
  });
  await expect(maintenanceOf(options).rebuildAttachments()).rejects.toThrow('killed');
  // And the power goes once more.
  const again = { ...options, boot: 'yet another' };
  rmSync(inStore('head.json'));
  patience = 9;
  await maintenanceOf(again).rebuildAttachments();
  expect(read).toEqual(['1', '2', '3', '4']);
  expect((await filesOfAll()).filter(isGarbled)).toEqual([]);
  expect(filesBelow(root()).filter((name) => /uncertain|extracted/.test(name))).toEqual([]);
});

test('a mail that gives no such file any more stops no other', async () => {
  line = makePipeLine();
  for (const n of [1, 2]) await line.deliver(mail(n, 1));
  await cutPower();
  const garbled = 'tickets/0/SUPPORT-1/attachments/1-1.txt';
  const options = afterBoot(async (chunks, ...more) => {
    if (!Buffer.concat([...chunks()]).includes('Subject: 1\n')) await extract(chunks, ...more);
  });
  await maintenanceOf(options).rebuildAttachments();
  expect((await filesOfAll()).filter(isGarbled).map(({ path }) => path)).toEqual([
    'tickets/0/SUPPORT-1/attachments/1-1.txt',
  ]);
  const { findings } = await maintenanceOf(options).check();
  expect(findings.map(({ file }) => file)).toEqual([garbled]);
});

test.each([
  ['fewer files than the mail has', { attachments: 2, textSize: 1_048_576 }],
  ['a text that was cut, so that its HTML was not kept', { attachments: 250, textSize: 1024 }],
  ['all of it', { attachments: 250, textSize: 1_048_576 }],
])('what was kept within other limits comes out again: %s', async (_, reading) => {
  line = makePipeLine({ config: { limits: reading } });
  const html = `--b\nContent-Type: text/html\n\n<p>${'so it looks '.repeat(200)}</p>\n`;
  await line.deliver(mail(1, 5, html));
  const kept = await filesOfAll();
  expect(kept.length).toBeGreaterThan(1);
  await cutPower();
  const [strange, wide] = [
    { ...DEFAULT_LIMITS, attachments: 1, parts: 3 },
    { ...DEFAULT_LIMITS, attachments: 1000, textSize: 8_388_608 },
  ];
  for (const today of [strange, wide]) {
    const options = afterBoot(attachmentsAgain(today, READER));
    await maintenanceOf(options).rebuildAttachments();
    expect(kept.filter(isGarbled)).toEqual([]);
    await cutPower();
  }
});

test('a commit of an older version, which has not written down its limits, is read within those of today', async () => {
  line = makePipeLine();
  await line.deliver(mail(1, 3));
  const journal = inStore('journal/000000000001.ndjson');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace(/,"within":\{[^}]*\}/, ''));
  expect(line.last().delivery?.within).toBeUndefined();
  await cutPower();
  await maintenanceOf(afterBoot()).rebuildAttachments();
  expect((await filesOfAll()).filter(isGarbled)).toEqual([]);
});

const forward = { type: 'forward', to: 'kay@other.example', text: '' } as const;
const order = {
  type: 'act',
  ticket: 'SUPPORT-1',
  action: forward,
  by: 'bob',
  origin: null,
} as const;

test('a mail that needs a file before gets it at once, read without the lock', async () => {
  line = makePipeLine();
  await line.deliver(mail(1, 2));
  await cutPower();
  let isLockFree = false;
  const options = afterBoot(async (...given) => {
    await new FileStore(options).exclusive(() => {}, 1);
    isLockFree = true;
    await extract(...given);
  });
  const store = new FileStore(options);
  const ordered = await carryOut(order, { ...line.context, store });
  expect(ordered).toMatchObject({ end: 'done' });
  expect(isLockFree).toBe(true);
  const [sent] = line.last().outgoing;
  if (sent === undefined) throw new Error('nothing was sent');
  const whole = await wholeMail(sent, async (file) => allOf(await store.attachment(file)));
  const content = whole.toString();
  for (const at of [0, 1]) {
    expect(content).toContain(Buffer.from(`mail 1 file ${at}`).toString('base64').slice(0, 16));
  }
});

test('the copy of a mail of ours that such files are in comes back with them', async () => {
  line = makePipeLine();
  await line.deliver(mail(1, 2));
  await carryOut(order, line.context);
  const copies = () => filesBelow(root()).filter((name) => /2-out-3\.eml$/.test(name));
  const [raw = ''] = copies();
  const whole = readFileSync(inStore(raw));
  expect(whole.toString()).toContain(Buffer.from('mail 1 file 0').toString('base64').slice(0, 16));
  await cutPower();
  rmSync(inStore(raw));
  const options = afterBoot();
  await new FileStore(options).recover();
  expect(copies()).toEqual([]);
  await maintenanceOf(options).rebuildAttachments();
  expect(readFileSync(inStore(raw))).toEqual(whole);
  expect((await maintenanceOf(options).check()).findings).toEqual([]);
});

test('where the raw mail gives it no more, the order is refused with the reason, and nothing is tried for ever', async () => {
  line = makePipeLine();
  await line.deliver(mail(1, 1));
  await cutPower();
  const store = new FileStore(afterBoot(async () => {}));
  const ordered = await carryOut(order, { ...line.context, store });
  expect(ordered).toEqual({
    end: 'refused',
    reason: 'the attachment "0.txt" (tickets/0/SUPPORT-1/attachments/1-1.txt) is lost',
  });
});

test('a list of what is in doubt that is torn itself puts all in doubt', async () => {
  line = makePipeLine();
  for (const n of [1, 2]) await line.deliver(mail(n, 1));
  await cutPower();
  const options = afterBoot();
  await new FileStore(options).recover();
  writeFileSync(inStore('uncertain.json'), '{"v":1,"fr');
  await maintenanceOf(options).rebuildAttachments();
  expect((await filesOfAll()).filter(isGarbled)).toEqual([]);
});
