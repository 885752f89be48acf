/** Which lines of a mail are commands, before anything is known of the tickets that they name. */
import { expect, test } from 'vitest';
import { controlLines, MAX_COMMANDS } from '../../src/desk/control-lines.ts';

const read = (text: string, firstPartLines = text.split('\n').length) =>
  controlLines(
    { text, firstPartLines, subject: 'today' },
    { prefixes: ['SUPPORT', 'BILLING'], sharing: [] },
  );
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
  [
    'merge 7102 7103 together',
    { type: 'act', action: { type: 'merge', into: ['SUPPORT-7103'], isTogether: true } },
  ],
  ['assign 7102', { type: 'wrong', problem: 'it needs a name of the staff, or nobody' }],
  ['close', { type: 'refused', problem: '"close" needs a ticket: close 7102, or another number' }],
  ['close #7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['Close: 7102.', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['close [SUPPORT-7102]', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['close (#7102).', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['close ticket 7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['please close 7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['- close 7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['1. close 7102', { type: 'act', word: 'close', ticket: ['SUPPORT-7102'] }],
  ['* show 7102', { type: 'show', ticket: ['SUPPORT-7102'] }],
  ['assign 7102 to kim', { type: 'act', action: { type: 'assign', to: 'kim' } }],
  ['close ticket', { type: 'refused', problem: expect.stringContaining('is not a ticket') }],
  ['- frobnicate 7102', { type: 'refused', isUnknown: true }],
  ['take 7102', { type: 'act', word: 'take', action: { type: 'assign', to: 'me' } }],
  ['get 7102 1', { type: 'get', ticket: ['SUPPORT-7102'], serial: 1, file: 1 }],
  ['get #7102 #3 2', { type: 'get', serial: 3, file: 2 }],
  ['get 7102', { type: 'wrong', problem: expect.stringContaining('number of a message') }],
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

test('a line may name several tickets, as people write them', () => {
  for (const line of [
    'close #7102, #7103',
    'close 7102,7103'.replace(',', ', '),
    'close 7102 and 7103',
  ]) {
    const found = read(line);
    expect(
      found.map(({ line: one }) => one),
      line,
    ).toEqual(['close 7102', 'close 7103']);
  }
  expect(lines('close 7102 7103 billing-9')).toHaveLength(3);
  expect(lines('assign #7102, #7103 Bob')).toEqual(['assign 7102 Bob', 'assign 7103 Bob']);
  expect(read('merge 7103, 7104 7102').map(({ command }) => command)).toMatchObject([
    { ticket: ['SUPPORT-7103'], action: { into: ['SUPPORT-7102'] } },
    { ticket: ['SUPPORT-7104'], action: { into: ['SUPPORT-7102'] } },
  ]);
});

test.each([
  'Thanks,\nBob',
  'Bob Builder\nSupport Team\n+49 30 1234567',
  'Mit freundlichen Grüßen\nBob',
  'Sent from my iPhone',
])('below the commands a signature makes no errors: %j', (signature) => {
  expect(lines(`close 7102\n\n${signature}`)).toEqual(['close 7102']);
});

test('what is like a command is read also there', () => {
  expect(lines('close 7102\n\nclsoe 7103\n\nshow')).toEqual(['close 7102', 'clsoe 7103', 'show']);
});

test('the subject is the command if there is none below it', () => {
  const asked = (subject: string, text = '') =>
    controlLines(
      { text, firstPartLines: text.split('\n').length, subject },
      { prefixes: ['SUPPORT'], sharing: [] },
    ).map(({ line }) => line);
  expect(asked('show 7102')).toEqual(['show 7102']);
  for (const mark of ['Re', 'RE', 'Aw', 'SV', 'Antw']) {
    expect(asked(`${mark}: show 7102`)).toEqual([]);
    expect(asked(`${mark}: show 7102`, 'Thanks!')).toEqual([]);
  }
  expect(asked('close 7102', 'show 7103')).toEqual(['show 7103']);
  expect(asked('What is new?')).toEqual([]);
});
