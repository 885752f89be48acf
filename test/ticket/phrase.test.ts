/** Words that a rule looks for: whole, in any case, form and number of blanks. */
import { expect, test } from 'vitest';
import { hasPhrase, isPhrase, searchable } from '../../src/ticket/phrase.ts';

const has = (text: string, phrase: string) => hasPhrase(searchable(text, 10_000), phrase);

test.each([
  ['Your invoice is late.', 'invoice'],
  ['INVOICE 7', 'invoice'],
  ['the (invoice), please', 'Invoice'],
  ['cannot\n  log\t in', 'log in'],
  ['cannot log\u00a0in', 'log in'],
  ['Ihre Stra\u00dfe', 'STRASSE'],
  ['caf\u0065\u0301', 'caf\u00e9'],
  ['\uff49\uff4e\uff56\uff4f\uff49\uff43\uff45', 'invoice'],
  ['in\u00advoi\u200bce', 'invoice'],
  ['Wo ist \u03bf\u03b4\u03cc\u03c2?', '\u039f\u0394\u038c\u03a3'],
  ['\u8acb\u6c42\u66f8\u3092\u9001\u308a\u307e\u3059', '\u8acb\u6c42\u66f8'],
  ['C++ is down', 'C++'],
  ['mail of bob@ferrier.example', 'ferrier.example'],
  ['no invoices, an invoice', 'invoice'],
])('%j has %j', (text, phrase) => {
  expect(has(text, phrase)).toBe(true);
});

test.each([
  ['Your invoices are late.', 'invoice'],
  ['reinvoice', 'invoice'],
  ['invoice_7', 'invoice'],
  ['caf\u0065\u0301', 'cafe'],
  ['log-in', 'log in'],
  ['a.c', 'a c'],
  ['abc', 'a.c'],
  ['', 'invoice'],
])('%j has no %j', (text, phrase) => {
  expect(has(text, phrase)).toBe(false);
});

test('what has no letter and no digit is no phrase', () => {
  expect([isPhrase('invoice'), isPhrase('7'), isPhrase('...'), isPhrase('\u200b')]).toEqual([
    ...[true, true, false, false],
  ]);
});

test('behind its limit a text is not looked through', () => {
  expect(hasPhrase(searchable('one two', 3), 'two')).toBe(false);
});
