/** What the desk is to be told, folded from the journal. */
import { expect, test } from 'vitest';
import { NO_NOTICES, noticesAfter } from '../../../src/journal/lists/notices.ts';
import type { Change } from '../../../src/ticket/change.ts';

const failed = (seq: number, time: string) => ({
  ...{ seq, time },
  changes: [
    { type: 'template.failed', queue: 'SUPPORT', file: 'help.txt', problem: 'is not UTF-8' },
  ] as const,
});
const told = (...times: readonly string[]) =>
  times.reduce((before, time, n) => noticesAfter(before, failed(n + 1, time)), NO_NOTICES).pending;

test('what is the same again and again is told once a day', () => {
  expect(told('2026-11-20T12:00:00Z', '2026-11-21T11:59:00Z')).toHaveLength(1);
  expect(told('2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z')).toHaveLength(2);
});

test('and after a clock that was ahead, as if it had been long ago', () => {
  expect(told('2027-11-20T12:00:00Z', '2026-11-20T12:00:00Z')).toHaveLength(2);
  expect(told('2027-11-20T12:00:00Z', '2026-11-20T12:00:00Z', '2026-11-20T13:00:00Z')).toHaveLength(
    2,
  );
});

test('a flood in one queue is counted, and hides nothing of another', () => {
  const held = (id: number, queue: string): Change => ({
    type: 'mail.held',
    mail: {
      ...{ id, queue, ticket: null, from: null, date: '', subject: '', raw: '' },
      reason: { check: 'stranger', evidence: '' },
    },
  });
  const flood = Array.from({ length: 60 }, (_, n) => held(n + 1, 'SALES'));
  const time = '2026-11-20T12:00:00Z';
  const changes = [...flood, held(61, 'SUPPORT')];
  const { pending, more } = noticesAfter(NO_NOTICES, { seq: 1, time, changes });
  expect(pending.filter(({ queue }) => queue === 'SALES')).toHaveLength(50);
  expect(pending.filter(({ queue }) => queue === 'SUPPORT')).toHaveLength(1);
  expect(more).toEqual({ SALES: 10 });
});
