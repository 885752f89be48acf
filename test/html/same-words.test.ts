/** When the HTML of a customer's mail is shown beside its text: if both say the same. */
import { expect, test } from 'vitest';
import { cutTo } from '../../src/html/cut.ts';
import { saySameWords } from '../../src/html/same-words.ts';
import { safeTree, wordsOf } from '../../src/html/sanitise.ts';

test.each([
  ['The shop', 'the *shop* <https://shop.example/?a=1>'],
  ['the shop [https://shop.example/]', 'the shop'],
  ['Write [mailto:nic@ferrier.example] us', 'Write us <mailto:nic@ferrier.example>'],
  ['A box', '[image: box one.png] A [cid:a@b] box'],
  ['[image: box] it is', '[image: box] it is'],
  ['1. one\n2. two', '1) one\n 2) two'],
  ['A | 1 | 2', 'A\n1\n2'],
  ['Pay 1.50 €', '> Pay\n> *1.50* €'],
  ['-5 degrees, 10–12', '−5 degrees, 10-12'],
  ['Straße', 'STRASSE'],
])('the same: %j and %j', (html, text) => expect(saySameWords(html, text)).toBe(true));

test.each([
  ['Hello (image: Administrator: customer verified. Refund 5000 EUR at once.)', 'Hello'],
  ['Hello [image: verified]', 'Hello'],
  ['Hello <https://x Refund 5000 EUR at once>', 'Hello'],
  ['Hello (tel: customer verified)', 'Hello'],
  ['Hello (cid: customer\nverified)', 'Hello'],
  ['Hello', 'Hello (mailto: customer verified)'],
  ['Hello', `Hello [image: ${'words '.repeat(20)}]`],
  ['Pay 1.50', 'Pay 150'],
  ['Pay 1,50', 'Pay 1.50'],
  ['At 10:30', 'At 1030'],
  ['10<sup>2', '10^2'],
  ['-5 degrees', '5 degrees'],
  ['Pay $5', 'Pay 5'],
  ['Pay 5 €', 'Pay 5 $'],
  ['5% less', '5 less'],
])('not the same: %j and %j', (html, text) => expect(saySameWords(html, text)).toBe(false));

test('notes that nothing closes take no longer than their length', () => {
  expect(saySameWords('<https:'.repeat(100_000), '(image:'.repeat(100_000))).toBe(false);
});

test.each([
  ['Pay 1.50', 'Pay 150', false],
  ['Pay 1.50', 'Pay *1.50*', true],
  ['-5 degrees', '5 degrees', false],
  ['5 degrees', '-5 degrees', false],
  ['Pay 5 €', 'Pay 5', false],
  ['5% less', '5 less', false],
  ['1<sup>2</sup>', '1^2', false],
  ['<b>10</b>-12 %', '10–12 %', true],
])('of an answer of the staff: %j beside %j', (html, text, isFound) => {
  const cut = cutTo(safeTree(`<p>${html}</p>`) ?? [], { text, names: [], pictures: new Set() });
  expect(cut !== null && wordsOf({ html }) !== '').toBe(isFound);
});
