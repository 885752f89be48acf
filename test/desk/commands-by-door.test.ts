/**
 * The table of commands by door: each command of the grammar, given by every door that
 * takes it, leaves the very same tickets behind.
 */

import { describe, expect, test } from 'vitest';
import { COMMANDS, type TicketCommand } from '../../src/desk/grammar.ts';
import { SUFFIXES } from '../../src/ticket/suffix.ts';
import { BOB, NIC } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';

/** Words behind the ticket that change something. */
const WORDS: Readonly<Record<string, string>> = {
  status: 'pending',
  snooze: 'until 1 January 2027 9:00',
  assign: 'bob',
  tag: '+login +vip',
  priority: 'high',
  field: 'order 1234',
  cc: '+alice@ferrier.example',
  requester: 'kay@ferrier.example',
  retitle: 'Nobody can log in',
  merge: '7103',
  move: 'BILLING',
  split: '3',
  note: 'He calls back.',
  watch: 'bob',
  unwatch: 'bob',
};
/** What has to be there before it. */
const BEFORE: Readonly<Record<string, string>> = {
  reopen: 'close',
  unblock: 'block',
  unsnooze: 'snooze until monday',
};
/**
 * Nobody of the staff stops a customer's mail: what takes it back is tried in act.test.ts; and what
 * takes an answer back in later.test.ts, for a desk that has a clock.
 */
const UNTRIED = ['unmute', 'undo'];

type Give = (desk: Desk, words: string, command: TicketCommand) => Promise<unknown>;

const DOORS: Readonly<Record<string, Give>> = {
  terminal: (desk, words, { name }) => desk.order(7102, `${name} ${words}`, 'bob'),
  control: (desk, words, { name }) => byMail(desk, 'control', `${name} 7102 ${words}`),
  feed: (desk, words, { name }) =>
    desk.apply({ type: 'ticket.command', ticket: '7102', command: `${name} ${words}` }),
  answer: (desk, words, { name, field }) =>
    byMail(desk, 'support-7102', name === 'note' ? `note\n\n${words}` : `${field}: ${words}`),
  address: (desk, words, command) =>
    byMail(desk, `support-7102-${suffixOf(command)}`, command.name === 'note' ? words : ''),
};

/** The word in an address that means this command and nothing more. */
function suffixOf({ name }: TicketCommand): string | undefined {
  return Object.entries(SUFFIXES).find(([, { command }]) => command === name)?.[0];
}

function doorsOf(command: TicketCommand): readonly string[] {
  const { name, field } = command;
  return [
    ...['terminal', 'control'],
    // Another system is nobody who could take it.
    ...(name === 'take' ? [] : ['feed']),
    ...(field === undefined && name !== 'note' ? [] : ['answer']),
    ...(suffixOf(command) === undefined ? [] : ['address']),
  ];
}

function byMail(desk: Desk, to: string, text: string) {
  return desk.deliver({ from: BOB, to, login: 'bob', text });
}

async function arranged(before: string | undefined): Promise<Desk> {
  const staff = [{ name: 'bob', addresses: [BOB], sasl: ['bob'], notify: 'none' }];
  const queues = [
    {
      ...{ prefix: 'SUPPORT', address: 'new', name: 'Support', first: 7102 },
      fields: [{ name: 'order', type: 'text' }],
    },
    { prefix: 'BILLING', address: 'invoices', name: 'Billing' },
  ];
  const desk = new Desk({ staff, queues });
  for (const to of ['new', 'support-7102', 'new']) await desk.deliver({ from: NIC, to });
  if (before !== undefined) await desk.order(7102, before);
  return desk;
}

/** What does not say when, or by whom. */
function stateOf(desk: Desk) {
  return {
    blocked: desk.blocked(),
    tickets: desk
      .tickets()
      .map(({ messages, createdAt: _, updatedAt: __, seen: ___, waiting, snoozed, ...ticket }) => ({
        ...ticket,
        waiting: waiting?.for ?? null,
        snoozed: snoozed?.until ?? null,
        messages: messages.map(({ direction, text, serial }) => ({ direction, text, serial })),
      })),
  };
}

const TRIED = COMMANDS.filter(({ name }) => !UNTRIED.includes(name));

describe.each(TRIED.map((command) => [command.name, command] as const))('%s', (name, command) => {
  test.each(doorsOf(command))('does by the door "%s" what it does in a terminal', async (door) => {
    const give = async (by: string) => {
      const desk = await arranged(BEFORE[name]);
      const was = stateOf(desk);
      await DOORS[by]?.(desk, WORDS[name] ?? '', command);
      const is = stateOf(desk);
      expect(is).not.toEqual(was);
      return is;
    };
    expect(await give(door)).toEqual(await give('terminal'));
  });
});
