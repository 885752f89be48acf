/** The texts beside the journal: durable before its lines, and nothing left of what has failed. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JournalRecord, RECORD_VERSION } from '../../../src/journal/record.ts';
import { leafOf } from '../../../src/journal/texts.ts';
import { Failure } from '../../../src/outcome.ts';
import { sync } from '../../../src/stores/disk/disk.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { AppendFailure, Journal } from '../../../src/stores/files/journal.ts';
import type { End } from '../../../src/stores/files/journal-lines.ts';
import { ERASED } from '../../../src/ticket/erased.ts';
import { endOf, recordsOf } from '../../kit/journal.ts';

let root: string;
const SEGMENT = '000000000001.ndjson';
const texts = (segment = SEGMENT) => join(root, 'texts', segment);
const lines = (segment = SEGMENT) => join(root, 'journal', segment);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-texts-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const tagged = (seq: number, tag = `tag ${seq}`): JournalRecord => ({
  ...{ v: RECORD_VERSION, seq, time: '2026-11-21T12:00:00.000Z', outgoing: [] },
  changes: [
    { type: 'ticket.tagged', ticket: 'SUPPORT-7102', added: [tag], removed: [], by: 'kim' },
  ],
});

const open = (syncing = sync) => new Journal(join(root, 'journal'), syncing);
const append = (record: JournalRecord, at: End = endOf(open())) => open().append(at, [record]);

test('the texts are durable before the line that vouches for them is written', async () => {
  const synced: string[] = [];
  const noting = (fd: number, path: string) => {
    synced.push(basename(dirname(path)));
    if (path === texts()) expect(statSync(lines()).size).toBe(0);
    sync(fd, path);
  };
  await open(noting).append(endOf(open()), [tagged(1), tagged(2)]);
  expect(synced).toEqual(['texts', 'journal']);
  expect(recordsOf(root)).toEqual([tagged(1), tagged(2)]);
  expect(readFileSync(lines(), 'utf8')).not.toMatch(/tag \d|kim/);
  expect(statSync(texts()).mode & 0o777).toBe(0o600);
});

test.each(['texts', 'journal'])(
  'if the %s cannot be made durable, nothing is left of it',
  async (which) => {
    await append(tagged(1));
    const before = [readFileSync(texts()), readFileSync(lines())];
    const failing = (fd: number, path: string) => {
      if (dirname(path).endsWith(which)) throw new Failure('store-failed', `${path}: EIO`);
      sync(fd, path);
    };
    const end = endOf(open());
    const failure = await open(failing)
      .append(end, [tagged(2, 'x'.repeat(9000))])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppendFailure);
    expect(failure).toMatchObject({ isUndone: true });
    expect([readFileSync(texts()), readFileSync(lines())]).toEqual(before);
    await append(tagged(2));
    expect(recordsOf(root)).toEqual([tagged(1), tagged(2)]);
  },
);

test('what a dead run has left behind the last texts is cut off', async () => {
  await append(tagged(1));
  const end = endOf(open());
  appendFileSync(texts(), `{"seq":2,"texts":[["0123456789abcdef","${'x'.repeat(500)}"]]}\n`);
  await append(tagged(2), end);
  expect(readFileSync(texts(), 'utf8')).not.toContain('xxx');
  expect(readFileSync(texts(), 'utf8').split('\n')).toHaveLength(3);
  expect(recordsOf(root)).toEqual([tagged(1), tagged(2)]);
});

test('a link in the place of texts is not followed', async () => {
  await append(tagged(1));
  const end = endOf(open());
  const outside = join(root, 'outside');
  renameSync(texts(), outside);
  appendFileSync(outside, 'of somebody else');
  const before = readFileSync(outside);
  symlinkSync(outside, texts());
  await expect(append(tagged(2), { ...end, texts: 3 })).rejects.toThrow(/ELOOP/);
  expect(() => recordsOf(root)).toThrow(/ELOOP/);
  expect(readFileSync(outside)).toEqual(before);
});

test('a store without the folder gets it with its first commit', async () => {
  rmSync(join(root, 'texts'), { recursive: true });
  await append(tagged(1));
  expect(recordsOf(root)).toEqual([tagged(1)]);
  expect(statSync(join(root, 'texts')).mode & 0o777).toBe(0o700);
});

test('if texts are lost, nothing is committed behind them, and nothing is made in their place', async () => {
  await append(tagged(1));
  const end = endOf(open());
  rmSync(join(root, 'texts'), { recursive: true });
  const damaged = { end: 'store-damaged', message: expect.stringContaining('is missing') };
  await expect(append(tagged(2), end)).rejects.toMatchObject(damaged);
  expect(() => recordsOf(root)).toThrow(/texts\/000000000001\.ndjson is missing/);
  expect(existsSync(join(root, 'texts'))).toBe(false);
  expect(readdirSync(join(root, 'journal'))).toEqual([SEGMENT]);
});

test.each([
  ['changed', (text: string) => text.replace('tag 2', 'tag 7')],
  ['cut short', (text: string) => text.slice(0, -20)],
  ['of another commit', (text: string) => text.replace('"seq":2', '"seq":1')],
])('texts that are %s are named with file and offset, and no line is cut off', async (_, edit) => {
  await append(tagged(1));
  const { texts: at, offset } = endOf(open());
  await append(tagged(2));
  const whole = readFileSync(lines());
  writeFileSync(texts(), edit(readFileSync(texts(), 'utf8')));
  const torn: unknown[] = [];
  const read = () => [...open().read(open().start(), (where) => torn.push(where))];
  expect(read).toThrow(expect.objectContaining({ end: 'store-damaged' }));
  expect(read).toThrow(`texts/${SEGMENT}: offset ${at}: not the texts of the line`);
  expect(read).toThrow(`${SEGMENT} at offset ${offset}`);
  expect(torn).toEqual([]);
  expect(readFileSync(lines())).toEqual(whole);
});

test('a text that was erased is read as such, and all others as they were', async () => {
  for (const n of [1, 2, 3]) await append(tagged(n));
  const before = readFileSync(texts(), 'utf8');
  const [salt = ''] = /[\w-]{16}(?=","tag 2")/.exec(before) ?? [];
  const entry = JSON.stringify([salt, 'tag 2']);
  writeFileSync(
    texts(),
    before.replace(entry, JSON.stringify(leafOf(salt, 'tag 2')).padEnd(entry.length)),
  );
  expect(recordsOf(root)).toEqual([tagged(1), tagged(2, ERASED), tagged(3)]);
  await append(tagged(4));
  expect(recordsOf(root)).toHaveLength(4);
});

test('long texts begin a new segment of both', async () => {
  const tag = 'x'.repeat(3 * 1024 * 1024);
  for (let seq = 1; seq <= 5; seq += 1) await append(tagged(seq, tag));
  const segments = [SEGMENT, '000000000004.ndjson'];
  expect([readdirSync(join(root, 'journal')), readdirSync(join(root, 'texts'))]).toEqual([
    segments,
    segments,
  ]);
  expect(recordsOf(root).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});
