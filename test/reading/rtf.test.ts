/** The words of RTF, as a program shows them that knows no layout. */
import { expect, test } from 'vitest';
import { wordsOfRtf } from '../../src/reading/unpacked/rtf.ts';

const read = (rtf: string) => wordsOfRtf(Buffer.from(rtf, 'latin1'));

test.each([
  [
    'paragraphs, lines and tabs',
    String.raw`{\rtf1\ansi One\par Two\line Three\tab four}`,
    'One\nTwo\nThree\tfour',
  ],
  ['line ends that mean nothing', '{\\rtf1 a\r\nb\\\nc}', 'ab\nc'],
  [
    'a blank that ends a word, and one that does not',
    String.raw`{\rtf1 {\b bold} and  two}`,
    'bold and  two',
  ],
  ['signs that mean something', String.raw`{\rtf1 \{a\\b\} 5\~EUR\_x\-y}`, '{a\\b} 5\u00a0EUR-xy'],
  ['octets of the code page', String.raw`{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe \u8364?}`, 'Grüße €'],
  [
    'octets of another one',
    String.raw`{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}`,
    'Привет',
  ],
  [
    'octets of the font',
    String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}\f0 Gr\'fc\'df \f1 \'cf\'f0\'e8\f0  \'e4}`,
    'Grüß При ä',
  ],
  [
    'octets of two in a character',
    String.raw`{\rtf1{\fonttbl{\f0\fcharset128 x;}}\f0 \'93\'fa\'96\'7b}`,
    '日本',
  ],
  [
    'characters with more than one substitute',
    String.raw`{\rtf1\uc2 a\u228\'e4\'e4b{\uc0 \u228 c}\u8364 ??d}`,
    'aäbäc€d',
  ],
  ['characters above U+FFFF', String.raw`{\rtf1 \u-10179?\u-8704?}`, '😀'],
  ['typographers’ signs', String.raw`{\rtf1 \ldblquote a\rdblquote\emdash b\bullet}`, '“a”—b•'],
  [
    'what is no word',
    String.raw`{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\generator x;}{\stylesheet{\s0 Normal;}}{\info{\title T}}{\pict 0102}Words}`,
    'Words',
  ],
  [
    'a link',
    String.raw`{\rtf1{\field{\*\fldinst HYPERLINK "http://a.example"}{\fldrslt a link}}}`,
    'a link',
  ],
  [
    'HTML within',
    String.raw`{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Yes.\htmlrtf\par}\htmlrtf0 {\*\htmltag72 </p>}}`,
    'Yes.\n',
  ],
  ['octets that are no text', '{\\rtf1 a\\bin5 }}{{\\b}', 'ab'],
  ['cells and rows', String.raw`{\rtf1 a\cell b\cell\row c\cell d\cell\row}`, 'a\tb\t\nc\td\t\n'],
  ['nothing behind the end', '{\\rtf1 a}\0\0garbage', 'a'],
  ['no end', '{\\rtf1 a {b', 'a b'],
  ['an end too many', '{\\rtf1 a}}b', 'a'],
  ['a backslash at the end', '{\\rtf1 a\\', 'a'],
])('%s', (_, rtf, wanted) => {
  expect(read(rtf)).toBe(wanted);
});

test('what is none', () => {
  expect(read('Hello')).toBeNull();
  expect(read('')).toBeNull();
});

test('groups that are too deep are left out, and cost nothing', () => {
  const rtf = `{\\rtf1 a${'{'.repeat(100_000)}deep${'}'.repeat(100_000)}b}`;
  expect(read(rtf)).toBe('ab');
  expect(read(`{\\rtf1 ${'{\\b'.repeat(100_000)}`)).toBe('');
});
