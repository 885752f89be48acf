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
  ['without blanks between words', '打印机坏了，发票有误。', '<p>您好！打印机坏了，发票有误。</p>'],
  ['the same in Thai', 'เครื่องพิมพ์เสีย', '<p>เครื่องพิมพ์เสีย</p>'],
  [
    'all but a line above that links to the page',
    'Our new pumps: https://pumps.example/new. They are quiet, small, and never leak; you save a lot of energy each year.',
    '<p>Trouble reading this mail? Look here.</p><p>Our new pumps. They are quiet, small, and never leak; you save a lot of energy each year.</p>',
  ],
  ['a few other words', 'The plain part', '<b>The HTML part</b>'],
])('it does: %s', (_, plain, html) => {
  expect(says(plain, html)).toBe(true);
});

test.each([
  ['a placeholder', 'Please use another program.', '<p>Comment: answer until Friday.</p>'],
  ['nothing at all', '--', '<p>Yes.</p>'],
  [
    'a placeholder without blanks between words',
    'このメールはHTMLメールです。',
    '<p>プリンタが故障しました。至急修理をお願いいたします。</p>',
  ],
  [
    'the beginning alone',
    'Hello Nic',
    '<p>Hello Nic, the printer on the first floor is broken</p>',
  ],
  [
    'the disclaimer alone that stands below a few words',
    'This e-mail is confidential and intended for the addressee alone. If you are not the intended recipient, delete it.',
    '<p>The pump in hall three leaks.</p><p>This e-mail is confidential and intended for the addressee alone. If you are not the intended recipient, delete it.</p>',
  ],
])('it does not: %s', (_, plain, html) => {
  expect(says(plain, html)).toBe(false);
});
