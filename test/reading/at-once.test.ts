/** So many at a time, in their order; who would wait too long comes again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AtOnce } from '../../src/reading/at-once.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A work that ends when it is told to. */
function work() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: vi.fn(() => done), end: () => end() };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

test('two run, the others when it is their turn, also where one has failed', async () => {
  const atOnce = new AtOnce(2, 1000);
  const works = [work(), work(), work(), work()];
  const ends = works.map(({ run }) => atOnce.run(run));
  const failed = atOnce.run(() => Promise.reject(new Error('broken')));
  failed.catch(() => {});
  const begun = () => works.map(({ run }) => run.mock.calls.length);
  await settled();
  expect(begun()).toEqual([1, 1, 0, 0]);
  works[1]?.end();
  await settled();
  expect(begun()).toEqual([1, 1, 1, 0]);
  for (const { end } of works) end();
  await Promise.all(ends);
  await expect(failed).rejects.toThrow('broken');
  expect(begun()).toEqual([1, 1, 1, 1]);
  await atOnce.run(async () => {});
});

test('who would wait too long is told to come again, and takes nobody else his place', async () => {
  const atOnce = new AtOnce(1, 1000);
  const [first, late, next] = [work(), work(), work()];
  const ends = [atOnce.run(first.run)];
  const refused = atOnce.run(late.run);
  refused.catch(() => {});
  await vi.advanceTimersByTimeAsync(600);
  ends.push(atOnce.run(next.run));
  await vi.advanceTimersByTimeAsync(600);
  await expect(refused).rejects.toMatchObject({ end: 'busy' });
  expect(late.run).not.toHaveBeenCalled();
  first.end();
  next.end();
  await Promise.all(ends);
  expect(next.run).toHaveBeenCalledOnce();
});
