import { expect, test } from 'vitest';
import { inert, inertJson, inertJsonLine, inertLine } from '../../src/pages/inert.ts';

test.each([
  ['plain äöü 漢字 😀', 'plain äöü 漢字 😀'],
  ['\u001b[31mred\u001b]0;title\u0007', '<1B>[31mred<1B>]0;title<07>'],
  ['a\u009bb', 'a<9B>b'],
  ['safe\u202Egnp.exe', 'safe<202E>gnp.exe'],
  ['a\u2028b\u2029c', 'a<2028>b<2029>c'],
  ['a\r\nb\tc', 'a\nb\tc'],
  ['a\rb', 'a<0D>b'],
  [
    '👩\u200d👩\u200d👧 👩🏽\u200d🚒 ❤\ufe0f\u200d🔥',
    '👩\u200d👩\u200d👧 👩🏽\u200d🚒 ❤\ufe0f\u200d🔥',
  ],
  ['کتاب\u200cها', 'کتاب\u200cها'],
  ['क्\u200dष', 'क्\u200dष'],
  ['Donau\u00addampf\u200bschiff\u2060,\ufeff \u200c\u034f \u200d', 'Donaudampfschiff,  '],
  ['\u202a\u2066\u061c\u180e\u{e0001}', '<202A><2066><61C><180E><E0001>'],
])('%j is shown as %j', (text, wanted) => {
  expect(inert(text)).toBe(wanted);
});

test('of a name and an address all is shown that cannot be seen', () => {
  expect(inertLine('ad\u200bmin\u00ad@\u200dx\u200c')).toBe('ad<200B>min<AD>@<200D>x<200C>');
  expect(inertLine('👩\u200d🚒 کتاب\u200cها')).toBe('👩\u200d🚒 کتاب\u200cها');
});

test('a line has no line breaks', () => {
  expect(inertLine('a\nb\tc')).toBe('a<0A>b<09>c');
});

test('JSON says the same and holds no raw control character', () => {
  const value = { text: 'a\u009b31m\u202eb\u{e0001}\u007f漢' };
  expect(JSON.parse(inertJson(value))).toEqual(value);
  expect(inertJson(value).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(inertJsonLine(value))).toEqual(value);
  expect(inertJsonLine(value)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
