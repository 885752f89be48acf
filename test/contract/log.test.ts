/** What every store promises to those who follow its commits, in memory as in files. */
import { beforeEach, describe, expect, test } from 'vitest';
import { END_OF_COMMIT } from '../../src/feed/cursor.ts';
import { cursorNamed, positionAfter } from '../../src/feed/feed.ts';
import type { CommitLog, LoggedCommit, Subscription } from '../../src/journal/log.ts';
import type { Store } from '../../src/journal/store.ts';
import type { Change } from '../../src/ticket/change.ts';
import { collect } from '../kit/collect.ts';
import { LOGS } from './stores.ts';

const BLOCKED: Change = { type: 'address.blocked', address: 'nic@ferrier.example', by: 'kim' };
const CLEARED: Change = { type: 'address.cleared', address: 'nic@ferrier.example', by: 'kim' };
const TOLD: Subscription = { cursor: 'e.1.0', failing: null };

let clock: Date;
beforeEach(() => {
  clock = new Date('2026-11-21T12:00:00Z');
});

describe.each(LOGS)('the log of a store %s', (_, make) => {
  let store: Store;
  let log: CommitLog;
  beforeEach(() => {
    ({ store, log } = make(() => clock));
  });
  const commit = (...changes: Change[]) =>
    store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
  const numbers = async (commits: AsyncIterable<LoggedCommit>) =>
    (await collect(commits)).map(({ seq }) => seq);

  test('gives each commit once, in order, and reads on where it stopped', async () => {
    const reader = log.commits(0);
    expect(await numbers(reader.read())).toEqual([]);
    expect(await log.last()).toBe(0);
    await commit(BLOCKED);
    await commit(CLEARED);
    const [first] = await collect(log.commits(0).read());
    expect(first).toEqual({
      ...{ seq: 1, time: '2026-11-21T12:00:00.000Z', changes: [BLOCKED] },
      ...{ origin: null, isRestored: false, hash: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(await numbers(reader.read())).toEqual([1, 2]);
    expect(await numbers(reader.read())).toEqual([]);
    await commit(BLOCKED);
    expect(await numbers(reader.read())).toEqual([3]);
    expect(await numbers(log.commits(2).read())).toEqual([3]);
    expect(await log.last()).toBe(3);
  });

  test('gives with each the hash of its line, which no other line has', async () => {
    for (const change of [BLOCKED, BLOCKED, CLEARED]) await commit(change);
    const hashes = (await collect(log.commits(0).read())).map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(3);
    const later = await collect(log.commits(1).read());
    expect(later.map(({ hash }) => hash)).toEqual(hashes.slice(1));
  });

  test('knows a cursor by its hash, and takes none of another journal for one of its own', async () => {
    for (const change of [BLOCKED, CLEARED]) await commit(change);
    const [first, second] = await collect(log.commits(0).read());
    const [{ name } = { name: '' }] = await log.epochs();
    const at = (seq: number, hash8: string) => positionAfter(`${name}.${seq}.0${hash8}`, log);
    expect(await at(1, `.${first?.hash.slice(0, 8)}`)).toMatchObject({ seq: 1, n: 0 });
    expect(await at(2, `.${second?.hash.slice(0, 8)}`)).toMatchObject({ seq: 2, n: 0 });
    expect(await at(1, '')).toMatchObject({ seq: 1, n: 0 });
    // A store that may lose commits in a failover says so to whoever has read them.
    const mayLose = (await log.lastKept(1)) !== null;
    expect(await at(1, `.${second?.hash.slice(0, 8)}`)).toEqual(
      mayLose
        ? { seq: 0, n: END_OF_COMMIT, isReset: true }
        : { refused: 'it is of another journal: commit 1 is a different one here' },
    );
    for (const named of ['beginning', 'now']) {
      const cursor = await cursorNamed(named, log);
      expect(cursor).toMatch(/^[0-9a-f]+\.[0-9]+\.999999999\.[0-9a-f]{8}$/);
      expect(await positionAfter(cursor, log)).toMatchObject({ seq: named === 'now' ? 2 : 0 });
    }
    expect(await at(0, '.00000001')).toHaveProperty('refused');
    expect(await log.hashOf(2)).toBe(second?.hash);
    expect(await log.hashOf(3)).toBeNull();
  });

  test('goes on behind what was read if the reader stops in the middle', async () => {
    for (const change of [BLOCKED, CLEARED, BLOCKED]) await commit(change);
    const reader = log.commits(0);
    for await (const { seq } of reader.read()) {
      expect(seq).toBe(1);
      break;
    }
    expect(await numbers(reader.read())).toEqual([2, 3]);
  });

  test('says which commit is the first since a time, or which will be', async () => {
    const begun = clock;
    await commit(BLOCKED);
    clock = new Date(clock.getTime() + 60_000);
    await commit(CLEARED);
    expect(await log.firstSince(new Date(0))).toBe(1);
    expect(await log.firstSince(begun)).toBe(1);
    expect(await log.firstSince(new Date(begun.getTime() + 1))).toBe(2);
    expect(await log.firstSince(new Date(begun.getTime() + 60_001))).toBe(3);
  });

  test('begins with one epoch, and does not rest', async () => {
    const [epoch, ...more] = await log.epochs();
    expect(epoch).toMatchObject({ first: 1 });
    expect(epoch?.name).not.toBe('');
    expect(more).toEqual([]);
    expect(await log.restingSince()).toBeNull();
  });

  test('keeps how far each subscriber is', async () => {
    expect(await log.subscription('crm')).toBeNull();
    await log.save('crm', TOLD);
    expect(await log.subscription('crm')).toEqual(TOLD);
    expect(await log.subscription('other')).toBeNull();
    const failing = { attempts: 1, since: '2026-11-21T12:00:00Z', error: 'no', nextTry: '' };
    await log.change('crm', { cursor: 'e.2.0', failing });
    expect(await log.subscription('crm')).toEqual({ cursor: 'e.2.0', failing });
  });

  test('lets one do a work at a time, by its name', async () => {
    const work = log.alone('robots-now');
    expect(await work.isRunning()).toBe(false);
    const isOurs = await work.run(async () => {
      expect(await work.isRunning()).toBe(true);
      expect(await work.run(async () => expect.unreachable())).toBe(false);
      expect(await log.alone('robots-others').run(async () => {})).toBe(true);
    });
    expect(isOurs).toBe(true);
    expect(await work.isRunning()).toBe(false);
    await expect(work.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await work.run(async () => {})).toBe(true);
  });

  test('lets one serve the subscribers at a time, and says so', async () => {
    expect(await log.isServing()).toBe(false);
    const isOurs = await log.serve(async () => {
      expect(await log.isServing()).toBe(true);
      expect(await log.serve(async () => expect.unreachable())).toBe(false);
    });
    expect(isOurs).toBe(true);
    expect(await log.isServing()).toBe(false);
    await expect(log.serve(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await log.serve(async () => {})).toBe(true);
  });

  test('ends the waiting with a commit, by itself, and when it is closed', async () => {
    const watch = log.watch();
    const waiting = watch.wait();
    await commit(BLOCKED);
    expect(await waiting).toBe('commit');
    // The kernel may tell of one commit more than once.
    for (let n = 0; n < 5 && (await watch.wait()) === 'commit'; n += 1);
    expect(await watch.wait()).toBe('time');
    const last = watch.wait();
    watch.close();
    await last;
    await watch.wait();
  });
});
