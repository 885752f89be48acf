/** Lines of an answer that are meant for the desk come back to their author, and go to nobody. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BOB, NIC, SUPPORT } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

let desk: Desk;
beforeEach(async () => {
  const fields = [{ name: 'order', type: 'text' }];
  desk = new Desk({ queues: [{ ...SUPPORT, fields }] });
  await desk.deliver({ text: 'Nobody can log in.' });
});

const byMail = (text: string) =>
  desk.deliver({ from: BOB, to: 'support-7102', login: 'bob', text });

const AT_THE_BEGINNING = [
  ...['snooze until monday 9:00', 'snooze monday', 'status pending until monday', 'wake', 'Wake.'],
  ...['send tomorrow 8:00', 'send on monday at 9 am', 'Send at: tomorrow', 'Send later: 8:00'],
  ...['Senden: morgen 8 Uhr', 'Später senden: morgen', 'Later: monday', 'At: tomorrow 8:00'],
  ...['Unsnooze: 1', 'Order: 1234', 'field order 1234', 'send in 3 days'],
];
const AT_THE_END = [
  ...['Send: tomorrow 8:00', 'Send: whenever', 'Snooze: monday 9:00', 'Field: order 1234'],
  ...['Field: Order 1234', 'snooze until monday', 'send tomorrow', 'Order: 1234', 'wake'],
];

describe.each<readonly [string, readonly string[], (line: string) => string]>([
  ['above an answer', AT_THE_BEGINNING, (line) => `${line}\n\nDear Nic,\n\nit works again.`],
  ['directly above it', AT_THE_BEGINNING, (line) => `${line}\nDear Nic,\n\nit works again.`],
  ['below an answer', AT_THE_END, (line) => `Dear Nic,\n\nit works again.\n\n${line}`],
  ['above its signature', AT_THE_END, (line) => `Dear Nic,\n\nIt works.\n\n${line}\n\nbob`],
])('%s', (_, lines, around) => {
  test.each(lines)('"%s" comes back with the question', async (line) => {
    expect((await byMail(around(line))).end).toBe('returned');
    expect(desk.lastTo(BOB).text.replace(/\s+/g, ' ')).toContain('Is that a command?');
    expect(desk.lastTo(BOB).text).toContain(line);
    expect(desk.to(NIC).map(({ text }) => text.includes('it works'))).not.toContain(true);
  });
});

test('so do several at its end, one of which would be a command there', async () => {
  expect((await byMail('It works.\n\nStatus: resolved\nSend: tomorrow 8:00')).end).toBe('returned');
  expect(desk.lastTo(BOB).text).toContain('Send: tomorrow 8:00');
  expect(desk.ticket(7102).status).toBe('new');
});

test.each([
  'Send it in, please.\n\nDear Nic, we wait for it.',
  'Send us the form on Monday, please.',
  'Dear Nic,\n\nSnooze the alarm at 8:00, then press the button.\n\nBye',
  'Dear Nic,\n\nyour order: 1234\n\nit is on its way.',
  'Dear Nic,\n\nField: Computer Science\nAt: room 17\nSend: 20 pieces\n\nThat is what it says.',
  'At: Main Street 5, Springfield\n\nThere we are.',
  'Dear Nic,\n\nit works again. See you later: https://desk.example/later',
  'Wake up early, and try again.',
])('a word to a customer goes to them: %j', async (text) => {
  expect((await byMail(text)).end).toBe('carried-out');
});
