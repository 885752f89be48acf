/** Rows that wait for their pages lie in files: what is in memory has a bound. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { html } from '../../src/site/markup.ts';
import { rowOf } from '../../src/site/rows.ts';
import { RowsAside } from '../../src/site/rows-aside.ts';
import { ticketId } from '../../src/ticket/id.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailrobot-rows-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const row = (n: number, words = 'They\tcall') => rowOf(`c${n}`, '', html`<td>${words}</td>`);
const MOST = 2000;

test('never more than the bound, however many there are, and all come back in their order', () => {
  const rows = new RowsAside(folder, 'log', MOST);
  const ids: readonly TicketId[] = Array.from({ length: 2500 }, (_, n) =>
    ticketId(n % 5 === 0 ? 'BILLING' : 'SUPPORT', n + 1),
  );
  const times = [1, 2, 3];
  let most = 0;
  for (const time of times) {
    for (const [n, id] of ids.entries()) {
      rows.add(id, row(time * 10_000 + n));
      most = Math.max(most, rows.waiting);
    }
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(MOST);
  // Three thousands of each queue.
  expect(readdirSync(folder)).toHaveLength(6);
  for (const [n, id] of [...ids.entries()].reverse()) {
    expect(rows.of(id)).toEqual(times.map((time) => row(time * 10_000 + n)));
  }
  const given = [...rows.all()].map((some) => some.size);
  expect(given.reduce((sum, size) => sum + size, 0)).toBe(ids.length);
  expect(Math.max(...given)).toBeLessThanOrEqual(1000);
});

test('a ticket without rows has none', () => {
  const rows = new RowsAside(folder, 'log');
  rows.add('SUPPORT-1', row(1));
  expect(rows.of('SUPPORT-2')).toEqual([]);
  expect(rows.of('OTHER-1')).toEqual([]);
  expect([...rows.all()].map((some) => [...some])).toEqual([[['SUPPORT-1', [row(1)]]]]);
});
