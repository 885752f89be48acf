/** Which queue, ticket or service a mail was sent to, and what stands behind a ticket. */
import { expect, test } from 'vitest';
import { checkConfig } from '../../src/config/read.ts';
import { addressee } from '../../src/decision/addressing.ts';
import type { Verb } from '../../src/ticket/decision.ts';

const queues = [
  { prefix: 'SUPPORT', address: 'new', name: 'Support' },
  { prefix: 'BILLING', address: 'invoices', name: 'Billing' },
];
const CONFIG = checkConfig(
  { domain: 'support-ticket.example', store: 'store', queues },
  '/nowhere/config.json',
);
const sentTo = (local: string, verb: Verb, extension: string | null = null, config = CONFIG) => {
  const recipients = [`${local}@support-ticket.example`];
  const envelope = { sender: null, recipients, extension, client: null, login: null };
  const { queue, ticket, suffix, service } = addressee(
    { verb, envelope, to: [], defaultQueue: null },
    config,
  );
  return [ticket?.join(' or ') ?? queue.prefix, suffix, service];
};

test.each<readonly [string, Verb, readonly (string | null)[]]>([
  ['new', 'new', ['SUPPORT', null, null]],
  ['invoices', 'any', ['BILLING', null, null]],
  ['Support-7102', 'reply', ['SUPPORT-7102', null, null]],
  // Whatever verb an alias names: a queue's second alias may name any.
  ['support-7102', 'new', ['SUPPORT-7102', null, null]],
  ['BILLING-12-close', 'new', ['BILLING-12', 'close', null]],
  ['billing-12-r-2-abcdefgh234567ab', 'new', ['BILLING-12', null, null]],
  ['support-7102', 'control', ['SUPPORT-7102', null, null]],
  // As postfix/tickets.regexp writes them, should nothing else tell.
  ['support+7102', 'any', ['SUPPORT-7102', null, null]],
  ['Billing+12', 'reply', ['BILLING-12', null, null]],
  ['BILLING+12-close', 'new', ['BILLING-12', 'close', null]],
  ['billing+12-b-2-abcdefgh234567ab', 'reply', ['BILLING-12', null, null]],
  ['new+7102', 'new', ['SUPPORT', null, null]],
  ['support-7102-close', 'reply', ['SUPPORT-7102', 'close', null]],
  ['SUPPORT-7102-NOTE', 'any', ['SUPPORT-7102', 'note', null]],
  ['support-7102+quiet', 'reply', ['SUPPORT-7102', 'quiet', null]],
  ['support-7102-notes', 'reply', ['SUPPORT-7102', 'unknown', null]],
  ['support-7102note', 'reply', ['SUPPORT-7102', 'note', null]],
  ['billing-1-reopen', 'reply', ['BILLING-1', 'reopen', null]],
  ['sales-7102-close', 'reply', ['SUPPORT', null, null]],
  ['control', 'control', ['SUPPORT', null, 'control']],
  ['commands', 'control', ['SUPPORT', null, 'control']],
  ['control', 'any', ['SUPPORT', null, 'control']],
  ['Help', 'control', ['SUPPORT', null, 'help']],
  ['helpless', 'new', ['SUPPORT', null, null]],
])('%s@ by %s', (local, verb, wanted) => {
  expect(sentTo(local, verb)).toEqual(wanted);
});

test('by hand, new opens a ticket, whatever its To says', () => {
  const envelope = { sender: null, recipients: [], extension: null, client: null, login: null };
  const to = [{ name: '', address: 'BILLING-12@support-ticket.example' }];
  expect(addressee({ verb: 'new', envelope, to, defaultQueue: null }, CONFIG).ticket).toBeNull();
  expect(addressee({ verb: 'any', envelope, to, defaultQueue: null }, CONFIG).ticket).toEqual([
    'BILLING-12',
  ]);
});

test('the extension of an alias names a ticket, and what stands behind it', () => {
  expect(sentTo('desk', 'reply', '7102')).toEqual(['SUPPORT-7102', null, null]);
  expect(sentTo('desk', 'reply', '7102-close')).toEqual(['SUPPORT-7102', 'close', null]);
  expect(sentTo('desk', 'any', '7102-close')).toEqual(['SUPPORT', null, null]);
});

test('where queues count together, the number in the extension of an alias may be the ticket of any', () => {
  const shared = queues.map((queue) => ({ ...queue, numbers: 'shared' }));
  const config = checkConfig(
    { domain: 'support-ticket.example', store: 'store', queues: shared },
    '/nowhere/config.json',
  );
  const either = 'SUPPORT-7102 or BILLING-7102';
  expect(sentTo('desk', 'reply', '7102', config)).toEqual([either, null, null]);
  expect(sentTo('desk', 'reply', '7102-close', config)).toEqual([either, 'close', null]);
  expect(sentTo('desk', 'reply', 'billing-7102', config)).toEqual(['BILLING-7102', null, null]);
});

test('a queue that is called help is a queue', () => {
  const help = { prefix: 'HELP', address: 'help', name: 'Help' };
  const config = checkConfig(
    { domain: 'support-ticket.example', store: 'store', queues: [...queues, help] },
    '/nowhere/config.json',
  );
  expect(sentTo('help', 'new', null, config)).toEqual(['HELP', null, null]);
});

test('mail whose address names no queue is for the queue that its alias names, and no other is', () => {
  const to = (local: string, defaultQueue: string | null, extension: string | null = null) => {
    const recipients = [`${local}@support-ticket.example`];
    const envelope = { sender: null, recipients, extension, client: null, login: null };
    const named = addressee({ verb: 'reply', envelope, to: [], defaultQueue }, CONFIG);
    return extension === null ? named.queue.prefix : named.ticket?.join(' or ');
  };
  expect(to('rechnung', 'BILLING')).toBe('BILLING');
  expect(to('rechnung', null)).toBe('SUPPORT');
  expect(to('new', 'BILLING')).toBe('SUPPORT');
  expect(to('support-7102', 'BILLING')).toBe('SUPPORT');
  expect(to('rechnung', 'BILLING', '12')).toBe('BILLING-12');
  expect(to('rechnung', 'BILLING', 'support-12')).toBe('SUPPORT-12');
});
