/** What may be a recipient, and where it may go. */
import { describe, expect, test } from 'vitest';
import { decided, type RecipientOrder } from '../../src/recipients/change.ts';
import { listedIn } from '../../src/recipients/listed.ts';
import { keyOf, readRecipient } from '../../src/recipients/recipient.ts';
import type { RecipientRules } from '../../src/recipients/rules.ts';
import { choiceOf, SEED } from '../kit/random.ts';

const ANNA = 'anna@support-ticket.example';
const ELSEWHERE = 'anna@ferrier.example';
const RULES: RecipientRules = {
  own: {
    ...{ domain: 'support-ticket.example', queues: ['new', 'invoices'] },
    ...{ services: ['control', 'help'], prefixes: ['SUPPORT', 'BILLING'] },
    others: ['info@support-ticket.example'],
  },
  robots: {
    domain: 'support-ticket.example',
    ...{ names: ['accounts', 'deploy'], patterns: ['deploy-{service}-{env}'] },
  },
  domains: ['support-ticket.example', 'firm.example'],
};
const add = (address: string, destination: string): RecipientOrder => {
  const read = readRecipient(address, destination);
  if ('refused' in read) throw new Error(read.refused);
  return { type: 'add', ...read };
};
function refusalOf(orders: readonly RecipientOrder[], rows: Record<string, string> = {}) {
  const { result, edits } = decided(orders, new Map(Object.entries(rows)), RULES);
  if ('edits' in result) return null;
  expect(edits).toEqual([]);
  return result.refused.map(({ problem }) => problem).join('; ');
}

test.each([
  [ANNA, ELSEWHERE],
  ["o'brien_2@support-ticket.example", 'a.b-c=d~e&f+tag@x.ferrier.example'],
  [`${'a'.repeat(64)}@support-ticket.example`, ELSEWHERE],
])('%j goes to %j', (address, destination) => {
  expect(readRecipient(address, destination)).toEqual({ address, destination });
});

test('an address is kept in lower case; of a destination, the domain alone', () => {
  expect(readRecipient('Anna@Support-Ticket.EXAMPLE', 'Anna@Ferrier.EXAMPLE')).toEqual({
    address: ANNA,
    destination: 'Anna@ferrier.example',
  });
});

test.each([
  ['a command', '|/bin/sh'],
  ['a command with a domain', '"|/bin/sh"@ferrier.example'],
  ['a command that is unquoted', '|sh@ferrier.example'],
  ['a file', '/etc/passwd'],
  ['a file with a domain', '/etc/passwd@ferrier.example'],
  ['an include', ':include:/etc/passwd'],
  ['an include with a domain', ':include:/x@ferrier.example'],
  ['two of them', 'a@ferrier.example,b@ferrier.example'],
  ['two with a blank', 'a@ferrier.example b@ferrier.example'],
  ['a quoted one', '"a b"@ferrier.example'],
  ['a name', 'Anna <anna@ferrier.example>'],
  ['a comment', 'anna(x)@ferrier.example'],
  ['a route by %', 'anna%evil.example@ferrier.example'],
  ['a route by !', 'evil.example!anna@ferrier.example'],
  ['a source route', '@a.example:anna@ferrier.example'],
  ['two @', 'anna@evil.example@ferrier.example'],
  ['an option', '-oQ/tmp@ferrier.example'],
  ['an escape', String.raw`an\na@ferrier.example`],
  ['a variable', '$user@ferrier.example'],
  ['a line break', 'anna@ferrier.example\nroot: eve@evil.example'],
  ['an octet of nothing', 'anna\0@ferrier.example'],
  ['an address literal', 'anna@[192.0.2.1]'],
  ['no domain', 'anna'],
  ['an empty domain', 'anna@'],
  ['an empty label', 'anna@ferrier..example'],
  ['a label that ends with a dash', 'anna@ferrier-.example'],
  ['a label of 64', `anna@${'a'.repeat(64)}.example`],
  ['dots at the end', 'anna.@ferrier.example'],
  ['two dots', 'an..na@ferrier.example'],
  ['nobody', '@ferrier.example'],
  ['65 octets', `${'a'.repeat(65)}@ferrier.example`],
  ['255 octets', `anna@${'a.'.repeat(124)}aa`],
  ['characters that look alike', 'аnna@ferrier.example'],
  ['nothing', ''],
])('%s is neither an address nor a destination', (_, text) => {
  expect(readRecipient(ANNA, text)).toHaveProperty('refused');
  expect(readRecipient(text, ELSEWHERE)).toHaveProperty('refused');
});

test('an address has no +, and a destination is looked up without what stands behind it', () => {
  expect(readRecipient('anna+x@support-ticket.example', ELSEWHERE)).toHaveProperty('refused');
  expect(keyOf('Anna+x+y@Ferrier.example')).toBe('anna@ferrier.example');
});

