/** Addresses that mail came back from, and mailboxes that are blocked. */
import { expect, test } from 'vitest';
import { failed, failedAt } from '../../../src/journal/lists/failed.ts';
import { editRows } from '../../../src/journal/lists/list.ts';
import type { Change } from '../../../src/ticket/change.ts';
import type { FailedAddress } from '../../../src/ticket/failing.ts';

const blocked = (address: string): Change => ({ type: 'address.blocked', address, by: 'kim' });
const cleared = (address: string): Change => ({ type: 'address.cleared', address, by: 'kim' });
const bounced = (address: string): Change => ({
  ...{ type: 'address.failed', address, ticket: 'SUPPORT-7102' },
  ...{ serial: 2, status: '5.1.1', reason: 'nobody' },
});

function after(...changes: readonly Change[]) {
  const rows = new Map<string, FailedAddress>();
  for (const [n, change] of changes.entries()) {
    const record = { v: 1, seq: n + 1, time: '2026-11-21T12:00:00Z', outgoing: [] };
    editRows(rows, failed({ ...record, changes: [change] }));
  }
  return {
    keys: [...rows.keys()],
    at: (address: string) => failedAt(address, (key) => rows.get(key) ?? null),
  };
}

test('a block of an address with a tag stands with its mailbox, and touches every tag of it', () => {
  const { keys, at } = after(blocked('Nic+shop@Ferrier.example'));
  expect(keys).toEqual(['nic@ferrier.example']);
  expect(at('nic+other@ferrier.example')).toMatchObject({ blockedBy: 'kim' });
  expect(at('kim@ferrier.example')).toBeNull();
});

test('what came back stands with the very address', () => {
  const { keys, at } = after(bounced('Nic+shop@ferrier.example'));
  expect(keys).toEqual(['nic+shop@ferrier.example']);
  expect(at('NIC+SHOP@ferrier.example')?.failures).toHaveLength(1);
  expect(at('nic@ferrier.example')).toBeNull();
});

test('who clears an address with a tag clears its block, and what came back from there alone', () => {
  const { keys } = after(
    bounced('nic@ferrier.example'),
    bounced('nic+shop@ferrier.example'),
    blocked('nic@ferrier.example'),
    cleared('nic+shop@ferrier.example'),
  );
  expect(keys).toEqual(['nic@ferrier.example']);
});
