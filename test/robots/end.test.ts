/** What the end of a robot means. */
import { expect, test } from 'vitest';
import { becameOf, LONGEST_MS, MAX_TRIES, restAfter } from '../../src/robots/end.ts';
import type { ConfinedEnd } from '../../src/runtime/confined.ts';

const SINCE = '2026-11-20T10:00:00.000Z';
const NOW = new Date(SINCE);
const exit = (code: number, output = ''): ConfinedEnd => ({
  ...{ type: 'exit', code, output: Buffer.from(output), said: 'what it said last' },
});
const became = (end: ConfinedEnd, tries = 0, now = NOW) =>
  becameOf(end, { tries, since: SINCE }, { seconds: 60 }, now);

test.each<readonly [string, ConfinedEnd, string]>([
  ['0 carries out what it said', exit(0, 'Done.'), 'orders'],
  ['20 refuses the mail', exit(20, 'No.'), 'refused'],
  ['75 is run again', exit(75), 'again'],
  ['a signal is run again', { type: 'signal', signal: 'SIGSEGV', said: '' }, 'again'],
  ['its time is run again', { type: 'timeout', said: '' }, 'again'],
  ['1 needs a person', exit(1), 'held'],
  ['127 needs a person', exit(127), 'held'],
  ['a robot that is not there needs a person', { type: 'not-run', reason: 'x', said: '' }, 'held'],
  ['one that writes without end needs a person', { type: 'too much', said: '' }, 'held'],
])('%s', (_, end, type) => {
  expect(became(end).type).toBe(type);
});

test('whoever must look gets the end of stderr', () => {
  expect(became(exit(3))).toEqual({
    ...{ type: 'held', why: 'it ended with 3', said: 'what it said last' },
  });
});

test('it is tried ten times, and then a person must look', () => {
  expect(became(exit(75), MAX_TRIES - 2)).toMatchObject({ type: 'again', tries: MAX_TRIES - 1 });
  expect(became(exit(75), MAX_TRIES - 1)).toMatchObject({
    ...{ type: 'held', why: 'it ended with 75, 10 times in all' },
  });
});

test('it is tried for two days, and then a person must look', () => {
  const late = new Date(NOW.getTime() + LONGEST_MS);
  expect(became(exit(75), 3, late).type).toBe('held');
});

test('it rests longer after each time, and ten times are within the two days', () => {
  const rests = Array.from({ length: MAX_TRIES - 1 }, (_, n) => restAfter(n + 1));
  expect(rests).toEqual(rests.toSorted((a, b) => a - b));
  expect(rests[0]).toBeLessThan(60_000);
  expect(rests.reduce((sum, rest) => sum + rest, 0)).toBeLessThan(LONGEST_MS);
});
