/** The words of a commit lie apart from its line, which vouches for each of them. */

import { expect, test } from 'vitest';
import { NO_LINE } from '../../src/journal/chain.ts';
import {
  type JournalRecord,
  parseLine,
  RECORD_VERSION,
  recordIn,
  versionOf,
  written,
} from '../../src/journal/record.ts';
import { apart, leafOf, putBack } from '../../src/journal/texts.ts';
import { mayStand, plainKeys } from '../../src/journal/words.ts';
import { ERASED } from '../../src/ticket/erased.ts';
import { oldLine } from '../kit/journal.ts';
import { EVERY_CHANGE, RECORD } from './every-change.ts';

/** What a reader finds in these two lines. */
function readAgain({ line, texts }: { readonly line: string; readonly texts: string }) {
  const read = parseLine(line.trimEnd());
  const record = read === null ? null : recordIn(read, texts);
  if (record === null) return null;
  const { prev, ...committed } = record;
  expect(prev).toBe(NO_LINE);
  return committed;
}

/** The same with one string of it in another's place, for each string that it has. */
function* withEach(value: unknown, word: string): Generator<unknown> {
  if (typeof value === 'string') yield word;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const other of withEach(inner, word)) {
      yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    }
  }
}

const WORDS = [
  'zanzibar',
  'Zanzibar said: "no"\n',
  'zanzibar@ferrier.example',
  '<zanzibar.7@ferrier.example>',
  'Zan Zibar <zanzibar@ferrier.example>',
  'tickets/71/SUPPORT-7102/attachments/1-1.zanzibar',
];

