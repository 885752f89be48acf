/** Which lines of a mail are commands, before anything is known of the tickets that they name. */
import { expect, test } from 'vitest';
import { controlLines, MAX_COMMANDS } from '../../src/desk/control-lines.ts';

const read = (text: string, firstPartLines = text.split('\n').length) =>
  controlLines({ text, firstPartLines }, { prefixes: ['SUPPORT', 'BILLING'], sharing: [] });
const lines = (text: string) => read(text).map(({ line }) => line);
const command = (text: string) => read(text)[0]?.command;

test.each<readonly [string, object]>([
  ['close 7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['CLOSE 7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['done billing-7', { type: 'act', word: 'close', ticket: ['BILLING-7'] }],
  ['  show   SUPPORT-7102  ', { type: 'show', ticket: ['SUPPORT-7102'] }],
  ['help', { type: 'help' }],
  ['list', { type: 'list', words: '' }],
  ['list ALL', { type: 'list', words: 'ALL' }],
  ['merge 7102 7103', { type: 'act', action: { type: 'merge', into: ['SUPPORT-7103'] } }],
  ['assign 7102', { type: 'wrong', problem: 'it needs a name of the staff, or nobody' }],
  ['close', { type: 'refused', problem: '"" is not a ticket: close 7102, or another number' }],
  ['close #7102', { type: 'refused', problem: expect.stringContaining('is not a ticket') }],
  ['close sales-7', { type: 'refused', problem: expect.stringContaining('is not a ticket') }],
  ['frobnicate 7102', { type: 'refused', isUnknown: true }],
  ['forward 7102 x@y.example', { type: 'refused', isUnknown: true }],
  ['reply 7102 x', { type: 'refused', isUnknown: true }],
])('"%s"', (line, wanted) => {
  expect(command(line)).toMatchObject(wanted);
});

test('blank lines, comments, quotes and a signature are none', () => {
  expect(lines('# today\n\n> close 7102\n\nclose 7103\n  \n-- \nclose 7104')).toEqual([
    'close 7103',
  ]);
});

test.each(['--', '-- ', 'quit', 'QUIT', 'stop', 'thanks', 'thank'])('"%s" ends them', (end) => {
  expect(lines(`close 7102\n${end}\nclose 7103`)).toEqual(['close 7102']);
});

test('what stands directly at a quote is said, and not carried out; no other word there is', () => {
  const found = read('> Hello\nclose 7102\nquit\nwho knows\n> more\n\nclose 7103');
  expect(found.map(({ line, command }) => [line, command.type])).toEqual([
    ['close 7102', 'refused'],
    ['close 7103', 'act'],
  ]);
});

test('what is attached within the text has no commands', () => {
  expect(read('close 7102\n\nclose 7103', 2).map(({ line }) => line)).toEqual(['close 7102']);
});

test('one more is read than is carried out', () => {
  expect(read('close 7102\n'.repeat(10_000))).toHaveLength(MAX_COMMANDS + 1);
});
