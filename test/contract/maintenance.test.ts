/**
 * What an administrator may rely on in every store that outlives its process. In the words of the
 * ports alone: a store whose backup can be restored stands here with one row of MAINTAINED.
 */
import { describe, expect, test } from 'vitest';
import { allOf } from '../../src/journal/blobs.ts';
import { NO_QUESTIONS, type Questions } from '../../src/journal/facts.ts';
import type { Store } from '../../src/journal/store.ts';
import { collect } from '../kit/collect.ts';
import { generator, SEED } from '../stores/random.ts';
import { ADDRESSES, commitOne, QUEUES, RandomDesk } from '../stores/random-commits.ts';
import { MAINTAINED, type Maintained } from './stores.ts';

const NIC = 'nic@ferrier.example';
const HOUR_MS = 60 * 60 * 1000;

describe.each(MAINTAINED)('a store %s', (_, make) => {
  /** After some commits of all kinds. */
  const lived = async (sections = 8): Promise<Maintained & { commits: number }> => {
    let clock = new Date('2026-11-01T12:00:00Z');
    const made = make(() => clock);
    const desk = new RandomDesk(generator(SEED));
    for (let n = 0; n < sections; n += 1) {
      clock = new Date(clock.getTime() + HOUR_MS);
      await made.store.exclusive(async (transaction) => {
        for (let c = 0; c < 5; c += 1) await commitOne(made.store, transaction, desk, clock);
      });
    }
    return { ...made, commits: await made.log.last() };
  };

  test('finds nothing wrong with what it has committed, and counts it', async () => {
    const { maintenance, commits } = await lived();
    expect(commits).toBeGreaterThan(30);
    expect(await maintenance.check()).toEqual({ findings: [], commits });
    expect(await make(() => new Date()).maintenance.check()).toEqual({ findings: [], commits: 0 });
  });

  test('answers the same after a rebuild, to whoever is there and to whoever comes', async () => {
    const { maintenance, store, log, again, commits } = await lived();
    const before = await allThat(store);
    const hashes = await hashesOf(log, commits);
    expect(await maintenance.rebuild()).toEqual({ commits });
    expect(await allThat(store)).toEqual(before);
    expect(await allThat(again().store)).toEqual(before);
    expect(await hashesOf(log, commits)).toEqual(hashes);
    expect((await maintenance.check()).findings).toEqual([]);
  });

  test('has nothing to upgrade of what it has written itself', async () => {
    const { maintenance, store, log, commits } = await lived(2);
    const [before, hashes] = [await allThat(store), await hashesOf(log, commits)];
    expect(await maintenance.upgrade()).toEqual({ commits, written: 0 });
    expect(await allThat(store)).toEqual(before);
    expect(await hashesOf(log, commits)).toEqual(hashes);
    await maintenance.rebuildAttachments();
    expect(await allThat(store)).toEqual(before);
  });

  test('signs with a new key, knows the earlier ones, and forgets the oldest', async () => {
    const { maintenance, store } = make(() => new Date());
    const keysOf = async () => (await store.facts(NO_QUESTIONS)).keys;
    const { secrets, epoch } = await keysOf();
    const held = await store.facts(NO_QUESTIONS);
    expect(await maintenance.rotateKey()).toEqual({ keys: 2, forgotten: 0 });
    const after = await keysOf();
    expect(after.secrets).toHaveLength(2);
    expect(after.secrets[1]).toBe(secrets[0]);
    expect(after.epoch).toBe(epoch);
    expect(await store.transact((transaction) => transaction.stillHolds(held))).toBe(false);
    let forgotten = 0;
    for (let n = 0; n < 12; n += 1) forgotten += (await maintenance.rotateKey()).forgotten;
    expect(forgotten).toBeGreaterThan(0);
    expect((await keysOf()).secrets).not.toContain(secrets[0]);
  });

  test('revokes what one of the staff was given, each time anew, and nothing of others', async () => {
    const { maintenance, store } = make(() => new Date('2026-11-21T12:00:00Z'));
    const keysOf = async () => (await store.facts(NO_QUESTIONS)).keys;
    await maintenance.revoke('kim');
    const first = await keysOf();
    expect(first.revoked).toEqual({ kim: '2026-11-21T12:00:00.000Z' });
    await maintenance.revoke('kim');
    const second = await keysOf();
    expect(second.renewed).not.toEqual(first.renewed);
    expect(second.secrets).toEqual(first.secrets);
  });

  test('comes back from a backup with all that it had, rests, and goes on in a new epoch', async () => {
    const { log, store, backedUp, commits } = await lived();
    const before = await allThat(store);
    const restored = await backedUp();
    await restored.store.recover();
    expect(await allThat(restored.store)).toEqual(before);
    expect(await restored.store.restingSince()).not.toBeNull();
    expect(await hashesOf(restored.log, commits)).toEqual(await hashesOf(log, commits));
    const epochs = await restored.log.epochs();
    expect(epochs.slice(0, -1)).toEqual(await log.epochs());
    expect(epochs.at(-1)?.first).toBe(commits + 1);
    const keys = (await restored.store.facts(NO_QUESTIONS)).keys;
    const old = (await store.facts(NO_QUESTIONS)).keys;
    expect(keys.pastEpochs).toContain(old.epoch);
    expect(keys.secrets).toEqual(old.secrets);
    const numbers = async (one: Store) =>
      (await one.facts({ ...NO_QUESTIONS, queues: QUEUES })).numbers;
    const [now, then] = [await numbers(restored.store), await numbers(store)];
    const counted = QUEUES.filter((queue) => (then.get(queue) ?? 0) > 0);
    expect(counted).not.toEqual([]);
    for (const queue of counted) expect(now.get(queue)).toBeGreaterThan(then.get(queue) ?? 0);
    await restored.maintenance.resume();
    expect(await restored.store.restingSince()).toBeNull();
    expect((await restored.maintenance.check()).findings).toEqual([]);
  });
});

/** What a desk knows, but for times and numbers that a restore moves. */
async function allThat(store: Store) {
  const asked: Questions = { ...NO_QUESTIONS, addresses: [...ADDRESSES, NIC] };
  const tickets = await collect(store.tickets('all', QUEUES));
  const raw = tickets
    .flatMap(({ messages }) => messages)
    .flatMap((message) => (message.direction === 'in' ? [message.raw] : []));
  return {
    tickets,
    open: (await collect(store.tickets('open', QUEUES))).map(({ id }) => id),
    held: await store.held(),
    runs: await store.robotRuns(),
    plans: await store.robotPlans(),
    notices: await store.notices(),
    failed: await store.failedAddresses(),
    unsent: (await store.unsent()).map(({ id }) => id),
    addresses: (await store.facts(asked)).addresses,
    found: await store.search(['hello'], 5, () => {}),
    mails: await Promise.all(
      raw.map(async (path) => [
        path,
        `${await allOf(await store.rawMail(path)).catch(() => 'removed by now')}`,
      ]),
    ),
  };
}

async function hashesOf(
  log: Maintained['log'],
  commits: number,
): Promise<readonly (string | null)[]> {
  const hashes: (string | null)[] = [];
  for (let seq = 0; seq <= commits; seq += 1) hashes.push(await log.hashOf(seq));
  return hashes;
}
