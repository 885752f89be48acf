/** What a mail of the desk orders, and what it does not say to a customer by mistake. */
import { expect, test } from 'vitest';
import { readInstructions } from '../../src/actions/instructions.ts';

const read = (text: string) => readInstructions(text, ['SUPPORT']);

test.each<readonly [string, object]>([
  [
    'Hello Nic,\n\nit works.\n',
    { isNote: false, before: [], after: [], text: 'Hello Nic,\n\nit works.\n' },
  ],
  ['\nnote\n\ncall him', { isNote: true, before: [], after: [], text: 'call him' }],
  ['Note:\ncall him', { isNote: true, text: 'call him' }],
  ['INTERNAL\ncall him', { isNote: true, text: 'call him' }],
  [
    'Status: resolved\n\nDone.',
    { after: [{ type: 'status', status: 'resolved' }], text: '\nDone.' },
  ],
  [
    'assign: bob\nTag: +login -vip\nPriority: high\nCc: +x@y.example\nSubject: Login\nMerge: 7090\nStatus: pending\n',
    {
      before: [
        { type: 'assign', to: 'bob' },
        { type: 'tag', add: ['login'], remove: ['vip'] },
        { type: 'priority', priority: 'high' },
        { type: 'cc', add: ['x@y.example'], remove: [] },
        { type: 'retitle', subject: 'Login' },
      ],
      after: [
        { type: 'merge', into: 'SUPPORT-7090' },
        { type: 'status', status: 'pending' },
      ],
      text: '',
    },
  ],
  [
    'note\nStatus: open\nhe calls back',
    { isNote: true, after: [{ status: 'open' }], text: 'he calls back' },
  ],
  ['Wichtig: bitte lesen', { before: [], after: [], text: 'Wichtig: bitte lesen' }],
  ['Hello\nStatus: resolved', { before: [], after: [], text: 'Hello\nStatus: resolved' }],
  ['No', { text: 'No' }],
  ['Done.', { text: 'Done.' }],
  ['> Status: resolved\nok', { after: [], text: '> Status: resolved\nok' }],
])('%j', (text, wanted) => {
  expect(read(text)).toMatchObject(wanted);
});

test.each([
  ['Stauts: resolved\n\nDone.', 'Stauts: resolved', '"Stauts" is none of'],
  ['Hint: try this\nStatus: resolved', 'Hint: try this', '"Hint" is none of'],
  ['Statsu: open', 'Statsu: open', 'is none of'],
  ['Status: done', 'Status: done', 'is not a status'],
  ['Status: resolved\nFoo: bar\n\nHi', 'Foo: bar', '"Foo" is none of'],
  ['Status: open\nStatus: resolved', 'Status: resolved', 'contradicts "Status: open"'],
  ['Assign: bob\nOwner: kim', 'Owner: kim', 'contradicts "Assign: bob"'],
  ['noet\ncall him', 'noet', 'misspelt'],
  ['notes\ncall him', 'notes', 'misspelt'],
  ['Note: call him', 'Note: call him', 'is that for the customer'],
  ['close 7102', 'close 7102', 'control address'],
  ['close', 'close', 'Status: resolved'],
])('%j is not mailed to anybody: %s %s', (text, line, problem) => {
  expect(read(text)).toMatchObject({
    problems: [{ line, problem: expect.stringContaining(problem) }],
  });
});

test('10,000 lines that look like commands are read in no time, and each is named', () => {
  const read10000 = read('Stauts: resolved\n'.repeat(10_000));
  expect('problems' in read10000 && read10000.problems).toHaveLength(10_000);
});
