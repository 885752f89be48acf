/** The list of tickets that fills a terminal: no more lines than it has, and how many there are. */
import { expect, test } from 'vitest';
import { screen, width } from '../../src/pages/style.ts';
import { watchedLines } from '../../src/pages/watched-list.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { TicketSummary } from '../../src/ticket/ticket.ts';

const NOW = new Date('2026-11-29T12:00:00Z');

const tickets = (count: number): readonly TicketSummary[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: `SUPPORT-${7101 + count - n}` as const, number: 7101 + count - n, queue: 'SUPPORT' },
    ...{ status: 'open', subject: 'Tablet', requester: null, ...UNSORTED },
    ...{ createdAt: '2026-11-29T10:00:00Z', updatedAt: '2026-11-29T10:00:00Z' },
  }));

const seen = { hasMore: false, problem: null };
const at = (columns: number, rows: number) => ({
  ...{ ...screen(true, columns, { NO_COLOR: '1' }), columns, rows },
});

test('all that there are, and that q ends it', () => {
  expect(watchedLines({ ...seen, tickets: tickets(1) }, at(80, 24), NOW)).toEqual([
    'TICKET        STATUS  PRIO  AGE  CHANGED  REQUESTER  SUBJECT',
    'SUPPORT-7102  open    -     2h   2h       (unknown)  Tablet',
    '1 ticket. q ends.',
  ]);
});

test('as many as a low terminal has lines for, and how many there are in all', () => {
  const lines = watchedLines({ ...seen, tickets: tickets(12) }, at(40, 10), NOW);
  expect(lines).toHaveLength(10);
  expect(lines.at(1)).toMatch(/^SUPPORT-7113/);
  expect(lines.at(-1)).toBe('The first 8 of 12 tickets. q ends.');
  const more = watchedLines({ ...seen, tickets: tickets(12), hasMore: true }, at(80, 24), NOW);
  expect(more.at(-1)).toBe('The first 12 of more than 12 tickets. q ends.');
});

test('no ticket at all, and what could not be read', () => {
  expect(watchedLines({ ...seen, tickets: [] }, at(80, 24), NOW)).toEqual([
    'There are no such tickets. q ends.',
  ]);
  const problem = `Not read again: the database "\u001b[2J" ${'is away '.repeat(20)}`;
  const lines = watchedLines({ ...seen, tickets: tickets(2), problem }, at(80, 24), NOW);
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatch(/^Not read again: the database "<1B>\[2J" is away/);
  expect(width(lines.at(-1) ?? '')).toBeLessThanOrEqual(80);
});

test.each([1, 2, 3])('a terminal of %i lines has no more than these', (rows) => {
  const lines = watchedLines({ ...seen, tickets: tickets(12) }, at(40, rows), NOW);
  expect(lines.length).toBeLessThanOrEqual(rows);
});
