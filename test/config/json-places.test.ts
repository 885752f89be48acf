/** Where a mistake in the config stands, in words that say what to do. */
import { expect, test } from 'vitest';
import { placesIn } from '../../src/config/json-places.ts';
import { choiceOf, SEED } from '../kit/random.ts';

const NAMES = `{
  "domain": "support-ticket.example",
  "queues": [
    {"prefix": "SUPPORT", "name": "Köln 🙂", "first": 1},
    {"prefix": "BILLING"}
  ]
}
`;

test('every value has the place of its key, or its own in a list', () => {
  const found = placesIn(NAMES);
  if (!found.isJson) throw new Error(found.wanted);
  expect(Object.fromEntries(found.values)).toEqual({
    '': { line: 1, column: 1 },
    domain: { line: 2, column: 3 },
    queues: { line: 3, column: 3 },
    'queues.0': { line: 4, column: 5 },
    'queues.0.prefix': { line: 4, column: 6 },
    'queues.0.name': { line: 4, column: 27 },
    'queues.0.first': { line: 4, column: 45 },
    'queues.1': { line: 5, column: 5 },
    'queues.1.prefix': { line: 5, column: 6 },
  });
});

test.each([
  ['{\n  "a": 1,\n}', 3, 1, 'no comma may stand before }'],
  ['{"a": [1, 2,]}', 1, 13, 'no comma may stand before ]'],
  ['{"a": 1\n "b": 2}', 2, 2, 'a comma or } is missing before "'],
  ['{"a": [1 2]}', 1, 10, 'a comma or ] is missing before 2'],
  ['{"a" 1}', 1, 6, 'a colon is missing after "a"'],
  ['{a: 1}', 1, 2, 'a key in double quotes is missing before a'],
  ["{'a': 1}", 1, 2, "a key in double quotes is missing before '"],
  ['{"a": "x\n"}', 1, 7, 'a text does not end, or holds a line break or a bad backslash'],
  ['{"a": "\\x"}', 1, 7, 'a text does not end, or holds a line break or a bad backslash'],
  ['{\n  // why\n  "a": 1\n}', 2, 3, 'JSON has no comments'],
  ['{"a": 1 # why\n}', 1, 9, 'JSON has no comments'],
  ['{"a": tru}', 1, 7, 'a value is missing before t'],
  ['{"a": 1', 1, 8, 'a comma or } is missing at the end'],
  ['', 1, 1, 'a value is missing at the end'],
  ['{}\n{}', 2, 1, 'nothing may stand after the end of the config'],
  ['{"a": \u00e9}', 1, 7, 'a value is missing before this character'],
])('%j has its mistake at %i:%i', (text, line, column, wanted) => {
  expect(placesIn(text)).toEqual({ isJson: false, place: { line, column }, wanted });
});

test('a key that stands twice in one object has the place of the second', () => {
  expect(placesIn('{"a": {"b": 1},\n "a": {"b": 2, "b": 3}}')).toMatchObject({
    twice: [
      { path: 'a', place: { line: 2, column: 2 } },
      { path: 'a.b', place: { line: 2, column: 16 } },
    ],
  });
});

test('a text is JSON if JSON.parse says so, and only then', () => {
  const choose = choiceOf(SEED);
  const characters = ['{', '}', '[', ']', ',', ':', '"', '\\', 'u', '0', '-', '.', 'e', ' ', '\n'];
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  let broken = 0;
  for (let round = 0; round < 4000; round += 1) {
    const at = choose.number(NAMES.length);
    const put = choose(characters);
    const text = NAMES.slice(0, at) + put + NAMES.slice(at + choose.number(3));
    expect(placesIn(text).isJson, `SEED=${SEED}: ${text}`).toBe(isJson(text));
    if (!isJson(text)) broken += 1;
  }
  expect(broken).toBeGreaterThan(1000);
});
