/** The table of tickets on terminals of any width, with whatever strangers write in a subject. */
import { expect, test } from 'vitest';
import { heldTable } from '../../src/pages/held-page.ts';
import { screen, width } from '../../src/pages/style.ts';
import { ticketTable } from '../../src/pages/ticket-list.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { HeldMail } from '../../src/ticket/held.ts';
import { PRIORITIES, STATUSES, type TicketSummary } from '../../src/ticket/ticket.ts';
import { type Choose, choiceOf, SEED } from '../kit/random.ts';

const NOW = new Date('2026-11-29T12:00:00Z');
const TICKET: TicketSummary = {
  id: 'SUPPORT-7102',
  number: 7102,
  queue: 'SUPPORT',
  status: 'open',
  subject: "I can't login!",
  requester: { name: 'Nic', address: 'nic@ferrier.example' },
  ...UNSORTED,
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-29T11:48:00.000Z',
};

const at = (columns: number) => screen(true, columns, { NO_COLOR: '1' }, 'Europe/Berlin');
const linesOf = (tickets: readonly TicketSummary[], columns: number) =>
  ticketTable(tickets, at(columns), NOW).trimEnd().split('\n');

test('a wide terminal shows priority, age and last change, who asked and who works on it', () => {
  const tickets = [{ ...TICKET, priority: 'urgent', assignee: 'bob' } as const, TICKET];
  expect(linesOf(tickets, 132)).toEqual([
    'TICKET        STATUS  PRIO    AGE  CHANGED  REQUESTER            FOR  SUBJECT',
    "SUPPORT-7102  open    urgent  9d   12m      nic@ferrier.example  bob  I can't login!",
    "SUPPORT-7102  open    -       9d   12m      nic@ferrier.example  -    I can't login!",
  ]);
});

test('when an answer goes out, and until when one is snoozed, stand in columns of their own', () => {
  const answerAt = '2026-11-30T07:00:00.000Z';
  const snoozed = { until: answerAt, timeZone: 'Europe/Berlin', by: 'bob' };
  const waits = { ...TICKET, status: 'pending', answerAt } as const;
  const wide = linesOf([waits, { ...TICKET, snoozed }, TICKET], 160);
  expect(wide[0]).toContain('  ANSWERS (Berlin)  UNTIL (Berlin)    SUBJECT');
  expect(wide[1]).toMatch(/ pending .* 2026-11-30 08:00 {2}- {17}I can't login!$/);
  expect(wide[2]).toMatch(/ open .* - {17}2026-11-30 08:00 {2}I can't login!$/);
  // What one of them has takes nothing of who asked from the others.
  const narrow = linesOf([{ ...waits, subject: 'x'.repeat(200) }, TICKET], 80);
  expect(narrow[0]).toContain('REQUESTER');
  expect(narrow[2]).toContain('nic@ferrier.e');
  const past = { ...snoozed, until: '2026-11-29T11:00:00.000Z' };
  expect(linesOf([{ ...TICKET, snoozed: past }], 160)[0]).not.toContain('UNTIL');
});

test('80 columns leave 30 for the subject, and still say who asked', () => {
  const subject = 'x'.repeat(200);
  const tickets = [{ ...TICKET, subject, priority: 'urgent', assignee: 'bob' } as const];
  expect(linesOf(tickets, 80)).toEqual([
    'TICKET       STATUS PRIO   AGE REQUESTER      FOR SUBJECT',
    `SUPPORT-7102 open   urgent 9d  nic@ferrier.e… bob ${'x'.repeat(29)}…`,
  ]);
});

test('40 columns have the ticket, its priority, and half of the line for the subject', () => {
  const tickets = [{ ...TICKET, subject: 'x'.repeat(200), priority: 'urgent' } as const];
  expect(linesOf(tickets, 40)).toEqual([
    'TICKET       PRIO   SUBJECT',
    `SUPPORT-7102 urgent ${'x'.repeat(19)}…`,
  ]);
});

test('in a pipe nothing is left out or cut', () => {
  const subject = 'x'.repeat(200);
  const piped = ticketTable([{ ...TICKET, subject }], screen(false, undefined, {}), NOW);
  expect(piped).toContain(`nic@ferrier.example  ${subject}\n`);
});

/** What terminals count in other ways than characters, and what they would obey. */
const PIECES = [
  ...['a', ' ', 'login', '漢字', '한국어', 'ｆｕｌｌ', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪', '👍🏽', '☃️', '1️⃣'],
  ...['é', 'ẅ̈', 'שלום', 'مرحبا', '\u202e', '\u2066', '\u001b[2J', '\u009b31m', '\t', '\n', '\r'],
  ...['ไทย', 'हिन्दी', '\u200b', '\ufeff', '\ud800', '\u0000', '\u0301\u0301\u0301'],
] as const;

function wordsBy(choose: Choose): string {
  return Array.from({ length: choose.number(60) }, () => choose(PIECES)).join('');
}

test(`whatever is in it, no line is wider than the terminal, and the subject has its room (SEED=${SEED})`, () => {
  const choose = choiceOf(SEED);
  for (let round = 0; round < 60; round += 1) {
    const tickets = Array.from({ length: 1 + choose.number(4) }, (_, n) => ({
      ...TICKET,
      id: `SUPPORT-${choose([1, 7102, 1_234_567])}` as const,
      status: choose(STATUSES),
      priority: choose(PRIORITIES),
      assignee: choose([null, 'bob', 'a-long-name', wordsBy(choose)]),
      requester: choose([null, { name: '', address: wordsBy(choose) }]),
      createdAt: choose(['2026-11-29T11:59:59Z', '2016-11-29T11:59:59Z']),
      subject: n === 0 ? 'x'.repeat(200) : wordsBy(choose),
    }));
    for (const columns of [80, 100, 140]) {
      const lines = linesOf(tickets, columns);
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
      expect(lines).toHaveLength(tickets.length + 1);
      expect(/x+…$/.exec(lines[1] ?? '')?.[0].length).toBeGreaterThanOrEqual(30);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  }
});

test('held mail has its age and the reason, and leaves 30 of 80 columns for the subject', () => {
  const mail: HeldMail = {
    id: 17,
    from: { name: '', address: 'a-stranger@somewhere-far-away.example' },
    date: '2026-11-27T11:00:00Z',
    subject: 'x'.repeat(200),
    queue: 'SUPPORT',
    ticket: 'SUPPORT-7102',
    reason: { check: 'unanswerable-address', evidence: '' },
    raw: 'raw/000000/17-in.eml',
  };
  const lines = heldTable([mail], at(80), NOW).trimEnd().split('\n');
  expect(lines).toEqual([
    'ID AGE TO           FROM     WHY                  SUBJECT',
    `17 2d  SUPPORT-7102 a-stran… unanswerable-address ${'x'.repeat(29)}…`,
  ]);
});
