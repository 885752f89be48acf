/** Where the mail of a ticket goes. */
import { expect, test } from 'vitest';
import { currentTicket, type Ticket, type TicketId } from '../../src/ticket/ticket.ts';

/** What is asked of a ticket here is where it went. */
function among(merges: Readonly<Record<TicketId, TicketId | null>>) {
  return (id: TicketId): Ticket | null =>
    id in merges ? ({ id, mergedInto: merges[id] ?? null } as Ticket) : null;
}

test('a ticket that was merged, and merged again, is found where it went', () => {
  const find = among({ 'A-1': 'A-2', 'A-2': 'A-3', 'A-3': null });
  expect(currentTicket('A-1', find)?.id).toBe('A-3');
  expect(currentTicket('A-9', find)).toBeNull();
});

test('merges that go round come to an end', () => {
  const find = among({ 'A-1': 'A-2', 'A-2': 'A-1', 'A-3': 'A-3' });
  expect(currentTicket('A-1', find)).not.toBeUndefined();
  expect(currentTicket('A-3', find)?.id).toBe('A-3');
});
