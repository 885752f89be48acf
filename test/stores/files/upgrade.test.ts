/** What an older program wrote, written anew: nothing that anybody sees is another afterwards. */

import fs, {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { positionAfter } from '../../../src/feed/feed.ts';
import { leafOf } from '../../../src/journal/texts.ts';
import { compose } from '../../../src/letters/compose.ts';
import { openCommitLog } from '../../../src/stores/files/commit-log.ts';
import { FileStore } from '../../../src/stores/files/file-store.ts';
import { Journal } from '../../../src/stores/files/journal.ts';
import { maintenanceOf } from '../../../src/stores/files/maintenance.ts';
import type { Change } from '../../../src/ticket/change.ts';
import { ERASED } from '../../../src/ticket/erased.ts';
import { collect } from '../../kit/collect.ts';
import { recordsOf } from '../../kit/journal.ts';
import { eventsOfStore, linesOf, problemsOfChain, unpackOldStore } from '../../kit/old-store.ts';

const CLEARED: Change = { type: 'address.cleared', address: 'nic@ferrier.example', by: 'kim' };
const COMMITS = 28;
let dir: string;
let root: string;
let journal: string;
const options = () => ({ root, now: () => new Date(), extract: async () => {}, compose });
const maintenance = () => maintenanceOf(options());
const commit = () =>
  new FileStore(options()).exclusive((transaction) =>
    transaction.commit({ changes: [CLEARED], outgoing: [] }),
  );
const problems = async () => (await maintenance().check()).findings;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mailrobot-upgrade-'));
  unpackOldStore(dir);
  root = join(dir, 'store');
  journal = join(root, 'journal');
  expect(await problems()).toEqual([]);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the chain covers all of the journal, and events, tickets and numbers are as they were', async () => {
  const records = () =>
    [...new Journal(journal).read(new Journal(journal).start())].map(({ record }) => {
      const { v: _, prev: __, was: ___, ...rest } = record;
      return rest;
    });
  const tickets = () => collect(new FileStore(options()).tickets('all', ['SUPPORT', 'BILLING']));
  const before = [records(), await eventsOfStore(root), await tickets()];
  expect(await maintenance().upgrade()).toEqual({ commits: COMMITS, written: COMMITS });
  expect(problemsOfChain(journal)).toEqual([]);
  expect([records(), await eventsOfStore(root), await tickets()]).toEqual(before);
  expect(await problems()).toEqual([]);
  await commit();
  expect(problemsOfChain(journal)).toEqual([]);
  expect(await problems()).toEqual([]);
});

test('one octet of what was old is found from then on', async () => {
  await maintenance().upgrade();
  const path = join(journal, '000000000001.ndjson');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('"queue":"SUPPORT"', '"queue":"SUPPORU"'));
  expect((await problems()).map(({ problem }) => problem).join()).toContain('does not fit');
});

test('what lies behind is linked anew, and every cursor from before still names its line', async () => {
  await commit();
  await commit();
  const ids = (await eventsOfStore(root)).map((event) => (event as { id: string }).id);
  expect(await maintenance().upgrade()).toEqual({ commits: COMMITS + 2, written: COMMITS + 2 });
  expect(problemsOfChain(journal)).toEqual([]);
  const log = openCommitLog(root);
  for (const id of ids) expect(await positionAfter(id, log)).not.toHaveProperty('refused');
  const other = ids[0]?.replace(/.{8}$/, '00000000') ?? '';
  expect(await positionAfter(other, log)).toHaveProperty('refused');
});

test('a store of the newest format stays as it is, octet by octet', async () => {
  await maintenance().upgrade();
  await commit();
  const before = linesOf(journal);
  expect(await maintenance().upgrade()).toEqual({ commits: COMMITS + 1, written: 0 });
  expect(linesOf(journal)).toEqual(before);
  expect(readdirSync(root)).not.toContain('upgrade.json');
});

test('whoever follows the feed reads on, and gets nothing twice', async () => {
  const reader = openCommitLog(root).commits(0);
  expect(await collect(reader.read())).toHaveLength(COMMITS);
  await commit();
  const [first] = await collect(reader.read());
  await maintenance().upgrade();
  await commit();
  const [second, ...more] = await collect(reader.read());
  expect([first?.seq, second?.seq, more]).toEqual([COMMITS + 1, COMMITS + 2, []]);
});

