import { expect, test } from 'vitest';
import { type FailedAddress, isFailing, withFailure } from '../../src/ticket/failing.ts';

const after = (...statuses: readonly string[]): FailedAddress => {
  let known: FailedAddress | null = null;
  for (const [n, status] of statuses.entries()) {
    const failure = { ticket: 'SUPPORT-1', serial: n, at: '', status, reason: '' } as const;
    known = withFailure(known, 'Nic@ferrier.example', failure);
  }
  return known ?? { address: '', failures: [] };
};

test.each<readonly [readonly string[], boolean]>([
  [['5.1.1'], true],
  [['5.1.10'], true],
  [['5.2.2'], false],
  [['5.2.2', '5.2.2'], false],
  [['5.2.2', '5.7.1', '5.0.0'], true],
  [['5.1.8'], false],
  [['5.1.7', '5.1.8'], false],
])('after %j it fails: %s', (statuses, fails) => {
  expect(isFailing(after(...statuses))).toBe(fails);
});

test('a mail that comes back twice counts once', () => {
  const failure = { ticket: 'SUPPORT-1', serial: 2, at: '', status: '5.2.2', reason: '' } as const;
  let known = withFailure(null, 'a@b.example', failure);
  for (let n = 0; n < 5; n += 1) known = withFailure(known, 'a@b.example', failure);
  expect(known.failures).toHaveLength(1);
});
