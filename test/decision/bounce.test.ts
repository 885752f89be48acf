import { expect, test } from 'vitest';
import { readReport } from '../../src/decision/bounce.ts';
import type { ReportedRecipient } from '../../src/ticket/ticket.ts';

const NIC = 'nic@ferrier.example';
const SENT = { ticket: 'SUPPORT-7102', serial: 3, recipient: NIC } as const;
const REPORTED: ReportedRecipient = {
  address: NIC,
  action: 'failed',
  status: '5.1.1',
  reason: '550 no such user',
};
const bounce = (change: Partial<ReportedRecipient>, sent: typeof SENT | null = SENT) =>
  readReport({ recipients: [{ ...REPORTED, ...change }] }, sent).bounce;

test('a report with our signature says which mail came back, and whose address failed', () => {
  expect(bounce({})).toMatchObject({ serial: 3, status: '5.1.1', failed: NIC });
  expect(bounce({ address: 'Nic@Ferrier.example' })?.failed).toBe(NIC);
  expect(bounce({ address: 'n@elsewhere.example', original: NIC })?.failed).toBe(NIC);
});

test('a forged report marks nothing', () => {
  expect(bounce({}, null)).toBeNull();
  expect(readReport({ recipients: [REPORTED] }, null).shown?.isProven).toBe(false);
});

test.each(['delayed', 'delivered', 'relayed', 'displayed'])('%s is no failure', (action) => {
  expect(bounce({ action })).toBeNull();
});

test('an address behind ours, or a fault that passes, does not make ours fail', () => {
  expect(bounce({ address: 'n@elsewhere.example' })).toMatchObject({ serial: 3, failed: null });
  expect(bounce({ status: '4.4.7' })).toMatchObject({ status: '4.4.7', failed: null });
});

test('a failure without a status is shown, and does not count', () => {
  expect(bounce({ status: null })).toMatchObject({ status: '5.0.0', failed: null });
});

test.each(['delivered', 'expanded'])(
  '%s to ours, failed for another behind it: ours is fine',
  (action) => {
    const other = { ...REPORTED, address: 'x@y.example' };
    expect(readReport({ recipients: [other, { ...REPORTED, action }] }, SENT).bounce).toBeNull();
  },
);

test('ours is found among hundreds, and shown first', () => {
  const many = Array.from({ length: 300 }, (_, n) => ({ ...REPORTED, address: `x${n}@y.example` }));
  const { shown, bounce: found } = readReport({ recipients: [...many, REPORTED] }, SENT);
  expect(found?.failed).toBe(NIC);
  expect(shown?.recipients).toHaveLength(20);
  expect(shown?.recipients[0]).toEqual(REPORTED);
});

test('of several recipients, the one that we wrote to speaks', () => {
  const other = { ...REPORTED, address: 'x@y.example', status: '5.2.2' };
  expect(readReport({ recipients: [other, REPORTED] }, SENT).bounce?.status).toBe('5.1.1');
});
