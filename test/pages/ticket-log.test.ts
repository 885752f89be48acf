/** `ticket show --log`: who did what with a ticket, as it came about on a desk. */
import { beforeEach, expect, test } from 'vitest';
import { screen, width } from '../../src/pages/style.ts';
import { type LogEntry, logLines, TicketLog } from '../../src/pages/ticket-log.ts';
import type { TicketId } from '../../src/ticket/ticket.ts';
import { BOB, KAY } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  await desk.deliver({ text: 'Hello' });
});

const control = (text: string) =>
  desk.deliver({ from: BOB, to: 'control', login: 'bob', subject: 'today', text });

function logOf(id: TicketId): readonly LogEntry[] {
  const log = new TicketLog(id, 'UTC');
  for (const record of desk.records) log.add(record);
  return log.entries;
}

const said = (id: TicketId) => logOf(id).map(({ by, what }) => `${by} ${what}`);

test('each change is a sentence: a person, or mailrobot, and what they did', async () => {
  await control(
    [
      ...['assign 7102 bob', 'assign 7102 kim', 'assign 7102 nobody', 'tag 7102 +login +vip'],
      ...['tag 7102 -vip', 'priority 7102 urgent', 'priority 7102 low'],
      ...['retitle 7102 Printer on fire', `cc 7102 +${KAY}`, 'watch 7102', 'unwatch 7102'],
      ...[`requester 7102 ${KAY}`, 'close 7102', 'reopen 7102'],
    ].join('\n'),
  );
  expect(said('SUPPORT-7102')).toMatchInlineSnapshot(`
    [
      "nic@ferrier.example opened the ticket "I can't login!"",
      "nic@ferrier.example wrote #1, unverified",
      "mailrobot wrote #2 to nic@ferrier.example, automatic",
      "bob took it",
      "bob gave it to kim (bob had it)",
      "bob took it from kim: it is nobody's",
      "bob changed the tags: +login +vip",
      "bob changed the tags: -vip",
      "bob raised its priority from normal to urgent",
      "bob lowered its priority from urgent to low",
      "bob changed the subject from "I can't login!" to "Printer on fire"",
      "bob changed who gets copies: +kay@ferrier.example",
      "bob chose to watch it",
      "bob chose to watch it no more",
      "bob made it the ticket of kay@ferrier.example (it was that of nic@ferrier.example)",
      "bob closed it (it was new)",
      "bob saw it up to #2",
      "bob opened it again: it is open",
      "mailrobot handed #2 to the mail server",
    ]
  `);
});

test('a merge is on both tickets, and a held mail on the one that it was written to', async () => {
  await desk.deliver({ from: KAY, subject: 'Other', text: 'Hello again' });
  await desk.deliver({ from: 'eve@stranger.example', to: 'support-7102', text: 'Me too' });
  await control('merge 7103 7102 together');
  expect(said('SUPPORT-7102')).toContainEqual(
    expect.stringMatching(/^eve@stranger\.example wrote mail \d+, which is held \([a-z-]+\)$/),
  );
  expect(said('SUPPORT-7102').slice(-2)).toMatchInlineSnapshot(`
    [
      "bob changed who gets copies: +kay@ferrier.example",
      "bob merged SUPPORT-7103 into it",
    ]
  `);
  expect(said('SUPPORT-7103').slice(-2)).toMatchInlineSnapshot(`
    [
      "bob merged it into SUPPORT-7102",
      "bob closed it (it was new)",
    ]
  `);
});

test('no line is wider than the terminal, and no word is lost', () => {
  const what = `changed the subject from "${'漢字 '.repeat(30)}" to "\u001b[2Jx"`;
  const entries = [{ time: '2026-11-20T10:00:00Z', by: 'a'.repeat(50), what }];
  for (const columns of [40, 60, 80, 132]) {
    const lines = logLines(entries, screen(true, columns, { NO_COLOR: '1' }));
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
    expect(lines.join('').match(/漢字/g)).toHaveLength(30);
    expect(lines.join('')).toContain('<1B>');
  }
  expect(logLines(entries, screen(false, undefined, {}))).toHaveLength(1);
});
