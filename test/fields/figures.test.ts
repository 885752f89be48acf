/** Fields in figures, in an export, and on pages. */
import { afterEach, expect, test } from 'vitest';
import { ByField } from '../../src/reports/by-field.ts';
import { Courses } from '../../src/reports/courses.ts';
import { exportOf } from '../../src/reports/exported.ts';
import { fieldFigures } from '../../src/reports/field-figures.ts';
import { statisticsPage } from '../../src/reports/statistics-page.ts';
import type { Field } from '../../src/ticket/field.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { BOB, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { Folder } from '../site/pages-of.ts';

const FIELDS = [
  { name: 'order', type: 'text', required: true, pattern: '(<[^>]*>|\\d{4})' },
  { name: 'kind', type: 'choice', choices: ['bug', 'wish'] },
  { name: 'amount', type: 'number' },
];
const DAY_MS = 24 * 60 * 60 * 1000;
let folder: Folder | null = null;
afterEach(() => folder?.remove());

async function desk(...orders: readonly (readonly string[])[]): Promise<Desk> {
  const made = new Desk({ queues: [{ ...SUPPORT, fields: FIELDS }] });
  for (const [n, words] of orders.entries()) {
    await made.deliver({ text: 'order 1234' });
    for (const one of words) await made.order(7102 + n, `field ${one}`);
  }
  return made;
}

async function figures({ config, now, opened: { store } }: Desk, days = 14) {
  const courses = new Courses();
  for await (const commit of store.commits()) courses.add(commit);
  return { courses, fields: await fieldFigures(courses, config, now, days) };
}

test('counts the values of choices, and sums numbers, as they stand now', async () => {
  const of = await desk(
    ['kind bug', 'amount 0.1'],
    ['kind bug', 'kind wish', 'amount 0.2'],
    ['kind bug', 'amount 5', 'amount'],
    ['amount 10'],
  );
  const { courses, fields } = await figures(of);
  expect(fields).toEqual([
    {
      ...{ queue: 'SUPPORT', field: 'kind', type: 'choice', without: 1 },
      values: [
        { value: 'bug', tickets: 2 },
        { value: 'wish', tickets: 1 },
      ],
    },
    {
      ...{ queue: 'SUPPORT', field: 'amount', type: 'number', without: 1, tickets: 3 },
      ...{ sum: 10.3, least: 0.1, median: 0.2, most: 10 },
    },
  ]);
  const at = { style: (_: unknown, text: string) => text, columns: 80 } as const;
  const page = statisticsPage(courses.statistics(of.now, 14), at, null, fields);
  expect(page).toMatch(/^SUPPORT kind +TICKETS\nbug +2 /m);
  expect(page).toMatch(/^ +3 +10\.3 +0\.1 +0\.2 +10$/m);
});

test('what many decimals come to has no more of them, and small numbers are shown as digits', () => {
  const amount: Field = { name: 'amount', type: 'number', choices: [], required: false };
  const of = (values: readonly string[]) => {
    const fields = new ByField();
    const tickets = values.map((value, n): TicketId => {
      const ticket: TicketId = `SUPPORT-${n}`;
      fields.add({ type: 'ticket.field', ticket, field: 'amount', value, by: 'bob' });
      return ticket;
    });
    return fields.of('SUPPORT', [amount], tickets);
  };
  expect(of(Array.from({ length: 1000 }, () => '0.1'))).toMatchObject([{ sum: 100, median: 0.1 }]);
  expect(of(['-0.0000005', '999999999999999', '-2.5'])).toMatchObject([
    { sum: 999999999999996.5, least: -2.5, median: -5e-7, most: 999999999999999 },
  ]);
  // What stood there when the field was a text.
  const old = ['1e308', 'Infinity', '0x10', '', 'two', '2'];
  expect(of(old)).toMatchObject([{ tickets: 1, sum: 2, least: 2, median: 2, most: 2 }]);
  expect(of([])).toMatchObject([{ tickets: 0, sum: 0, least: null, median: null, most: null }]);
  const at = { style: (_: unknown, text: string) => text, columns: 80 } as const;
  const none = new Courses().statistics(new Date('2026-11-20T10:00:00Z'), 14);
  const page = statisticsPage(none, at, null, of(['-0.0000005', '0.0000001', '7']));
  expect(page).toMatch(/^ +3 +6\.9999996 +-0\.0000005 +0\.0000001 +7$/m);
});

test('of tickets that were created in the period, and that are not part of another one', async () => {
  const of = await desk(['kind bug'], ['kind wish']);
  await of.order(7103, 'merge 7102');
  expect((await figures(of)).fields[0]).toMatchObject({ without: 0, values: [{ tickets: 1 }, {}] });
  of.wait(20 * DAY_MS);
  expect((await figures(of)).fields[0]).toMatchObject({ without: 0, values: [{ tickets: 0 }, {}] });
});

test('a mail of commands gets them, and a desk without fields has none', async () => {
  const of = await desk(['kind bug']);
  await of.deliver({ from: BOB, login: 'bob', to: 'control', text: 'stats' });
  expect(of.lastTo(BOB).text).toContain('SUPPORT kind');
  expect((await figures(new Desk())).fields).toEqual([]);
});

test('an export has what stands in the fields of their own tickets', async () => {
  const tickets = (await desk(['kind bug'])).tickets();
  const of = (person: string) => {
    const isPerson = (address: string) => address === person;
    return exportOf({ person, isPerson, tickets, held: [], address: null }, false).tickets[0];
  };
  expect(of(NIC)).toMatchObject({ fields: { order: { value: '1234' }, kind: { value: 'bug' } } });
  expect(of('kay@ferrier.example')).not.toHaveProperty('fields');
});

test('pages show values as text, and what is missing', async () => {
  const made = new Desk({ queues: [{ ...SUPPORT, fields: FIELDS }] });
  await made.deliver({ text: 'Mine is <script>alert(1)</script>.' });
  await made.deliver({ text: 'Hello' });
  folder = new Folder();
  await folder.write(made);
  const shown = folder.everything.match(/<dt>(?:order|Missing)<.*/g);
  expect(shown).toEqual([
    '<dt>order</dt><dd>&lt;script&gt; (found in a mail)</dd>',
    '<dt>Missing</dt><dd>order</dd>',
  ]);
});