test.each(WORDS)('no string of any change is in the line if it is %j', (word) => {
  let count = 0;
  const { v, seq, time, ...more } = RECORD;
  const parts = [more, ...EVERY_CHANGE.map((change) => ({ changes: [change], outgoing: [] }))];
  for (const part of parts) {
    for (const forged of withEach(part, word)) {
      // A record, but for the shape of one of its strings.
      const record = { v, seq, time, ...(forged as Omit<JournalRecord, 'v' | 'seq' | 'time'>) };
      const made = written(record, { prev: NO_LINE, at: 0 });
      const shown = [...made.line.matchAll(/"(\w+)":\[?"[^"]*zan/gi)].map(([, key]) => key);
      if (/zan/i.test(made.line)) expect(NAMES_OF_CHECKS).toEqual(expect.arrayContaining(shown));
      expect(readAgain(made)).toEqual(JSON.parse(JSON.stringify(record)));
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(170);
});

/** They are named by this program, in small letters. */
const NAMES_OF_CHECKS = ['asked', 'check'];

test.each(plainKeys())('what may stand under "%s" is nobody’s words', (key) => {
  const small = NAMES_OF_CHECKS.includes(key) ? [] : ['zanzibar', 'de', 'urgent'];
  const upper = ['queue', 'targets', 'route'].includes(key) ? [] : ['ZANZIBAR'];
  for (const word of [...WORDS.slice(1), ...small, ...upper, 'Nic Ferrier', 'O’Brien', '5', ' ']) {
    expect([word, mayStand(key, word)]).toEqual([word, false]);
  }
});

test('a record comes back as it was, with its ids, times and paths in the line', () => {
  const made = written({ ...RECORD, changes: EVERY_CHANGE }, { prev: NO_LINE, at: 77 });
  expect(readAgain(made)).toEqual({ ...RECORD, changes: EVERY_CHANGE });
  expect(made.line).toMatch(/^\{"v":3,"seq":7,"time":"2026-11-21T12:00:00.000Z",/);
  for (const plain of [
    '"type":"ticket.created","ticket":"SUPPORT-7102","number":7102,"queue":"SUPPORT"',
    '"raw":"raw/000000/7-in.eml"',
    '"status":"5.1.1"',
    '"delivery":{"hash":{"$":',
    `"texts":{"at":77,"size":${Buffer.byteLength(made.texts)},"root":"`,
  ]) {
    expect(made.line).toContain(plain);
  }
});

test('a line has no hash of a mail or a file, by which one could see who sent what', () => {
  const made = written({ ...RECORD, changes: EVERY_CHANGE }, { prev: NO_LINE, at: 77 });
  expect(made.texts).toContain('a'.repeat(64));
  expect(made.line).not.toMatch(/[0-9a-f]{64}/);
});

test('equal texts of a commit stand once, each with a salt of its own', () => {
  const made = written({ ...RECORD, changes: EVERY_CHANGE }, { prev: NO_LINE, at: 0 });
  expect(made.texts.split('Nic Ferrier').length).toBe(2);
  const { seq, tickets, texts } = JSON.parse(made.texts);
  expect([seq, tickets]).toEqual([7, ['SUPPORT-7102']]);
  const salts = texts.map(([salt]: readonly string[]) => salt);
  expect(new Set(salts).size).toBe(salts.length);
  expect(written({ ...RECORD, changes: EVERY_CHANGE }, { prev: NO_LINE, at: 0 }).texts).not.toBe(
    made.texts,
  );
});

test('a commit without words has no texts', () => {
  const changes = [{ type: 'mail.expired', mails: [3, 4] }] as const;
  const record = { v: RECORD_VERSION, seq: 8, time: RECORD.time, changes, outgoing: [] };
  const made = written(record, { prev: NO_LINE, at: 5 });
  expect(made.texts).toBe('');
  expect(made.line).toContain('"texts":{"at":5,"size":0,"root":"","sum":""}');
  expect(readAgain(made)).toEqual(record);
});

test('a line of format 1 holds its words itself, and is read as ever', () => {
  const line = oldLine({ ...RECORD, changes: EVERY_CHANGE });
  const read = parseLine(line.trimEnd());
  expect(read?.texts).toBeNull();
  expect(read && recordIn(read, null)).toEqual({ ...RECORD, v: 1, changes: EVERY_CHANGE });
});

/** The texts with one of them erased, in the same room. */
function erased(texts: string, wanted: string): string {
  const [salt = '', text = ''] = JSON.parse(texts).texts.find(
    ([, one]: readonly string[]) => one === wanted,
  );
  const entry = JSON.stringify([salt, text]);
  const leaf = JSON.stringify(leafOf(salt, text));
  expect(leaf.length).toBeLessThanOrEqual(Buffer.byteLength(entry));
  return texts.replace(entry, leaf + ' '.repeat(Buffer.byteLength(entry) - leaf.length));
}

test.each(['Nic Ferrier', 'x', 'ü', 'I can’t "login"!\n'])(
  'a text that is erased leaves the line right: %j',
  (subject) => {
    const [created] = EVERY_CHANGE;
    const changes = [{ ...created, subject }] as const;
    const made = written(
      { ...RECORD, changes: [...changes, ...EVERY_CHANGE.slice(1)] },
      { prev: NO_LINE, at: 0 },
    );
    const texts = erased(made.texts, subject);
    expect(Buffer.byteLength(texts)).toBe(Buffer.byteLength(made.texts));
    expect(texts).not.toContain(JSON.stringify(subject));
    const record = readAgain({ ...made, texts });
    expect(record?.changes[0]).toMatchObject({ type: 'ticket.created', subject: ERASED });
    expect(record?.changes[1]).toMatchObject({ message: { text: 'My password does not work.' } });
  },
);

test('a text that was changed, moved, left out or put in is not taken for what was committed', () => {
  const made = written({ ...RECORD, changes: EVERY_CHANGE }, { prev: NO_LINE, at: 0 });
  const value: { seq: number; texts: (readonly [string, string])[] } = JSON.parse(made.texts);
  const [first = ['', ''], second = ['', ''], ...more] = value.texts;
  const [salt, text] = first;
  const others: readonly (readonly unknown[])[] = [
    [[salt, `${text}!`], second, ...more],
    [[`${salt}${text.slice(0, 1)}`, text.slice(1)], second, ...more],
    [second, first, ...more],
    [second, ...more],
    [[salt, ''], first, second, ...more],
    [first, second, ...more, first],
    [leafOf(...first) + leafOf(...second), '', ...more],
    [[salt, 7], second, ...more],
    [],
  ];
  for (const texts of others) {
    expect(readAgain({ ...made, texts: JSON.stringify({ ...value, texts }) })).toBeNull();
  }
  expect(readAgain({ ...made, texts: JSON.stringify({ ...value, seq: 8 }) })).toBeNull();
  expect(readAgain({ ...made, texts: made.texts.slice(0, -3) })).toBeNull();
  expect(readAgain({ ...made, texts: '' })).toBeNull();
});

test('a reference that leads nowhere does not read', () => {
  expect(putBack({ a: { $: 1 } }, ['x'])).toBe(false);
  const value = [{ a: { $: 0 } }];
  expect(putBack(value, ['x'])).toBe(true);
  expect(value).toEqual([{ a: 'x' }]);
});

test('a map by somebody’s words is refused: its keys would stand in the line', () => {
  expect(() => apart({ counts: { 'nic@ferrier.example': 2 } })).toThrow(/no name of a field/);
});

test('a line of a newer version is known by how it begins, whatever else it holds', () => {
  expect(versionOf('{"v":3,"seq":7,"texts":7')).toBe(3);
});
