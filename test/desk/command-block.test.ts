/** What a mail of the desk orders, and what it does not say to a customer by mistake. */
import { expect, test } from 'vitest';
import { readCommandBlock } from '../../src/desk/command-block.ts';
import { linesAtQuotes } from '../../src/reading/quotes/at-quotes.ts';

const read = (text: string, isMeant = false) => {
  const atQuotes = linesAtQuotes(text);
  const lines = text.split('\n');
  return readCommandBlock(
    lines.map((line, at) => ({ text: line, atQuote: atQuotes.get(at) ?? null })),
    { prefixes: ['SUPPORT'], sharing: [] },
    { isMeant },
  );
};

test.each<readonly [string, object]>([
  [
    'Dear Nic,\n\nit works.\n\nStatus: resolved\nAssign: bob\n\n',
    {
      isNote: false,
      before: [{ type: 'assign', to: 'bob' }],
      after: [{ type: 'status', status: 'resolved' }],
      text: 'Dear Nic,\n\nit works.',
    },
  ],
  [
    'Assign: bob\n\nIt works.\n\nStatus: resolved',
    { before: [{}], after: [{}], text: '\nIt works.' },
  ],
  ['note\n\nHe is angry.\n\nPriority: high', { isNote: true, before: [{ type: 'priority' }] }],
  // None of these is one: what is doubtful about it is asked for in last-look.ts.
  ['It works.\nStatus: resolved', { before: [], after: [], text: 'It works.\nStatus: resolved' }],
  ['It works.\n\nStatus: done for today', { before: [], after: [] }],
  ['It works.\n\nStatus: resolved\nand so on', { before: [], after: [] }],
  ['It works.\n\nSubject: resolved', { before: [], after: [] }],
  ['It works.\n\n> Hello\n\nStatus: resolved', { before: [], after: [] }],
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
        { type: 'status', status: 'pending' },
        { type: 'merge', into: ['SUPPORT-7090'] },
      ],
      text: '',
    },
  ],
  ['Status: open\nnote\n\nSECRET', { isNote: true, after: [{}], text: '\nSECRET' }],
  ['Status: open\n\nnote\n\nSECRET', { isNote: true, after: [{}] }],
  ...[
    '[note]',
    ' * note',
    'ｎｏｔｅ',
    '\u200b\u200bnote',
    'note [http://x]',
    'Notiz',
    ...[
      '1) note',
      '— note —',
      '📝 note',
      '<note>',
      '{note}',
      '==== NOTE ====',
      '`note`',
      '„Notiz“',
      '→ note',
    ],
    ...['internal_note', 'Private note', 'Nur intern:', 'Notizen'],
    'Interne Notiz:',
    'Intern',
    'Internal note:',
    'notes',
  ].map((mark) => [`${mark}\nSECRET`, { isNote: true }] as const),
  ['> please help\n\nnote\n\nSECRET', { isNote: true }],
  [
    '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nnote\n\nSECRET\n-----BEGIN PGP SIGNATURE-----\n\niQE=\n',
    { isNote: true, text: 'SECRET' },
  ],
  [
    '> please help\n\nStatus: resolved\n\nDone',
    { isNote: false, after: [{ status: 'resolved' }], text: '> please help\n\n\nDone' },
  ],
  [
    'note\nStatus: open\nhe calls back',
    { isNote: true, after: [{ status: 'open' }], text: 'he calls back' },
  ],
  ['Wichtig: bitte lesen', { before: [], after: [], text: 'Wichtig: bitte lesen' }],
  // Lone ones, exactly, set off.
  ...(
    [
      ['close', { type: 'status', status: 'resolved' }],
      ['CLOSE', { type: 'status', status: 'resolved' }],
      ['reopen', { type: 'status', status: 'open' }],
      ['take', { type: 'assign', to: 'me' }],
      ['assign me', { type: 'assign', to: 'me' }],
      ['Assign kim@support-ticket.example', { type: 'assign', to: 'kim@support-ticket.example' }],
      ['status pending', { type: 'status', status: 'pending' }],
      ['Priority high', { type: 'priority', priority: 'high' }],
      ['tag +login -vip', { type: 'tag', add: ['login'], remove: ['vip'] }],
    ] as const
  ).flatMap(([line, action]) =>
    [line, `${line}\n\nDear Nic,`, `note\n${line}\n\nHe is angry.`].map(
      (text) =>
        [text, action.type === 'status' ? { after: [action] } : { before: [action] }] as const,
    ),
  ),
  ['close\ntake\n\nDone.', { before: [{}], after: [{}], text: '\nDone.' }],
  ['Dear Nic\n\nclose', { before: [], after: [], text: 'Dear Nic\n\nclose' }],
  ['Hello\nStatus: resolved', { before: [], after: [], text: 'Hello\nStatus: resolved' }],
  ['No', { text: 'No' }],
  ['Not', { text: 'Not' }],
  ['Vote', { text: 'Vote' }],
  ['Noted', { isNote: false, text: 'Noted' }],
  ['Tag Nic,\n\nes geht.', { isNote: false, before: [] }],
  [
    'Status: pending\n\nAssign: bob\n\nDear Nic',
    { before: [{ to: 'bob' }], after: [{ status: 'pending' }], text: '\nDear Nic' },
  ],
  ['Status:resolved\nDear Nic', { after: [{ status: 'resolved' }], text: 'Dear Nic' }],
  ['Status : resolved\nDear Nic', { after: [{ status: 'resolved' }], text: 'Dear Nic' }],
  ['Tag: +a\nTag: +b\n\nx', { before: [{ add: ['a'] }, { add: ['b'] }] }],
  ['Status: open\nstatus: OPEN\n\nx', { after: [{}, {}] }],
  ['Merge: 7090\nStatus: pending', { after: [{ type: 'status' }, { type: 'merge' }] }],
  ['Order: 4711 has been shipped', { before: [], text: 'Order: 4711 has been shipped' }],
  ['Tax: 19 %', { before: [], text: 'Tax: 19 %' }],
  ['Object: yours', { before: [], text: 'Object: yours' }],
  ['Status 200 means that it works', { text: 'Status 200 means that it works' }],
  ['Done 3 of them, the others follow', { text: 'Done 3 of them, the others follow' }],
  ['Done\n\nBob', { text: 'Done\n\nBob' }],
  ['https://support-ticket.example/\nDear Nic', { before: [] }],
  ['Done.', { text: 'Done.' }],
  [
    'Search it\n\nand you will find it.',
    { before: [], text: 'Search it\n\nand you will find it.' },
  ],
  ['Back on Monday.', { text: 'Back on Monday.' }],
  // What a client wraps of a quote stands there like a line of the author's.
  ...['Status: resolved', 'assign: eve\nStatus: resolved', 'Merge: 1', 'close 7102'].flatMap(
    (rest) =>
      [
        `> A long line which goes on in\n${rest}\n> more\n\nDear Nic`,
        `> A line:\n${rest}\n\nDear Nic`,
      ].map((text) => [text, { isNote: false, before: [], after: [], text }] as const),
  ),
  [
    '> A long line which goes on in\nhere.\n\nStatus: resolved\n\nDone.',
    { after: [{ status: 'resolved' }], text: '> A long line which goes on in\nhere.\n\n\nDone.' },
  ],
  [
    '> A long line\nI do what I can.\n\nnote\n\nSECRET',
    { isNote: true, text: expect.stringContaining('I do what I can.') },
  ],
  // A blank can be the rest of a quote, too.
  ['> long\n \nStatus: resolved\n\nx', { after: [] }],
  ['> long\n\u00a0\nStatus: resolved\n\nx', { after: [] }],
  ['> Status: resolved\nok', { after: [], text: '> Status: resolved\nok' }],
])('%j', (text, wanted) => {
  expect(read(text)).toMatchObject(wanted);
});

