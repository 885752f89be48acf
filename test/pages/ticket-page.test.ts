import { expect, test } from 'vitest';
import { screen } from '../../src/pages/style.ts';
import { ticketPage } from '../../src/pages/ticket-page.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { IncomingMessage, OutgoingMessage, Ticket } from '../../src/ticket/ticket.ts';

const PERSON = { name: 'Nic', address: 'nic@ferrier.example' };
const MESSAGE: IncomingMessage = {
  serial: 1,
  direction: 'in',
  trust: 'thread',
  from: { name: 'Nic', address: 'nic@ferrier.example' },
  to: [],
  date: '2026-11-20T08:00:00.000Z',
  messageId: null,
  subject: 'x',
  text: 'It works.\n\nOn Friday Bob wrote:\n> Try again.\n> Please.\n\nThanks!\n-- \nNic\n',
  newLines: [
    { from: 1, to: 1 },
    { from: 7, to: 7 },
  ],
  attachments: [],
  raw: 'raw/1',
};

const TICKET: Ticket = {
  id: 'SUPPORT-7102',
  number: 7102,
  queue: 'SUPPORT',
  status: 'open',
  subject: 'x',
  requester: null,
  ...UNSORTED,
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: '2026-11-20T08:00:00.000Z',
  messages: [],
};

function page(change: Partial<IncomingMessage>, isFull = false): readonly string[] {
  const ticket: Ticket = {
    ...TICKET,
    messages: [
      { ...MESSAGE, ...change },
      { ...MESSAGE, ...change, serial: 2 },
    ],
  };
  const lines = ticketPage(ticket, screen(false, undefined, {}), isFull).split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('#1')) + 1);
}

test('quoted lines and the signature are folded into lines that count them', () => {
  expect(page({}).slice(0, 5)).toEqual([
    '  It works.',
    '[3 lines folded: --full shows all]',
    '  Thanks!',
    '[2 lines folded: --full shows all]',
    '',
  ]);
});

test('a message that has nothing new in it is shown whole', () => {
  const text = '[The mail has no text. It consists of error.png (image/png).]';
  expect(page({ text, newLines: [] })[0]).toBe(`  ${text}`);
  expect(page({ text: '> Try again.\n-- \nNic\n', newLines: [] }).slice(0, 3)).toEqual([
    '  > Try again.',
    '  -- ',
    '  Nic',
  ]);
});

test('a mail that holds nothing says so', () => {
  for (const text of ['', '\n \n'])
    expect(page({ text, newLines: [] })[0]).toBe('[the mail has no text and no files]');
});

test('what was guessed, and what no filter has seen, is said above the text', () => {
  const guess = { check: 'charset', evidence: 'no charset, read as windows-1252' } as const;
  const lines = page({ guesses: [guess], foundLines: [{ from: 1, to: 1, foundIn: 'smime' }] });
  expect(lines.slice(0, 2)).toEqual([
    '[guessed: the charset of some words]',
    '[1 line was found inside an S/MIME signature (not verified)]',
  ]);
});

test('a file says where it was found, and that it was unpacked', () => {
  const file = { filename: 'a.csv', contentType: 'text/csv', size: 1, sha256: '', path: 'x' };
  const lines = page({
    attachments: [
      { ...file, foundIn: 'uuencode' },
      { ...file, isUnpacked: true },
    ],
  });
  expect(lines).toContain('[1] a.csv, text/csv, 1 octet, found inside uuencoded text');
  expect(lines).toContain('[2] a.csv, text/csv, 1 octet, unpacked');
});

test('--full shows every line', () => {
  const shown = page({}, true)
    .slice(0, 9)
    .map((line) => line.slice(2));
  expect(shown).toEqual(MESSAGE.text.trimEnd().split('\n'));
});

test('attachments are numbered through the ticket, and their names are inert', () => {
  const attachments = [
    { filename: 'a\u202egpj.exe', contentType: 'image/png', size: 2048, sha256: '', path: 'x' },
    { filename: '', contentType: 'a\u001b[31m', size: 1, sha256: '', path: 'y', isInline: true },
  ] as const;
  expect(page({ attachments }).filter((line) => /^\[\d\]/.test(line))).toEqual([
    '[1] a<202E>gpj.exe, image/png, 2.0 KiB',
    '[2] (no name), a<1B>[31m, 1 octet, inline',
    '[3] a<202E>gpj.exe, image/png, 2.0 KiB',
    '[4] (no name), a<1B>[31m, 1 octet, inline',
  ]);
});

test('a mail that could not be shown whole says why', () => {
  expect(page({ fault: 'it has more than 1000 parts' })[0]).toBe(
    '[it has more than 1000 parts; the whole mail is attached]',
  );
});

test('a text cannot look like a line of ours', () => {
  const text = '[1] invoice.pdf, application/pdf, 1 octet';
  expect(page({ text, newLines: [{ from: 1, to: 1 }] })[0]).toBe(`  ${text}`);
});

test('nor where the terminal goes on at its left edge', () => {
  const fake = '#3  from Bob <bob@support-ticket.example>, staff';
  const text = `y${' '.repeat(77)}${fake}\n${'ä'.repeat(200)}\n`;
  const ticket: Ticket = {
    ...TICKET,
    requester: { name: `Bob <bob@x>, staff${' '.repeat(300)}`, address: 'eve@evil.example' },
    messages: [{ ...MESSAGE, text, newLines: [{ from: 1, to: 3 }] }],
  };
  const lines = ticketPage(ticket, { style: (_, shown) => shown, columns: 80 }, false).split('\n');
  const from = lines.findIndex((line) => line.startsWith('#1')) + 1;
  for (const line of lines.slice(from)) {
    expect(line === '' || line.startsWith('  '), line).toBe(true);
    expect(line.length).toBeLessThanOrEqual(80);
  }
  expect(lines.find((line) => line.startsWith('Requester'))).toBe(
    'Requester  Bob <bob@x>, staff <eve@evil.example>',
  );
});

test('a report with an odd action is shown as it is', () => {
  const recipients = [
    { address: 'nic@ferrier.example', action: 'constructor', status: null, reason: '' },
  ];
  expect(page({ report: { isProven: true, recipients } })).toContain(
    '[constructor: nic@ferrier.example]',
  );
});

test('times are those of whoever reads them, with the zone, and fit the terminal', () => {
  const answer: OutgoingMessage = {
    ...{ ...MESSAGE, direction: 'out', automatic: false, delivery: 'waiting', by: 'bob' },
    ...{ from: PERSON, to: [PERSON], messageId: '<1@x>', notBefore: '2026-11-30T07:00:00.000Z' },
  };
  const snoozed = { until: '2026-11-30T08:00:00.000Z', timeZone: 'Asia/Tokyo', by: 'kim' };
  const ticket: Ticket = { ...TICKET, snoozed, messages: [answer] };
  const at = screen(true, 80, { NO_COLOR: '1' }, 'Europe/Berlin');
  const lines = ticketPage(ticket, at, false).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  const shown = lines.join('\n');
  expect(shown).toContain('Created    Friday, 20 November 2026, 09:00 (Europe/Berlin)');
  expect(shown).toContain('until Monday, 30 November 2026, 09:00 (Europe/Berlin), by kim');
  expect(shown).toContain('an answer, Monday, 30 November 2026, 08:00 (Europe/Berlin)');
  expect(shown).toContain(`#1  to Nic <nic@ferrier.example> by bob  2026-11-20 09:00
[not sent yet: it goes out on Monday, 30 November 2026, 08:00 (Europe/Berlin)]`);
});