test('whatever is taken holds no character that a map or a mail server could read otherwise', () => {
  const choose = choiceOf(SEED);
  const pieces = [
    'a',
    'B',
    '7',
    '.',
    '-',
    '_',
    '@',
    '+',
    '|',
    '/',
    ':',
    '"',
    ',',
    ' ',
    '%',
    '!',
    '\\',
    '<',
    '(',
    '\n',
    '\t',
    "'",
    '=',
    'x.example',
    '@ferrier.example',
    'ü',
    '\u0000',
    '[',
    '$',
    '`',
    ';',
  ];
  const text = () =>
    Array.from({ length: choose.number(5) }, () =>
      choose(choose.number(3) > 0 ? ['a', 'B', '.', '-', '7'] : pieces),
    ).join('');
  let taken = 0;
  for (let n = 0; n < 40_000; n += 1) {
    const [address, destination] = [
      `${text()}@support-ticket.example`,
      `${text()}@ferrier.example`,
    ];
    const read = readRecipient(address, destination);
    if ('refused' in read) continue;
    taken += 1;
    for (const one of [read.address, read.destination]) {
      expect(one, `SEED=${SEED}`).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_'=~&+.-]*@[a-z0-9][a-z0-9.-]*$/);
      expect(one.length, `SEED=${SEED}`).toBeLessThan(255);
    }
    expect(read.address, `SEED=${SEED}`).not.toContain('+');
  }
  expect(taken).toBeGreaterThan(100);
});

describe('nobody takes what is not theirs to give', () => {
  test.each([
    'new@support-ticket.example',
    'NEW@support-ticket.example',
    'invoices-x@support-ticket.example',
    'control@support-ticket.example',
    'help@support-ticket.example',
    'support@support-ticket.example',
    'support-7102@support-ticket.example',
    'accounts@support-ticket.example',
    'deploy-web-prod@support-ticket.example',
    'billing-1-close@support-ticket.example',
    'info@support-ticket.example',
    'postmaster@firm.example',
    'mailer-daemon@support-ticket.example',
    'root@support-ticket.example',
    'owner-new@support-ticket.example',
    'anna@ferrier.example',
    'anna@sub.support-ticket.example',
  ])('%s', (address) => {
    expect(refusalOf([add(address, ELSEWHERE)])).not.toBeNull();
  });

  test('a name that only begins like one of the desk is somebody else’s', () => {
    for (const local of ['newton', 'supporter', 'support-team', 'controller', 'postmasters']) {
      expect(refusalOf([add(`${local}@support-ticket.example`, ELSEWHERE)])).toBeNull();
    }
  });
});

describe('nothing goes round in a circle', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((local) => `${local}@support-ticket.example`);
  test('to itself, by a tag of itself, over others, and over others of the same list', () => {
    expect(refusalOf([add(`${a}`, `${a}`)])).toContain('circle');
    expect(refusalOf([add(`${a}`, 'A+x@support-ticket.example')])).toContain('circle');
    expect(refusalOf([add(`${c}`, `${a}`)], { [`${a}`]: `${b}`, [`${b}`]: `${c}` })).toContain(
      'circle',
    );
    expect(refusalOf([add(`${a}`, `${b}`), add(`${b}`, `${a}`)])).toContain('circle');
  });
  test('a row that breaks a circle is taken, and so is a way to the desk or out', () => {
    expect(refusalOf([add(`${b}`, ELSEWHERE)], { [`${a}`]: `${b}`, [`${b}`]: `${a}` })).toBeNull();
    expect(refusalOf([add(`${a}`, 'new@support-ticket.example')])).toBeNull();
    expect(refusalOf([add(`${a}`, 'support-7102@support-ticket.example')])).toBeNull();
    expect(refusalOf([add(`${a}`, `${b}`)], { [`${b}`]: ELSEWHERE })).toBeNull();
  });
  test('a way of more than twenty steps is no circle, and refused all the same', () => {
    const at = (n: number) => `n${n}@support-ticket.example`;
    const rows = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [at(n), at(n + 1)]));
    expect(refusalOf([add(`${a}`, at(0))], rows)).toContain('more than 20 steps');
  });
});

describe('a list', () => {
  test('lines, a comma, a semicolon, and CSV with more columns are read', () => {
    const rows = [{ address: ANNA, destination: ELSEWHERE }];
    for (const text of [
      `# ours\n\n${ANNA} ${ELSEWHERE}\n`,
      `${ANNA}\t${ELSEWHERE}`,
      `\uFEFF${ANNA},${ELSEWHERE}\r\n`,
      `"${ANNA}" ; "${ELSEWHERE}"\r\n`,
      `name,destination,address\nAnna,${ELSEWHERE},${ANNA}\n`,
    ]) {
      const { recipients, wrong } = listedIn(text);
      expect(wrong).toEqual([]);
      expect(recipients).toMatchObject(rows);
    }
  });

  test('every wrong line is told, and one that stands twice with another destination', () => {
    const { wrong } = listedIn(
      [
        `${ANNA} ${ELSEWHERE}`,
        'bob',
        `${ANNA} ${ELSEWHERE}`,
        `${ANNA} b@x.example`,
        'a@b |sh',
        'a b c',
      ].join('\n'),
    );
    expect(wrong.map(({ line }) => line)).toEqual([2, 4, 5, 6]);
  });
});
