/** Where a reader goes on, also after a restore. */
import { expect, test } from 'vitest';
import {
  cursorText,
  END_OF_COMMIT,
  epochAt,
  parseCursor,
  positionOf,
} from '../../src/feed/cursor.ts';

const A = { name: 'aa', first: 1 };
const B = { name: 'bb', first: 101 };
const C = { name: 'cc', first: 120 };

test.each([
  ['within the only epoch', 'aa.50.2', [A], 60, { seq: 50, n: 2 }],
  ['the last commit', 'aa.60.0', [A], 60, { seq: 60, n: 0 }],
  ['nothing yet', `aa.0.${END_OF_COMMIT}`, [A], 0, { seq: 0, n: END_OF_COMMIT }],
  ['an older epoch, what the backup holds', 'aa.80.1', [A, B], 110, { seq: 80, n: 1 }],
  ['an older epoch, the last of the backup', 'aa.100.0', [A, B], 110, { seq: 100, n: 0 }],
  [
    'an older epoch, the first that was lost',
    'aa.101.0',
    [A, B],
    110,
    { seq: 100, n: END_OF_COMMIT },
  ],
  ['an older epoch, what was lost', 'aa.150.0', [A, B], 110, { seq: 100, n: END_OF_COMMIT }],
  ['the newest epoch', 'bb.105.3', [A, B], 110, { seq: 105, n: 3 }],
  ['two restores ago', 'aa.150.0', [A, B, C], 130, { seq: 100, n: END_OF_COMMIT }],
  ['an epoch that a restore has lost', 'ee.7.0', [A, B, C], 130, { seq: 119, n: END_OF_COMMIT }],
] as const)('%s', (_, text, epochs, last, wanted) => {
  const cursor = parseCursor(text);
  const hash8 = null;
  expect(cursor === null ? null : positionOf(cursor, epochs, last)).toEqual({ ...wanted, hash8 });
});

test('its hash is to be compared with the line at its place, but not where the feed is reset', () => {
  const at = (text: string) => {
    const cursor = parseCursor(text);
    return cursor === null ? null : positionOf(cursor, [A, B], 110);
  };
  expect(at('bb.105.3.d41c86e0')).toEqual({ seq: 105, n: 3, hash8: 'd41c86e0' });
  expect(at('aa.80.1.d41c86e0')).toEqual({ seq: 80, n: 1, hash8: 'd41c86e0' });
  expect(at('aa.101.1.d41c86e0')).toEqual({ seq: 100, n: END_OF_COMMIT, hash8: null });
});

test('what is not of this store, or ahead of it, is said and never guessed at', () => {
  const cursor = { n: 0, hash8: null };
  expect(positionOf({ epoch: 'ee', seq: 1, ...cursor }, [A], 60)).toHaveProperty('refused');
  expect(positionOf({ epoch: 'aa', seq: 61, ...cursor }, [A], 60)).toHaveProperty('refused');
  expect(positionOf({ epoch: 'bb', seq: 200, ...cursor }, [A, B], 110)).toHaveProperty('refused');
});

test('a cursor reads as it is written, and nothing else reads', () => {
  const text = cursorText('0123456789abcdef', { seq: 12, hash: 'd41c86e0ffffffff' }, 3);
  expect(text).toBe('0123456789abcdef.12.3.d41c86e0');
  const cursor = { epoch: '0123456789abcdef', seq: 12, n: 3 };
  expect(parseCursor(text)).toEqual({ ...cursor, hash8: 'd41c86e0' });
  expect(parseCursor('0123456789abcdef.12.3')).toEqual({ ...cursor, hash8: null });
  const wrong = ['', '12', 'aa.1', 'aa.1.2.3', 'aa.-1.0', 'AA.1.0', 'aa.1.0\n', 'aa.1e3.0'];
  for (const text of [
    ...wrong,
    'aa.1.0.d41c86e',
    'aa.1.0.d41c86e00',
    'aa.1.0.D41C86E0',
    'aa.1.0.',
  ]) {
    expect(parseCursor(text)).toBeNull();
  }
});

test('a commit is of the epoch that had begun', () => {
  expect([1, 100, 101, 119, 120, 999].map((seq) => epochAt(seq, [A, B, C]))).toEqual([
    ...['aa', 'aa', 'bb', 'bb', 'cc', 'cc'],
  ]);
});
