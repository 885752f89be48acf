/**
 * Every command of the grammar, in a terminal, by a mail to control@ and by `apply`: the same
 * tickets are left behind. One after the other on one desk; each by itself, and by the doors of
 * an answer and an address, is in test/desk/commands-by-door.test.ts.
 */
import { afterEach, expect, test } from 'vitest';
import { COMMANDS } from '../../src/desk/grammar.ts';
import type { Ticket } from '../../src/ticket/ticket.ts';
import { makeDesk, type TestDesk } from './desk.ts';

const BOB = 'bob@support-ticket.example';
const NIC = 'nic@ferrier.example';

/** Each changes something, as those above it have left the ticket. */
const ORDERS: readonly (readonly [name: string, ...words: string[]])[] = [
  ['close'],
  ['reopen'],
  ['status', 'pending'],
  ['snooze', 'in', '300', 'days'],
  ['unsnooze'],
  ['assign', 'bob'],
  ['tag', '+login', '+vip'],
  ['priority', 'high'],
  ['cc', '+alice@ferrier.example'],
  ['requester', 'kay@ferrier.example'],
  ['retitle', 'Nobody', 'can', 'log', 'in'],
  ['field', 'order', '1234'],
  ['note', 'He calls back.'],
  ['watch', 'bob'],
  ['unwatch', 'bob'],
  ['block'],
  ['unblock'],
  ['move', 'BILLING'],
  ['split', '3'],
  ['merge', '7103', 'together'],
];

let desk: TestDesk | undefined;
afterEach(async () => {
  await desk?.settled();
  desk?.remove();
});

async function arranged(): Promise<TestDesk> {
  desk?.remove();
  const made = await makeDesk();
  desk = made;
  made.configure((config) => {
    config['queues'] = [
      {
        ...{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
        fields: [{ name: 'order', type: 'text' }],
      },
      { prefix: 'BILLING', address: 'invoices', name: 'Billing' },
    ];
    config['staff'] = [{ name: 'bob', addresses: [BOB], sasl: ['bob'], notify: 'none' }];
  });
  for (const [n, to] of ['new', 'support-7102', 'new'].entries()) {
    const recipient = `${to}@support-ticket.example`;
    const input = `From: ${NIC}\nTo: ${recipient}\nSubject: mail ${n}\nMessage-ID: <${n}@ferrier.example>\n\nHello ${n}\n`;
    const env = { SENDER: NIC, RECIPIENT: recipient };
    expect(await made.here([n === 1 ? 'reply' : 'new'], { input, env })).toMatchObject({ exit: 0 });
  }
  return made;
}

/** What does not say when, or by whom. */
async function state({ run }: TestDesk) {
  const { stdout } = await run(['ticket', 'list', '--all', '--json']);
  const tickets: Ticket[] = await Promise.all(
    JSON.parse(stdout).map(async ({ id }: Ticket) =>
      JSON.parse((await run(['ticket', 'show', id, '--json'])).stdout),
    ),
  );
  const blocked: unknown = JSON.parse((await run(['address', 'list', '--json'])).stdout);
  const shown = tickets.map(
    ({ messages, createdAt: _, updatedAt: __, seen: ___, waiting, snoozed, ...ticket }) => ({
      ...ticket,
      waiting: waiting?.for ?? null,
      snoozed: snoozed?.until ?? null,
      messages: messages.map(({ direction, text, serial }) => ({ direction, text, serial })),
    }),
  );
  return { blocked, tickets: shown };
}

test('a snoozed ticket is gone from the list of a terminal, and on that of the snoozed', async () => {
  const { here: run } = await arranged();
  const said = await run(['ticket', 'snooze', '7102', 'in', '300', 'days']);
  expect(said.stdout).toMatch(/snoozed until \w+day, .+, 09:00 \(.+\)\./);
  const listed = async (...options: readonly string[]) => {
    const { stdout } = await run(['ticket', 'list', '--json', ...options]);
    return JSON.parse(stdout).map(({ id }: Ticket) => id);
  };
  expect(await listed()).toEqual(['SUPPORT-7103']);
  expect(await listed('--snoozed')).toEqual(['SUPPORT-7102']);
  expect(await listed('--all')).toEqual(['SUPPORT-7103', 'SUPPORT-7102']);
  const { stdout } = await run(['ticket', 'show', '7102']);
  expect(stdout).toContain('Snoozed');
  const refused = await run(['ticket', 'snooze', '7102', 'until', 'next', 'week']);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toContain('does not say which day');
});

test('all commands of the grammar are tried', () => {
  expect(ORDERS.map(([name]) => name).toSorted()).toEqual(
    // What is taken depends on who takes it, a customer alone stops their mail, and what has gone out
    // is not taken back.
    COMMANDS.flatMap(({ name }) =>
      ['take', 'unmute', 'undo'].includes(name) ? [] : name,
    ).toSorted(),
  );
});

test('all commands do the same in a terminal, by mail and in the feed', async () => {
  const terminal = await arranged();
  for (const [name, ...words] of ORDERS) {
    const given = name === 'note' ? ['-m', ...words] : words;
    const ended = await terminal.here(['ticket', name, '7102', ...given]);
    expect(ended).toMatchObject({ exit: 0, stderr: '' });
    expect(ended.stdout).not.toContain('Nothing to be done');
  }
  const wanted = await state(terminal);
  expect(wanted).toMatchObject({ blocked: [], tickets: [{}, {}, {}] });

  const mail = await arranged();
  const lines = ORDERS.map(([name, ...words]) => [name, '7102', ...words].join(' '));
  const recipient = 'control@support-ticket.example';
  const input = `From: ${BOB}\nTo: ${recipient}\nSubject: x\nMessage-ID: <staff@x.example>\n\n${lines.join('\n')}\n`;
  const env = { SENDER: BOB, RECIPIENT: recipient, SASL_USERNAME: 'bob' };
  expect(await mail.here(['control'], { input, env })).toMatchObject({ exit: 0, stdout: '' });
  expect(await state(mail)).toEqual(wanted);

  const feed = await arranged();
  const orders = ORDERS.map(([name, ...words]) =>
    JSON.stringify({ type: 'ticket.command', ticket: '7102', command: [name, ...words].join(' ') }),
  );
  const applied = await feed.here(['apply'], { input: `${orders.join('\n')}\n` });
  expect(applied).toMatchObject({ exit: 0 });
  const results = applied.stdout.trim().split('\n');
  expect(results.map((line) => JSON.parse(line).result)).toEqual(ORDERS.map(() => 'done'));
  expect(await state(feed)).toEqual(wanted);
});
