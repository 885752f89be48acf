/** Each line of the journal holds the hash of the one before: whatever was changed is found. */

import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cursorNamed, positionAfter } from '../../../src/feed/feed.ts';
import { hashOf, NO_LINE } from '../../../src/journal/chain.ts';
import { type JournalRecord, RECORD_VERSION } from '../../../src/journal/record.ts';
import type { Store } from '../../../src/journal/store.ts';
import { compose } from '../../../src/letters/compose.ts';
import { bootId } from '../../../src/stores/files/boot.ts';
import { openCommitLog } from '../../../src/stores/files/commit-log.ts';
import { createStore } from '../../../src/stores/files/create-store.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { readHead, writeHead } from '../../../src/stores/files/head.ts';
import { Journal } from '../../../src/stores/files/journal.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import { endOf } from '../../kit/journal.ts';

let root: string;
const options = () => ({ root, now: () => new Date(), extract: async () => {}, compose });
const open = (): Store => new FileStore(options());
const folder = () => join(root, 'journal');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailrobot-chain-'));
  createStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const blocked = (n: number, size = 0): Change => ({
  ...{ type: 'address.blocked', address: `nic${n}@ferrier.example`, by: `kim${'x'.repeat(size)}` },
});
const commit = (n: number, size = 0) =>
  open().exclusive((transaction) =>
    transaction.commit({ changes: [blocked(n, size)], outgoing: [] }),
  );

interface Line {
  readonly path: string;
  readonly offset: number;
  readonly octets: Buffer;
  readonly prev?: string;
}

function lines(): readonly Line[] {
  return readdirSync(folder())
    .filter((name) => name.endsWith('.ndjson'))
    .toSorted()
    .flatMap((name) => {
      const path = join(folder(), name);
      const data = readFileSync(path);
      const found: Line[] = [];
      for (let offset = 0; offset < data.length; ) {
        const end = data.indexOf('\n', offset);
        const octets = data.subarray(offset, end);
        found.push({ path, offset, octets, prev: JSON.parse(octets.toString()).prev });
        offset = end + 1;
      }
      return found;
    });
}

/** One octet of it: the year of its time. */
function changeLine(n: number): void {
  const { path, offset } = lines()[n] ?? expect.unreachable();
  const data = readFileSync(path);
  data[data.indexOf('"time":"2', offset) + '"time":"'.length] = 0x33;
  writeFileSync(path, data);
}

function expectChain(all: readonly Line[]): void {
  const before = all.map((_, n) => all[n - 1]).map((line) => line && hashOf(line.octets));
  expect(all.map(({ prev }) => prev)).toEqual(before.map((hash) => hash ?? NO_LINE));
}

/** As an older program wrote it. */
const written = (seq: number) =>
  JSON.stringify({ v: 1, seq, time: '2026-01-02T08:00:00Z', changes: [], outgoing: [] });

const problems = async () =>
  (await maintenanceOf(options()).check()).findings.map(({ file, problem, isRebuildable }) => ({
    text: `${file}: ${problem}`,
    isRebuildable,
  }));

test('a hash is the first 128 bits of the SHA-256 of the line without its line break', async () => {
  expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223');
  await commit(1);
  await commit(2);
  const [first, second] = lines();
  expect(first?.prev).toBe('00000000000000000000000000000000');
  expect(second?.prev).toBe(hashOf(first?.octets ?? ''));
});

test('the chain goes on through sections of several commits, processes and segments', async () => {
  await open().exclusive(async (transaction) => {
    for (const n of [1, 2, 3]) await transaction.commit({ changes: [blocked(n)], outgoing: [] });
  });
  const store = open();
  await Promise.all(
    [4, 5].map((n) =>
      store.exclusive((transaction) => transaction.commit({ changes: [blocked(n)], outgoing: [] })),
    ),
  );
  for (let n = 6; n < 16; n += 1) await commit(n, 1024 * 1024);
  expect(readdirSync(folder())).toHaveLength(2);
  expect(lines()).toHaveLength(15);
  expectChain(lines());
  expect(await problems()).toEqual([]);
});

test('it goes on behind what a dead process left, and what another boot finds', async () => {
  await commit(1);
  const journal = new Journal(folder());
  const record: JournalRecord = {
    ...{ v: 2, seq: 2, time: '2026-01-02T08:00:00Z', changes: [], outgoing: [] },
  };
  await journal.append(endOf(journal), [record]);
  await commit(3);
  appendFileSync(join(folder(), '000000000001.ndjson'), '{"v":2,"seq":4,"ti');
  await commit(4);
  writeFileSync(join(root, 'head.json'), '');
  await commit(5);
  expectChain(lines());
  expect(lines()).toHaveLength(5);
});

