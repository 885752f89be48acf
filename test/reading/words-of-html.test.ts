/** Whether a plain text says what the HTML beside it says. */
import { expect, test } from 'vitest';
import { missingIn, saysMore } from '../../src/reading/words-of-html.ts';

const says = (plain: string, html: string) => !saysMore(missingIn(plain, html));

test.each([
  ['the same', 'Hello Nic, it works.', '<p>Hello Nic, it works.</p>'],
  ['the same in other letters', 'HELLO NIC', '<p>Hello Nic</p>'],
  [
    'wrapped within a word',
    'It has wor\nked since yesterday evening',
    'It has worked since yesterday evening',
  ],
  [
    'what nobody sees left out',
    'Hi',
    '<head><title>one two three four five</title></head><style>six seven eight nine</style><!-- ten eleven twelve thirteen -->Hi',
  ],
  [
    'a header, which is no head',
    'one two three four five',
    '<header>one two</header> three four five',
  ],
  ['words by number', 'Grüße aus Köln am Rhein', 'Gr&#252;&#xDF;e aus K&#246;ln am Rhein'],
  ['words by name', 'Grüße aus Köln am Rhein', 'Gr&uuml;&szlig;e aus K&ouml;ln am Rhein'],
  ['a few other words', 'The plain part', '<b>The HTML part</b>'],
])('it does: %s', (_, plain, html) => {
  expect(says(plain, html)).toBe(true);
});

test.each([
  ['a placeholder', 'Please use another program.', '<p>Comment: answer until Friday.</p>'],
  ['nothing at all', '--', '<p>Yes.</p>'],
  [
    'the beginning alone',
    'Hello Nic',
    '<p>Hello Nic, the printer on the first floor is broken</p>',
  ],
])('it does not: %s', (_, plain, html) => {
  expect(says(plain, html)).toBe(false);
});
