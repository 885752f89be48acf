/** One large mail to many addresses takes the room of one, and each of them has it as it came. */
import { existsSync, linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { allOf } from '../../../src/journal/blobs.ts';
import { compose } from '../../../src/letters/compose.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import {
  octetsAt,
  placeRaw,
  removeRaw,
  sizeAt,
  sumAt,
} from '../../../src/stores/files/raw-mails.ts';
import { shareRaw } from '../../../src/stores/files/raw-sharing.ts';
import { makePipeLine, type PipeLine } from '../../corpus/pipe-line.ts';
import { largeMailTo } from '../../kit/large-mail.ts';
import { filesBelow } from '../../process/desk.ts';
import { extract } from './extract.ts';

let line: PipeLine;
let today = new Date();
afterEach(() => line.remove());

const root = () => join(line.dir, 'store');
const raw = (seq: number, end = 'eml') => join(root(), 'raw', '000000', `${seq}-in.${end}`);
const inode = (path: string) => lstatSync(path).ino;
const findings = async () => {
  const options = { root: root(), now: () => today, extract, compose };
  return (await maintenanceOf(options).check()).findings;
};
const QUEUES = ['A', 'B', 'C'].map((prefix) => ({
  ...{ prefix, address: prefix.toLowerCase(), name: prefix, first: 1 },
}));
const address = (name: string) => `${name}@support-ticket.example`;
const deliverTo = (name: string, mail = largeMailTo(address(name))) =>
  line.deliver(mail, { RECIPIENT: address(name) });

function begin(): void {
  today = new Date();
  line = makePipeLine({ now: () => today, config: { queues: QUEUES } });
}

test('a mail to three queues is three tickets, one file, and as it came in each of them', async () => {
  begin();
  for (const name of ['a', 'b', 'c']) expect(await deliverTo(name)).toBe('opened');
  expect(new Set([1, 2, 3].map((seq) => inode(raw(seq)))).size).toBe(1);
  for (const [at, name] of ['a', 'b', 'c'].entries()) {
    const ticket = await line.store.ticket(`${name.toUpperCase()}-1` as `${string}-${number}`);
    const [message] = ticket?.messages ?? [];
    if (message?.direction !== 'in') throw new Error('no mail');
    expect(await allOf(await line.store.rawMail(message.raw))).toEqual(largeMailTo(address(name)));
    expect(existsSync(raw(at + 1, 'head'))).toBe(at > 0);
    const [file] = message.attachments;
    expect(file && inode(join(root(), file.path))).toBe(
      inode(join(root(), 'tickets', '0', 'A-1', 'attachments', '1-1.bin')),
    );
  }
  expect(filesBelow(join(root(), 'incoming'))).toEqual([]);
  expect(await findings()).toEqual([]);
});

test('the very same octets share a file, and begin alike', async () => {
  begin();
  for (const name of ['a', 'b']) await deliverTo(name, largeMailTo('many@other.example'));
  expect(inode(raw(1))).toBe(inode(raw(2)));
  expect(existsSync(raw(2, 'head'))).toBe(false);
  expect(await findings()).toEqual([]);
});

test('one that is removed leaves the others whole', async () => {
  begin();
  for (const name of ['a', 'b', 'c']) await deliverTo(name);
  removeRaw(root(), 1);
  expect(Buffer.concat([...octetsAt(raw(2))])).toEqual(largeMailTo(address('b')));
  removeRaw(root(), 2);
  expect(existsSync(raw(2, 'head'))).toBe(false);
  expect(Buffer.concat([...octetsAt(raw(3))])).toEqual(largeMailTo(address('c')));
});

test.each([
  ['a letter of the text', 'Here it is', 'Here he is'],
  ['a field that no MTA writes for a recipient', 'Subject: a', 'Subject: A'],
  ['a line more', 'Here it is', 'Here it is.\nIt is large'],
])('two mails that differ in %s have a file each, as they came', async (_, one, other) => {
  begin();
  await deliverTo('a');
  const mail = largeMailTo(address('b')).toString().replace(one, other);
  await deliverTo('b', Buffer.from(mail));
  expect(readFileSync(raw(1))).toEqual(largeMailTo(address('a')));
  expect(readFileSync(raw(2), 'utf8')).toBe(mail);
});

test('a mail that differs further down has a file of its own', async () => {
  begin();
  await deliverTo('a');
  const other = largeMailTo(address('b'))
    .toString()
    .replace(/--b--\n$/, '--b-- \n');
  await deliverTo('b', Buffer.from(other));
  const longer = largeMailTo(address('c'), 30_000);
  await deliverTo('c', longer);
  expect(new Set([1, 2, 3].map((seq) => inode(raw(seq)))).size).toBe(3);
  expect(Buffer.concat([...octetsAt(raw(2))]).toString()).toBe(other);
  expect(await findings()).toEqual([]);
});

test('a file that is damaged is shared with nobody, and stops no mail', async () => {
  begin();
  await deliverTo('a');
  rmSync(raw(1));
  expect(await deliverTo('b')).toBe('opened');
  expect(readFileSync(raw(2))).toEqual(largeMailTo(address('b')));
});

test('what fsck says of a head that somebody has changed', async () => {
  begin();
  for (const name of ['a', 'b']) await deliverTo(name);
  const head = readFileSync(raw(2, 'head'), 'latin1');
  rmSync(raw(2, 'head'));
  writeFileSync(raw(2, 'head'), head.replace('kay@', 'bob@'), { mode: 0o600 });
  expect(await findings()).toEqual([
    expect.objectContaining({ file: 'raw/000000/2-in.eml', problem: expect.stringMatching('not') }),
  ]);
  rmSync(raw(2));
  expect((await findings()).map(({ file }) => file)).toContain('raw/000000/2-in.eml');
});

/** What a run that was killed may leave: each is finished by the next. */
test.each(['nothing', 'the name', 'the name and the head'])(
  'a run that died after %s: the next one finishes it',
  async (done) => {
    begin();
    await deliverTo('a');
    const mail = largeMailTo(address('b'));
    const incoming = join(root(), 'incoming', 'b');
    writeFileSync(incoming, mail, { mode: 0o400 });
    if (done !== 'nothing') linkSync(raw(1), raw(2));
    if (done.endsWith('head')) {
      writeFileSync(raw(2, 'head'), 'nothing that reads', { mode: 0o600 });
    }
    const place = { seq: 2, size: mail.length };
    expect(placeRaw(root(), incoming, place, shareRaw)).toBe(1);
    expect(placeRaw(root(), incoming, place, shareRaw)).toBeNull();
    expect(Buffer.concat([...octetsAt(raw(2))])).toEqual(mail);
    expect([sizeAt(raw(2)), sumAt(raw(9))]).toEqual([mail.length, null]);
    // Also if the other mail has gone by then.
    writeFileSync(incoming, mail, { mode: 0o400 });
    removeRaw(root(), 1);
    expect(placeRaw(root(), incoming, place, shareRaw)).toBeNull();
    expect(readFileSync(raw(2))).toEqual(mail);
    expect(existsSync(raw(2, 'head'))).toBe(false);
  },
);
