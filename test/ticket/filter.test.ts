/** Which tickets a list shows. */
import { expect, test } from 'vitest';
import { isWanted, type TicketFilter } from '../../src/ticket/filter.ts';
import type { TicketSummary } from '../../src/ticket/ticket.ts';

const ALL: TicketFilter = {
  ...{ statuses: [], queues: [], assignees: [], tags: [], fields: [], requester: null, text: null },
  ...{ before: null, since: null },
};
const NIC = { name: 'Nic Ferrier', address: 'nic@ferrier.example' };
const ticket = (requester: TicketSummary['requester']): TicketSummary => ({
  ...{ id: 'SUPPORT-1', number: 1, queue: 'SUPPORT', status: 'new', subject: 'x', requester },
  ...{ assignee: null, tags: [], priority: 'normal', participants: [], muted: [], waiting: null },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
  ...{ mergedInto: null, merged: [], language: null },
});

test.each(['ferrier', 'NIC@', 'nic ferrier'])('a requester is found by %s', (requester) => {
  expect(isWanted(ticket(NIC), { ...ALL, requester })).toBe(true);
});

test('a ticket without a requester is found by nobody', () => {
  for (const requester of ['undefined', 'fine', 'null', '@']) {
    expect(isWanted(ticket(null), { ...ALL, requester })).toBe(false);
  }
  expect(isWanted(ticket(null), ALL)).toBe(true);
});