test('one who follows finds that the line which they have read is another now', async () => {
  const reader = openCommitLog(root).commits(0);
  await collect(reader.read());
  await maintenance().upgrade();
  const segments = readdirSync(journal).toSorted();
  const path = join(journal, segments.at(-1) ?? '');
  const text = readFileSync(path, 'utf8').trimEnd().split('\n');
  const last = text.pop()?.replace(/"was":"[0-9a-f]{32}"/, `"was":"${'0'.repeat(32)}"`);
  writeFileSync(path, `${[...text, last].join('\n')}\n`);
  await commit();
  await expect(collect(reader.read())).rejects.toMatchObject({ end: 'store-damaged' });
});

/** Runs an upgrade that dies when the `n`-th segment is to take its place. */
async function dieAtSegment(n: number): Promise<void> {
  const { renameSync } = fs;
  let count = 0;
  fs.renameSync = (from, to) => {
    if (String(from).endsWith('.ndjson.new')) count += 1;
    if (count >= n) throw new Error('dead');
    renameSync(from, to);
  };
  syncBuiltinESMExports();
  try {
    await expect(maintenance().upgrade()).rejects.toThrow('dead');
  } finally {
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
  }
}

test.each<readonly [string, number, () => Promise<unknown>]>([
  ['a commit', 1, commit],
  ['a commit', 2, commit],
  ['a commit', 3, commit],
  ['fsck', 2, problems],
  ['rebuild', 3, () => maintenance().rebuild()],
  ['upgrade', 2, () => maintenance().upgrade()],
])('%s finishes one that was killed before segment %d took its place', async (_, n, next) => {
  const before = await eventsOfStore(root);
  await dieAtSegment(n);
  await next();
  expect(problemsOfChain(journal)).toEqual([]);
  expect(await problems()).toEqual([]);
  expect((await eventsOfStore(root)).slice(0, before.length)).toEqual(before);
  expect(readdirSync(root)).not.toContain('upgrade.json');
});

test('what an older program has appended after it was killed is not lost', async () => {
  await dieAtSegment(1);
  const [last = ''] = readdirSync(journal)
    .filter((name) => name.endsWith('.ndjson'))
    .toSorted()
    .reverse();
  const changes = [CLEARED];
  const line = { v: 1, seq: COMMITS + 1, time: '2026-11-28T06:00:00Z', changes, outgoing: [] };
  appendFileSync(join(journal, last), `${JSON.stringify(line)}\n`);
  await commit();
  expect(await problems()).toEqual([]);
  expect(linesOf(journal)).toHaveLength(COMMITS + 2);
  expect(await maintenance().upgrade()).toEqual({ commits: COMMITS + 2, written: COMMITS + 2 });
  expect(problemsOfChain(journal)).toEqual([]);
});

test('a journal that is damaged is left as it is', async () => {
  const path = join(journal, '000000000011.ndjson');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `#${text}`);
  await expect(maintenance().upgrade()).rejects.toMatchObject({ end: 'store-damaged' });
  expect(readFileSync(path, 'utf8')).toBe(`#${text}`);
  expect(readdirSync(journal).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('no words of people are left in the lines, and a text that was erased stays so', async () => {
  await commit();
  const [segment = ''] = readdirSync(join(root, 'texts')).toSorted().reverse();
  const path = join(root, 'texts', segment);
  const { texts } = JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '');
  const [[salt, text]] = texts;
  const entry = JSON.stringify([salt, text]);
  const erased = JSON.stringify(leafOf(salt, text)).padEnd(entry.length);
  writeFileSync(path, readFileSync(path, 'utf8').replace(entry, erased));
  const last = () => recordsOf(root).at(-1)?.changes;
  expect(JSON.stringify(last())).toContain(ERASED);
  const before = last();
  expect(readFileSync(join(journal, '000000000001.ndjson'), 'utf8')).toContain(
    'nic@ferrier.example',
  );
  await maintenance().upgrade();
  expect(linesOf(journal).filter((line) => /ferrier|can't|Nic/.test(line))).toEqual([]);
  expect(last()).toEqual(before);
  expect(readFileSync(path, 'utf8')).toContain(erased);
  await commit();
  expect(problemsOfChain(journal)).toEqual([]);
  expect(recordsOf(root)).toHaveLength(COMMITS + 2);
});