test('what an older program wrote is covered by the first line behind it', async () => {
  const path = join(folder(), '000000000001.ndjson');
  writeFileSync(path, [1, 2, 3].map((seq) => `${written(seq)}\n`).join(''));
  const position = { segment: '000000000001.ndjson', offset: readFileSync(path).length, texts: 0 };
  const head = { seq: 3, position, numbers: {}, checkpoint: 0 };
  writeHead(root, bootId(), head);
  await commit(4);
  expect(lines()[3]?.prev).toBe(hashOf(written(3)));
  expect(await problems()).toEqual([]);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('"seq":3,"time":"2026', '"seq":3,"time":"2025'),
  );
  const [found] = await problems();
  expect(found?.text).toContain(`the line at offset ${3 * (written(1).length + 1)} does not fit`);
});

test('a head that knows no hash: it is that of the last line that counts, in whatever segment', async () => {
  const text = [1, 2].map((seq) => `${written(seq)}\n`).join('');
  // Number 3 was cut off, and came back after a power cut.
  writeFileSync(join(folder(), '000000000001.ndjson'), `${text}${written(3)}\n`);
  writeFileSync(join(folder(), '000000000003.ndjson'), '', { mode: 0o600 });
  const position = { segment: '000000000003.ndjson', offset: 0, texts: 0 };
  writeHead(root, bootId(), { seq: 2, position, numbers: {}, checkpoint: 0 });
  await commit(3);
  const { prev } = JSON.parse(readFileSync(join(folder(), '000000000003.ndjson'), 'utf8'));
  expect(prev).toBe(hashOf(written(2)));
  expect(await problems()).toEqual([]);
});

test('one octet of any line changed: fsck names the place, and nothing can make it again', async () => {
  for (const n of [1, 2, 3, 4]) await commit(n);
  const all = lines();
  for (const [n, { path }] of all.entries()) {
    const before = readFileSync(path);
    changeLine(n);
    const [found] = await problems();
    expect(found?.isRebuildable).toBe(false);
    const next = all[n + 1];
    expect(found?.text).toContain(
      next === undefined
        ? 'journal: the last line is not what was committed'
        : `${next.path}: the line at offset ${next.offset} does not fit the line before it`,
    );
    writeFileSync(path, before);
  }
  expect(await problems()).toEqual([]);
});

test('a line that was changed stops a rebuild, a backup and whoever reads the feed', async () => {
  for (const n of [1, 2, 3]) await commit(n);
  const path = join(folder(), '000000000001.ndjson');
  changeLine(0);
  await expect(maintenanceOf(options()).rebuild()).rejects.toMatchObject({ end: 'store-damaged' });
  const read = () => [...new Journal(folder()).read(new Journal(folder()).start())];
  expect(read).toThrow(`${path}: the line at offset`);
});

test('a reader that begins in the middle finds it from its second line on', async () => {
  for (const n of [1, 2, 3, 4]) await commit(n);
  const journal = new Journal(folder());
  changeLine(1);
  expect([...journal.read(journal.positionOf(3))].map(({ record }) => record.seq)).toEqual([3, 4]);
  expect(() => [...journal.read(journal.positionOf(2))]).toThrow('does not fit');
});

test('one that goes on where it stopped finds that the line it has read is another now', async () => {
  for (const n of [1, 2]) await commit(n);
  const journal = new Journal(folder());
  const [, last] = [...journal.read(journal.start())];
  const path = join(folder(), '000000000001.ndjson');
  await commit(3);
  if (last === undefined) throw new Error('no line');
  const text = readFileSync(path, 'utf8').replace(last.hash, NO_LINE);
  writeFileSync(path, text);
  expect(() => [...journal.read(last.next)]).toThrow('does not fit');
});

test('the head says what the next line holds, so that nobody reads the last one for it', async () => {
  await commit(1);
  const head = readHead(root, bootId());
  expect(head?.position.before).toBe(hashOf(lines()[0]?.octets ?? ''));
});

test.each([
  `{"v":${RECORD_VERSION + 1},"seq":2,"what":"nobody knows"}`,
  `{"v":${RECORD_VERSION + 1},"number":2}`,
  `{"v":${RECORD_VERSION + 1},"seq":2,"and":what`,
])('a line of a newer program is never taken for a torn one: %s', async (line) => {
  await commit(1);
  const path = join(folder(), '000000000001.ndjson');
  appendFileSync(path, `${line}\n`);
  const before = readFileSync(path);
  await expect(commit(2)).rejects.toMatchObject({ end: 'store-newer' });
  writeFileSync(join(root, 'head.json'), '');
  await expect(commit(2)).rejects.toMatchObject({ end: 'store-newer' });
  expect(readFileSync(path)).toEqual(before);
});

test('if the last line does not read, "now" is behind it all the same, and compares nothing', async () => {
  for (const n of [1, 2]) await commit(n);
  const path = join(folder(), '000000000001.ndjson');
  const [, second] = lines();
  const text = readFileSync(path);
  text[second?.offset ?? 0] = 0x23;
  writeFileSync(path, text);
  const log = openCommitLog(root);
  const now = await cursorNamed('now', log);
  expect(now).toMatch(/^[0-9a-f]+\.2\.999999999$/);
  expect(await positionAfter(now, log)).toMatchObject({ seq: 2 });
  expect(await log.hashOf(1)).not.toBeNull();
});
