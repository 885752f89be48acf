import { expect, test } from 'vitest';
import {
  type AddressChange,
  blockedVerdict,
  type FailedAddress,
  isFailing,
  knownAfter,
} from '../../src/ticket/failing.ts';

const failed = (address: string, serial: number, status: string) =>
  ({ type: 'address.failed', ticket: 'SUPPORT-1', address, serial, status, reason: '' }) as const;

const after = (...statuses: readonly string[]): FailedAddress => {
  let known: FailedAddress | null = null;
  for (const [n, status] of statuses.entries()) {
    known = knownAfter(known, failed('Nic@ferrier.example', n, status), '');
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
  let known: FailedAddress | null = null;
  for (let n = 0; n < 5; n += 1) known = knownAfter(known, failed('a@b.example', 2, '5.2.2'), '');
  expect(known?.failures).toHaveLength(1);
});

test('who is blocked stays so when his address fails, until somebody clears it', () => {
  const address = 'nic@ferrier.example';
  const blocked = knownAfter(null, { type: 'address.blocked', address, by: 'bob' }, '');
  const both = knownAfter(blocked, failed(address, 2, '5.1.1'), '');
  expect(both).toMatchObject({ blockedBy: 'bob', failures: [{ serial: 2 }] });
  expect(blockedVerdict(both)?.evidence).toBe('bob has blocked nic@ferrier.example');
  expect(knownAfter(both, { type: 'address.cleared', address, by: 'bob' }, '')).toBeNull();
});

test('a block is on the mailbox, and what came back on the address', () => {
  const at = (address: string, change: AddressChange, known: FailedAddress | null = null) =>
    knownAfter(known, change, '', address);
  const block = { type: 'address.blocked', address: 'nic+a@x.example', by: 'bob' } as const;
  expect(at('NIC+b@x.example', block)).toMatchObject({ blockedBy: 'bob' });
  expect(at('nicolas@x.example', block)).toBeNull();
  expect(at('nic@x.example', failed('nic+a@x.example', 1, '5.1.1'))).toBeNull();
  const both = at('nic@x.example', block, at('nic@x.example', failed('nic@x.example', 1, '5.1.1')));
  const clear = { type: 'address.cleared', address: 'nic+z@x.example', by: 'bob' } as const;
  expect(at('nic@x.example', clear, both)).toEqual({
    address: 'nic@x.example',
    failures: [expect.objectContaining({ serial: 1 })],
  });
});
