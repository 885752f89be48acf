/**
 * What is said at a terminal of 80 columns: refusals, hints, tables, help and the page of a ticket.
 * Lines that are made to be copied, into a file or a shell, may be wider.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { width } from '../../src/pages/style.ts';
import { makeDesk, PROGRAM, type TestDesk } from './desk.ts';
import { terminalWith } from './terminal.ts';

const LONG = 'A subject that goes on until it needs more than the one line that there is for it';
const CONFIG = {
  ...{ timeZone: 'America/Argentina/Buenos_Aires', undo: 3600 },
  staff: [{ name: 'root', addresses: ['root@support-ticket.example'] }],
  queues: [
    {
      ...{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      hours: { open: ['mon-fri 9:00-17:00'], holidays: 'holidays.ics' },
      fields: [
        { name: 'order', type: 'text', required: true },
        { name: 'kind', type: 'choice', choices: ['bug', 'wish', 'question'] },
        { name: 'amount', type: 'number' },
      ],
    },
  ],
};
const NEVER = `BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:never@support-ticket.example
DTSTART;VALUE=DATE:20261131
SUMMARY:A day off that there is not in any calendar, whoever looks it up
END:VEVENT
END:VCALENDAR
`;

let desk: TestDesk;
beforeAll(async () => {
  desk = await makeDesk();
  desk.configure((config) => Object.assign(config, CONFIG));
  writeFileSync(join(desk.dir, 'holidays.ics'), NEVER);
  for (const n of [1, 2]) {
    await desk.run(['new'], {
      input: `From: "Nicolas Ferrier of the Rotterdam office" <nicolas.longname@ferrier.example>\nMessage-ID: <${n}@ferrier.example>\nSubject: ${LONG}\n\nx\n`,
    });
  }
});
afterAll(() => desk.remove());

/** Each line is one command, and what it says; they run one after the other. */
const COMMANDS = [
  'ticket reply 7102 -m later --at "tomorrow 8:00"',
  'due </dev/null',
  'ticket reply 7102 -m later --at "tomorrow 8:00"',
  'ticket reply 7102 -m held',
  'ticket snooze 7103 until monday',
  'ticket list',
  'ticket show 7102',
  'ticket show 7103',
  'ticket show 7102 --log',
  'ticket undo 7102',
  'ticket reply 7102 -m x --at yesterday',
  'ticket reply 7102 -m x --at "the day when all of it is done"',
  'ticket reply 7102 -m "as in {{snippet:vpn}} above"',
  'ticket reply 7102 --snippet nope',
  'ticket field 7102 nope 1',
  'ticket status 7102 open until monday',
  'ticket close 7102',
  'ticket list --field nope',
  "ticket list --field 'amount>=2'",
  'ticket list --sort nope',
  'snippet show nope',
  'config check',
  'status',
  'stats',
  'ticket --help',
  '--help',
];

test('no line is wider than 80 columns', { timeout: 120_000 }, async () => {
  const script = COMMANDS.map((line) => `echo "+ ${line.replaceAll('"', '')}"; ${PROGRAM} ${line}`);
  const terminal = terminalWith(desk, script.join('; '), {
    environment: { NO_COLOR: '1', PAGER: 'cat', USER: 'root', LOGNAME: 'root' },
  });
  await terminal.ended();
  const lines = terminal.screen().replaceAll('\r', '').split('\n');
  expect(lines.filter((line) => line.startsWith('+ '))).toHaveLength(COMMANDS.length);
  expect(lines.filter((line) => !line.startsWith('+ ') && width(line) > 80)).toEqual([]);
});
