/** What `ticket search` shows of each ticket: the lines that its words are in. */
import { expect, test } from 'vitest';
import { foundTable } from '../../src/pages/found-list.ts';
import { screen, width } from '../../src/pages/style.ts';
import { UNSORTED } from '../../src/ticket/apply-change.ts';
import type { IncomingMessage, Ticket } from '../../src/ticket/ticket.ts';
import { choiceOf, SEED } from '../kit/random.ts';

const NOW = new Date('2026-11-29T12:00:00Z');
const MESSAGE: IncomingMessage = {
  ...{ serial: 1, direction: 'in', trust: 'thread', from: null, to: [] },
  ...{ date: '2026-11-20T08:00:00Z', messageId: null, subject: 'x', text: '', newLines: [] },
  ...{ attachments: [], raw: 'raw/1' },
};
const TICKET: Ticket = {
  ...{ id: 'SUPPORT-7102', number: 7102, queue: 'SUPPORT', status: 'open', subject: 'Tablet' },
  ...{ requester: { name: 'Nic', address: 'nic@ferrier.example' }, ...UNSORTED },
  ...{ createdAt: '2026-11-20T08:00:00Z', updatedAt: '2026-11-20T08:00:00Z', messages: [] },
};

const saying = (...texts: readonly string[]): Ticket => ({
  ...TICKET,
  messages: texts.map((text, n) => ({ ...MESSAGE, serial: n + 1, text })),
});

const PAPER = { style: (format: string, text: string) => (format === 'bold' ? `[${text}]` : text) };

/** Without the headings and the ticket; hits stand in brackets. */
function found(ticket: Ticket, words: readonly string[], columns: number | null = 80) {
  return foundTable([ticket], words, { ...PAPER, columns }, NOW)
    .trimEnd()
    .split('\n')
    .slice(2);
}

test('the line of each word, of the newest mail that has it, in the order of the mails', () => {
  const ticket = saying('The password is wrong.\nBye', 'My login\nworks.', 'The login is mine.');
  expect(found(ticket, ['LOGIN', 'password'])).toEqual([
    '  #1  The [password] is wrong.',
    '  #3  The [login] is mine.',
  ]);
});

test('one line is enough for all the words that it has', () => {
  expect(found(saying('login and password, login again'), ['password', 'login'])).toEqual([
    '  #1  [login] and [password], [login] again',
  ]);
});

test('what somebody wrote comes before what they only quoted', () => {
  const text = '> Is your login old?\nYes, my login is.';
  const message = { ...MESSAGE, text, newLines: [{ from: 2, to: 2 }] };
  expect(found({ ...TICKET, messages: [message] }, ['login'])).toEqual([
    '  #1  Yes, my [login] is.',
  ]);
});

test('a note says that it is one; a file and a person are found by their names', () => {
  const messages: Ticket['messages'] = [
    {
      ...MESSAGE,
      from: { name: 'Kay Other', address: 'kay@ferrier.example' },
      attachments: [
        { filename: 'scan.pdf', contentType: 'application/pdf', size: 1, sha256: '', path: '' },
      ],
    },
    {
      ...{ serial: 2, direction: 'internal', date: MESSAGE.date, by: 'bob', attachments: [] },
      text: 'They call back.\n',
    },
  ];
  expect(found({ ...TICKET, messages }, ['call', 'scan', 'kay'])).toEqual([
    '  #1  [scan].pdf',
    '  #1  [Kay] Other <[kay]@ferrier.example>',
    '  #2  note: They [call] back.',
  ]);
});

test('what the line of the ticket shows anyway is not shown twice', () => {
  expect(found(saying('My tablet.'), ['tablet', 'nic'])).toEqual([]);
});

test('no more than three lines of a ticket', () => {
  expect(found(saying('one\ntwo\nthree\nfour'), ['one', 'two', 'three', 'four'])).toHaveLength(3);
});

test('of a long line there is what stands around the word', () => {
  const [line = ''] = found(saying(`${'before '.repeat(3000)}password${' after'.repeat(3000)}`), [
    'password',
  ]);
  expect(line).toMatch(/^ {2}#1 {2}….*before \[password\] after.*…$/);
  expect(width(line.replaceAll(/[[\]]/g, ''))).toBeLessThanOrEqual(80);
});

test('a mail that is nothing but the word, in one line or in very many that are quoted by turns', () => {
  expect(found(saying('z'.repeat(300_000)), ['z'])).toEqual([`  #1  [${'z'.repeat(73)}]…`]);
  const count = 100_000;
  const text = 'Well\n> login\n'.repeat(count);
  const newLines = Array.from({ length: count }, (_, n) => ({ from: 2 * n + 1, to: 2 * n + 1 }));
  const ticket = { ...TICKET, messages: [{ ...MESSAGE, text, newLines }] };
  expect(found(ticket, ['login'])).toEqual(['  #1  > [login]']);
});

test.each([
  ['Passwort für die STRASSE', 'straße', null],
  ['Café', 'cafe\u0301', '[Café]'],
  ['Cafe\u0301 noir', 'café', '[Café] noir'],
  ['DİYARBAKIR is here', 'here', 'DİYARBAKIR is [here]'],
  ['ΟΔΟΣ', 'οδος', '[ΟΔΟΣ]'],
  ['問い合わせのパスワードを', 'パスワード', '問い合わせの[パスワード]を'],
  ['שלום עולם', 'עולם', 'שלום [עולם]'],
])('case and accents do not count: %s, %s', (text, word, line) => {
  expect(found(saying(text), [word])).toEqual(line === null ? [] : [`  #1  ${line}`]);
});

test('what a stranger wrote around the word cannot steer the terminal', () => {
  const [line] = found(saying('\u001b[2J\u202e login \u009b31m'), ['login']);
  expect(line).toBe('  #1  <1B>[2J<202E> [login] <9B>31m');
});

test(`no line is wider than the terminal, whatever it says (SEED=${SEED})`, () => {
  const choose = choiceOf(SEED);
  const pieces = ['a', ' ', '漢字', '👨‍👩‍👧‍👦', 'ẅ̈', 'שלום', '\u001b[2J', '\t', 'İ', 'login', '🇩🇪'];
  const plain = (columns: number) => screen(true, columns, { NO_COLOR: '1' });
  for (let round = 0; round < 60; round += 1) {
    const some = () => Array.from({ length: choose.number(80) }, () => choose(pieces)).join('');
    const columns = choose([40, 80, 132]);
    const text = `${some()}login${some()}`;
    const page = foundTable([saying(text)], ['login'], plain(columns), NOW);
    const [line = ''] = page.trimEnd().split('\n').slice(2);
    expect(width(line)).toBeLessThanOrEqual(columns);
    expect(line).toContain('login');
  }
});
