/** What a runner knows of the mails that wait is what the store says, whatever has come since. */
import { expect, test } from 'vitest';
import type { CommitLog, Epoch } from '../../src/journal/log.ts';
import type { Store } from '../../src/journal/store.ts';
import { Failure } from '../../src/outcome.ts';
import { WaitingRuns } from '../../src/robots/waiting-runs.ts';
import type { Change } from '../../src/ticket/change.ts';
import { LOGS } from './stores.ts';

const NOW = new Date('2026-11-20T10:00:00Z');
const queued = (raw: string): Change => ({
  ...{ type: 'robot.queued', robot: 'deploy', raw, queue: 'SUPPORT', from: null, subject: 'go' },
  ...{ trust: 'claimed', onTicket: null, answerTo: null, answerFrom: 'deploy', silence: null },
});
const failed = (run: number): Change => ({
  ...{ type: 'robot.failed', run, robot: 'deploy', tries: 1, why: 'no', next: NOW.toISOString() },
});
const ended = (run: number): Change => ({
  ...{ type: 'robot.ended', run, robot: 'deploy', end: 'done', why: '' },
});
const rawOf = (run: number) => `raw/00000/${String(run).padStart(8, '0')}-in.eml`;

async function commit(store: Store, ...changes: readonly Change[]): Promise<void> {
  await store.exclusive((transaction) => transaction.commit({ changes, outgoing: [] }));
}

/** Counts how often the store is asked. */
function asked(store: Store) {
  const counted = {
    times: 0,
    robotRuns: () => {
      counted.times += 1;
      return store.robotRuns();
    },
  };
  return counted;
}

test.each(LOGS)(
  '%s: it asks once, and then follows: new, failed, ended, again',
  async (_, make) => {
    const { store, log } = make(() => NOW);
    await commit(store, queued(rawOf(1)));
    const counted = asked(store);
    const waiting = new WaitingRuns(log, counted);
    const same = async () => {
      const rows = await waiting.list();
      expect(rows).toEqual(await store.robotRuns());
      return rows.map(({ run, tries }) => [run, tries]);
    };
    expect(await same()).toEqual([[1, 0]]);
    await commit(store, queued(rawOf(2)));
    await commit(store, failed(1));
    expect(await same()).toEqual([
      [1, 1],
      [2, 0],
    ]);
    await commit(store, ended(1));
    await commit(store, queued(rawOf(4)));
    await commit(store, queued(rawOf(1)));
    expect(await same()).toEqual([
      [1, 0],
      [2, 0],
      [4, 0],
    ]);
    // All kinds of robots ask at once.
    await commit(store, ended(2));
    const lists = await Promise.all([waiting.list(), waiting.list(), waiting.list()]);
    for (const list of lists) expect(list.map(({ run }) => run)).toEqual([1, 4]);
    expect(counted.times).toBe(1);
    waiting.forget();
    await same();
    expect(counted.times).toBe(2);
  },
);

test.each(LOGS)(
  '%s: another journal, or one that does not read: it asks again',
  async (_, make) => {
    const { store, log } = make(() => NOW);
    await commit(store, queued(rawOf(1)));
    const counted = asked(store);
    let epoch: readonly Epoch[] = [{ name: 'a', first: 1 }];
    let isDamaged = false;
    const changing: Pick<CommitLog, 'commits' | 'last' | 'epochs'> = {
      last: () => log.last(),
      epochs: async () => epoch,
      commits: (after) => {
        const reader = log.commits(after);
        return {
          read: async function* () {
            if (isDamaged) throw new Failure('store-damaged', 'journal: a line');
            yield* reader.read();
          },
        };
      },
    };
    const waiting = new WaitingRuns(changing, counted);
    await waiting.list();
    epoch = [...epoch, { name: 'b', first: 2 }];
    expect(await waiting.list()).toHaveLength(1);
    expect(counted.times).toBe(2);
    isDamaged = true;
    await commit(store, queued(rawOf(2)));
    expect(await waiting.list()).toHaveLength(2);
    expect(counted.times).toBe(3);
  },
);
