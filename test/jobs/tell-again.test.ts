/** A mail to the staff that lists several, of whom one is erased before it has gone out. */
import { afterEach, expect, test } from 'vitest';
import { folderOf } from '../../src/config/config.ts';
import { messageHtml } from '../../src/intake/message-html.ts';
import { doChores } from '../../src/jobs/chores.ts';
import { tellAgain } from '../../src/jobs/tell-again.ts';
import { ofPerson } from '../../src/journal/erasing/erasure.ts';
import { compose } from '../../src/letters/compose.ts';
import { attachmentsAgain } from '../../src/reading/read.ts';
import { maintenanceOf } from '../../src/stores/files/maintenance.ts';
import type { IncomingMessage } from '../../src/ticket/ticket.ts';
import { makePipeLine, type PipeLine } from '../corpus/pipe-line.ts';
import { letterIn } from '../kit/outgoing.ts';
import { READER } from '../stores/files/extract.ts';

const MINUTE_MS = 60_000;
const STAFF = [
  { name: 'bob', addresses: ['bob@home.example'] },
  { name: 'kim', addresses: ['kim@home.example'] },
];

let now = new Date('2026-11-20T10:00:00Z');
let line: PipeLine;
afterEach(() => line.remove());

function begin(more: Readonly<Record<string, unknown>> = {}): void {
  now = new Date('2026-11-20T10:00:00Z');
  line = makePipeLine({ now: () => now, config: { staff: STAFF, ...more } });
}

const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
};
const deliver = (from: string, n: number, to = 'new') =>
  line.deliver(
    Buffer.from(`From: ${from}\nSubject: ${n}\nMessage-ID: <${n}@${from}>\n\nWords of ${from}\n`),
    { SENDER: from, RECIPIENT: `${to}@support-ticket.example` },
  );
const runWith = (sendmail: string) => doChores({ ...line.context, mta: [sendmail] });

/** Texts of what waits for whom. */
async function waiting(part: 'text' | 'html' = 'text'): Promise<readonly string[]> {
  const mails = line.all().map(({ outgoing }) => outgoing);
  return (await line.store.unsent()).map(({ id, seq, recipient }) => {
    const mail = mails[seq - 1]?.[Number(id.split('.')[1])];
    return `${recipient}: ${mail === undefined ? 'lost' : letterIn(mail)[part]}`;
  });
}

async function erase(person: string): Promise<void> {
  const maintenance = maintenanceOf({
    root: folderOf(line.context.config.store),
    now: () => now,
    extract: attachmentsAgain(line.context.config.limits.reading, READER),
    compose,
  });
  const erasure = await maintenance.erase({ whom: ofPerson(person), by: 'admin' });
  const htmlOf = (message: IncomingMessage) => messageHtml(message, line.context);
  await tellAgain(erasure, { ...line.context, mta: ['/bin/false'], htmlOf });
}

test('a notice of held mail is written again with that of the others, and what came since', async () => {
  begin();
  await deliver('kay@ferrier.example', 1);
  await deliver('ann@one.example', 2, 'support-1');
  await deliver('zoe@two.example', 3, 'support-1');
  await deliver('lee@three.example', 4, 'support-1');
  pass(20);
  await runWith('/bin/false');
  expect((await waiting()).map((text) => /zoe@two[\s\S]*lee@three/.test(text))).toEqual([
    true,
    true,
  ]);
  await deliver('dan@four.example', 5, 'support-1');
  await erase('zoe@two.example');
  const left = await waiting();
  expect(left.map((text) => text.split(':')[0])).toEqual(['bob@home.example', 'kim@home.example']);
  for (const text of left) {
    expect(text).toMatch(/lee@three[\s\S]*dan@four/);
    expect(text).not.toMatch(/zoe|\[erased\]|ann@one/);
  }
  pass(20);
  await runWith('/bin/true');
  await runWith('/bin/true');
  expect(await waiting()).toEqual([]);
});

test('so is a digest of tickets', async () => {
  begin();
  for (let n = 1; n <= 14; n += 1) await deliver(`c${n}@c${n}.example`, n);
  pass(20);
  await runWith('/bin/false');
  expect((await waiting()).map((text) => /SUPPORT-12 [\s\S]*SUPPORT-13 /.test(text))).toEqual([
    true,
    true,
  ]);
  await erase('c13@c13.example');
  const left = await waiting();
  expect(left).toHaveLength(2);
  for (const text of left) {
    expect(text).toMatch(/SUPPORT-12 [\s\S]*SUPPORT-14 /);
    expect(text).not.toMatch(/SUPPORT-13|\[erased\]/);
  }
});

test('a notification that named somebody is written again with the HTML of its mail', async () => {
  begin({ sendmail: '/bin/false' });
  const octets = Buffer.from(
    'From: kay@ferrier.example\nTo: new@support-ticket.example\nCc: zoe@two.example\nSubject: RE: 1\nMessage-ID: <2@x.example>\nContent-Type: text/html\n\n<p>My <b>heron</b></p>\n',
  );
  const envelope = { SENDER: 'kay@ferrier.example', RECIPIENT: 'new@support-ticket.example' };
  await line.deliver(octets, envelope);
  const before = await waiting('html');
  expect(before.filter((mail) => mail.includes('<b>heron</b>'))).toHaveLength(2);
  expect(before.filter((mail) => mail.includes('zoe@two.example'))).toHaveLength(2);
  await erase('zoe@two.example');
  const after = await waiting('html');
  expect(after.filter((mail) => mail.includes('<b>heron</b>'))).toHaveLength(2);
  expect(after.join()).not.toContain('zoe');
});
