/** Which of the mails that wait may be run now. */
import { describe, expect, test } from 'vitest';
import { runnable } from '../../src/robots/schedule.ts';
import type { RobotRun } from '../../src/ticket/robot-run.ts';

const NOW = new Date('2026-11-20T10:00:00Z');
const LATER = '2026-11-20T10:05:00Z';

function waiting(run: number, from: string, more: Partial<RobotRun> = {}): RobotRun {
  return {
    ...{ run, robot: 'deploy', raw: `raw/000000/${run}-in.eml`, queue: 'SUPPORT' },
    ...{ from: { name: '', address: `${from}@ferrier.example` }, subject: '', trust: 'claimed' },
    ...{ onTicket: null, answerTo: null, answerFrom: 'deploy', silence: null },
    ...{ since: NOW.toISOString(), tries: 0, why: null, next: null },
    ...more,
  };
}

function numbers(
  all: readonly RobotRun[],
  { most = 10, underWay = [] as number[], setAside = [] as number[] } = {},
): readonly number[] {
  return runnable({
    ...{ waiting: all, now: NOW, underWay: new Set(underWay), setAside: new Set(setAside) },
    concurrency: most,
  }).map(({ run }) => run);
}

test('mails of one sender go in their order, those of others at once', () => {
  expect(numbers([waiting(1, 'nic'), waiting(2, 'kay'), waiting(3, 'NIC')])).toEqual([1, 2]);
});

test('mails about one ticket go in their order, whoever wrote them', () => {
  const onTicket = 'SUPPORT-7102';
  expect(numbers([waiting(1, 'nic', { onTicket }), waiting(2, 'kay', { onTicket })])).toEqual([1]);
});

test('a mail that rests holds up those of its sender, and nobody else', () => {
  const resting = waiting(1, 'nic', { next: LATER });
  expect(numbers([resting, waiting(2, 'nic'), waiting(3, 'kay')])).toEqual([3]);
});

test('as many at once as the robot wants, with those under way', () => {
  const all = ['a', 'b', 'c', 'd'].map((from, n) => waiting(n + 1, from));
  expect(numbers(all, { most: 2 })).toEqual([1, 2]);
  expect(numbers(all, { most: 2, underWay: [1] })).toEqual([2]);
  expect(numbers(all, { most: 1, underWay: [1] })).toEqual([]);
});

test('what nothing can be done with takes no place', () => {
  const all = [waiting(1, 'a'), waiting(2, 'b')];
  expect(numbers(all, { most: 1, setAside: [1] })).toEqual([2]);
});

describe('what nothing proves, and somebody else may have sent', () => {
  const unproven = waiting(1, 'nic', { next: LATER });

  test.each<readonly [string, Partial<RobotRun>]>([
    ['a proven mail', { trust: 'authenticated' }],
    ['one that confirms', { confirms: 7 }],
  ])('holds up %s while it runs, and not while it rests', (_, more) => {
    const proven = waiting(3, 'nic', more);
    expect(numbers([unproven, waiting(2, 'nic'), proven])).toEqual([3]);
    expect(numbers([{ ...unproven, next: null }, proven])).toEqual([1]);
    expect(numbers([{ ...unproven, next: null }, proven], { underWay: [1] })).toEqual([]);
  });

  test('and a proven mail that rests holds up all behind it', () => {
    const rests = waiting(1, 'nic', { next: LATER, trust: 'thread' });
    expect(numbers([rests, waiting(2, 'nic'), waiting(3, 'nic', { trust: 'staff' })])).toEqual([]);
  });
});

test('however many wait, it looks at no more than it takes', () => {
  let asked = 0;
  const all = Array.from({ length: 10_000 }, (_, n) => {
    const one = waiting(n + 1, `n${n}`);
    return Object.defineProperty(one, 'onTicket', {
      get: () => {
        asked += 1;
        return null;
      },
    });
  });
  expect(numbers(all, { most: 5, underWay: [1, 2] })).toEqual([3, 4, 5]);
  expect(asked).toBeLessThan(10);
});

test('a time to try again that was set by a clock far ahead holds nothing up', () => {
  expect(numbers([waiting(1, 'nic', { next: '2027-11-20T10:00:00Z' })])).toEqual([1]);
});
