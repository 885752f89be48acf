/** Whether the words of a link say where it leads, or name another address. */
import { expect, test } from 'vitest';
import { isSaidBy, saysAnother } from '../../src/html/links.ts';
import { sanitise } from '../../src/html/sanitise.ts';

const EVIL = 'https://evil.example/';
const APPLE = 'https://xn--80ak6aa92e.example/';

test.each([
  ['https://bank.example/login?next=https://evil.example/', EVIL],
  ['https://bank.example/(https://evil.example/)', EVIL],
  ['https://evil.example/ [https://bank.example/]', EVIL],
  ['https://аррӏе.example', APPLE],
  ['аррӏе.example', APPLE],
  ...['“www.bank.example”', '„bank.example“', '«bank.example»', '‘bank.example’'].map((words) => [
    words,
    EVIL,
  ]),
  ...['www.bank.example!', 'bank.example…', '*bank.example*', '→bank.example'].map((words) => [
    words,
    EVIL,
  ]),
  ...[
    'bank。example',
    'bank․example',
    'bank．example',
    'ｂａｎｋ.example',
    'b\u00ADank.example',
  ].map((words) => [words, EVIL]),
  ...['to→bank.example', 'bank.example!now', 'bank.example*', '★bank.example★', '192.0.2.1'].map(
    (words) => [words, EVIL],
  ),
  ['bank.example', 'tel:+900123456782'],
  ['our office, 2nd floor', 'tel:+900123456782'],
  ['call 0', 'tel:+900123456780'],
  ['000000', 'tel:+900123456780'],
  ['٠٣٠ ١٢٣٤٥٦', 'tel:+900123456780'],
])('"%s" names another address than %s, which is shown', (words = '', target = '') => {
  expect(saysAnother(words, target)).toBe(true);
  expect(isSaidBy(words, target)).toBe(false);
  const html = `<a href="${target}">${words}</a>`;
  for (const targets of ['other', 'all'] as const) {
    const once = sanitise(html, { targets })?.html ?? '';
    expect(once).toContain(`[${target}]</a>`);
    expect(sanitise(once, { targets })?.html).toBe(once);
  }
});

test.each([
  ['https://evil.example/', EVIL],
  ['EVIL.example', EVIL],
  ['www.evil.example', EVIL],
  ['see https://evil.example/ now', EVIL],
  ['https://evil.example/straße', `${EVIL}stra%C3%9Fe`],
  ['nic@ferrier.example', 'mailto:nic@ferrier.example'],
  ['030 123456', 'tel:+4930123456'],
  ['Call +49 30 123456', 'tel:+4930123456'],
  ['110', 'tel:110'],
])('"%s" says %s', (words, target) => {
  expect(saysAnother(words, target)).toBe(false);
  expect(isSaidBy(words, target)).toBe(true);
});

test.each([
  ['our bank', EVIL],
  ['Version 2.0', EVIL],
  ['Read more…', EVIL],
  ['“evil.example”!', EVIL],
  ['→ evil.example', EVIL],
  ['call us', 'tel:+900123456782'],
])('"%s" names no other address than %s', (words, target) => {
  expect(saysAnother(words, target)).toBe(false);
});
