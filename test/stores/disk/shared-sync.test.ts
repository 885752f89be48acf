/** Who wants the same directory to be durable at the same time waits for one fsync, and not for each other's. */
import { expect, test } from 'vitest';
import { SharedSync } from '../../../src/stores/disk/shared-sync.ts';

/** Syncs that end when they are told to. */
function syncs() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const shared = new SharedSync(
    () => new Promise((resolve, reject) => ends.push({ resolve, reject })),
  );
  return { shared, ends };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('whoever asks while a sync goes on shares the next one, which begins behind it', async () => {
  const { shared, ends } = syncs();
  const durable: string[] = [];
  const ask = (name: string) => shared.durable().then(() => durable.push(name));
  const all = ['a', 'b', 'c'].map(ask);
  expect(ends).toHaveLength(1);
  ends[0]?.resolve();
  await settled();
  expect([durable, ends.length]).toEqual([['a'], 2]);
  const late = ask('d');
  ends[1]?.resolve();
  await Promise.all(all);
  expect([durable, ends.length]).toEqual([['a', 'b', 'c'], 3]);
  ends[2]?.resolve();
  await late;
  expect(durable.at(-1)).toBe('d');
});

test('one after the other has a sync each', async () => {
  const { shared, ends } = syncs();
  for (const n of [0, 1, 2]) {
    const one = shared.durable();
    expect(ends).toHaveLength(n + 1);
    ends[n]?.resolve();
    await one;
  }
});

test('a sync that fails fails those who share it, and nobody else', async () => {
  const { shared, ends } = syncs();
  const first = shared.durable();
  const shares = [shared.durable(), shared.durable()];
  ends[0]?.reject(new Error('the disk is gone'));
  await expect(first).rejects.toThrow('the disk is gone');
  await settled();
  ends[1]?.resolve();
  await expect(Promise.all(shares)).resolves.toHaveLength(2);
});