test('two lines that contradict each other are words to nobody, whatever their author says', () => {
  for (const text of ['Send: monday 8:00\nSend: tomorrow 8:00\n\nDear Nic', 'close\nreopen\n\nx']) {
    const block = read(text, true);
    const [first] = 'refused' in block ? block.refused : [];
    expect(first).toMatchObject({ problem: expect.stringContaining('leave one of them out') });
    expect(first).not.toHaveProperty('isQuestion');
  }
});

test.each<readonly [string, string, string]>([
  ['Stauts: resolved\n\nDone.', 'Stauts: resolved', '"Stauts" is not one of'],
  ['Hint: try this\nStatus: resolved', 'Hint: try this', '"Hint" is not one of'],
  ['Statsu: open', 'Statsu: open', 'is not one of'],
  ['Status: done', 'Status: done', 'is not a status'],
  ['Status: resolved\nFoo: bar\n\nHi', 'Foo: bar', '"Foo" is not one of'],
  ['Status: open\nStatus: resolved', 'Status: resolved', 'contradicts "Status: open"'],
  ['Assign: bob\nOwner: kim', 'Owner: kim', 'contradicts "Assign: bob"'],
  ['noet\ncall him', 'noet', 'misspelt'],
  ['notte\ncall him', 'notte', 'misspelt'],
  ['private note: SECRET', 'private note: SECRET', 'Is that for the customer'],
  ['Note : SECRET', 'Note : SECRET', 'Is that for the customer'],
  ['note - SECRET', 'note - SECRET', 'Is that for the customer'],
  ['note SECRET', 'note SECRET', 'Is that for the customer'],
  ['internal: SECRET', 'internal: SECRET', 'Is that for the customer'],
  ['Status: open\n\nNote: SECRET', 'Note: SECRET', 'Is that for the customer'],
  ['Note: call him', 'Note: call him', 'Is that for the customer'],
  ['close 7102', 'close 7102', 'control address'],
  ['Close.\n\nDear Nic,', 'Close.', 'Is that a command'],
  ['take\nDear Nic,', 'take', 'Is that a command'],
  ['close\n> It burns.', 'close', 'directly above a quote'],
  ['block', 'block', 'Is that a command'],
  ['watch\n\nDear Nic,', 'watch', 'Is that a command'],
  ['* close\n\nDear Nic,', '* close', 'Is that a command'],
  ['"close"', '"close"', 'Is that a command'],
  ...['stats', 'held', 'back', 'Help!', 'list mine', 'away until friday', 'release 17'].map(
    (line): readonly [string, string, string] => [`${line}\n\nDear Nic,`, line, 'control address'],
  ),
  ['search password', 'search password', 'control address'],
  ['Status: open\nclose\nDear Nic', 'close', 'Is that a command'],
  ['assign me\nDear Nic,', 'assign me', 'with a colon: "Assign: me"'],
  ['Status: open\nclose\n\nDear Nic', 'close', 'contradicts'],
  ['Status: resolved\n> It burns.\n\nDone.', 'Status: resolved', 'directly above a quote'],
  ['Status: pending\n\nAssign: bob\n> It burns.', 'Assign: bob', 'directly above a quote'],
  ['note\n> It burns.\n\nSECRET', 'note', 'directly above a quote'],
  ['> A long line\nnote\n> more\n\nSECRET', 'note', 'Is that for the customer'],
  ['> A long line\nnote: SECRET\n\nmore', 'note: SECRET', 'Is that for the customer'],
  ['Status resolved\nDear Nic,', 'Status resolved', 'with a colon: "Status: resolved"'],
  ['Prioirty: high\n\nx', 'Prioirty: high', 'is not one of'],
  ['Hi Zoe,\nInternal: do not tell her', 'Internal: do not tell her', 'Is that for the customer'],
  ['Hi Zoe,\n\nnote\n\ndo not tell her', 'note', 'Is that for the customer'],
])('%j is not mailed to anybody: %s %s', (text, line, problem) => {
  expect(read(text)).toMatchObject({
    refused: [{ line, problem: expect.stringContaining(problem) }],
  });
});

test('10,000 lines that look like commands are read in no time, and each is named', () => {
  const read10000 = read('Stauts: resolved\n'.repeat(10_000));
  expect('refused' in read10000 && read10000.refused).toHaveLength(10_000);
});

test('a block of thousands of fields is compared in no time', () => {
  const lines = 'Tag: +a\nAssign: bob\n'.repeat(10_000).split('\n');
  const read = readCommandBlock(
    lines.map((text) => ({ text, atQuote: null })),
    { prefixes: ['SUPPORT'], sharing: [] },
  );
  expect('before' in read && read.before).toHaveLength(20_000);
});
