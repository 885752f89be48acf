/** One grammar for every door. */
import { expect, test } from 'vitest';
import type { Action } from '../../src/desk/action.ts';
import { COMMANDS, commandNamed, readCommand } from '../../src/desk/grammar.ts';

const read = (line: string) => readCommand(line, { prefixes: ['SUPPORT', 'BILLING'], sharing: [] });

test.each<readonly [string, Action]>([
  ['close', { type: 'status', status: 'resolved' }],
  ['Resolve', { type: 'status', status: 'resolved' }],
  ['reopen', { type: 'status', status: 'open' }],
  ['status pending', { type: 'status', status: 'pending' }],
  ['status Closed', { type: 'status', status: 'resolved' }],
  ['assign bob', { type: 'assign', to: 'bob' }],
  ['owner nobody', { type: 'assign', to: null }],
  ['tag +login -vip', { type: 'tag', add: ['login'], remove: ['vip'] }],
  ['tag login,häßlich', { type: 'tag', add: ['login', 'häßlich'], remove: [] }],
  ['priority HIGH', { type: 'priority', priority: 'high' }],
  ['cc +x@y.example -z@y.example', { type: 'cc', add: ['x@y.example'], remove: ['z@y.example'] }],
  ["retitle  I can't login! ", { type: 'retitle', subject: "I can't login!" }],
  ['merge billing-7090', { type: 'merge', into: ['BILLING-7090'] }],
  ['merge 7090', { type: 'merge', into: ['SUPPORT-7090'] }],
  ['split #5', { type: 'split', serial: 5 }],
  ['note call him\nback', { type: 'note', text: 'call him\nback' }],
  ['block', { type: 'block' }],
  ['unblock', { type: 'unblock' }],
])('%s', (line, action) => {
  expect(read(line)).toEqual(action);
});

test.each([
  ['', 'not a command'],
  ['lcose', '"lcose" is not a command'],
  ['close it', 'it takes nothing more'],
  ['status done', 'new, open, pending, resolved'],
  ['assign', 'a name of the staff'],
  ['tag', 'it needs tags'],
  ['tag +a/b', 'is not a tag'],
  ['tag +a -a', 'both + and -'],
  ['priority asap', 'low, normal, high, urgent'],
  ['cc nobody', 'is not an address'],
  ['cc +a@b,-a@b', 'both + and -'],
  ['retitle', 'it needs a subject'],
  ['merge it', 'is not a ticket'],
  ['status open until monday', 'only pending takes a date: pending until monday'],
  ['status resolved bis Montag', 'only pending takes a date'],
  ['status pending until', 'it needs a date'],
  ['status sometimes until monday', 'is not a status'],
  ['split last', 'no number'],
  ['note', 'needs a text'],
  ['cc +Alice@ferrier.example -alice@ferrier.example', 'cannot be both'],
])('%s is refused: %s', (line, why) => {
  expect(read(line)).toHaveProperty('refused', expect.stringContaining(why));
});

test('every word means one command', () => {
  const words = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(words).size).toBe(words.length);
  for (const word of words) expect(commandNamed(word.toUpperCase())).not.toBeNull();
  const fields = COMMANDS.flatMap(({ field }) => field ?? []);
  expect(new Set(fields).size).toBe(fields.length);
});
